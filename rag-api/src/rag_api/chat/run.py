"""One run: the agent writes, the lease is kept, and the end is stored whatever it was."""

import asyncio
import time

from rag_api.agents.port import Question
from rag_api.chat import queries
from rag_api.chat.event_log import EventLog
from rag_api.chat.events import RunEnded, TitleChanged
from rag_api.chat.generation import Generation, RunContext, describe_failure
from rag_api.chat.models import Ending, RunKey, RunResult
from rag_api.chat.titling import Titling
from rag_api.errors import DomainError
from rag_api.log import logger

_LOST = Ending("interrupted")
_STORE_PAUSE_SECONDS = 0.5


class Run:
    """No connection is held while the agent generates: each flush borrows one for one statement."""

    def __init__(self, context: RunContext, key: RunKey, question: Question, log: EventLog) -> None:
        self._database = context.database
        self._flusher = context.flusher
        self._limits = context.limits
        self._key = key
        self._log = log
        self._started = time.monotonic()
        self._generation = Generation(context, question, log)
        self._titling = Titling(context, key, question)
        self._ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    def end(self, ending: Ending) -> None:
        """The first reason counts; the partial answer is kept."""
        if not self._ending.done():
            self._ending.set_result(ending)

    async def execute(self) -> None:
        generating = asyncio.create_task(self._generate())
        keeping = asyncio.create_task(self._keep_lease())
        try:
            ending = await self._ending
            generating.cancel()
            # What it was about to store is stored with the end.
            keeping.cancel()
            await asyncio.wait((generating, keeping))
            await self._finish(ending)
            self._log.close()
            await self._titling.finish()
        finally:
            generating.cancel()
            keeping.cancel()
            self._titling.cancel()
            self._log.close()

    async def _generate(self) -> None:
        self.end(await self._generation.perform())

    async def _keep_lease(self) -> None:
        try:
            await self._flush_regularly()
        except Exception as error:
            self.end(describe_failure(error))

    async def _flush_regularly(self) -> None:
        """Stores the text so far; learns so that the session ended or the run was taken for dead."""
        answer, kept_until = self._generation.answer, time.monotonic() + self._limits.lease
        while not self._ending.done():
            await asyncio.wait((self._ending,), timeout=self._limits.flush)
            if self._ending.done():
                return
            try:
                state = await self._flusher.flush(self._key, answer.text, answer.sources)
            except DomainError:
                # The database may come back before the lease is over.
                if time.monotonic() > kept_until:
                    self.end(_LOST)
                continue
            kept_until = time.monotonic() + self._limits.lease
            if state == "stop_requested":
                self.end(Ending("stopped"))
            elif state == "session_ended":
                self.end(Ending("stopped", "session_ended"))
            elif state == "lease_lost":
                self.end(_LOST)

    async def _finish(self, ending: Ending) -> None:
        answer, agent = self._generation.answer, self._generation.describe(ending)
        answer.announce_sources()
        result = RunResult(ending.status, answer.text, answer.sources, agent, ending.error_code)
        shown = ending if await self._store(result) else _LOST
        self._report(shown, len(answer.text))
        if shown.status == "complete" and (title := await self._titling.begin()):
            self._log.append(TitleChanged(title))
        self._log.append(RunEnded(shown.status, shown.error_code, agent))

    def _report(self, ending: Ending, characters: int) -> None:
        fields = {
            "runId": str(self._key.run_id),
            "status": ending.status,
            "code": ending.error_code,
            "ms": round((time.monotonic() - self._started) * 1000),
            "characters": characters,
        }
        logger.info("run", extra={"fields": fields})

    async def _store(self, result: RunResult) -> bool:
        """Tries for as long as the lease lasts; what could not be stored must not be shown as done."""
        last_try = time.monotonic() + self._limits.lease
        while True:
            try:
                return await queries.finish_run(self._database, self._key, result)
            except DomainError:
                if time.monotonic() > last_try:
                    return False
            except Exception as error:
                describe_failure(error)
                return False
            await asyncio.sleep(_STORE_PAUSE_SECONDS)
