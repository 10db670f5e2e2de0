"""One span a request, sent to a collector as OTLP over HTTP, in its JSON form: that needs no library."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import httpx

from rag_api.log import logger
from rag_api.trace_context import TraceContext

_INTERVAL_SECONDS: Final = 2.0
_SEND_SECONDS: Final = 5.0
# How long the end of the process waits for the collector.
_CLOSE_SECONDS: Final = 2.0
_BATCH: Final = 512
# With a collector that is away the oldest are dropped.
_MOST_WAITING: Final = 4096
_KIND_SERVER: Final = 2
_STATUS_ERROR: Final = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A request as a trace shows it; `route` is the pattern, for a path holds ids."""

    trace: TraceContext
    method: str
    route: str
    status: int
    started_ns: int
    ended_ns: int


class Tracer:
    """Keeps the spans of sampled traces until they are sent."""

    def __init__(self, endpoint: str) -> None:
        self._url = f"{endpoint}/v1/traces"
        self._waiting: deque[Span] = deque(maxlen=_MOST_WAITING)

    def record(self, span: Span) -> None:
        """A caller that does not record its trace wants no span from us."""
        if span.trace.sampled:
            self._waiting.append(span)

    @asynccontextmanager
    async def export(self) -> AsyncIterator[None]:
        """Sends for the duration of the block, and what is left at its end."""
        async with httpx.AsyncClient(timeout=_SEND_SECONDS, trust_env=False) as http:
            sending = asyncio.create_task(self._send_for_ever(http))
            try:
                yield
            finally:
                sending.cancel()
                await asyncio.wait((sending,))
                with suppress(TimeoutError):
                    async with asyncio.timeout(_CLOSE_SECONDS):
                        await self._send(http)

    async def _send_for_ever(self, http: httpx.AsyncClient) -> None:
        while True:
            await asyncio.sleep(_INTERVAL_SECONDS)
            await self._send(http)

    async def _send(self, http: httpx.AsyncClient) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            try:
                (await http.post(self._url, json=_render(batch))).raise_for_status()
            except httpx.HTTPError as error:
                fields = {"spans": len(batch), "reason": type(error).__name__}
                logger.warning("spans could not be sent", extra={"fields": fields})
                return


def _render(spans: Sequence[Span]) -> dict[str, object]:
    resource = {"attributes": [_attribute("service.name", "rag-api")]}
    scope_spans = [{"scope": {"name": "rag-api"}, "spans": [_render_span(span) for span in spans]}]
    return {"resourceSpans": [{"resource": resource, "scopeSpans": scope_spans}]}


def _render_span(span: Span) -> dict[str, object]:
    rendered: dict[str, object] = {
        "traceId": span.trace.trace_id,
        "spanId": span.trace.span_id,
        "name": f"{span.method} {span.route}",
        "kind": _KIND_SERVER,
        "startTimeUnixNano": str(span.started_ns),
        "endTimeUnixNano": str(span.ended_ns),
        "attributes": [
            _attribute("http.request.method", span.method),
            _attribute("http.route", span.route),
            _attribute("http.response.status_code", span.status),
        ],
        "status": {"code": _STATUS_ERROR} if span.status >= 500 else {},
    }
    if span.trace.parent_id is not None:
        rendered["parentSpanId"] = span.trace.parent_id
    return rendered


def _attribute(key: str, value: str | int) -> dict[str, object]:
    return {"key": key, "value": {"stringValue": value} if isinstance(value, str) else {"intValue": value}}
