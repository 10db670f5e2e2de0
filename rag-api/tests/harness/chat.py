"""Posts a turn as the AI SDK's transport does, and reads the stream strictly."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from rag_api.ids import new_id


def make_body(
    conversation_id: str, text: str, message_id: str | None = None, **members: object
) -> dict[str, Any]:
    """The body of a new turn."""
    message = {
        "id": message_id or new_id().hex[-16:],
        "role": "user",
        "parts": [{"type": "text", "text": text}],
    }
    return {"id": conversation_id, "messages": [message], "trigger": "submit-message"} | members


@dataclass
class Stream:
    """What came of an answer: chunks in order, and what a client would show."""

    chunks: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    is_done: bool = False
    raw: bytes = b""

    @property
    def types(self) -> list[str]:
        """Types in order, runs of deltas as one."""
        types = [chunk["type"] for chunk in self.chunks]
        return [kind for index, kind in enumerate(types) if index == 0 or types[index - 1] != kind]

    @property
    def text(self) -> str:
        """The text that the deltas make."""
        return "".join(chunk["delta"] for chunk in self.chunks if chunk["type"] == "text-delta")

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The sources with their quotes."""
        return next((chunk["data"] for chunk in self.chunks if chunk["type"] == "data-sources"), [])

    def find(self, kind: str) -> dict[str, Any] | None:
        """The first chunk of a type."""
        return next((chunk for chunk in self.chunks if chunk["type"] == kind), None)

    def feed(self, frame: bytes) -> None:
        """Takes one frame; anything but our exact shapes is an error."""
        self.raw += frame + b"\n\n"
        assert not self.is_done, "a frame after [DONE]"
        text = frame.decode()
        if text.startswith(": "):
            self.comments.append(text[2:])
        elif text == "data: [DONE]":
            self.is_done = True
        else:
            id_line, data_line = text.split("\n")
            assert id_line.startswith("id: ")
            assert data_line.startswith("data: ")
            chunk = json.loads(data_line[6:])
            assert data_line[6:] == json.dumps(chunk, ensure_ascii=False, separators=(",", ":")), (
                "not compact"
            )
            assert not _holds_null(chunk)
            self.ids.append(id_line[4:])
            self.chunks.append(chunk)


def _holds_null(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_null, value.values()))
    if isinstance(value, list):
        return any(map(_holds_null, value))
    return value is None


@asynccontextmanager
async def open_turn(api: httpx.AsyncClient, body: Mapping[str, Any]) -> AsyncIterator[httpx.Response]:
    """The response of a turn, not yet read."""
    async with api.stream("POST", "/v1/chat", json=body) as response:
        yield response


async def iter_frames(response: httpx.Response) -> AsyncIterator[bytes]:
    """Frames as they come."""
    rest = b""
    async for data in response.aiter_bytes():
        *frames, rest = (rest + data).split(b"\n\n")
        for frame in frames:
            yield frame
    assert rest == b"", "the stream ended inside a frame"


async def read_stream(response: httpx.Response) -> Stream:
    """The whole stream of a successful response."""
    assert response.status_code == 200, (await response.aread()).decode()
    stream = Stream()
    async for frame in iter_frames(response):
        stream.feed(frame)
    return stream


async def take_turn(api: httpx.AsyncClient, body: Mapping[str, Any]) -> Stream:
    """Posts a turn and reads its stream to the end."""
    async with open_turn(api, body) as response:
        return await read_stream(response)


@asynccontextmanager
async def open_resumed(
    api: httpx.AsyncClient, conversation_id: str, last_event_id: str | None = None
) -> AsyncIterator[httpx.Response]:
    """The response to a reader that comes back, not yet read."""
    headers = {} if last_event_id is None else {"last-event-id": last_event_id}
    async with api.stream("GET", f"/v1/chat/{conversation_id}/stream", headers=headers) as response:
        yield response


async def resume(api: httpx.AsyncClient, conversation_id: str, last_event_id: str | None = None) -> Stream:
    """What a reader that comes back still gets."""
    async with open_resumed(api, conversation_id, last_event_id) as response:
        return await read_stream(response)


async def read_some(response: httpx.Response, count: int) -> Stream:
    """The first so many chunks; the rest stays unread."""
    assert response.status_code == 200, (await response.aread()).decode()
    stream = Stream()
    async for frame in iter_frames(response):
        stream.feed(frame)
        if len(stream.chunks) == count:
            return stream
    raise AssertionError("the stream ended early")


async def list_messages(
    api: httpx.AsyncClient, conversation_id: str, branches: str = "head"
) -> list[dict[str, Any]]:
    """The stored messages, oldest first."""
    params: dict[str, str | int] = {"limit": 100, "branches": branches}
    response = await api.get(f"/v1/conversations/{conversation_id}/messages", params=params)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items[::-1]
