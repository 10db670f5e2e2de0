"""Keeps text of documents and models from acting in an answer: no image loads, every citation is ours."""

import re

_IMAGE = re.compile(r"!\[")
_CITATION = re.compile(r"\[(\d+)\]")
_LINK = re.compile(r"\](?=[(\[])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def quote_inertly(text: str) -> str:
    """A quotation as Markdown that shows the same words, but holds no image, link, tag or citation mark."""
    text = _CITATION.sub(r"(\1)", _without_images(text))
    return _TAG.sub("‹", _LINK.sub("] ", text))


class ImageFilter:
    """Passes a model's text on in pieces in which no Markdown image can form, not even across two pieces."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, delta: str) -> str:
        text = self._held + delta
        self._held = "!" if text.endswith("!") else ""
        return _without_images(text.removesuffix(self._held))

    def finish(self) -> str:
        held, self._held = self._held, ""
        return held


def _without_images(text: str) -> str:
    # A space, because `! [` means the same as `![` in every programming language that an answer may quote.
    return _IMAGE.sub("! [", text)
