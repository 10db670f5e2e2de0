"""A reader that takes nothing any more is let go; a slow one is served."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from harness.service import serve_app
from rag_api.stalled_readers import StalledReaderMiddleware

# More than the buffers of both sides hold.
SIZE = 32 * 1024 * 1024
SECONDS = 0.5


class Service:
    """Two routes with a long answer, in pieces and as a whole; `ended` is set when one is over."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        routes = [Route("/stream", _stream), Route("/whole", _whole)]
        self._app = StalledReaderMiddleware(Starlette(routes=routes), SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            self.ended.set()


async def _stream(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(SIZE // 65536):
            yield b"x" * 65536

    return StreamingResponse(pieces())


async def _whole(_: Request) -> Response:
    return Response(b"x" * SIZE)


@asynccontextmanager
async def ask(service: Service, path: str) -> AsyncIterator[socket.socket]:
    """A connection that has asked."""
    async with serve_app(service, "off") as url:
        parts = urlsplit(url)
        with socket.socket() as reader:
            reader.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(reader, (parts.hostname, parts.port))
            request = f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
            await loop.sock_sendall(reader, request.encode())
            yield reader


async def read_all(reader: socket.socket, pause: float = 0.0) -> int:
    loop, count = asyncio.get_running_loop(), 0
    while data := await loop.sock_recv(reader, 262_144):
        count += len(data)
        await asyncio.sleep(pause)
    return count


@pytest.mark.parametrize("path", ["/stream", "/whole"])
async def test_a_reader_that_stalls_gets_no_more(path: str) -> None:
    service = Service()
    async with ask(service, path) as reader:
        async with asyncio.timeout(SECONDS + 5):
            await service.ended.wait()
        assert 0 < await read_all(reader) < SIZE


@pytest.mark.parametrize("path", ["/stream", "/whole"])
async def test_a_slow_reader_gets_everything(path: str) -> None:
    service = Service()
    async with ask(service, path) as reader:
        began = time.monotonic()
        assert await read_all(reader, pause=0.01) > SIZE
        assert time.monotonic() - began > SECONDS
