"""SQL of runs; each call is one statement and one transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from rag_api.auth.principal import Principal
from rag_api.chat.events import AgentJson
from rag_api.chat.limits import RunLimits
from rag_api.chat.models import (
    Flush,
    FoundRun,
    LeaseState,
    RunKey,
    RunResult,
    RunState,
    StartedTurn,
    Submission,
)
from rag_api.db.database import Database
from rag_api.ids import new_id


@dataclass(frozen=True, slots=True)
class _LeaseRow:
    state: LeaseState


@dataclass(frozen=True, slots=True)
class _BatchRow:
    state: LeaseState | None


@dataclass(frozen=True, slots=True)
class _StoppingRow:
    run_id: UUID | None


@dataclass(frozen=True, slots=True)
class _StoredRow:
    stored: bool


@dataclass(frozen=True, slots=True)
class _CountRow:
    count: int


async def start_turn(
    database: Database,
    principal: Principal,
    submission: Submission,
    key: RunKey,
    agent: AgentJson,
    limits: RunLimits,
) -> StartedTurn:
    """Raises DomainError: session_ended, not_found, message_conflict, conversation_busy,
    trigger_unsupported, rate_limited.
    """
    turns = Jsonb(asdict(limits.turns))
    return await database.fetch_one(
        StartedTurn,
        """
        select t.*, l.turns_left, l.turns_reset
          from rag.start_turn(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) t
          cross join lateral rag.count_turns_left(%s, %s) l
        """,
        (
            principal.user_id,
            principal.session_id,
            submission.conversation_id,
            submission.client_message_id,
            submission.text,
            new_id(),
            new_id(),
            key.run_id,
            key.lease,
            limits.lease,
            Jsonb(agent),
            limits.history_messages,
            submission.trigger,
            submission.target,
            turns,
            principal.user_id,
            turns,
        ),
        retry=True,
    )


async def find_run_state(
    database: Database, principal: Principal, conversation_id: str, run_id: UUID | None
) -> FoundRun | None:
    """The run of this id in the conversation, else the active one. Raises DomainError: session_ended."""
    found = await database.fetch_all(
        FoundRun,
        """
        select run_id, conversation_id, user_message_id, assistant_message_id, status, text,
               rag.mark_removed_sources(sources) as sources, agent, error_code
          from rag.find_run_state(%s, %s, %s, %s)
        """,
        (principal.user_id, principal.session_id, conversation_id, run_id),
        retry=True,
    )
    return found[0] if found else None


async def stop_run(
    database: Database, principal: Principal, conversation_id: str, run_id: UUID | None = None
) -> UUID | None:
    """Asks the worker of the active run, or of this one only, to end it; None when it has ended.

    Raises DomainError: session_ended, not_found.
    """
    row = await database.fetch_one(
        _StoppingRow,
        "select rag.stop_run(%s, %s, %s, %s) as run_id",
        (principal.user_id, principal.session_id, conversation_id, run_id),
        retry=True,
    )
    return row.run_id


async def require_session(database: Database, principal: Principal) -> None:
    """Raises DomainError: session_ended."""
    await database.execute("select rag.enter(%s, %s)", (principal.user_id, principal.session_id), retry=True)


async def get_run_state(
    database: Database, principal: Principal, run_id: UUID, position: int = 0
) -> RunState:
    """With only the text behind a position, and no sources once there is some.

    Raises DomainError: session_ended, not_found.
    """
    return await database.fetch_one(
        RunState,
        """
        select conversation_id, user_message_id, assistant_message_id, status, text,
               rag.mark_removed_sources(sources) as sources, agent, error_code
          from rag.get_run_state(%s, %s, %s, %s)
        """,
        (principal.user_id, principal.session_id, run_id, position),
        retry=True,
    )


async def flush_run(database: Database, lease_seconds: int, flush: Flush) -> LeaseState:
    key = flush.key
    row = await database.fetch_one(
        _LeaseRow,
        "select rag.flush_run(%s, %s, %s, %s, %s, %s) as state",
        (key.user_id, key.run_id, key.lease, lease_seconds, flush.text, Jsonb(flush.sources)),
        retry=True,
    )
    return row.state


async def flush_runs(
    database: Database, lease_seconds: int, flushes: Sequence[Flush]
) -> list[LeaseState | None]:
    """The states in the same order; None for a run that could not be stored beside the others."""
    if not flushes:
        return []
    rows = await database.fetch_all(
        _BatchRow,
        "select state from rag.flush_runs(%s, %s, %s, %s, %s, %s::jsonb[]) as state",
        (
            lease_seconds,
            [flush.key.user_id for flush in flushes],
            [flush.key.run_id for flush in flushes],
            [flush.key.lease for flush in flushes],
            [flush.text for flush in flushes],
            [Jsonb(flush.sources) for flush in flushes],
        ),
        retry=True,
    )
    return [row.state for row in rows]


async def finish_run(database: Database, key: RunKey, result: RunResult) -> bool:
    """False when the lease was lost: the run was taken for dead and is marked so."""
    row = await database.fetch_one(
        _StoredRow,
        "select rag.finish_run(%s, %s, %s, %s, %s, %s, %s, %s) as stored",
        (
            key.user_id,
            key.run_id,
            key.lease,
            result.status,
            result.text,
            Jsonb(result.sources),
            Jsonb(result.agent),
            result.error_code,
        ),
        retry=True,
    )
    return row.stored


async def title_conversation(database: Database, key: RunKey, title: str) -> bool:
    """False when the user has named the conversation, or it is gone."""
    row = await database.fetch_one(
        _StoredRow,
        "select rag.title_conversation(%s, %s, %s, %s) as stored",
        (key.user_id, key.run_id, key.lease, title),
        retry=True,
    )
    return row.stored


async def reap_runs(database: Database) -> int:
    """Marks the runs of dead workers as interrupted, and says how many."""
    row = await database.fetch_one(_CountRow, "select rag.reap_runs() as count", (), retry=True)
    return row.count
