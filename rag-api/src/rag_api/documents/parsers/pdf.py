"""PDF to plain text, one section a page."""

import io
import logging
import re

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from rag_api.documents.models import ParsedDocument, UnreadableDocumentError
from rag_api.documents.outline import Outline
from rag_api.documents.parsers.text import clean_text

# pypdf logs each oddity of a file that it reads all the same.
logging.getLogger("pypdf").setLevel(logging.ERROR)


def parse_pdf(content: bytes) -> ParsedDocument:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocumentError("is encrypted and needs a password")
        return _read(reader)
    except PyPdfError as error:
        raise UnreadableDocumentError(f"is a broken PDF: {error}") from error


def _read(reader: PdfReader) -> ParsedDocument:
    outline = Outline()
    for number, page in enumerate(reader.pages, start=1):
        paragraphs = re.split(r"\n[ \t]*\n", clean_text(page.extract_text()))
        if any(paragraph.strip() for paragraph in paragraphs):
            outline.add_heading(1, f"Page {number}")
        for paragraph in paragraphs:
            outline.add_text(paragraph)
    blocks = outline.finish()
    if not blocks:
        raise UnreadableDocumentError("holds no text (is it scanned?)")
    return ParsedDocument(reader.metadata.title if reader.metadata else None, blocks)
