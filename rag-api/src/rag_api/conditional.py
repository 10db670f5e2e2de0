"""Answers 304 to a reader who has seen what it asks for (RFC 9110, 13.1.2)."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# RFC 9110, 15.4.5: what describes the content goes with it.
_OF_THE_CONTENT: Final = ("content-length", "content-type")


def _has_seen(seen: str, tag: str) -> bool:
    """The comparison is weak, and the header may list several tags."""
    tags = {part.strip().removeprefix("W/") for part in seen.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags


class ConditionalGetMiddleware:
    """Whichever route gives an ETag: the body of a version that the reader has is not sent again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = Headers(scope=scope).get("if-none-match") if scope["type"] == "http" else None
        if seen is None or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        is_seen = False

        async def send_unless_seen(message: Message) -> None:
            nonlocal is_seen
            if message["type"] == "http.response.start" and message["status"] == 200:
                headers = MutableHeaders(scope=message)
                is_seen = "etag" in headers and _has_seen(seen, headers["etag"])
                if is_seen:
                    message["status"] = 304
                    for name in _OF_THE_CONTENT:
                        del headers[name]
            elif is_seen and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        await self.app(scope, receive, send_unless_seen)
