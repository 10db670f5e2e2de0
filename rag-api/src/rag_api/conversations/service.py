"""The rules of conversations that are not the database's."""

from collections.abc import Mapping, Sequence
from typing import Final

from rag_api.auth.principal import Principal
from rag_api.conversations import queries
from rag_api.conversations.models import ConversationFilter, ConversationRow, CreatedConversationRow
from rag_api.cursor import Position, decode_cursor, encode_cursor
from rag_api.db.database import Database
from rag_api.idempotency import NamedRequest
from rag_api.ids import new_id

# Nobody reads a larger number to its end, and counting walks over every row.
COUNT_LIMIT: Final = 10_000
_CURSOR_KIND: Final = "conversations"


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


def _cut(rows: Sequence[ConversationRow], limit: int) -> tuple[Sequence[ConversationRow], str | None]:
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor(_CURSOR_KIND, Position(last.updated_at, last.id))
