"""Stores the texts of running answers, those of many runs in one statement."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from rag_api.chat import queries
from rag_api.chat.events import SourceJson
from rag_api.chat.models import Flush, LeaseState, RunKey
from rag_api.db.database import Database

# Small enough that neither the statement nor the tasks that it wakes hold up other requests.
_MOST_RUNS: Final = 20
# Characters.
_MOST_TEXT: Final = 1_000_000


@dataclass(slots=True)
class _Waiting:
    flush: Flush
    state: asyncio.Future[LeaseState | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Flusher:
    """A statement a run and second would cost a busy process more than the answers themselves."""

    def __init__(self, database: Database, lease_seconds: int, gather_seconds: float) -> None:
        self._database = database
        self._lease_seconds = lease_seconds
        self._gather_seconds = gather_seconds
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None

    async def flush(self, key: RunKey, text: str, sources: Sequence[SourceJson]) -> LeaseState:
        """Raises DomainError."""
        waiting = _Waiting(Flush(key, text, sources))
        self._waiting.append(waiting)
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        state = await waiting.state
        # What another run's statement could not store: alone it may wait, and its failure is its own.
        return state or await queries.flush_run(self._database, self._lease_seconds, waiting.flush)

    async def _work(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(self._gather_seconds)
                await self._store(self._take())
        finally:
            self._working = None

    def _take(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        length = 0
        for waiting in self._waiting[:_MOST_RUNS]:
            length += len(waiting.flush.text)
            if taken and length > _MOST_TEXT:
                break
            taken.append(waiting)
        del self._waiting[: len(taken)]
        return taken

    async def _store(self, taken: Sequence[_Waiting]) -> None:
        # Whose run has ended meanwhile waits no longer.
        taken = [waiting for waiting in taken if not waiting.state.done()]
        try:
            states = await queries.flush_runs(
                self._database, self._lease_seconds, [waiting.flush for waiting in taken]
            )
        except Exception as error:
            for waiting in taken:
                if not waiting.state.done():
                    waiting.state.set_exception(error)
            return
        for waiting, state in zip(taken, states, strict=True):
            if not waiting.state.done():
                waiting.state.set_result(state)
