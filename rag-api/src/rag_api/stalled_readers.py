"""Ends a response whose reader takes nothing of it any more, in pure ASGI."""

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag_api.log import logger

# A slow reader is not a stalled one: at a kilobyte a second this much still goes out in time.
_PIECE: Final = 64 * 1024
STALL_SECONDS: Final = 60.0


class _Stalled(Exception):
    """No piece of the body went out for too long."""


class StalledReaderMiddleware:
    """Without it a reader that keeps its connection open holds an answer, or an export, for ever."""

    def __init__(self, app: ASGIApp, seconds: float = STALL_SECONDS) -> None:
        """`seconds` is the time for each piece."""
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_piece(message: Message) -> None:
            try:
                async with asyncio.timeout(self.seconds):
                    await send(message)
            except TimeoutError:
                raise _Stalled from None

        async def send_in_time(message: Message) -> None:
            body = memoryview(message.get("body", b""))
            last = max(0, len(body) - 1) // _PIECE * _PIECE
            for start in range(0, last, _PIECE):
                piece = bytes(body[start : start + _PIECE])
                await send_piece({"type": message["type"], "body": piece, "more_body": True})
            await send_piece({**message, "body": bytes(body[last:])} if last else message)

        try:
            await self.app(scope, receive, send_in_time)
        except _Stalled:
            # The server closes the connection of an answer that was left unfinished.
            route = getattr(scope.get("route"), "path", None)
            logger.info("a reader stalled", extra={"fields": {"route": route}})
