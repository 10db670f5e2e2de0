"""The command line that loads files and folders into the corpus."""

import argparse
import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from rag_api.config import ConfigError, Settings, load_settings
from rag_api.db.database import Database
from rag_api.db.pool import StartRefused, open_database
from rag_api.documents.files import Findings, SourceFile, find_files, read_file
from rag_api.documents.models import UnreadableDocumentError
from rag_api.documents.reader import DocumentReader, open_reader
from rag_api.documents.service import Change, ingest_content
from rag_api.errors import DomainError

_USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: all is in the corpus; 1: something could not be read or stored; 2: wrong usage."""
    paths: list[Path] = _create_parser().parse_args(arguments).path
    try:
        settings = load_settings(os.environ)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return _USAGE_ERROR
    try:
        return asyncio.run(_ingest(settings, paths))
    except (StartRefused, DomainError) as error:
        detail = error.detail if isinstance(error, DomainError) else str(error)
        sys.stderr.write(f"stopped: {detail}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was stored stays\n")
        return 128 + signal.SIGINT


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag_api.documents.ingest",
        description="Loads Markdown, text, HTML and PDF files into the corpus that answers are drawn from."
        " A file that has not changed is left alone, a changed one replaces its old version.",
        epilog="A document is known by its path relative to the given folder, or by its file name."
        " Exit code: 0 all files are in, 1 some could not be read or stored, 2 wrong usage.",
    )
    parser.add_argument("path", nargs="+", type=Path, metavar="PATH", help="a file, or a folder to search")
    return parser


async def _ingest(settings: Settings, paths: Sequence[Path]) -> int:
    findings = find_files(paths)
    counts: Counter[str] = Counter()
    async with (
        open_database(settings.database_url.get_secret_value(), size=1) as database,
        open_reader() as reader,
    ):
        with tqdm(findings.files, desc="ingest", unit="file", disable=None) as progress:
            for file in progress:
                progress.set_postfix_str(file.uri[-40:], refresh=False)
                try:
                    counts[await _ingest_file(database, reader, file)] += 1
                except UnreadableDocumentError as error:
                    findings.failed.append((file.path, str(error)))
    _report(findings, counts)
    return 1 if findings.failed else 0


async def _ingest_file(database: Database, reader: DocumentReader, file: SourceFile) -> Change:
    try:
        return await ingest_content(database, reader, file.uri, file.media_type, read_file(file.path))
    except UnreadableDocumentError:
        raise
    except DomainError as error:
        # Without a database each further file would only wait for the same failure.
        if error.code == "database_unavailable":
            raise
        raise UnreadableDocumentError(f"could not be stored: {error.detail}") from error
    except Exception as error:
        # Whatever it is about this file, the others must not stay out for it.
        raise UnreadableDocumentError(f"could not be stored: {type(error).__name__}") from error


def _report(findings: Findings, counts: Counter[str]) -> None:
    for word, problems in (("skipped", findings.skipped), ("failed", findings.failed)):
        for path, reason in problems:
            sys.stderr.write(f"{word}: {_printable(path)} {reason}\n")
    sys.stdout.write(
        f"{counts['created']} created, {counts['replaced']} replaced, {counts['unchanged']} unchanged,"
        f" {len(findings.failed)} failed, {len(findings.skipped)} skipped\n"
    )


def _printable(path: Path) -> str:
    text = str(path)
    return text if text.isprintable() else ascii(text)


if __name__ == "__main__":
    sys.exit(main())
