"""Conversations in SQL: each function is one statement for one owner."""

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from rag_api.auth.principal import Principal
from rag_api.conversations.models import ConversationRow, CreatedConversationRow
from rag_api.cursor import Position
from rag_api.db.database import Database


async def insert_conversation(
    database: Database, owner: Principal, id: str, title: str | None, metadata: Mapping[str, object]
) -> CreatedConversationRow:
    """Inserts the conversation unless the owner has one of this id; the row is then the existing one."""
    return await database.fetch_one(
        CreatedConversationRow,
        """
        select id, title, title_source, archived, metadata, created_at, updated_at, created
          from rag.create_conversation(%s, %s, %s, %s, %s)
        """,
        (owner.user_id, owner.session_id, id, title, Jsonb(dict(metadata))),
        retry=True,
    )


async def list_conversations(
    database: Database, owner: Principal, limit: int, archived: bool, before: Position | None
) -> list[ConversationRow]:
    """At most `limit` conversations before a position, the last used first."""
    time, identifier = before or (None, None)
    return await database.fetch_all(
        ConversationRow,
        """
        select id, title, title_source, archived, metadata, created_at, updated_at
          from rag.list_conversations(%s, %s, %s, %s, %s, %s)
        """,
        (owner.user_id, owner.session_id, limit, archived, time, identifier),
        retry=True,
    )


async def get_conversation(database: Database, owner: Principal, id: str) -> ConversationRow:
    """Raises not_found."""
    return await database.fetch_one(
        ConversationRow,
        """
        select id, title, title_source, archived, metadata, created_at, updated_at
          from rag.get_conversation(%s, %s, %s)
        """,
        (owner.user_id, owner.session_id, id),
        retry=True,
    )


async def update_conversation(
    database: Database, owner: Principal, id: str, changes: Mapping[str, object]
) -> ConversationRow:
    """Sets the members of `changes` (title, archived, metadata). Raises not_found."""
    return await database.fetch_one(
        ConversationRow,
        """
        select id, title, title_source, archived, metadata, created_at, updated_at
          from rag.update_conversation(%s, %s, %s, %s)
        """,
        (owner.user_id, owner.session_id, id, Jsonb(dict(changes))),
        retry=True,
    )


async def delete_conversation(database: Database, owner: Principal, id: str) -> None:
    """Deletes the conversation with its messages and runs. Raises not_found.

    Not tried twice: after a lost answer the second try would call the deletion "not found".
    """
    await database.execute(
        "select rag.delete_conversation(%s, %s, %s)", (owner.user_id, owner.session_id, id)
    )
