"""Conversations in SQL: each function is one statement for one owner."""

from collections.abc import Mapping, Sequence

from psycopg.types.json import Jsonb

from rag_api.auth.principal import Principal
from rag_api.conversations.models import (
    ConversationFilter,
    ConversationRow,
    CountedConversationRow,
    CreatedConversationRow,
    DeletedCounts,
)
from rag_api.cursor import Position
from rag_api.db.database import Database
from rag_api.idempotency import NamedRequest


async def insert_conversation(
    database: Database,
    owner: Principal,
    id: str,
    title: str | None,
    metadata: Mapping[str, object],
    request: NamedRequest | None,
) -> CreatedConversationRow:
    """Inserts the conversation unless the owner has one of this id; the row is then the existing one.

    A repeated `request` gets the row of the first time. Raises idempotency_key_reused.
    """
    key, fingerprint = (request.key, request.fingerprint) if request else (None, None)
    return await database.fetch_one(
        CreatedConversationRow,
        """
        select (c.conversation).id, (c.conversation).title, (c.conversation).title_source,
               (c.conversation).archived, (c.conversation).pinned, (c.conversation).agent,
               (c.conversation).metadata, (c.conversation).head_message_id, (c.conversation).version,
               (c.conversation).retention_days, (c.conversation).deleted_at, (c.conversation).created_at,
               (c.conversation).updated_at, c.created
          from rag.create_conversation(%s, %s, %s, %s, %s, %s, %s) c
        """,
        (owner.user_id, owner.session_id, id, title, Jsonb(dict(metadata)), key, fingerprint),
        retry=True,
    )


async def list_conversations(
    database: Database, owner: Principal, limit: int, wanted: ConversationFilter, before: Position | None
) -> list[ConversationRow]:
    """At most `limit` conversations before a position, the last used first."""
    time, identifier = before or (None, None)
    return await database.fetch_all(
        ConversationRow,
        """
        select id, title, title_source, archived, pinned, agent, metadata, head_message_id, version,
               retention_days, deleted_at, created_at, updated_at
          from rag.list_conversations(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (owner.user_id, owner.session_id, limit, *wanted.parameters, time, identifier),
        retry=True,
    )


async def list_and_count_conversations(
    database: Database, owner: Principal, limit: int, wanted: ConversationFilter, most: int
) -> list[CountedConversationRow]:
    """The first page, each row with the number of all that are wanted, counted up to `most`."""
    return await database.fetch_all(
        CountedConversationRow,
        """
        select id, title, title_source, archived, pinned, agent, metadata, head_message_id, version,
               retention_days, deleted_at, created_at, updated_at,
               (select rag.count_conversations(%s, %s, %s, %s, %s, %s, %s, %s)) as count
          from rag.list_conversations(%s, %s, %s, %s, %s, %s, %s, %s, null, null)
        """,
        (
            *(owner.user_id, owner.session_id, most, *wanted.parameters),
            *(owner.user_id, owner.session_id, limit, *wanted.parameters),
        ),
        retry=True,
    )


async def get_conversation(database: Database, owner: Principal, id: str) -> ConversationRow:
    """Raises not_found."""
    return await database.fetch_one(
        ConversationRow,
        """
        select id, title, title_source, archived, pinned, agent, metadata, head_message_id, version,
               retention_days, deleted_at, created_at, updated_at
          from rag.get_conversation(%s, %s, %s)
        """,
        (owner.user_id, owner.session_id, id),
        retry=True,
    )


async def update_conversation(
    database: Database,
    owner: Principal,
    id: str,
    changes: Mapping[str, object],
    versions: Sequence[int] | None,
) -> ConversationRow:
    """Sets the members of `changes` (title, archived, pinned, metadata, head_message_id, retention_days).

    With `versions` only if the conversation's is among them; that is not tried twice, since the second try
    would meet the first one's. A head moves on to the end of the newest branch through it.
    Raises not_found, precondition_failed, validation_failed.
    """
    return await database.fetch_one(
        ConversationRow,
        """
        select id, title, title_source, archived, pinned, agent, metadata, head_message_id, version,
               retention_days, deleted_at, created_at, updated_at
          from rag.update_conversation(%s, %s, %s, %s, %s::bigint[])
        """,
        (owner.user_id, owner.session_id, id, Jsonb(dict(changes)), versions),
        retry=versions is None,
    )


async def delete_conversation(
    database: Database, owner: Principal, id: str, versions: Sequence[int] | None, trash: bool
) -> None:
    """Deletes the conversation with its messages and runs, or puts it into the trash.

    Not tried twice: after a lost answer the second try would call the deletion "not found".
    Raises not_found, precondition_failed.
    """
    await database.execute(
        "select rag.delete_conversation(%s, %s, %s, %s::bigint[], %s)",
        (owner.user_id, owner.session_id, id, versions, trash),
        retry=trash and versions is None,
    )


async def delete_conversations(
    database: Database, owner: Principal, trash: bool, messages: int
) -> DeletedCounts:
    """A part of all conversations, with about so many messages; nothing is counted when none was left."""
    return await database.fetch_one(
        DeletedCounts,
        "select conversations, messages from rag.delete_conversations(%s, %s, %s, %s)",
        (owner.user_id, owner.session_id, trash, messages),
        retry=True,
    )


async def restore_conversation(database: Database, owner: Principal, id: str) -> ConversationRow:
    """Out of the trash; one that is not in it stays as it is. Raises not_found."""
    return await database.fetch_one(
        ConversationRow,
        """
        select id, title, title_source, archived, pinned, agent, metadata, head_message_id, version,
               retention_days, deleted_at, created_at, updated_at
          from rag.restore_conversation(%s, %s, %s)
        """,
        (owner.user_id, owner.session_id, id),
        retry=True,
    )


async def list_trash(
    database: Database, owner: Principal, limit: int, before: Position | None, trash_days: int
) -> list[ConversationRow]:
    """At most `limit` conversations of the trash before a position, the last deleted first."""
    time, identifier = before or (None, None)
    return await database.fetch_all(
        ConversationRow,
        """
        select id, title, title_source, archived, pinned, agent, metadata, head_message_id, version,
               retention_days, deleted_at, created_at, updated_at,
               deleted_at + make_interval(hours => 24 * %s) as purge_at
          from rag.list_trash(%s, %s, %s, %s, %s)
        """,
        (trash_days, owner.user_id, owner.session_id, limit, time, identifier),
        retry=True,
    )
