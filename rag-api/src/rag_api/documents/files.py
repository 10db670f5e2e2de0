"""Finds the files that a person asked to ingest, and says why others are not taken."""

import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag_api.documents.models import UnreadableDocumentError

MAX_FILE_BYTES = 20 * 1024 * 1024
MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".text": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
}
OTHER_TYPE = "is not Markdown, text, HTML or PDF"


@dataclass(frozen=True, slots=True)
class SourceFile:
    path: Path
    uri: str
    media_type: str


@dataclass(slots=True)
class Findings:
    """`failed` were asked for and cannot be read; `skipped` only lay in a folder beside the documents."""

    files: list[SourceFile] = field(default_factory=list)
    failed: list[tuple[Path, str]] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)


def find_files(paths: Iterable[Path]) -> Findings:
    findings = Findings()
    for path in paths:
        if path.is_dir():
            _search_folder(path, findings)
        elif path.exists():
            _add(path, path.name, findings.failed, findings)
        else:
            findings.failed.append((path, "does not exist"))
    _refuse_namesakes(findings)
    return findings


def _refuse_namesakes(findings: Findings) -> None:
    first: dict[str, SourceFile] = {}
    for file in findings.files:
        namesake = first.setdefault(file.uri, file)
        if namesake.path != file.path:
            findings.failed.append((file.path, f"would replace {namesake.path}, which has the same name"))
    findings.files = list(first.values())


def _search_folder(root: Path, findings: Findings) -> None:
    inside = root.resolve()
    for path in _walk(root, findings):
        if path.is_symlink() and _leads_outside(path, inside):
            findings.failed.append((path, "is a link to a place outside the folder"))
        elif not path.is_dir():
            _add(path, path.relative_to(root).as_posix(), findings.skipped, findings)


def _leads_outside(link: Path, folder: Path) -> bool:
    try:
        return not link.resolve().is_relative_to(folder)
    except RuntimeError:
        # A loop of links leads nowhere; reading it will say so.
        return False


def _walk(root: Path, findings: Findings) -> Iterator[Path]:
    """Everything below in a stable order, linked folders not entered, names with a leading dot left out."""
    folders = [root]
    while folders:
        try:
            paths = sorted(folders.pop().iterdir())
        except OSError as error:
            findings.failed.append((Path(error.filename), _reason(error)))
            continue
        visible = [path for path in paths if not path.name.startswith(".")]
        yield from visible
        folders += reversed([path for path in visible if path.is_dir() and not path.is_symlink()])


def _add(path: Path, uri: str, others: list[tuple[Path, str]], findings: Findings) -> None:
    media_type = MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        others.append((path, OTHER_TYPE))
    elif not uri.isprintable():
        findings.failed.append((path, "has a name that is not printable text"))
    else:
        # macOS hands out decomposed names; the same file must keep its URI on every machine.
        findings.files.append(SourceFile(path, unicodedata.normalize("NFC", uri), media_type))


def read_file(path: Path) -> bytes:
    """The file's bytes; UnreadableDocumentError for what is no ordinary, non-empty file of bearable size."""
    try:
        # Opening a pipe would wait for its writer.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableDocumentError("is not a regular file")
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableDocumentError(_reason(error)) from error
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableDocumentError(f"is larger than {MAX_FILE_BYTES // 1024 // 1024} MiB")
    if not content.strip():
        raise UnreadableDocumentError("is empty")
    return content


def _reason(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or str(error)).lower()}"
