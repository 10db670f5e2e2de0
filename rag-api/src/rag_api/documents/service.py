"""The corpus as other features use it: search, and putting a file's content in."""

import hashlib
import json
from dataclasses import replace
from typing import Final, Protocol
from uuid import UUID

from rag_api.auth.principal import AnyPrincipal, MachinePrincipal
from rag_api.cursor import Position, decode_uuid_cursor, encode_cursor
from rag_api.db.database import Database
from rag_api.documents import queries
from rag_api.documents.models import (
    Document,
    DocumentRow,
    Passage,
    StoredDocumentRow,
    UnreadableDocumentError,
    Upload,
)
from rag_api.documents.queries import Change
from rag_api.errors import DomainError

__all__ = ["Change", "Passage", "Reader", "ingest_content", "list_page", "list_passages", "store_upload"]

# Part of the hash: a change in how files are read or cut must replace what the old way stored.
_READING = b"reading 1\n"
_CURSOR_KIND: Final = "documents"


class Reader(Protocol):
    """Makes a document of a file's bytes; raises UnreadableDocumentError."""

    async def read(self, uri: str, media_type: str, content: bytes, content_hash: str) -> Document: ...


list_passages = queries.list_passages


async def ingest_content(
    database: Database, reader: Reader, uri: str, media_type: str, content: bytes
) -> Change:
    """Stores one document in one transaction; raises UnreadableDocumentError and DomainError."""
    content_hash = hashlib.sha256(_READING + content).hexdigest()
    if await queries.find_document_hash(database, uri) == content_hash:
        return "unchanged"
    return await queries.put_document(database, await reader.read(uri, media_type, content, content_hash))


async def store_upload(
    database: Database,
    reader: Reader,
    writer: MachinePrincipal,
    upload: Upload,
    uri: str | None,
    id: UUID | None = None,
) -> StoredDocumentRow:
    """Stores a file under its uri, or in place of the document of this id. Raises DomainError."""
    if not upload.content.strip():
        raise DomainError("unreadable_document", "The document is empty.")
    try:
        document = await reader.read(uri or "", upload.media_type, upload.content, _hash_upload(upload))
    except UnreadableDocumentError as error:
        raise DomainError("unreadable_document", f"The document {error}.") from error
    if upload.title is not None:
        document = replace(document, title=upload.title)
    return await queries.store_document(database, writer, document, upload.url, id)


async def list_page(
    database: Database, reader: AnyPrincipal, limit: int, cursor: str | None
) -> tuple[list[DocumentRow], str | None]:
    """A page and the cursor of the next one. Raises invalid_cursor."""
    before = decode_uuid_cursor(_CURSOR_KIND, cursor)
    # One more than asked tells whether there is a next page.
    rows = await queries.list_documents(database, reader, limit + 1, before)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor(_CURSOR_KIND, Position(last.created_at, str(last.id)))


def _hash_upload(upload: Upload) -> str:
    """Without a title or url of the client's the same as that of `make ingest`."""
    given = json.dumps([upload.title, upload.url]).encode() if upload.title or upload.url else b""
    return hashlib.sha256(_READING + given + upload.content).hexdigest()
