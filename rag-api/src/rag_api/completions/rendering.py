"""Renders a run as a Chat Completions stream, or as one Chat Completion."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final

from rag_api.chat.events import NothingNew, RunEnded, RunEvent, RunStarted, SourcesFound, TextAppended
from rag_api.completions.completion import Completion, Json
from rag_api.openai_error import describe_error

HEADERS: Final = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "connection": "keep-alive",
    "x-accel-buffering": "no",
}
_OPENING: Final = b": stream-open\n\n"
_KEEP_ALIVE: Final = b": keep-alive\n\n"
_DONE: Final = b"data: [DONE]\n\n"


def render_completion(completion: Completion) -> Json:
    """The body of a whole answer."""
    message: Json = {
        "role": "assistant",
        "content": completion.text,
        "refusal": None,
        "annotations": completion.list_annotations(),
    }
    choice: Json = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": completion.finish_reason,
    }
    return completion.envelope("chat.completion") | {
        "choices": [choice],
        "usage": completion.count_usage(),
        "rag": completion.conclude() | {"sources": completion.sources},
    }


async def render_completion_stream(
    events: AsyncIterator[RunEvent], model: str, includes_usage: bool
) -> AsyncIterator[bytes]:
    completion = Completion(model)
    yield _OPENING
    async for event in events:
        if isinstance(event, NothingNew):
            yield _KEEP_ALIVE
            continue
        completion.record(event)
        for chunk in _chunks(completion, event, includes_usage):
            yield _frame(chunk)
        if isinstance(event, RunEnded) and completion.error_code is None:
            yield _DONE


def _chunks(completion: Completion, event: RunEvent, includes_usage: bool) -> Iterator[Json]:
    match event:
        case RunStarted():
            delta = {"role": "assistant", "content": ""}
            yield _chunk(completion, delta) | {"rag": completion.identify()}
        case SourcesFound():
            yield _chunk(completion, {}) | {"rag": {"sources": event.sources}}
        case TextAppended():
            yield _chunk(completion, {"content": event.text})
        case RunEnded():
            # Clients raise what stands in `error`; the text before it stays with them.
            if (code := completion.error_code) is not None:
                yield {"error": describe_error(code), "rag": completion.conclude()}
                return
            if annotations := completion.list_annotations():
                yield _chunk(completion, {"annotations": annotations})
            yield _chunk(completion, {}, completion.finish_reason) | {"rag": completion.conclude()}
            if includes_usage:
                yield _chunk(completion, None) | {"usage": completion.count_usage()}
        case _:
            return


def _chunk(completion: Completion, delta: Mapping[str, object] | None, finish: str | None = None) -> Json:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return completion.envelope("chat.completion.chunk") | {"choices": choices}


def _frame(chunk: Json) -> bytes:
    return f"data: {json.dumps(chunk, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
