"""Each request is a span of its caller's trace, sent to a collector where one is configured."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from harness.collector import Collector, collect
from harness.database import ClonedDatabase
from harness.jwks_server import JwksServer
from harness.service import make_settings, serve

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest_asyncio.fixture
async def collector() -> AsyncIterator[Collector]:
    """An OpenTelemetry collector."""
    async with collect() as running:
        yield running


async def trace_requests(
    database: ClonedDatabase, jwks_server: JwksServer, endpoint: str, *headers: dict[str, str]
) -> None:
    settings = make_settings(database.rag_api_url, jwks_server.url, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
    async with serve(settings) as url, httpx.AsyncClient(base_url=url) as client:
        for one in headers:
            await client.get("/v1/conversations/secret-id?q=secret", headers=one)


def attributes_of(span: dict[str, Any]) -> dict[str, Any]:
    return {entry["key"]: next(iter(entry["value"].values())) for entry in span["attributes"]}


async def test_a_request_is_a_span_of_its_callers_trace(
    collector: Collector, database: ClonedDatabase, jwks_server: JwksServer
) -> None:
    traceparent = {"traceparent": f"00-{TRACE}-{PARENT}-01", "authorization": "Bearer secret"}
    await trace_requests(database, jwks_server, collector.url, traceparent, {})
    # Sent by the time that the service has ended.
    assert {path for path, _ in collector.received} == {"/v1/traces"}
    ours, other = [span for span in collector.spans if span["name"] == "GET /v1/conversations/{id}"]
    assert (ours["traceId"], ours["parentSpanId"], ours["kind"]) == (TRACE, PARENT, 2)
    assert attributes_of(ours) == {
        "http.request.method": "GET",
        "http.route": "/v1/conversations/{id}",
        "http.response.status_code": 401,
    }
    assert 0 < int(ours["endTimeUnixNano"]) - int(ours["startTimeUnixNano"]) < 30 * 10**9
    assert other["traceId"] != TRACE
    assert "parentSpanId" not in other
    for _, body in collector.received:
        (resource,) = body["resourceSpans"]
        assert attributes_of(resource["resource"]) == {"service.name": "rag-api"}
    assert "secret" not in json.dumps(collector.received)


async def test_a_caller_that_does_not_record_gets_no_span(
    collector: Collector, database: ClonedDatabase, jwks_server: JwksServer
) -> None:
    await trace_requests(database, jwks_server, collector.url, {"traceparent": f"00-{TRACE}-{PARENT}-00"}, {})
    assert [span for span in collector.spans if span["traceId"] == TRACE] == []
    assert collector.spans != []


async def test_a_collector_that_is_away_disturbs_nobody(
    database: ClonedDatabase, jwks_server: JwksServer
) -> None:
    await trace_requests(database, jwks_server, "http://127.0.0.1:1", {})
