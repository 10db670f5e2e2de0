"""`make ingest` against a real database: what it stores, says, and exits with."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from harness.database import ClonedDatabase, clone_database
from harness.pdf import encrypt_pdf, make_pdf


@pytest.fixture(scope="module")
def corpus_database() -> ClonedDatabase:  # type: ignore[misc]
    """A corpus of this file's own."""
    with clone_database() as cloned:
        yield cloned


def ingest(database: ClonedDatabase, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rag_api.documents.ingest", *map(str, arguments)],
        env=os.environ | {"RAG_API_DATABASE_URL": database.rag_api_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def find_passages(database: ClonedDatabase, query: str) -> list[tuple[str, str, str, str, int]]:
    """uri, title, heading, body and document version of what the search finds."""
    with psycopg.connect(database.rag_api_url) as connection:
        return connection.execute(
            "select uri, title, heading, body, document_version from rag.retrieve_passages(%s, 10)", (query,)
        ).fetchall()


def test_a_file_that_cannot_be_stored_keeps_no_other_out(
    corpus_database: ClonedDatabase, tmp_path: Path
) -> None:
    # More than an index entry of PostgreSQL's can hold.
    deep = tmp_path.joinpath("docs", *(secrets.token_hex(100) for _ in range(14)))
    deep.mkdir(parents=True)
    (deep / "deep.md").write_text("Okapis hide.")
    (tmp_path / "docs" / "surrogate.html").write_text(
        '<meta charset="unicode_escape"><title>Half \\ud800</title>'
        "<h1>H \\ud800</h1><p>Okapis \\ud800 eat.</p>"
    )
    ended = ingest(corpus_database, tmp_path / "docs")
    assert ended.returncode == 1
    assert ended.stdout == "1 created, 0 replaced, 0 unchanged, 1 failed, 0 skipped\n"
    assert "deep.md could not be stored: ProgramLimitExceeded" in ended.stderr
    ((_, title, heading, body, _),) = find_passages(corpus_database, "okapis")
    assert (title, heading, body) == ("Half ?", "H ?", "Okapis ? eat.")


def test_ingestion_is_idempotent_and_replaces(corpus_database: ClonedDatabase, tmp_path: Path) -> None:
    guide = tmp_path / "docs" / "guide.md"
    guide.parent.mkdir()
    guide.write_text("# Zebra guide\n\n## Feeding\n\nZebras eat quagmire grass.\n")
    (tmp_path / "docs" / "page.html").write_text("<title>Zebra page</title><p>Zebras run in herds.</p>")
    (tmp_path / "docs" / "scan.pdf").write_bytes(make_pdf("Zebras sleep standing", title="Zebra sleep"))

    first = ingest(corpus_database, tmp_path / "docs")
    assert first.returncode == 0, first.stderr
    assert first.stdout == "3 created, 0 replaced, 0 unchanged, 0 failed, 0 skipped\n"
    assert find_passages(corpus_database, "quagmire") == [
        ("guide.md", "Zebra guide", "Zebra guide › Feeding", "Zebras eat quagmire grass.", 1)
    ]
    found = {uri for uri, *_ in find_passages(corpus_database, "zebras")}
    assert found == {"guide.md", "page.html", "scan.pdf"}

    assert ingest(corpus_database, tmp_path / "docs").stdout.startswith("0 created, 0 replaced, 3 unchanged")
    guide.write_text("# Zebra guide\n\nZebras eat savanna grass now.\n")
    assert ingest(corpus_database, guide).stdout.startswith("0 created, 1 replaced, 0 unchanged")
    assert find_passages(corpus_database, "quagmire") == []
    assert [row[4] for row in find_passages(corpus_database, "savanna")] == [2]


def test_each_failure_is_named_and_the_rest_is_taken(corpus_database: ClonedDatabase, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Walruses like oysters.")
    (tmp_path / "latin.txt").write_bytes("Grüße".encode("latin-1"))
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "locked.pdf").write_bytes(encrypt_pdf(make_pdf("x"), "secret"))
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "out.md").symlink_to("/etc/hostname")

    done = ingest(corpus_database, tmp_path)
    assert done.returncode == 1
    assert done.stdout == "1 created, 0 replaced, 0 unchanged, 4 failed, 1 skipped\n"
    for name, reason in (
        ("latin.txt", "is not valid UTF-8"),
        ("empty.md", "is empty"),
        ("locked.pdf", "is encrypted"),
        ("out.md", "outside the folder"),
        ("photo.jpg", "is not Markdown, text, HTML or PDF"),
    ):
        assert any(name in line and reason in line for line in done.stderr.splitlines()), done.stderr
    assert len(find_passages(corpus_database, "oysters")) == 1


def test_usage_and_configuration_errors(corpus_database: ClonedDatabase, tmp_path: Path) -> None:
    assert ingest(corpus_database).returncode == 2
    assert "PATH" in ingest(corpus_database, "--help").stdout
    missing = ingest(corpus_database, tmp_path / "nowhere")
    assert (missing.returncode, "does not exist" in missing.stderr) == (1, True)
    unconfigured = subprocess.run(
        [sys.executable, "-m", "rag_api.documents.ingest", str(tmp_path)],
        env={name: value for name, value in os.environ.items() if name != "RAG_API_DATABASE_URL"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert unconfigured.returncode == 2
    assert "RAG_API_DATABASE_URL" in unconfigured.stderr
