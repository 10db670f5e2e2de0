"""What an operator sees: metrics on a loopback port, and the caller's trace in the log."""

import asyncio
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from harness.chat import iter_frames, make_body, open_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.jwks_server import JwksServer
from harness.model_server import ModelServer, say
from harness.service import make_settings, serve
from rag_api.trace_context import read_trace_context

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def read_samples(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def test_requests_runs_and_the_pool_are_measured(
    database: ClonedDatabase,
    jwks_server: JwksServer,
    model: ModelServer,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    model.script = say(*["tick "] * 100, pause=0.05)
    port = find_free_port()
    settings = make_settings(
        database.rag_api_url,
        jwks_server.url,
        AGENT="openai",
        OPENAI_BASE_URL=model.url,
        OPENAI_MODEL="small",
        RAG_API_METRICS_PORT=str(port),
    )
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with serve(settings) as url, httpx.AsyncClient(base_url=url, headers=headers) as api:
        await api.get("/v1/conversations/secret-id")
        await api.get("/nowhere/secret-id")
        async with open_turn(api, make_body("measured", "Count")) as response:
            await anext(iter_frames(response))
            async with httpx.AsyncClient(trust_env=False) as prometheus:
                text = (await prometheus.get(f"http://127.0.0.1:{port}/metrics")).text
        # The service's own port shows none of it.
        assert (await api.get("/metrics")).status_code == 404
        assert urlsplit(url).port != port
    samples = read_samples(text)
    get = 'method="GET",route="/v1/conversations/{id}"'
    assert samples[f'rag_api_http_requests_total{{{get},status="404"}}'] == 1
    assert samples['rag_api_http_requests_total{method="GET",route="none",status="404"}'] == 1
    assert samples[f"rag_api_http_response_start_seconds_count{{{get}}}"] == 1
    assert samples["rag_api_active_runs"] == 1
    assert samples["rag_api_pool_connections"] >= 1
    assert samples["rag_api_pool_waiting_requests"] == 0
    assert "secret-id" not in text
    assert str(alice.user_id) not in text
    # The port is closed with the service.
    with pytest.raises(OSError, match=r"refused|failed"):
        await asyncio.open_connection("127.0.0.1", port)


@pytest.mark.parametrize("version", ["00", "01"])
def test_a_callers_trace_goes_on(version: str) -> None:
    context = read_trace_context(f"{version}-{TRACE}-{SPAN}-01")
    assert (context.trace_id, context.parent_id) == (TRACE, SPAN)
    assert len(context.span_id) == 16
    assert context.span_id != SPAN


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "nonsense",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
    ],
)
def test_what_is_no_trace_begins_a_new_one(header: str | None) -> None:
    first, second = read_trace_context(header), read_trace_context(header)
    assert first.parent_id is None
    assert TRACE not in (first.trace_id, second.trace_id)
    assert first.trace_id != second.trace_id
