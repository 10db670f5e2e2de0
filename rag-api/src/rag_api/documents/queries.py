"""SQL of the corpus, which belongs to no user."""

from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from rag_api.auth.principal import AnyPrincipal, MachinePrincipal
from rag_api.cursor import Position
from rag_api.db.database import Database
from rag_api.documents.models import Document, DocumentRow, Passage, StoredDocumentRow
from rag_api.ids import new_id

Change = Literal["created", "replaced", "unchanged"]


@dataclass(frozen=True, slots=True)
class _HashRow:
    hash: str | None


@dataclass(frozen=True, slots=True)
class _ChangeRow:
    change: Change


async def find_document_hash(database: Database, uri: str) -> str | None:
    row = await database.fetch_one(_HashRow, "select rag.document_hash(%s) as hash", (uri,), retry=True)
    return row.hash


async def put_document(database: Database, document: Document) -> Change:
    row = await database.fetch_one(
        _ChangeRow,
        "select rag.put_document(%s, %s, %s, null, %s, %s, %s) as change",
        (
            new_id(),
            document.uri,
            document.title,
            document.media_type,
            document.content_hash,
            _as_json(document),
        ),
        retry=True,
    )
    return row.change


async def list_passages(database: Database, query: str, limit: int) -> list[Passage]:
    return await database.fetch_all(
        Passage, "select * from rag.retrieve_passages(%s, %s)", (query, limit), retry=True
    )


async def list_documents(
    database: Database, reader: AnyPrincipal, limit: int, before: Position | None
) -> list[DocumentRow]:
    """At most `limit` documents made before a position, newest first."""
    time, identifier = before or (None, None)
    return await database.fetch_all(
        DocumentRow,
        "select * from rag.find_documents(%s, %s, %s, %s, null, %s, %s, %s::uuid)",
        (*_entry(reader), limit, time, identifier),
        retry=True,
    )


async def get_document(database: Database, reader: AnyPrincipal, id: UUID) -> DocumentRow:
    """Raises not_found."""
    return await database.fetch_one(
        DocumentRow,
        "select * from rag.find_documents(%s, %s, %s, %s, %s, 1, null, null)",
        (*_entry(reader), id),
        retry=True,
    )


async def store_document(
    database: Database, writer: MachinePrincipal, document: Document, url: str | None, id: UUID | None
) -> StoredDocumentRow:
    """Under its uri, or in place of the document of this id. Raises not_found."""
    return await database.fetch_one(
        StoredDocumentRow,
        "select * from rag.store_document(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            writer.client_id,
            str(writer.token_id),
            id or new_id(),
            None if id else document.uri,
            document.title,
            url,
            document.media_type,
            document.content_hash,
            _as_json(document),
        ),
        retry=True,
    )


async def delete_document(database: Database, writer: MachinePrincipal, id: UUID) -> None:
    """Raises not_found. Not tried twice: after a lost answer the second try would call it "not found"."""
    await database.execute(
        "select rag.delete_document(%s, %s, %s)", (writer.client_id, str(writer.token_id), id)
    )


def _entry(reader: AnyPrincipal) -> tuple[object, ...]:
    if isinstance(reader, MachinePrincipal):
        return None, None, reader.client_id, str(reader.token_id)
    return reader.user_id, reader.session_id, None, None


def _as_json(document: Document) -> Jsonb:
    return Jsonb([{"id": str(new_id()), **asdict(chunk)} for chunk in document.chunks])
