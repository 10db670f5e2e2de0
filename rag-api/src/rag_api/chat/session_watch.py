"""Ends a stream with its reader's own session, when the run belongs to another one of the same user."""

import time
from collections.abc import AsyncIterator

from rag_api.auth.principal import Principal
from rag_api.chat import queries
from rag_api.chat.event_log import EventLog
from rag_api.chat.events import RunEnded, RunEvent
from rag_api.chat.generation import RunContext, describe_agent
from rag_api.errors import DomainError


async def read_while_signed_in(
    log: EventLog, principal: Principal, context: RunContext
) -> AsyncIterator[RunEvent]:
    """A database that is away ends nothing here: that is for the run, which knows for how long."""
    interval, checked = context.limits.session_check, time.monotonic()
    async for event in log.read(interval):
        if time.monotonic() - checked >= interval:
            try:
                await queries.require_session(context.database, principal)
            except DomainError as error:
                if error.code == "session_ended":
                    yield RunEnded("stopped", error.code, describe_agent(context.agent))
                    return
            checked = time.monotonic()
        yield event
