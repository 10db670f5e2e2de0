"""SQL of the corpus; all of it goes through functions that see no user."""

from dataclasses import asdict, dataclass
from typing import Literal

from psycopg.types.json import Jsonb

from rag_api.db.database import Database
from rag_api.documents.models import Document, Passage
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
    chunks = [{"id": str(new_id()), **asdict(chunk)} for chunk in document.chunks]
    row = await database.fetch_one(
        _ChangeRow,
        "select rag.put_document(%s, %s, %s, null, %s, %s, %s) as change",
        (
            new_id(),
            document.uri,
            document.title,
            document.media_type,
            document.content_hash,
            Jsonb(chunks),
        ),
        retry=True,
    )
    return row.change


async def list_passages(database: Database, query: str, limit: int) -> list[Passage]:
    return await database.fetch_all(
        Passage, "select * from rag.retrieve_passages(%s, %s)", (query, limit), retry=True
    )
