"""The rules of conversations that are not the database's."""

from collections.abc import Mapping
from typing import Final

from rag_api.auth.principal import Principal
from rag_api.conversations import queries
from rag_api.conversations.models import ConversationRow, CreatedConversationRow
from rag_api.cursor import Position, decode_cursor, encode_cursor
from rag_api.db.database import Database
from rag_api.ids import new_id

_CURSOR_KIND: Final = "conversations"


async def create_conversation(
    database: Database, owner: Principal, id: str | None, title: str | None, metadata: Mapping[str, object]
) -> CreatedConversationRow:
    """Creates a conversation under the client's id, or under a new one."""
    return await queries.insert_conversation(database, owner, id or str(new_id()), title, metadata)


async def list_page(
    database: Database, owner: Principal, limit: int, archived: bool, cursor: str | None
) -> tuple[list[ConversationRow], str | None]:
    """A page and the cursor of the next one. Raises invalid_cursor."""
    before = decode_cursor(_CURSOR_KIND, cursor)
    # One more than asked tells whether there is a next page.
    rows = await queries.list_conversations(database, owner, limit + 1, archived, before)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor(_CURSOR_KIND, Position(last.updated_at, last.id))
