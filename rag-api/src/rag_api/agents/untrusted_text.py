"""Keeps text of documents and models from acting in an answer: nothing loads, every citation is ours."""

import re
from typing import Final

_IMAGE: Final = re.compile(r"!\[")
# Elements that load something as soon as they are shown, or that change what others load.
_LOADING_TAG: Final = re.compile(
    r"<(?=(?:applet|audio|base|bgsound|body|embed|feimage|frame|frameset|iframe|image|img|input|link|meta"
    r"|object|picture|portal|script|source|style|svg|table|tbody|td|tfoot|th|thead|tr|track|use|video)[\s/>])",
    re.IGNORECASE,
)
# A number in brackets, also in emphasis, which is no citation of ours where it becomes a link. Markdown takes
# labels of up to 999 characters, and any space in them for one.
_MARK_INTERIOR: Final = r"[\s\d*_~`^.,;\-\u2013]"
_MARK_BEFORE_LINK: Final = re.compile(rf"(\[{_MARK_INTERIOR}{{1,1000}}\]{{1,3}})(?=[(\[:])")
# The end of a text that could go on as one of those.
_BEGINNING: Final = re.compile(rf"(?:!|<[A-Za-z]{{0,8}}|\[{_MARK_INTERIOR}{{0,1000}}\]{{0,3}})\Z")
_CITATION: Final = re.compile(r"\[(\d+)\]")
_LINK: Final = re.compile(r"\](?=[(\[])")
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")


def quote_inertly(text: str) -> str:
    """A quotation as Markdown that shows the same words, but holds no image, link, tag or citation mark."""
    text = disarm(_TAG.sub("‹", text))
    return _LINK.sub("] ", _CITATION.sub(r"(\1)", text))


def disarm(text: str) -> str:
    """Markdown in which nothing loads and no number in brackets is a link; what is so already stays."""
    # A space, because `! [` and `a[0] (b)` mean the same as without it in what an answer may quote.
    text = _LOADING_TAG.sub("< ", _IMAGE.sub("! [", text))
    return _MARK_BEFORE_LINK.sub(_detach, text)


class StreamDisarmer:
    """Disarms a model's text in pieces: nothing forms across two of them either."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, delta: str) -> str:
        # Left out here already, because it is when the text is stored.
        text = self._held + delta.replace("\0", "")
        beginning = _BEGINNING.search(text)
        end = beginning.start() if beginning else len(text)
        self._held = text[end:]
        # The first that is held back decides what stands before it.
        follower = self._held[:1]
        return disarm(text[:end] + follower).removesuffix(follower)

    def finish(self) -> str:
        held, self._held = self._held, ""
        return held


def _detach(mark: re.Match[str]) -> str:
    return f"{mark[1]} " if any(character.isdigit() for character in mark[1]) else mark[1]
