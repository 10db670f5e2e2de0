"""Passages keep their headings, stay near their size, and lose nothing."""

import random
import re

from rag_api.documents.chunking import CHUNK_CHARACTERS, split_blocks, split_text
from rag_api.documents.models import Block, Chunk


def test_blocks_of_one_heading_share_a_passage() -> None:
    blocks = [Block(("A", "B"), "one"), Block(("A", "B"), "two"), Block(("A", "C"), "three")]
    assert split_blocks(blocks) == (Chunk("A › B", "one\n\ntwo"), Chunk("A › C", "three"))


def test_a_passage_ends_at_a_paragraph() -> None:
    blocks = [Block((), "x" * 50), Block((), "y" * 50), Block((), "z" * 50)]
    assert [chunk.body for chunk in split_blocks(blocks, 110)] == ["x" * 50 + "\n\n" + "y" * 50, "z" * 50]


def test_a_long_paragraph_is_cut_at_the_best_place() -> None:
    assert list(split_text("First sentence here. Second one there.", 30)) == [
        "First sentence here.",
        "Second one there.",
    ]
    assert list(split_text("line number one\nline two", 20)) == ["line number one", "line two"]
    assert list(split_text("some words without an end", 15)) == ["some words", "without an end"]
    assert list(split_text("x" * 25, 10)) == ["x" * 10, "x" * 10, "x" * 5]


def test_indentation_survives_a_cut() -> None:
    assert list(split_text("def f():\n    return 1\n", 12)) == ["def f():", "    return 1"]


def test_no_text_is_lost() -> None:
    source = random.Random(7)
    for _ in range(50):
        paragraphs = [
            source.choice(["", " ", "\n"]).join(
                source.choice(["word", "日本語。", "x" * 300, "Ends here. ", "a\tb", "é"])
                for _ in range(source.randint(1, 400))
            )
            for _ in range(source.randint(1, 6))
        ]
        blocks = [Block((str(index % 3),), text) for index, text in enumerate(paragraphs)]
        chunks = split_blocks(blocks)
        assert all(0 < len(chunk.body) <= CHUNK_CHARACTERS for chunk in chunks)
        whole = "".join(chunk.body for chunk in chunks)
        assert re.sub(r"\s", "", whole) == re.sub(r"\s", "", "".join(paragraphs))
