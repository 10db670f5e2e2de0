"""Names of conversations: one line of plain text, whatever a question or a model wrote."""

import re
import unicodedata
from typing import Final

MAX_TITLE_CHARACTERS: Final = 80
_SENTENCE: Final = re.compile(r".+?(?:[.!?…](?=\s)|[。！？]|$)")
# What models put around a name although they were asked not to.
_WRAPPING: Final = " \"'“”«»*_`#"


def condense_title(text: str) -> str:
    """The first sentence of a text, cut between words where it is long; empty when there is none."""
    line = " ".join(_printable(text).split())
    sentence = _SENTENCE.match(line)
    return _shorten(sentence[0] if sentence else "")


def clean_title(text: str) -> str:
    """A model's suggestion: its first line, without what surrounds the name."""
    lines = [line for line in _printable(text).splitlines() if line.strip(_WRAPPING)]
    line = lines[0].strip(_WRAPPING) if lines else ""
    return _shorten(" ".join(line.removeprefix("Title:").strip(_WRAPPING).removesuffix(".").split()))


def _printable(text: str) -> str:
    """Without controls and the marks that reorder a line, in which a title could pose as another."""
    return "".join(
        character
        for character in text
        if character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _shorten(line: str) -> str:
    if len(line) <= MAX_TITLE_CHARACTERS:
        return line
    cut = line.rfind(" ", MAX_TITLE_CHARACTERS // 2, MAX_TITLE_CHARACTERS)
    return f"{line[: cut if cut > 0 else MAX_TITLE_CHARACTERS - 1].rstrip()}…"
