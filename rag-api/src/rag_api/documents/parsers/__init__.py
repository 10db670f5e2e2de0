"""One parser a media type; each turns a file's bytes into a title and blocks of plain text."""

from collections.abc import Callable

from rag_api.documents.models import ParsedDocument
from rag_api.documents.parsers.html import parse_html
from rag_api.documents.parsers.markdown import parse_markdown
from rag_api.documents.parsers.pdf import parse_pdf
from rag_api.documents.parsers.text import parse_text

PARSERS: dict[str, Callable[[bytes], ParsedDocument]] = {
    "text/markdown": parse_markdown,
    "text/plain": parse_text,
    "text/html": parse_html,
    "application/pdf": parse_pdf,
}
