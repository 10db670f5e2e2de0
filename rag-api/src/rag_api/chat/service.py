"""Takes a turn: starts its run, joins the one that an equal request has started, resumes it, or stops it."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from rag_api.agents.port import Question
from rag_api.auth.principal import Principal
from rag_api.chat import queries
from rag_api.chat.event_log import EventLog
from rag_api.chat.events import RunEvent, RunStarted
from rag_api.chat.generation import RunContext, describe_agent, read_history
from rag_api.chat.models import RunKey, StartedTurn, Submission
from rag_api.chat.readers import Readers
from rag_api.chat.registry import RunRegistry
from rag_api.chat.run import Run
from rag_api.chat.session_watch import read_while_signed_in
from rag_api.chat.tail import tail_run
from rag_api.rate_limit import Allowance


@dataclass(frozen=True, slots=True)
class Turn:
    """The run's events from the first, and what its user may still ask."""

    events: AsyncIterator[RunEvent]
    allowance: Allowance


class ChatService:
    def __init__(self, context: RunContext, registry: RunRegistry) -> None:
        self._context = context
        self._registry = registry
        self.readers = Readers(context.limits.turns.active)

    @property
    def model(self) -> str:
        """What answers here, by the name that clients see."""
        return self._context.agent.model or self._context.agent.name

    @property
    def active_runs(self) -> int:
        """How many answers this process is writing."""
        return self._registry.active

    def interrupt_runs(self) -> None:
        """Lets all streams of this process end, for a server that is about to stop."""
        self._registry.interrupt_all()

    async def submit(self, principal: Principal, submission: Submission) -> Turn:
        """Raises DomainError before anything is streamed."""
        # A client that leaves now must not leave a committed run without its worker.
        started = await asyncio.shield(self._registry.spawn(self._start(principal, submission)))
        if log := self._registry.find_log(started.run_id):
            events = self._follow(log, principal, started.run_id)
        else:
            events = await self._tail(principal, started.run_id)
        limit = self._context.limits.turns
        left, reset = started.turns_left, started.turns_reset
        return Turn(events, Allowance("turns", limit.turns, limit.seconds, left, reset))

    async def resume(
        self, principal: Principal, conversation_id: str, run_id: UUID | None
    ) -> AsyncIterator[RunEvent] | None:
        """The events of this run, or else of the active one, from the first; None when there is neither."""
        found = await queries.find_run_state(self._context.database, principal, conversation_id, run_id)
        if found is None:
            return None
        if log := self._registry.find_log(found.run_id):
            return self._follow(log, principal, found.run_id)
        return tail_run(self._context.database, principal, found.run_id, found, self._context.limits)

    async def stop(self, principal: Principal, conversation_id: str) -> bool:
        """Ends the active run wherever it is written; False when its end is asked for but not stored yet."""
        database, limits = self._context.database, self._context.limits
        run_id = await queries.stop_run(database, principal, conversation_id)
        if run_id is None or await self._registry.stop(run_id, limits.stop_wait):
            return True
        last_look = time.monotonic() + limits.stop_wait
        while time.monotonic() < last_look:
            await asyncio.sleep(limits.flush / 2)
            if await queries.stop_run(database, principal, conversation_id, run_id) is None:
                return True
        return False

    async def _follow(self, log: EventLog, principal: Principal, run_id: UUID) -> AsyncIterator[RunEvent]:
        launched = False
        if self._registry.ends_with(run_id, principal.session_id):
            events = log.read(self._context.limits.idle)
        else:
            events = read_while_signed_in(log, principal, self._context)
        async for event in events:
            launched = launched or isinstance(event, RunStarted)
            yield event
        if not launched:
            # The request that was to launch it lost its connection after the commit.
            async for event in await self._tail(principal, run_id):
                yield event

    async def _tail(self, principal: Principal, run_id: UUID) -> AsyncIterator[RunEvent]:
        database, limits = self._context.database, self._context.limits
        state = await queries.get_run_state(database, principal, run_id)
        return tail_run(database, principal, run_id, state, limits)

    async def _start(self, principal: Principal, submission: Submission) -> StartedTurn:
        context = self._context
        key = RunKey.create(principal.user_id)
        log = self._registry.open_log(key.run_id, principal.session_id)
        try:
            started = await queries.start_turn(
                context.database, principal, submission, key, describe_agent(context.agent), context.limits
            )
        except BaseException:
            self._registry.discard_log(key.run_id)
            raise
        # Not `created`: a statement that was repeated on a new connection may meet its own commit.
        if started.run_id == key.run_id:
            self._launch(submission.conversation_id, started, key, log)
        else:
            self._registry.discard_log(key.run_id)
        return started

    def _launch(self, conversation_id: str, started: StartedTurn, key: RunKey, log: EventLog) -> None:
        log.append(RunStarted(key.run_id, conversation_id, started.assistant_message_id))
        question = Question(started.question, read_history(started.history))
        self._registry.start(key.run_id, Run(self._context, key, question, log))
