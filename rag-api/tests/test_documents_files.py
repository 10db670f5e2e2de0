"""Which files a path stands for, and why others are not taken."""

import os
from pathlib import Path

import pytest

from rag_api.documents import files
from rag_api.documents.files import find_files, read_file
from rag_api.documents.models import UnreadableDocumentError


def write(path: Path, content: str = "words") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_a_folder_gives_stable_uris(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.TXT", "a/deep/page.html", ".git/x.md", "a/.hidden.md", "image.png"):
        write(tmp_path / name)
    found = find_files([tmp_path])
    assert [(file.uri, file.media_type) for file in found.files] == [
        ("b.md", "text/markdown"),
        ("a/z.TXT", "text/plain"),
        ("a/deep/page.html", "text/html"),
    ]
    assert found.skipped == [(tmp_path / "image.png", files.OTHER_TYPE)]
    assert found.failed == []


def test_a_file_is_known_by_its_name(tmp_path: Path) -> None:
    found = find_files(
        [write(tmp_path / "deep" / "a.md"), write(tmp_path / "b.png"), tmp_path / "missing.md"]
    )
    assert [file.uri for file in found.files] == ["a.md"]
    assert [(path.name, reason) for path, reason in found.failed] == [
        ("b.png", files.OTHER_TYPE),
        ("missing.md", "does not exist"),
    ]


def test_two_files_never_take_one_uri(tmp_path: Path) -> None:
    found = find_files([write(tmp_path / "one" / "a.md"), write(tmp_path / "two" / "a.md")])
    assert [file.path.parent.name for file in found.files] == ["one"]
    assert [path.parent.name for path, _ in found.failed] == ["two"]


def test_the_same_file_twice_is_no_conflict(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md")
    found = find_files([path, path])
    assert [file.uri for file in found.files] == ["a.md"]
    assert found.failed == []


def test_links_stay_inside(tmp_path: Path) -> None:
    outside, root = write(tmp_path / "outside" / "secret.md"), tmp_path / "root"
    write(root / "real.md")
    (root / "linked.md").symlink_to(root / "real.md")
    (root / "out.md").symlink_to(outside)
    (root / "out").symlink_to(outside.parent)
    (root / "loop").symlink_to(root)
    (root / "self.md").symlink_to(root / "self.md")
    found = find_files([root])
    assert [file.uri for file in found.files] == ["linked.md", "real.md", "self.md"]
    assert [path.name for path, _ in found.failed] == ["out", "out.md"]
    with pytest.raises(UnreadableDocumentError, match="symbolic links"):
        read_file(root / "self.md")


def test_composed_and_decomposed_names_are_one(tmp_path: Path) -> None:
    write(tmp_path / "cafe\u0301.md")
    assert [file.uri for file in find_files([tmp_path]).files] == ["caf\u00e9.md"]


def test_an_undecodable_name_is_refused(tmp_path: Path) -> None:
    write(tmp_path / os.fsdecode(b"bad\xff.md"))
    assert [reason for _, reason in find_files([tmp_path]).failed] == [
        "has a name that is not printable text"
    ]


def test_odd_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(UnreadableDocumentError, match="not a regular file"):
        read_file(tmp_path / "pipe.md")
    with pytest.raises(UnreadableDocumentError, match="is empty"):
        read_file(write(tmp_path / "empty.md", " \n"))
    with (tmp_path / "huge.md").open("wb") as huge:
        huge.truncate(files.MAX_FILE_BYTES + 1)
    with pytest.raises(UnreadableDocumentError, match="larger than 20 MiB"):
        read_file(tmp_path / "huge.md")
