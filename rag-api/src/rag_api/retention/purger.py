"""The purge inside the service: on its interval, or when somebody wakes it, by one replica at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Final

from rag_api.db.database import Database
from rag_api.errors import DomainError
from rag_api.log import logger
from rag_api.retention import queries
from rag_api.retention.models import PurgeTotals
from rag_api.retention.policy import RetentionPolicy
from rag_api.retention.purge import LeaseLost, Pace, Pass

# Seconds between two looks for a pass that is due: another replica's death is noticed so fast.
_LOOK: Final = 30.0


class Purger:
    """Numbers since the start of the process; the database has those of the passes."""

    def __init__(self, database: Database, policy: RetentionPolicy) -> None:
        self._database = database
        self._policy = policy
        self._woken = asyncio.Event()
        self._before = PurgeTotals()
        self._current = PurgeTotals()
        self.failures = 0

    @property
    def conversations(self) -> int:
        """Deleted by this process."""
        return self._before.conversations + self._current.conversations

    @property
    def messages(self) -> int:
        """Deleted by this process."""
        return self._before.messages + self._current.messages

    def wake(self) -> None:
        """Looks at once whether a pass is due."""
        self._woken.set()

    async def work_for_ever(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(_LOOK, self._policy.interval_seconds)):
                    await self._woken.wait()
            self._woken.clear()
            await self._look()

    async def _look(self) -> None:
        work = Pass(self._database, self._policy, Pace(), self._advance)
        try:
            if await work.run():
                logger.info("purge", extra={"fields": asdict(work.totals)})
            self.failures = await queries.count_failures(self._database)
        except (DomainError, LeaseLost):
            logger.warning("the purge could not go on; it will be begun again")
        except Exception as error:
            logger.error("the purge failed", exc_info=error)
        finally:
            self._before.conversations += work.totals.conversations
            self._before.messages += work.totals.messages
            self._current = PurgeTotals()

    def _advance(self, totals: PurgeTotals) -> None:
        self._current = totals


@asynccontextmanager
async def open_purger(database: Database, policy: RetentionPolicy) -> AsyncIterator[Purger]:
    """Works beside the requests for the duration of the block."""
    purger = Purger(database, policy)
    working = asyncio.create_task(purger.work_for_ever())
    try:
        yield purger
    finally:
        working.cancel()
        await asyncio.wait((working,))
