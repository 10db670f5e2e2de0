"""The rings around every request, in pure ASGI: request id and log line, headers, body limit, last catch."""

import re
import time
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag_api.ids import new_id
from rag_api.log import logger
from rag_api.metrics import Metrics
from rag_api.problem_details import BodyTooLarge, render_exception
from rag_api.request_context import RequestContext, attach_context
from rag_api.trace_context import read_trace_context
from rag_api.tracing import Span, Tracer

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECURITY_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


def _choose_request_id(scope: Scope) -> str:
    offered = Headers(scope=scope).get("x-request-id", "")
    return offered if _REQUEST_ID.fullmatch(offered) else str(new_id())


class RequestLogMiddleware:
    """Gives the request its id, answers it as x-request-id, and logs one line when the answer is out."""

    def __init__(self, app: ASGIApp, metrics: Metrics | None, tracer: Tracer | None) -> None:
        self.app = app
        self.metrics = metrics
        self.tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        context = RequestContext(_choose_request_id(scope))
        attach_context(scope, context)
        trace = read_trace_context(Headers(scope=scope).get("traceparent"))
        started, started_ns, status, began = time.perf_counter(), time.time_ns(), 0, None

        async def send_with_id(message: Message) -> None:
            nonlocal status, began
            if message["type"] == "http.response.start":
                status, began = message["status"], time.perf_counter() - started
                MutableHeaders(scope=message)["x-request-id"] = context.request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            route: str | None = getattr(scope.get("route"), "path", None)
            if self.metrics is not None:
                self.metrics.observe_request(scope["method"], route, status, began)
            if self.tracer is not None:
                place = route or "none"
                self.tracer.record(Span(trace, scope["method"], place, status, started_ns, time.time_ns()))
            fields: dict[str, object] = {
                "requestId": context.request_id,
                "traceId": trace.trace_id,
                "spanId": trace.span_id,
                "parentId": trace.parent_id,
                "method": scope["method"],
                "route": route,
                "status": status,
                "ms": round((time.perf_counter() - started) * 1000, 1),
                "principal": context.principal_id,
            }
            if context.refusal is not None:
                fields["reason"] = context.refusal
            logger.info("request", extra={"fields": fields})


class SecurityHeadersMiddleware:
    """Sets the headers that every answer carries, unless the route said otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimitMiddleware:
    """Refuses a larger body: by its Content-Length at once, else when its chunks exceed the bytes."""

    def __init__(self, app: ASGIApp, limit: int, by_prefix: Mapping[str, int]) -> None:
        """`by_prefix` has other limits for paths that begin so."""
        self.app = app
        self.limit = limit
        self.by_prefix = by_prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        limit = next(
            (limit for prefix, limit in self.by_prefix.items() if path.startswith(prefix)), self.limit
        )
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared[:20]) > limit:
            raise BodyTooLarge(limit)
        read = 0

        async def receive_within_limit() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise BodyTooLarge(limit)
            return message

        await self.app(scope, receive_within_limit, send)


class ErrorBoundaryMiddleware:
    """Answers what nothing inside did; it stands inside CORS so that a browser may read the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch_start)
        except Exception as error:
            if started:
                raise
            await render_exception(Request(scope, receive), error)(scope, receive, send)
