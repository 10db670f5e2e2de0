"""A real HTTP server that publishes keys, counts its visitors and can misbehave."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class JwksServer:
    """Answers any request with `body` and `status`, after `delay` seconds."""

    def __init__(self, *keys: dict[str, object]) -> None:
        self.url = ""
        self.requests = 0
        self.status = 200
        self.delay = 0.0
        self.body = b""
        self.publish(*keys)

    def publish(self, *keys: dict[str, object]) -> None:
        """From now on these are the keys."""
        self.body = json.dumps({"keys": keys}).encode()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection, one request."""
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            await asyncio.sleep(self.delay)
            head = (
                f"HTTP/1.1 {self.status} X\r\ncontent-length: {len(self.body)}\r\nconnection: close\r\n\r\n"
            )
            writer.write(head.encode() + self.body)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serve_jwks(*keys: dict[str, object]) -> AsyncIterator[JwksServer]:
    """A JWKS server on a free port for the duration of the block."""
    jwks = JwksServer(*keys)
    server = await asyncio.start_server(jwks.answer, "127.0.0.1", 0)
    jwks.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json"
    try:
        yield jwks
    finally:
        server.close()
        await server.wait_closed()
