"""Retention and the purge in SQL; each call is one statement and one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb

from rag_api.auth.principal import MachinePrincipal, Principal
from rag_api.db.database import Database
from rag_api.retention.models import (
    Due,
    DueRow,
    FailureRow,
    Outcome,
    PreviewRow,
    PurgeRow,
    RetentionRow,
)
from rag_api.retention.policy import RetentionPolicy

# The lease outlives a statement's time limit, so that nobody takes over from a slow one.
_LEASE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class _BegunRow:
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class _HeldRow:
    held: bool


@dataclass(frozen=True, slots=True)
class _CountRow:
    count: int


async def get_retention(database: Database, owner: Principal) -> RetentionRow:
    """Raises session_ended."""
    return await database.fetch_one(
        RetentionRow,
        "select days, next_purge_at from rag.get_retention(%s, %s)",
        (owner.user_id, owner.session_id),
        retry=True,
    )


async def put_retention(database: Database, owner: Principal, days: int | None) -> None:
    """None takes the choice back. Raises session_ended."""
    await database.execute(
        "select rag.put_retention(%s, %s, %s)", (owner.user_id, owner.session_id, days), retry=True
    )


async def preview_retention(
    database: Database, owner: Principal, policy: RetentionPolicy, days: int | None
) -> PreviewRow:
    """Raises session_ended."""
    return await database.fetch_one(
        PreviewRow,
        "select * from rag.preview_retention(%s, %s, %s, %s)",
        (owner.user_id, owner.session_id, Jsonb(policy.to_json()), days),
        retry=True,
    )


async def begin_purge(
    database: Database, holder: UUID, forced: bool, as_of: datetime | None
) -> datetime | None:
    """The moment by which the pass judges; None when none is due, or another process has one under way."""
    row = await database.fetch_one(
        _BegunRow,
        "select rag.begin_purge(%s, %s, %s, %s) as as_of",
        (holder, _LEASE_SECONDS, forced, as_of),
    )
    return row.as_of


async def continue_purge(
    database: Database, holder: UUID, conversations: int, messages: int, failed: int
) -> bool:
    """Renews the lease and adds to the numbers; False when the pass has gone to somebody else."""
    row = await database.fetch_one(
        _HeldRow,
        "select rag.continue_purge(%s, %s, %s, %s, %s) as held",
        (holder, _LEASE_SECONDS, conversations, messages, failed),
    )
    return row.held


async def end_purge(database: Database, holder: UUID, interval_seconds: int) -> None:
    await database.execute("select rag.end_purge(%s, %s)", (holder, interval_seconds), retry=True)


async def find_due(
    database: Database,
    policy: RetentionPolicy,
    as_of: datetime,
    user_id: UUID,
    after_id: str,
    users: int,
    limit: int,
) -> list[DueRow]:
    """At most `limit` conversations from a position on; a last row without an id says where to go on."""
    return await database.fetch_all(
        DueRow,
        "select user_id, conversation_id, messages from rag.find_due(%s, %s, %s, %s, %s, %s)",
        (Jsonb(policy.to_json()), as_of, user_id, after_id, users, limit),
        retry=True,
    )


async def purge_conversations(
    database: Database, policy: RetentionPolicy, as_of: datetime, due: Sequence[Due], most: int
) -> list[Outcome]:
    """Deletes those that are still due and that nobody holds; of one with more messages than `most`, so many.

    Not tried twice: the outcomes of the first time would be lost.
    """
    users, ids = [item.user_id for item in due], [item.conversation_id for item in due]
    return await database.fetch_all(
        Outcome,
        "select user_id, conversation_id, outcome, messages, problem"
        " from rag.purge_conversations(%s, %s, %s, %s, %s)",
        (Jsonb(policy.to_json()), as_of, users, ids, most),
    )


async def report_failure(database: Database, due: Due, problem: str) -> None:
    await database.execute(
        "select rag.report_purge_failure(%s, %s, %s)",
        (due.user_id, due.conversation_id, problem),
        retry=True,
    )


async def list_failures(database: Database, limit: int) -> list[FailureRow]:
    """Those that failed first."""
    return await database.fetch_all(
        FailureRow,
        "select user_id, conversation_id, problem, attempts, retry_at from rag.list_purge_failures(%s)",
        (limit,),
        retry=True,
    )


async def count_failures(database: Database) -> int:
    row = await database.fetch_one(_CountRow, "select rag.count_purge_failures() as count", (), retry=True)
    return row.count


async def ask_for_purge(database: Database, client: MachinePrincipal, now: bool) -> PurgeRow:
    """How the purge stands; with `now` a pass is due from this moment on. Raises invalid_token."""
    return await database.fetch_one(
        PurgeRow,
        "select as_of, finished_at, next_at, conversations, messages, failed"
        " from rag.ask_for_purge(%s, %s, %s)",
        (client.client_id, str(client.token_id), now),
        retry=True,
    )
