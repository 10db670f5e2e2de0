"""The ZIP of an export, read line by line: nothing of it is held as a whole."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from pydantic import ValidationError

from rag_api.errors import DomainError, Limit
from rag_api.imports.reading import Bounds, ReadConversation, Reader
from rag_api.imports.schemas import Preferences

# Bytes.
MAX_LINES_BYTES: Final = 4 * 1024 * 1024
MAX_ARCHIVE_BYTES: Final = 256 * 1024 * 1024
# A small ZIP may hold terabytes of zeros.
_MAX_UNPACKED: Final = 1024 * 1024 * 1024
_MAX_LINE: Final = 8 * 1024 * 1024
_MAX_SMALL_FILE: Final = 64 * 1024 * 1024
_IN_MEMORY: Final = 4 * 1024 * 1024
_BOUNDS: Final = Bounds(conversations=100_000, messages=1_000_000, messages_each=20_000)
# What one statement stores: some tenths of a second.
_CHUNK_MESSAGES: Final = 500
_CHUNK_CHARACTERS: Final = 4 * 1024 * 1024
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)

Spool = SpooledTemporaryFile[bytes]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of conversations in order, and the settings."""

    parts: tuple[str, ...]
    retention_days: int | None


def _refuse(detail: str) -> DomainError:
    return DomainError("validation_failed", detail)


def open_spool() -> Spool:
    """A file without a name, so that it is gone with the process at the latest."""
    return SpooledTemporaryFile(_IN_MEMORY)


def check_archive(file: IO[bytes]) -> Manifest:
    """Reads all of it, and says what is in it. Raises RequestValidationError and DomainError."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest, sums = _read_manifest(archive)
            for _ in _read_parts(archive, manifest.parts, sums):
                pass
            return manifest
    except _BROKEN:
        raise _refuse("The body is no whole ZIP.") from None


def list_chunks(file: IO[bytes], parts: tuple[str, ...]) -> Iterator[list[ReadConversation]]:
    """The conversations of a checked archive, as many at a time as one statement should store."""
    chunk: list[ReadConversation] = []
    messages = characters = 0
    with zipfile.ZipFile(file) as archive:
        for conversation in _read_parts(archive, parts, {}):
            chunk.append(conversation)
            messages += len(conversation.messages) + 1
            characters += conversation.characters
            if messages > _CHUNK_MESSAGES or characters > _CHUNK_CHARACTERS:
                yield chunk
                chunk, messages, characters = [], 0, 0
    if chunk:
        yield chunk


def _read_manifest(archive: zipfile.ZipFile) -> tuple[Manifest, dict[str, str]]:
    """The sums by path, too."""
    manifest = _read_json(archive, "manifest.json")
    if manifest.get("format") != "rag-api-export" or manifest.get("version") != 1:
        raise _refuse("The ZIP is no export of version 1.")
    try:
        sums = {str(item["path"]): str(item["sha256"]) for item in manifest["files"]}
        preferences = Preferences.model_validate(_read_json(archive, "preferences.json"))
    except (KeyError, TypeError, ValidationError):
        raise _refuse("The ZIP's manifest.json or preferences.json is not as an export writes it.") from None
    parts = sorted(path for path in sums if path.startswith("conversations-") and path.endswith(".jsonl"))
    return Manifest(tuple(parts), preferences.retention_days), sums


def _read_json(archive: zipfile.ZipFile, path: str) -> dict[str, Any]:
    try:
        with archive.open(path) as entry:
            value = json.loads(entry.read(_MAX_SMALL_FILE))
    except (KeyError, ValueError, RecursionError):
        raise _refuse(f"The ZIP has no readable {path}.") from None
    return value if isinstance(value, dict) else {}


def _read_parts(
    archive: zipfile.ZipFile, parts: tuple[str, ...], sums: dict[str, str]
) -> Iterator[ReadConversation]:
    reader, read = Reader(_BOUNDS), 0
    for path in parts:
        reader.place = path
        digest = hashlib.sha256()
        try:
            entry = archive.open(path)
        except KeyError:
            raise _refuse(f"The ZIP has no {path}.") from None
        with entry:

            def list_lines(entry: IO[bytes] = entry, digest: "hashlib._Hash" = digest) -> Iterator[bytes]:
                nonlocal read
                while line := entry.readline(_MAX_LINE):
                    digest.update(line)
                    read += len(line)
                    if read > _MAX_UNPACKED or len(line) == _MAX_LINE:
                        raise DomainError("payload_too_large", limit=Limit("import-bytes", _MAX_UNPACKED))
                    yield line

            yield from reader.read(list_lines())
        if sums.get(path, digest.hexdigest()) != digest.hexdigest():
            raise _refuse(f"{path} is not what the ZIP's manifest.json says.")
