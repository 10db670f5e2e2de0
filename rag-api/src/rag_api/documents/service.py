"""The corpus as other features use it: search, and putting a file's content in."""

import hashlib

from rag_api.db.database import Database
from rag_api.documents import queries
from rag_api.documents.chunking import split_blocks
from rag_api.documents.models import Document, Passage, UnreadableDocumentError
from rag_api.documents.parsers import PARSERS
from rag_api.documents.queries import Change

__all__ = ["Change", "Passage", "ingest_content", "list_passages"]

# Part of the hash: a change in how files are read or cut must replace what the old way stored.
_READING = b"reading 1\n"
_MAX_TITLE_CHARACTERS = 200

list_passages = queries.list_passages


async def ingest_content(database: Database, uri: str, media_type: str, content: bytes) -> Change:
    """Stores one document in one transaction; raises UnreadableDocumentError and DomainError."""
    content_hash = hashlib.sha256(_READING + content).hexdigest()
    if await queries.find_document_hash(database, uri) == content_hash:
        return "unchanged"
    return await queries.put_document(database, read_document(uri, media_type, content, content_hash))


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
    title = " ".join((parsed.title or "").split()) or uri.rpartition("/")[2]
    return Document(uri, title[:_MAX_TITLE_CHARACTERS], media_type, content_hash, chunks)
