"""One run: the agent writes, the lease is kept, and the end is stored whatever it was."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from rag_api.agents.port import Agent, AgentError, HistoryMessage, Question
from rag_api.chat import queries
from rag_api.chat.answer import Answer
from rag_api.chat.event_log import EventLog
from rag_api.chat.events import AgentJson, PhaseChanged, RunEnded, TimingsJson
from rag_api.chat.limits import RunLimits
from rag_api.chat.models import Ending, RunKey, RunResult
from rag_api.db.database import Database
from rag_api.documents.service import Passage, list_passages
from rag_api.errors import DomainError
from rag_api.log import logger

_LOST = Ending("interrupted")
_STORE_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all runs share."""

    database: Database
    agent: Agent
    limits: RunLimits


class Run:
    """No connection is held while the agent generates: each flush borrows one for one statement."""

    def __init__(self, context: RunContext, key: RunKey, question: Question, log: EventLog) -> None:
        self._database = context.database
        self._agent = context.agent
        self._limits = context.limits
        self._key = key
        self._question = question
        self._log = log
        self._answer = Answer(log, context.limits.answer_characters)
        self._ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._timings: TimingsJson = {}

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
            await asyncio.wait((generating, keeping))
            await self._finish(ending)
        finally:
            generating.cancel()
            keeping.cancel()
            self._log.close()

    async def _generate(self) -> None:
        try:
            self.end(await self._answer_question())
        except Exception as error:
            self.end(self._describe_failure(error))

    async def _answer_question(self) -> Ending:
        started = time.monotonic()
        self._log.append(PhaseChanged("retrieving"))
        passages = await self._retrieve()
        self._timings["retrieveMs"] = _milliseconds_since(started)

        started = time.monotonic()
        self._log.append(PhaseChanged("generating"))
        try:
            async with (
                asyncio.timeout(self._limits.generate),
                aclosing(self._agent.generate(self._question, passages)) as events,
            ):
                async for event in events:
                    self._answer.record(event)
                    if self._answer.is_complete:
                        break
        except TimeoutError:
            raise AgentError("model_timeout", "the answer took too long") from None
        finally:
            self._timings["generateMs"] = _milliseconds_since(started)
        return Ending("complete")

    async def _retrieve(self) -> Sequence[Passage]:
        try:
            async with asyncio.timeout(self._limits.retrieve):
                return await self._agent.retrieve(self._question, partial(list_passages, self._database))
        except TimeoutError:
            raise DomainError("unavailable") from None

    def _describe_failure(self, error: Exception) -> Ending:
        fields = {"runId": str(self._key.run_id)}
        if isinstance(error, AgentError):
            logger.warning(f"the model failed: {error}", extra={"fields": fields})
            return Ending("error", error.code)
        if isinstance(error, DomainError):
            return Ending("error", error.code)
        logger.error("a run failed", exc_info=error, extra={"fields": fields})
        return Ending("error", "internal_error")

    async def _keep_lease(self) -> None:
        try:
            await self._flush_regularly()
        except Exception as error:
            self.end(self._describe_failure(error))

    async def _flush_regularly(self) -> None:
        """Stores the text so far; learns so that the session ended or the run was taken for dead."""
        kept_until = time.monotonic() + self._limits.lease
        while not self._ending.done():
            await asyncio.wait((self._ending,), timeout=self._limits.flush)
            if self._ending.done():
                return
            try:
                state = await queries.flush_run(
                    self._database, self._key, self._limits.lease, self._answer.text, self._answer.sources
                )
            except DomainError:
                # The database may come back before the lease is over.
                if time.monotonic() > kept_until:
                    self.end(_LOST)
                continue
            kept_until = time.monotonic() + self._limits.lease
            if state == "session_ended":
                self.end(Ending("stopped", "session_ended"))
            elif state == "lease_lost":
                self.end(_LOST)

    async def _finish(self, ending: Ending) -> None:
        self._answer.announce_sources()
        agent = self._describe_agent(ending)
        result = RunResult(ending.status, self._answer.text, self._answer.sources, agent, ending.error_code)
        shown = ending if await self._store(result) else _LOST
        self._log.append(RunEnded(shown.status, shown.error_code, agent))

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
                self._describe_failure(error)
                return False
            await asyncio.sleep(_STORE_PAUSE_SECONDS)

    def _describe_agent(self, ending: Ending) -> AgentJson:
        reason = self._answer.finish_reason or "other"
        described = describe_agent(self._agent)
        described["timings"] = self._timings
        described["finishReason"] = "error" if ending.status == "error" else reason
        if usage := self._answer.usage:
            described["usage"] = usage
        return described


def describe_agent(agent: Agent) -> AgentJson:
    described: AgentJson = {"name": agent.name}
    if agent.model is not None:
        described["model"] = agent.model
    return described


def read_history(history: Sequence[dict[str, str]]) -> list[HistoryMessage]:
    return [
        HistoryMessage("assistant" if message["role"] == "assistant" else "user", message["text"])
        for message in history
    ]


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
