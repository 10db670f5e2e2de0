"""Whatever an agent does, a generation ends in time, with a code, and keeps its text."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest
import pytest_asyncio

from harness.database import ClonedDatabase
from rag_api.agents.port import (
    AgentError,
    AgentEvent,
    Finish,
    Question,
    Retriever,
    Source,
    TextDelta,
    Usage,
)
from rag_api.chat.event_log import EventLog
from rag_api.chat.flusher import Flusher
from rag_api.chat.generation import Generation, RunContext
from rag_api.chat.limits import RunLimits
from rag_api.chat.models import Ending
from rag_api.db.database import Database
from rag_api.db.pool import open_database
from rag_api.documents.service import Passage

SOURCE = Source("1", "document", "T", None, "q", "", 0.5, UUID(int=1), 1, "text/plain", "a.txt")
FINISH = Finish("stop", Usage(1, 2, estimated=False))
Step = AgentEvent | float | Exception


@dataclass(frozen=True)
class ScriptedAgent:
    """Yields events, waits for numbers of seconds, raises exceptions."""

    steps: Sequence[Step]
    retrieval: Step = 0.0
    name: str = "scripted"
    model: str | None = None

    async def retrieve(self, _question: Question, _retriever: Retriever) -> Sequence[Passage]:
        if isinstance(self.retrieval, Exception):
            raise self.retrieval
        if isinstance(self.retrieval, float):
            await asyncio.sleep(self.retrieval)
        return ()

    async def generate(self, _question: Question, _passages: Sequence[Passage]) -> AsyncGenerator[AgentEvent]:
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, float):
                await asyncio.sleep(step)
            else:
                yield step


@pytest_asyncio.fixture(scope="module")
async def opened(database: ClonedDatabase) -> AsyncIterator[Database]:
    async with open_database(database.rag_api_url, size=1) as connection:
        yield connection


@pytest.mark.parametrize(
    ("agent", "ending", "text", "reason"),
    [
        (ScriptedAgent([TextDelta("a"), FINISH, TextDelta("late")]), Ending("complete"), "a", "stop"),
        (ScriptedAgent([TextDelta("a")]), Ending("complete"), "a", "other"),
        (ScriptedAgent([TextDelta("a"), 60.0]), Ending("error", "model_timeout"), "a", "error"),
        (ScriptedAgent([], retrieval=60.0), Ending("error", "unavailable"), "", "error"),
        (ScriptedAgent([], retrieval=ValueError("secret")), Ending("error", "internal_error"), "", "error"),
        (
            ScriptedAgent([TextDelta("a"), AgentError("model_unavailable", "gone")]),
            Ending("error", "model_unavailable"),
            "a",
            "error",
        ),
        (ScriptedAgent([TextDelta("a"), SOURCE]), Ending("error", "internal_error"), "a", "error"),
        (ScriptedAgent([TextDelta("x" * 30), 60.0]), Ending("complete"), "x" * 20, "length"),
    ],
)
async def test_a_generation_ends(
    opened: Database, agent: ScriptedAgent, ending: Ending, text: str, reason: str
) -> None:
    limits = RunLimits(retrieve=0.1, generate=0.1, answer_characters=20)
    generation = Generation(
        RunContext(opened, agent, limits, Flusher(opened, 15, 0.1)), Question("?", ()), EventLog()
    )
    async with asyncio.timeout(5):
        assert await generation.perform() == ending
    described = generation.describe(ending)
    assert generation.answer.text == text
    assert (described["name"], described["finishReason"]) == ("scripted", reason)
