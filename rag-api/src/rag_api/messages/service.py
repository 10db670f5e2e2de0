"""Paging through a conversation from its end."""

from typing import Final
from uuid import UUID

from rag_api.auth.principal import Principal
from rag_api.cursor import Position, decode_cursor, encode_cursor
from rag_api.db.database import Database
from rag_api.errors import DomainError
from rag_api.messages import queries
from rag_api.messages.models import MessageRow

_CURSOR_KIND: Final = "messages"


def _read_position(cursor: str | None) -> Position | None:
    position = decode_cursor(_CURSOR_KIND, cursor)
    if position is not None:
        try:
            UUID(position.id)
        except ValueError:
            raise DomainError("invalid_cursor") from None
    return position


async def list_page(
    database: Database,
    owner: Principal,
    conversation_id: str,
    limit: int,
    cursor: str | None,
    all_branches: bool,
) -> tuple[list[MessageRow], str | None]:
    """A page and the cursor of the next one. Raises invalid_cursor, not_found."""
    before = _read_position(cursor)
    # One more than asked tells whether there is a next page.
    rows = await queries.list_messages(database, owner, conversation_id, limit + 1, before, all_branches)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor(_CURSOR_KIND, Position(last.created_at, str(last.id)))
