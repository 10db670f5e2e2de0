"""Names a conversation after its first complete turn, unless the user has named it."""

import asyncio

from rag_api.agents.port import AgentError, Question
from rag_api.chat import queries
from rag_api.chat.generation import RunContext
from rag_api.chat.models import RunKey
from rag_api.errors import DomainError
from rag_api.log import logger


class Titling:
    """Goes on after the stream when the model is slow: the answer does not wait for its title."""

    def __init__(self, context: RunContext, key: RunKey, question: Question) -> None:
        self._context = context
        self._key = key
        self._question = question
        self._task: asyncio.Task[str | None] | None = None

    async def begin(self) -> str | None:
        """The stored title, if it comes in time for the stream. Raises nothing but CancelledError."""
        if any(message.role == "assistant" for message in self._question.history):
            return None
        self._task = asyncio.create_task(self._perform())
        await asyncio.wait((self._task,), timeout=self._context.limits.title_wait)
        return self._task.result() if self._task.done() else None

    async def finish(self) -> None:
        """Waits for a title that came too late for the stream."""
        if self._task is not None:
            await asyncio.wait((self._task,))

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _perform(self) -> str | None:
        try:
            async with asyncio.timeout(self._context.limits.title):
                title = await self._context.agent.suggest_title(self._question)
            if title and await queries.title_conversation(self._context.database, self._key, title):
                return title
        except (AgentError, DomainError, TimeoutError) as error:
            logger.warning("no title", extra={"fields": {"reason": type(error).__name__}})
        except Exception as error:
            logger.error("the title failed", exc_info=error)
        return None
