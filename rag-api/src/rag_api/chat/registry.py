"""The runs of this process: they belong to the lifespan, not to the requests that asked for them."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from rag_api.chat.event_log import EventLog
from rag_api.chat.models import Ending
from rag_api.chat.run import Run
from rag_api.errors import DomainError

Result = TypeVar("Result")


@dataclass(slots=True)
class _Entry:
    """A run of ours; `run` and `execution` are there once it is committed."""

    session_id: UUID
    log: EventLog = field(default_factory=EventLog)
    run: Run | None = None
    execution: asyncio.Task[None] | None = None


class RunRegistry:
    def __init__(self) -> None:
        self._entries: dict[UUID, _Entry] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._closing = False

    @property
    def active(self) -> int:
        """How many runs are ours now."""
        return len(self._entries)

    def open_log(self, run_id: UUID, session_id: UUID) -> EventLog:
        """Before the run is committed, so that whoever repeats the request finds it."""
        if self._closing:
            raise DomainError("unavailable", "The service is shutting down.")
        entry = self._entries[run_id] = _Entry(session_id)
        return entry.log

    def discard_log(self, run_id: UUID) -> None:
        if entry := self._entries.pop(run_id, None):
            entry.log.close()

    def find_log(self, run_id: UUID) -> EventLog | None:
        entry = self._entries.get(run_id)
        return entry.log if entry else None

    def ends_with(self, run_id: UUID, session_id: UUID) -> bool:
        """Whether the end of this session is the end of the run."""
        entry = self._entries.get(run_id)
        return entry is not None and entry.session_id == session_id

    def spawn(self, work: Coroutine[object, object, Result]) -> asyncio.Task[Result]:
        """A task that no cancelled request takes with it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def start(self, run_id: UUID, run: Run) -> None:
        entry = self._entries[run_id]
        entry.run = run
        entry.execution = self.spawn(self._execute(run_id, run))
        if self._closing:
            run.end(Ending("interrupted"))

    async def stop(self, run_id: UUID, wait_seconds: float) -> bool:
        """Ends a run of this process and waits until it is stored; False if it is elsewhere or takes long."""
        entry = self._entries.get(run_id)
        if entry is None or entry.run is None or entry.execution is None:
            return False
        entry.run.end(Ending("stopped"))
        ended, _ = await asyncio.wait((entry.execution,), timeout=wait_seconds)
        return bool(ended)

    def interrupt_all(self) -> None:
        """Ends every run, so that their streams end too; new turns are refused from now on."""
        self._closing = True
        for entry in self._entries.values():
            if entry.run is not None:
                entry.run.end(Ending("interrupted"))

    async def close(self, grace_seconds: float) -> None:
        self.interrupt_all()
        while self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_seconds)
            for task in late:
                task.cancel()

    async def _execute(self, run_id: UUID, run: Run) -> None:
        try:
            await run.execute()
        finally:
            self.discard_log(run_id)
