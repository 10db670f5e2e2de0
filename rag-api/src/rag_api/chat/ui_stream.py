"""Renders a run as the AI SDK's UI message stream v1 (ai-sdk.dev/docs/ai-sdk-ui/stream-protocol)."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final
from uuid import UUID

from rag_api.chat.events import (
    NothingNew,
    PhaseChanged,
    RunEnded,
    RunEvent,
    RunStarted,
    SourceJson,
    SourcesFound,
    TextAppended,
    TitleChanged,
)
from rag_api.chat.resume_point import ResumePoint

HEADERS: Final = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "connection": "keep-alive",
    "x-vercel-ai-ui-message-stream": "v1",
    "x-accel-buffering": "no",
}
_OPENING: Final = b": stream-open\n\n"
_KEEP_ALIVE: Final = b": keep-alive\n\n"
_DONE: Final = b"data: [DONE]\n\n"
_TEXT_ID: Final = "text"

Chunk = Mapping[str, object]


async def render_ui_stream(
    events: AsyncIterator[RunEvent], seen: ResumePoint | None = None
) -> AsyncIterator[bytes]:
    """Leaves out what the reader has `seen`, if that was of the same run."""
    frames = _Frames(seen)
    yield _OPENING
    async for event in events:
        yield frames.render(event)


class _Frames:
    """Each frame's `id:` line is `<run>:<code points of text sent>`, from which any replica can resume."""

    def __init__(self, seen: ResumePoint | None) -> None:
        self._seen = seen
        self._run_id: UUID | None = None
        self._position = 0
        self._text_is_open = False

    def render(self, event: RunEvent) -> bytes:
        if isinstance(event, NothingNew):
            return _KEEP_ALIVE
        frames = b"".join(self._frame(chunk) for chunk in self._chunks(event))
        return frames + _DONE if isinstance(event, RunEnded) else frames

    def _chunks(self, event: RunEvent) -> Iterator[Chunk]:
        match event:
            # Whoever has some text has seen all that stands before it.
            case RunStarted() if self._goes_on(event.run_id):
                return
            case PhaseChanged() | SourcesFound() if self._text_is_open:
                return
            case RunStarted():
                yield {
                    "type": "start",
                    "messageId": str(event.assistant_message_id),
                    "messageMetadata": {
                        "conversationId": event.conversation_id,
                        "runId": str(event.run_id),
                    },
                }
                yield {"type": "start-step"}
            case PhaseChanged():
                yield {"type": "data-status", "data": {"phase": event.phase}, "transient": True}
            case SourcesFound():
                yield from map(_source_chunk, event.sources)
                yield {"type": "data-sources", "id": "sources", "data": event.sources}
            case TextAppended() if event.end > self._position:
                if not self._text_is_open:
                    self._text_is_open = True
                    yield {"type": "text-start", "id": _TEXT_ID}
                delta = event.text[self._position - event.end :]
                self._position = event.end
                yield {"type": "text-delta", "id": _TEXT_ID, "delta": delta}
            case TitleChanged():
                yield {"type": "data-chat-title", "data": event.title, "transient": True}
            case RunEnded():
                if self._text_is_open:
                    yield {"type": "text-end", "id": _TEXT_ID}
                yield from _ending_chunks(event)

    def _goes_on(self, run_id: UUID) -> bool:
        self._run_id = run_id
        if self._seen is not None and self._seen.run_id == run_id:
            self._position = self._seen.code_points
        self._text_is_open = self._position > 0
        return self._text_is_open

    def _frame(self, chunk: Chunk) -> bytes:
        # Compact: assistant-ui looks for the bytes `"type":"finish"`.
        body = json.dumps(chunk, ensure_ascii=False, separators=(",", ":"))
        return f"id: {self._run_id}:{self._position}\ndata: {body}\n\n".encode()


def _source_chunk(source: SourceJson) -> Chunk:
    details: dict[str, object] = {key: source[key] for key in ("score", "documentId", "uri")}
    if source.get("sourceRemoved"):
        details["sourceRemoved"] = True
    metadata = {"sourceId": source["id"], "title": source["title"], "providerMetadata": {"rag": details}}
    if source["type"] == "url" and "url" in source:
        return {"type": "source-url", "url": source["url"], **metadata}
    filename = source["uri"].rpartition("/")[2]
    return {"type": "source-document", "mediaType": source["mediaType"], "filename": filename, **metadata}


def _ending_chunks(event: RunEnded) -> Iterator[Chunk]:
    match event.status:
        case "complete":
            yield {"type": "finish-step"}
            yield {
                "type": "finish",
                "finishReason": event.agent.get("finishReason", "other"),
                "messageMetadata": {"usage": event.agent["usage"]} if "usage" in event.agent else {},
            }
        case "stopped" if event.error_code is None:
            yield {"type": "abort", "reason": "user_stop"}
        case _:
            # Clients show an abort as a normal end; who was signed out must be told.
            yield {"type": "error", "errorText": event.error_code or event.status}
