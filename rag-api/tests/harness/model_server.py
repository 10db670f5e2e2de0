"""A real HTTP server that speaks the OpenAI chat completions stream, and misbehaves on demand."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

Write = Callable[[bytes], Awaitable[None]]
Script = Callable[[Write], Awaitable[None]]

STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def chunk(content: str | None = None, finish: str | None = None, **members: object) -> bytes:
    """One frame of the stream."""
    delta = {} if content is None else {"content": content}
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    return frame({"object": "chat.completion.chunk", "choices": choices} | members)


def frame(value: object) -> bytes:
    """Any JSON as a server-sent event."""
    return f"data: {json.dumps(value)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


class ModelServer:
    """Plays `script` to every request, after those in `first`; keeps what was asked.

    `left` is set when a connection ended.
    """

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.title_requests: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.first: list[Script] = []
        self.script: Script = say("Hello.")
        self.title_script: Script = name("A title")
        self.left = asyncio.Event()
        self.title_asked = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection, one request."""

        async def write(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = [line.partition(": ") for line in head.split("\r\n")]
            length = next(int(value) for name, _, value in lines if name.lower() == "content-length")
            self.headers.append(head)
            request = json.loads(await reader.readexactly(length))
            if not request.get("stream"):
                self.title_requests.append(request)
                self.title_asked.set()
                await self.title_script(write)
                return
            self.requests.append(request)
            await (self.first.pop(0) if self.first else self.script)(write)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self.left.set()
            writer.close()


def say(*pieces: str, usage: tuple[int, int] | None = None, pause: float = 0.0) -> Script:
    """A well-behaved answer; `usage` is prompt and completion tokens."""

    async def script(write: Write) -> None:
        await write(STREAM_HEAD)
        for piece in pieces:
            await write(chunk(piece))
            await asyncio.sleep(pause)
        await write(chunk(finish="stop"))
        if usage is not None:
            counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
            await write(frame({"choices": [], "usage": counted}))
        await write(DONE)

    return script


def name(title: str, pause: float = 0.0) -> Script:
    """The answer to a request that is not streamed: those for a title."""

    async def script(write: Write) -> None:
        await asyncio.sleep(pause)
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": title}}]}).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        await write(head.encode() + body)

    return script


def refuse(status: int, header: str = "x-nothing: 0") -> Script:
    """An HTTP error, with a header of its own."""

    async def script(write: Write) -> None:
        body = b'{"error":{"message":"no"}}'
        head = f"HTTP/1.1 {status} X\r\n{header}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        await write(head.encode() + body)

    return script


def hang_up() -> Script:
    """The connection closes before the first byte."""

    async def script(_: Write) -> None:
        return

    return script


def send(*data: bytes, then_hang: bool = False) -> Script:
    """These very bytes, then the end, or silence."""

    async def script(write: Write) -> None:
        for part in data:
            await write(part)
        if then_hang:
            await asyncio.sleep(3600)

    return script


@asynccontextmanager
async def serve_model() -> AsyncIterator[ModelServer]:
    """A model server on a free port for the duration of the block."""
    model = ModelServer()
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        await model.answer(reader, writer)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    model.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield model
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
