"""Plain text: decoding that refuses to guess, and paragraphs at blank lines."""

import codecs
import re

from rag_api.documents.models import ParsedDocument, UnreadableDocumentError
from rag_api.documents.outline import Outline

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_LINE_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MAX_CONTROL_SHARE = 0.01


def parse_text(content: bytes) -> ParsedDocument:
    outline = Outline()
    for paragraph in re.split(r"\n[ \t]*\n", decode_text(content)):
        outline.add_text(paragraph)
    return ParsedDocument(None, outline.finish())


def decode_text(content: bytes, declared: str = "utf-8") -> str:
    """Text without control characters, decoded as the byte order mark says, else as `declared`."""
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), declared)
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise UnreadableDocumentError(f"declares an unknown encoding, {encoding[:40]!r}") from error
    except UnicodeDecodeError as error:
        if b"\0" in content:
            raise UnreadableDocumentError("is binary, not text") from error
        raise UnreadableDocumentError(f"is not valid {encoding.upper()} (byte {error.start})") from error
    if len(_CONTROLS.findall(text)) > len(text) * _MAX_CONTROL_SHARE:
        raise UnreadableDocumentError("is binary, not text")
    return clean_text(text)


def clean_text(text: str) -> str:
    """Without what PostgreSQL or a terminal could not take: control characters, halves of surrogate pairs."""
    whole = text.encode("utf-8", "replace").decode()
    return _CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


def clean_line(text: str) -> str:
    """One line, for a title or a heading, without any control character."""
    return _LINE_CONTROLS.sub("", " ".join(clean_text(text).split()))
