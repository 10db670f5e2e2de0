"""Turns the database's delimiters into ranges."""

from typing import Final

from rag_api.search.models import MarkedText, Range

# Private-use characters that the database removes from every text before it marks the matches in it.
_BEGIN: Final = "\ue000"
_END: Final = "\ue001"


def read_marks(marked: str) -> MarkedText:
    """The text without delimiters, and what stood between them, in order and without overlap."""
    plain: list[str] = []
    highlights: list[Range] = []
    length = 0
    for number, part in enumerate(marked.split(_BEGIN)):
        inside, separator, outside = part.partition(_END)
        if number > 0 and separator:
            highlights.append(Range(length, length + len(inside)))
        plain += (inside, outside)
        length += len(inside) + len(outside)
    return MarkedText("".join(plain), highlights)
