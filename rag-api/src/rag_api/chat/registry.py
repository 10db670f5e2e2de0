"""The runs of this process: they belong to the lifespan, not to the requests that asked for them."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar
from uuid import UUID

from rag_api.chat.event_log import EventLog
from rag_api.chat.models import Ending
from rag_api.chat.run import Run
from rag_api.errors import DomainError

Result = TypeVar("Result")


class RunRegistry:
    def __init__(self) -> None:
        self._logs: dict[UUID, EventLog] = {}
        self._runs: dict[UUID, Run] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._closing = False

    def open_log(self, run_id: UUID) -> EventLog:
        """Before the run is committed, so that whoever repeats the request finds it."""
        if self._closing:
            raise DomainError("unavailable", "The service is shutting down.")
        log = self._logs[run_id] = EventLog()
        return log

    def discard_log(self, run_id: UUID) -> None:
        if log := self._logs.pop(run_id, None):
            log.close()

    def find_log(self, run_id: UUID) -> EventLog | None:
        return self._logs.get(run_id)

    def spawn(self, work: Coroutine[object, object, Result]) -> asyncio.Task[Result]:
        """A task that no cancelled request takes with it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def start(self, run_id: UUID, run: Run) -> None:
        self._runs[run_id] = run
        self.spawn(self._execute(run_id, run))
        if self._closing:
            run.end(Ending("interrupted"))

    def interrupt_all(self) -> None:
        """Ends every run, so that their streams end too; new turns are refused from now on."""
        self._closing = True
        for run in self._runs.values():
            run.end(Ending("interrupted"))

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
            self._runs.pop(run_id, None)
            self.discard_log(run_id)
