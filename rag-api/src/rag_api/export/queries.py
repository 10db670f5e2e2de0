"""Exports in SQL: pages by key, each a short transaction that asks whether the session still lives."""

from typing import Any
from uuid import UUID

from rag_api.auth.principal import Principal
from rag_api.db.database import Database
from rag_api.export.models import AccountRow, ConversationRow, MessageRow


async def get_account(database: Database, owner: Principal) -> dict[str, Any]:
    """Raises session_ended."""
    row = await database.fetch_one(
        AccountRow,
        "select rag.export_account(%s, %s) as account",
        (owner.user_id, owner.session_id),
        retry=True,
    )
    return row.account


async def list_conversations(
    database: Database, owner: Principal, after_id: str, limit: int, branches: bool
) -> list[ConversationRow]:
    """Those behind an id, in the order of ids. Raises session_ended."""
    return await database.fetch_all(
        ConversationRow,
        """
        select id, title, title_source, archived, pinned, agent, metadata, head_message_id, retention_days,
               deleted_at, restored_at, created_at, updated_at, branch
          from rag.export_conversations(%s, %s, %s, %s, %s)
        """,
        (owner.user_id, owner.session_id, after_id, limit, branches),
        retry=True,
    )


async def list_messages(
    database: Database, owner: Principal, after: tuple[str, UUID], to: str, limit: int
) -> list[MessageRow]:
    """Those behind a conversation and message, up to a conversation. Raises session_ended."""
    return await database.fetch_all(
        MessageRow,
        """
        select id, conversation_id, client_message_id, revision, parent_id, role, status, text, sources,
               agent, error_code, created_at, updated_at, rating, comment, rated_at, rating_updated_at,
               run_id, run_created_at, run_finished_at
          from rag.export_messages(%s, %s, %s, %s, %s, %s)
        """,
        (owner.user_id, owner.session_id, *after, to, limit),
        retry=True,
    )
