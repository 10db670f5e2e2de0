"""Reads the Chat Completions stream of an OpenAI-compatible endpoint; all else is a model error."""

from collections.abc import AsyncIterator
from typing import Final

import httpx
from pydantic import BaseModel, Field, ValidationError

from rag_api.agents.event_stream import EndlessEventError, read_events
from rag_api.agents.port import AgentError, Finish, FinishReason, TextDelta, Usage

_FINISH_REASONS: Final[dict[str, FinishReason]] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content-filter",
    "tool_calls": "tool-calls",
    "function_call": "tool-calls",
}


class _Delta(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Answer(BaseModel):
    message: _Delta


class _Completion(BaseModel):
    choices: list[_Answer]


class _Usage(BaseModel):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class _Chunk(BaseModel):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: object | None = None


async def read_completion(response: httpx.Response, so_far: Usage) -> AsyncIterator[TextDelta | Finish]:
    """Ends with a Finish, or raises AgentError; `so_far` stands where the provider counts nothing."""
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        raise AgentError("model_unavailable", "the endpoint did not answer with an event stream")
    reason: FinishReason | None = None
    usage = so_far
    try:
        async for data in read_events(response):
            if data == "[DONE]":
                reason = reason or "stop"
                break
            chunk = _parse(data)
            if chunk.usage:
                usage = Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens, estimated=False)
            for choice in (chunk.choices or [])[:1]:
                if choice.delta and choice.delta.content:
                    yield TextDelta(choice.delta.content)
                if choice.finish_reason:
                    reason = _FINISH_REASONS.get(choice.finish_reason, "other")
    except EndlessEventError as error:
        raise AgentError("model_unavailable", "the stream holds an event without end") from error
    except httpx.HTTPError:
        # After the reason only the usage could still have come.
        if reason is None:
            raise
    if reason is None:
        raise AgentError("model_unavailable", "the stream ended before the answer did")
    yield Finish(reason, usage)


def read_answer(body: bytes) -> str:
    """The text of a completion that was not streamed; empty where it holds none."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise AgentError("model_unavailable", "the answer is no completion") from error
    return (completion.choices[0].message.content or "") if completion.choices else ""


def _parse(data: str) -> _Chunk:
    try:
        chunk = _Chunk.model_validate_json(data)
    except ValidationError as error:
        raise AgentError("model_unavailable", "the stream holds something that is no completion") from error
    if chunk.error is not None:
        raise AgentError("model_unavailable", "the endpoint reported an error inside the stream")
    return chunk
