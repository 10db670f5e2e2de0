"""Messages in SQL: one statement for one owner."""

from rag_api.auth.principal import Principal
from rag_api.cursor import Position
from rag_api.db.database import Database
from rag_api.messages.models import MessageRow


async def list_messages(
    database: Database,
    owner: Principal,
    conversation_id: str,
    limit: int,
    before: Position | None,
    all_branches: bool,
) -> list[MessageRow]:
    """At most `limit` messages, and about 4 MiB, before a position, newest first: the head's branch, or all.

    Raises not_found.
    """
    time, identifier = before or (None, None)
    return await database.fetch_all(
        MessageRow,
        """
        select id, conversation_id, client_message_id, revision, parent_id, role, status, text,
               rag.mark_removed_sources(sources) as sources, agent, error_code, created_at, updated_at,
               sibling_ids, feedback, follows
          from rag.list_messages(%s, %s, %s, %s, %s, %s::uuid, %s)
        """,
        (owner.user_id, owner.session_id, conversation_id, limit, time, identifier, all_branches),
        retry=True,
    )
