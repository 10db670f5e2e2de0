"""Follows a run that another process writes, or that is over, from its message row."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

from rag_api.auth.principal import Principal
from rag_api.chat import queries
from rag_api.chat.events import (
    EndStatus,
    NothingNew,
    RunEnded,
    RunEvent,
    RunStarted,
    RunStatus,
    SourcesFound,
    TextAppended,
)
from rag_api.chat.limits import RunLimits
from rag_api.chat.models import RunState
from rag_api.db.database import Database
from rag_api.errors import DomainError

_ENDED: dict[RunStatus, EndStatus] = {
    "complete": "complete",
    "stopped": "stopped",
    "error": "error",
    "interrupted": "interrupted",
}


async def tail_run(
    database: Database, principal: Principal, run_id: UUID, state: RunState, limits: RunLimits
) -> AsyncIterator[RunEvent]:
    """`state` is the first look, which the caller takes so that its failure can still be an HTTP error."""
    yield RunStarted(run_id, state.conversation_id, state.assistant_message_id)
    position, announced, silent_since = 0, False, time.monotonic()
    while True:
        end = _ENDED.get(state.status)
        if state.sources and not announced and (state.text or end):
            announced = True
            yield SourcesFound(tuple(state.sources))
        if state.text:
            position, silent_since = position + len(state.text), time.monotonic()
            yield TextAppended(state.text, position)
        if end:
            yield RunEnded(end, state.error_code, state.agent)
            return
        if time.monotonic() - silent_since >= limits.idle:
            silent_since = time.monotonic()
            yield NothingNew()
        await asyncio.sleep(limits.flush)
        try:
            state = await _look_again(database, principal, run_id, position, limits)
        except DomainError as error:
            status: EndStatus = "stopped" if error.code == "session_ended" else "error"
            yield RunEnded(status, error.code, state.agent)
            return


async def _look_again(
    database: Database, principal: Principal, run_id: UUID, position: int, limits: RunLimits
) -> RunState:
    """Waits out a database that is away for less than a lease."""
    last_try = time.monotonic() + limits.lease
    while True:
        try:
            return await queries.get_run_state(database, principal, run_id, position)
        except DomainError as error:
            passing = error.code in ("database_unavailable", "unavailable")
            if not passing or time.monotonic() > last_try:
                raise
        await asyncio.sleep(limits.flush)
