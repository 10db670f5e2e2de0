"""From a file's bytes to a document of passages."""

from typing import Final

from rag_api.documents.chunking import split_blocks
from rag_api.documents.models import Chunk, Document, UnreadableDocumentError
from rag_api.documents.parsers import PARSERS
from rag_api.documents.parsers.text import clean_line, clean_text

_MAX_TITLE_CHARACTERS: Final = 200


def read_document(uri: str, media_type: str, content: bytes, content_hash: str) -> Document:
    try:
        parsed = PARSERS[media_type](content)
    except UnreadableDocumentError:
        raise
    except Exception as error:
        # A hostile or broken file can raise anything in a parser; the next file is fine.
        raise UnreadableDocumentError(f"cannot be parsed: {type(error).__name__}: {error}") from error
    chunks = split_blocks(parsed.blocks)
    if not chunks:
        raise UnreadableDocumentError("holds no text")
    title = clean_line(parsed.title or "") or uri.rpartition("/")[2]
    cleaned = tuple(Chunk(clean_line(chunk.heading), clean_text(chunk.body)) for chunk in chunks)
    return Document(uri, title[:_MAX_TITLE_CHARACTERS], media_type, content_hash, cleaned)
