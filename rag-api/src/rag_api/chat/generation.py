"""Lets the agent answer one question, within its time, and turns whatever goes wrong into an ending."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from rag_api.agents.port import Agent, AgentError, HistoryMessage, Question
from rag_api.chat.answer import Answer
from rag_api.chat.event_log import EventLog
from rag_api.chat.events import AgentJson, PhaseChanged, TimingsJson
from rag_api.chat.flusher import Flusher
from rag_api.chat.limits import RunLimits
from rag_api.chat.models import Ending
from rag_api.db.database import Database
from rag_api.documents.service import Passage, list_passages
from rag_api.errors import DomainError
from rag_api.log import logger


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all runs share."""

    database: Database
    agent: Agent
    limits: RunLimits
    flusher: Flusher


class Generation:
    """The growing `answer` stays readable whenever the generation is cancelled."""

    def __init__(self, context: RunContext, question: Question, log: EventLog) -> None:
        self._database = context.database
        self._agent = context.agent
        self._limits = context.limits
        self._question = question
        self._log = log
        self._timings: TimingsJson = {}
        self.answer = Answer(log, context.limits.answer_characters)

    async def perform(self) -> Ending:
        """Raises nothing but CancelledError."""
        try:
            await self._generate(await self._retrieve())
        except Exception as error:
            return describe_failure(error)
        return Ending("complete")

    def describe(self, ending: Ending) -> AgentJson:
        """What the message keeps of its making."""
        described = describe_agent(self._agent)
        described["timings"] = self._timings
        described["finishReason"] = (
            "error" if ending.status == "error" else self.answer.finish_reason or "other"
        )
        if usage := self.answer.usage:
            described["usage"] = usage
        return described

    async def _retrieve(self) -> Sequence[Passage]:
        self._log.append(PhaseChanged("retrieving"))
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._limits.retrieve):
                return await self._agent.retrieve(self._question, partial(list_passages, self._database))
        except TimeoutError:
            raise DomainError("unavailable") from None
        finally:
            self._timings["retrieveMs"] = _milliseconds_since(started)

    async def _generate(self, passages: Sequence[Passage]) -> None:
        self._log.append(PhaseChanged("generating"))
        started = time.monotonic()
        try:
            async with (
                asyncio.timeout(self._limits.generate),
                aclosing(self._agent.generate(self._question, passages)) as events,
            ):
                async for event in events:
                    self.answer.record(event)
                    if self.answer.is_complete:
                        return
        except TimeoutError:
            raise AgentError("model_timeout", "the answer took too long") from None
        finally:
            self._timings["generateMs"] = _milliseconds_since(started)


def describe_failure(error: Exception) -> Ending:
    if isinstance(error, AgentError):
        logger.warning("the model failed", extra={"fields": {"code": error.code, "reason": str(error)}})
        return Ending("error", error.code)
    if isinstance(error, DomainError):
        return Ending("error", error.code)
    logger.error("a run failed", exc_info=error)
    return Ending("error", "internal_error")


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
