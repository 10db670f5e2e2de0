"""Packs blocks into passages of about 1,200 characters that never cross a heading and never lose text."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from rag_api.documents.models import Block, Chunk

CHUNK_CHARACTERS = 1_200
HEADING_SEPARATOR = " › "

_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*\s|[。！？]")


def split_blocks(blocks: Iterable[Block], limit: int = CHUNK_CHARACTERS) -> tuple[Chunk, ...]:
    return tuple(
        Chunk(HEADING_SEPARATOR.join(headings), body)
        for headings, section in groupby(blocks, key=lambda block: block.headings)
        for body in _pack((block.text for block in section), limit)
    )


def _pack(paragraphs: Iterable[str], limit: int) -> Iterator[str]:
    packed = ""
    for piece in (piece for paragraph in paragraphs for piece in split_text(paragraph, limit)):
        if packed and len(packed) + 2 + len(piece) > limit:
            yield packed
            packed = ""
        packed = f"{packed}\n\n{piece}" if packed else piece
    if packed:
        yield packed


def split_text(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters, cut at the best boundary: line, sentence, word, anywhere."""
    rest = text.strip("\n").rstrip()
    while len(rest) > limit:
        cut = _last_boundary(rest, limit)
        if piece := rest[:cut].rstrip():
            yield piece
        rest = rest[cut:].lstrip("\n")
    if rest.strip():
        yield rest


def _last_boundary(text: str, limit: int) -> int:
    # A boundary in the first half would leave a needlessly short piece.
    earliest = limit // 2
    line = text.rfind("\n", earliest, limit)
    if line >= 0:
        return line + 1
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, earliest, limit)]
    if sentences:
        return sentences[-1]
    word = text.rfind(" ", earliest, limit)
    return word + 1 if word >= 0 else limit
