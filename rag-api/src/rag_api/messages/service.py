"""Paging through a conversation from its end."""

from typing import Final

from rag_api.auth.principal import Principal
from rag_api.cursor import Position, decode_uuid_cursor, encode_cursor
from rag_api.db.database import Database
from rag_api.messages import queries
from rag_api.messages.models import MessageRow

_CURSOR_KIND: Final = "messages"


async def list_page(
    database: Database,
    owner: Principal,
    conversation_id: str,
    limit: int,
    cursor: str | None,
    all_branches: bool,
) -> tuple[list[MessageRow], str | None]:
    """A page, shorter than asked where its messages are long, and the cursor of the next one.

    Raises invalid_cursor, not_found.
    """
    before = decode_uuid_cursor(_CURSOR_KIND, cursor)
    # One more than asked tells whether there is a next page.
    found = await queries.list_messages(database, owner, conversation_id, limit + 1, before, all_branches)
    rows = found[:limit]
    if not rows or not rows[-1].follows:
        return rows, None
    last = rows[-1]
    return rows, encode_cursor(_CURSOR_KIND, Position(last.created_at, str(last.id)))
