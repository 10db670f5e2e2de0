"""The agent that lets any OpenAI-compatible endpoint answer from the retrieved passages."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import httpx

from rag_api.agents.completion_stream import read_answer, read_completion
from rag_api.agents.port import (
    AgentError,
    AgentEvent,
    Question,
    Retriever,
    TextDelta,
    Usage,
    create_source,
)
from rag_api.agents.prompt import Message, build_prompt, build_title_prompt
from rag_api.agents.relevance import is_relevant
from rag_api.agents.retry_after import read_retry_after
from rag_api.agents.titles import clean_title, condense_title
from rag_api.agents.untrusted_text import StreamDisarmer
from rag_api.config import OpenAISettings
from rag_api.documents.service import Passage

_PASSAGES = 6
_ATTEMPTS: Final = 3
_BACKOFF_SECONDS: Final = 0.5
# Who is told to wait longer has no answer for this question.
_MAX_WAIT_SECONDS: Final = 10.0
_OVERLOADED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_SILENCE_SECONDS: Final = 60.0


class OpenAIAgent:
    def __init__(
        self, settings: OpenAISettings, client: httpx.AsyncClient, silence_seconds: float = _SILENCE_SECONDS
    ) -> None:
        """`silence_seconds` may pass between two pieces of an answer, or before the first."""
        self._settings = settings
        self._client = client
        self._timeout = httpx.Timeout(connect=5.0, read=silence_seconds, write=10.0, pool=5.0)

    @property
    def name(self) -> str:
        return "openai"

    @property
    def model(self) -> str | None:
        return self._settings.model

    async def retrieve(self, question: Question, retriever: Retriever) -> Sequence[Passage]:
        return [passage for passage in await retriever(question.text, _PASSAGES) if is_relevant(passage)]

    async def generate(self, question: Question, passages: Sequence[Passage]) -> AsyncGenerator[AgentEvent]:
        prompt = build_prompt(question, passages, self._settings.context_tokens)
        for number, passage in enumerate(prompt.passages, start=1):
            yield create_source(number, passage, passage.body)
        usage = Usage(prompt.tokens, 0, estimated=True)
        yield usage
        inert = StreamDisarmer()
        async with self._request(prompt.messages) as response:
            async for event in read_completion(response, usage):
                if isinstance(event, TextDelta):
                    if text := inert.feed(event.text):
                        yield TextDelta(text)
                else:
                    if rest := inert.finish():
                        yield TextDelta(rest)
                    yield event

    async def suggest_title(self, question: Question) -> str:
        body = {"model": self._settings.model, "messages": build_title_prompt(question.text)}
        with _as_agent_errors():
            response = await self._client.send(self._build_request(body))
        if response.status_code != httpx.codes.OK:
            raise AgentError("model_unavailable", f"the endpoint answered {response.status_code}")
        return clean_title(read_answer(response.content)) or condense_title(question.text)

    @asynccontextmanager
    async def _request(self, messages: list[Message]) -> AsyncIterator[httpx.Response]:
        with _as_agent_errors():
            response = await self._send(messages)
            try:
                yield response
            finally:
                await response.aclose()

    async def _send(self, messages: list[Message]) -> httpx.Response:
        """The open response; tries again only where no byte of an answer has come yet."""
        body = {
            "model": self._settings.model,
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        for attempt in range(1, _ATTEMPTS + 1):
            pause = _BACKOFF_SECONDS * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)  # noqa: S311
            try:
                response = await self._client.send(self._build_request(body), stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.RemoteProtocolError):
                if attempt == _ATTEMPTS:
                    raise
            else:
                if response.status_code == httpx.codes.OK:
                    return response
                await response.aclose()
                pause = max(pause, read_retry_after(response.headers.get("retry-after"), time.time()))
                hopeless = response.status_code not in _OVERLOADED or pause > _MAX_WAIT_SECONDS
                if hopeless or attempt == _ATTEMPTS:
                    raise AgentError("model_unavailable", f"the endpoint answered {response.status_code}")
            await asyncio.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _build_request(self, body: Mapping[str, object]) -> httpx.Request:
        key = self._settings.api_key
        return self._client.build_request(
            "POST",
            f"{self._settings.base_url}/chat/completions",
            headers={"Authorization": f"Bearer {key.get_secret_value()}"} if key else None,
            json=body,
            timeout=self._timeout,
        )


@contextmanager
def _as_agent_errors() -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise AgentError("model_timeout", "the endpoint was silent for too long") from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise AgentError("model_unavailable", type(error).__name__) from error
