"""The rules of conversations that are not the database's."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rag_api.auth.principal import Principal
from rag_api.conversations import queries
from rag_api.conversations.models import (
    ConversationFilter,
    ConversationRow,
    CreatedConversationRow,
    DeletedCounts,
)
from rag_api.cursor import Position, decode_cursor, encode_cursor
from rag_api.db.database import Database
from rag_api.idempotency import NamedRequest
from rag_api.ids import new_id

# Nobody reads a larger number to its end, and counting walks over every row.
COUNT_LIMIT: Final = 10_000
_CURSOR_KIND: Final = "conversations"
_TRASH_KIND: Final = "trash"
# Deleted in one transaction: some tenths of a second.
_MESSAGES_AT_ONCE: Final = 2_000
# Bytes of metadata after which a page ends, however few conversations it holds.
_PAGE_BYTES: Final = 4 * 1024 * 1024


async def create_conversation(
    database: Database,
    owner: Principal,
    id: str | None,
    title: str | None,
    metadata: Mapping[str, object],
    request: NamedRequest | None = None,
) -> CreatedConversationRow:
    """Creates a conversation under the client's id, or under a new one."""
    return await queries.insert_conversation(database, owner, id or str(new_id()), title, metadata, request)


async def list_page(
    database: Database, owner: Principal, limit: int, wanted: ConversationFilter, cursor: str | None
) -> tuple[Sequence[ConversationRow], str | None]:
    """A page and the cursor of the next one. Raises invalid_cursor."""
    before = decode_cursor(_CURSOR_KIND, cursor)
    # One more than asked tells whether there is a next page.
    return _cut(await queries.list_conversations(database, owner, limit + 1, wanted, before), limit)


async def list_and_count(
    database: Database, owner: Principal, limit: int, wanted: ConversationFilter
) -> tuple[Sequence[ConversationRow], str | None, int]:
    """The first page, the cursor of the next one, and how many there are, counted up to COUNT_LIMIT."""
    rows = await queries.list_and_count_conversations(database, owner, limit + 1, wanted, COUNT_LIMIT)
    return *_cut(rows, limit), rows[0].count if rows else 0


async def list_trash(
    database: Database, owner: Principal, limit: int, cursor: str | None, trash_days: int
) -> tuple[Sequence[ConversationRow], str | None]:
    """A page of the trash and the cursor of the next one. Raises invalid_cursor."""
    before = decode_cursor(_TRASH_KIND, cursor)
    rows = await queries.list_trash(database, owner, limit + 1, before, trash_days)
    page = list(_list_fitting(rows[:limit]))
    last = page[-1] if len(rows) > len(page) else None
    if last is None or last.deleted_at is None:
        return page, None
    return page, encode_cursor(_TRASH_KIND, Position(last.deleted_at, last.id))


async def delete_all(database: Database, owner: Principal, trash: bool) -> DeletedCounts:
    """In parts, each a transaction: what was deleted before a failure stays deleted."""
    conversations = messages = 0
    while True:
        part = await queries.delete_conversations(database, owner, trash, _MESSAGES_AT_ONCE)
        if part.conversations == 0:
            return DeletedCounts(conversations, messages)
        conversations += part.conversations
        messages += part.messages


def _cut(rows: Sequence[ConversationRow], limit: int) -> tuple[Sequence[ConversationRow], str | None]:
    page = list(_list_fitting(rows[:limit]))
    if len(rows) == len(page):
        return page, None
    last = page[-1]
    return page, encode_cursor(_CURSOR_KIND, Position(last.updated_at, last.id))


def _list_fitting(rows: Sequence[ConversationRow]) -> Iterator[ConversationRow]:
    """Those that begin before the page is full; always the first."""
    size = 0
    for row in rows:
        if size >= _PAGE_BYTES:
            return
        yield row
        size += len(json.dumps(row.metadata, ensure_ascii=False).encode())
