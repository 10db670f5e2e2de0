"""A real HTTP server that takes what an OpenTelemetry collector takes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"


@dataclass
class Collector:
    """What was sent: paths and bodies."""

    url: str = ""
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def spans(self) -> list[dict[str, Any]]:
        """All spans in the order of their arrival."""
        return [
            span
            for _, body in self.received
            for resource in body["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        self.received.append((first.split()[1], body))
        writer.write(_ANSWER)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def collect() -> AsyncIterator[Collector]:
    """A collector on a free port for the duration of the block."""
    collector = Collector()
    server = await asyncio.start_server(collector.answer, "127.0.0.1", 0)
    collector.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield collector
    finally:
        server.close()
        await server.wait_closed()
