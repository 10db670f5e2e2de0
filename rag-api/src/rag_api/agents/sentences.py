"""Picks the sentences of passages that share most words with a question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag_api.documents.outline import CODE_INDENT

MAX_QUOTE_CHARACTERS = 600
_MAX_SENTENCES = 3
# As much of it as the search reads.
_MAX_QUESTION_CHARACTERS = 4_000
_MIN_STEM_CHARACTERS = 4

_BOUNDARY = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…]['\")\]]))\s+(?=[\"'(\[]?[A-Z0-9À-ÖØ-Þ])|(?<=[。！？])|\n{2,}"
)
_CODE_LINE = re.compile(rf"^{CODE_INDENT}.*$", re.MULTILINE)
_WORD = re.compile(r"\w+")
# Chinese, Japanese and Korean are written without spaces that would tell words; pairs of characters do.
_UNSPACED = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_STOP_WORDS = frozenset(
    """
    a about after all am an and any are as at be been but by can could did do does for from get had happen
    happens has have how i if in into is it its me my no not of on or our please s should so tell that the
    their them then there these they this to up use used uses was we were what when where which who why will
    with work works would you your
    """.split()  # noqa: SIM905 - as a literal it would stand one word a line
)
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y")


@dataclass(frozen=True, slots=True)
class Quote:
    """`shared` counts the question's terms that stand in it or in the heading above it."""

    text: str
    shared: int


def split_sentences(text: str) -> list[str]:
    """The sentences of the prose; code, which is indented, is none."""
    sentences: list[str] = []
    number = ""
    for part in _BOUNDARY.split(_CODE_LINE.sub("", text)):
        sentence = " ".join(part.split())
        # "3." begins a list item and is no sentence.
        if sentence.removesuffix(".").isdigit():
            number = f"{sentence} "
        elif sentence:
            sentences.append(number + sentence)
            number = ""
    return sentences


def list_terms(question: str) -> frozenset[str]:
    """What to look for in sentences; of a very long question, what its beginning asks."""
    return frozenset(_stems(question[:_MAX_QUESTION_CHARACTERS]))


def pick_quote(terms: frozenset[str], heading: str, text: str) -> Quote:
    """The best sentences in their own order, together at most `MAX_QUOTE_CHARACTERS`."""
    sentences = split_sentences(text)
    shared = [terms & set(_stems(sentence)) for sentence in sentences]
    ranked = sorted(range(len(sentences)), key=lambda index: (-len(shared[index]), index))
    chosen: list[int] = []
    length = 0
    for index in ranked[:_MAX_SENTENCES]:
        weak = len(shared[index]) * 2 <= len(shared[ranked[0]]) or len(shared[index]) < min(2, len(terms))
        if chosen and (weak or length + len(sentences[index]) > MAX_QUOTE_CHARACTERS):
            continue
        chosen.append(index)
        length += len(sentences[index])
    quoted = _shorten(" ".join(sentences[index] for index in sorted(chosen)))
    return Quote(quoted, len((terms & set(_stems(heading))).union(*(shared[index] for index in chosen))))


def comparable(text: str) -> str:
    """Equal for two quotations that differ in case, spaces or punctuation only."""
    return " ".join(_WORD.findall(text.lower()))


def _stems(text: str) -> Iterator[str]:
    """Words without common English endings: crude, but the search before this has stemmed properly."""
    for run in _UNSPACED.findall(text):
        yield from (first + second for first, second in pairwise(run)) if len(run) > 1 else run
    for word in _WORD.findall(_UNSPACED.sub(" ", text).lower()):
        if word in _STOP_WORDS:
            continue
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM_CHARACTERS:
                word = word.removesuffix(ending)
                break
        yield word


def _shorten(text: str) -> str:
    if len(text) <= MAX_QUOTE_CHARACTERS:
        return text
    cut = text.rfind(" ", 0, MAX_QUOTE_CHARACTERS)
    return f"{text[: cut if cut > 0 else MAX_QUOTE_CHARACTERS]} …"
