"""Picks the sentences of passages that share most words with a question."""

import re
from collections.abc import Iterator

from rag_api.documents.service import Passage

MAX_QUOTE_CHARACTERS = 600
_MAX_SENTENCES = 3
_MIN_STEM_CHARACTERS = 4

_BOUNDARY = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…]['\")\]]))\s+(?=[\"'(\[]?[A-Z0-9À-ÖØ-Þ])|(?<=[。！？])|\n{2,}"
)
_WORD = re.compile(r"\w+")


def split_sentences(text: str) -> list[str]:
    sentences: list[str] = []
    number = ""
    for part in _BOUNDARY.split(text):
        sentence = " ".join(part.split())
        # "3." begins a list item and is no sentence.
        if sentence.removesuffix(".").isdigit():
            number = f"{sentence} "
        elif sentence:
            sentences.append(number + sentence)
            number = ""
    return sentences


def pick_quote(question: str, passage: Passage) -> str:
    """The best sentences in their own order, together at most `MAX_QUOTE_CHARACTERS`."""
    terms = set(_stems(question))
    sentences = split_sentences(passage.body)
    ranked = sorted(range(len(sentences)), key=lambda index: (-_overlap(terms, sentences[index]), index))
    chosen: list[int] = []
    length = 0
    for index in ranked[:_MAX_SENTENCES]:
        shares_nothing = not _overlap(terms, sentences[index])
        if chosen and (shares_nothing or length + len(sentences[index]) > MAX_QUOTE_CHARACTERS):
            continue
        chosen.append(index)
        length += len(sentences[index])
    return _shorten(" ".join(sentences[index] for index in sorted(chosen)))


def comparable(text: str) -> str:
    """Equal for two quotations that differ in case, spaces or punctuation only."""
    return " ".join(_WORD.findall(text.lower()))


def _overlap(terms: set[str], sentence: str) -> int:
    return len(terms & set(_stems(sentence)))


def _stems(text: str) -> Iterator[str]:
    """Words without common English endings: crude, but the search before this has stemmed properly."""
    for word in _WORD.findall(text.lower()):
        for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y"):
            if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM_CHARACTERS:
                word = word.removesuffix(ending)
                break
        yield word


def _shorten(text: str) -> str:
    if len(text) <= MAX_QUOTE_CHARACTERS:
        return text
    cut = text.rfind(" ", 0, MAX_QUOTE_CHARACTERS)
    return f"{text[: cut if cut > 0 else MAX_QUOTE_CHARACTERS]} …"
