"""A TCP relay in front of PostgreSQL that counts round trips, and can cut the line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

_DELAY = 0.01


class TcpProxy:
    """Relays to a server; a round trip is a turn of direction, client to server."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self.round_trips = 0
        self.bytes_answered = 0
        self.is_cut = False
        self.port = 0
        self._upstream = upstream
        self._writers: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Drops all connections, and every new one until `restore`."""
        self.is_cut = True
        self.drop_connections()

    def drop_connections(self) -> None:
        """Resets all connections once, as a server's restart does."""
        for writer in self._writers:
            writer.transport.abort()

    def restore(self) -> None:
        """Lets connections through again."""
        self.is_cut = False

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection."""
        if self.is_cut:
            writer.transport.abort()
            return
        up_reader, up_writer = await asyncio.open_connection(*self._upstream)
        self._writers |= {writer, up_writer}
        asked = False

        async def pump_questions() -> None:
            nonlocal asked
            while data := await reader.read(65536):
                if not asked:
                    asked, self.round_trips = True, self.round_trips + 1
                # What is sent together, or soon after, is one trip.
                await asyncio.sleep(_DELAY)
                up_writer.write(data)

        async def pump_answers() -> None:
            nonlocal asked
            while data := await up_reader.read(65536):
                asked = False
                self.bytes_answered += len(data)
                writer.write(data)

        pumps = [asyncio.create_task(pump_questions()), asyncio.create_task(pump_answers())]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            for pump in pumps:
                with suppress(asyncio.CancelledError, ConnectionError):
                    await pump
            self._writers -= {writer, up_writer}
            writer.close()
            up_writer.close()


def through_proxy(url: str, proxy: TcpProxy) -> str:
    """The same URL by way of the proxy."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{proxy.port}").geturl()


@asynccontextmanager
async def open_proxy(url: str) -> AsyncIterator[TcpProxy]:
    """A relay to the server of a URL for the duration of the block."""
    parts = urlsplit(url)
    proxy = TcpProxy((parts.hostname or "", parts.port or 5432))
    server = await asyncio.start_server(proxy.relay, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.drop_connections()
        await server.wait_closed()
