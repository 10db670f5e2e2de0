"""The log: one line a request, with a closed reason for refusals, and nobody's words."""

import asyncio
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from rag_api.errors import DomainError
from rag_api.log import JsonFormatter


class Lines:
    """The JSON lines that the service wrote."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def list_requests(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in lines if line["msg"] == "request"]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Everything that is logged at level debug during the test."""
    captured = Lines()
    handler = logging.StreamHandler(captured.stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield captured
    root.removeHandler(handler)
    root.setLevel(level)


async def test_a_request_is_one_line(api: httpx.AsyncClient, alice: Person, lines: Lines) -> None:
    await api.get("/v1/conversations/some-id/messages", headers={"x-request-id": "r1"})
    (line,) = lines.list_requests()
    assert line.pop("time")
    assert line.pop("ms") >= 0
    assert len(line.pop("traceId")) == 32
    assert len(line.pop("spanId")) == 16
    assert line.pop("parentId") is None
    assert line == {
        "level": "info",
        "logger": "rag_api",
        "msg": "request",
        "requestId": "r1",
        "method": "GET",
        "route": "/v1/conversations/{id}/messages",
        "status": 404,
        "principal": str(alice.user_id),
    }


async def test_an_unmatched_path_is_not_written_down(api: httpx.AsyncClient, lines: Lines) -> None:
    await api.get("/v1/secret-path?token=secret")
    (line,) = lines.list_requests()
    assert (line["route"], line["status"], line["principal"]) == (None, 404, None)
    assert "secret" not in json.dumps(line)


async def test_refusals_have_a_reason(
    anonymous: httpx.AsyncClient,
    signing_key: SigningKey,
    alice: Person,
    database: ClonedDatabase,
    lines: Lines,
) -> None:
    tokens = [
        "nonsense",
        SigningKey(signing_key.kid).token(alice),
        signing_key.token(alice, aud="other"),
        signing_key.token(alice, exp=1),
        signing_key.token(alice, header={"alg": "none"}),
        signing_key.token(alice),
    ]
    database.delete_session(alice)
    await anonymous.get("/v1/me")
    for token in tokens:
        await anonymous.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    requests = lines.list_requests()
    assert [line["reason"] for line in requests] == [
        "missing",
        "shape",
        "signature",
        "audience",
        "expired",
        "algorithm",
        "session_ended",
    ]
    assert [line["principal"] for line in requests] == [None] * 6 + [str(alice.user_id)]


async def test_no_ones_words_get_into_the_log(api: httpx.AsyncClient, make_token: Any, lines: Lines) -> None:
    token = make_token()
    await api.post(
        "/v1/conversations",
        json={"id": "c", "title": "my secret title", "metadata": {"mail": "me@example.com"}},
        headers={"authorization": f"Bearer {token}", "cookie": "session=secret"},
    )
    await api.post("/v1/conversations", json={"title": ["my secret title"]})
    # What other libraries log at debug is off in the service: see configure_logging.
    own = "\n".join(
        line for line in lines.text.splitlines() if json.loads(line)["logger"].startswith("rag_api")
    )
    assert len(lines.list_requests()) == 2
    for word in (token, token.split(".")[1], "secret", "me@example.com"):
        assert word not in own


def test_an_exceptions_text_stays_out() -> None:
    try:
        try:
            raise ValueError("my secret")
        except ValueError as error:
            raise DomainError("internal_error", "my secret") from error
    except DomainError:
        record = logging.LogRecord("rag_api", logging.ERROR, __file__, 1, "failed", None, None)
        record.exc_info = sys.exc_info()
    line = JsonFormatter().format(record)
    assert "secret" not in line
    described = json.loads(line)["error"]
    assert (described["type"], described["cause"]["type"]) == ("DomainError", "ValueError")
    assert described["frames"]


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/v1/conversations", "application/json"),
        ("/v1/conversations/import", "application/jsonl"),
        ("/v1/conversations/import", "application/zip"),
    ],
)
async def test_a_body_that_breaks_off_is_no_failure_of_ours(
    path: str, content_type: str, base_url: str, make_token: Callable[..., str], lines: Lines
) -> None:
    address = urlsplit(base_url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(
        f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {make_token()}\r\nidempotency-key: k\r\n"
        f"content-type: {content_type}\r\ncontent-length: 1000\r\n\r\n{{".encode()
    )
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.transport.abort()
    async with asyncio.timeout(5):
        while not (requests := lines.list_requests()):  # noqa: ASYNC110 - the log has no event to wait for
            await asyncio.sleep(0.02)
    assert [request["status"] for request in requests] == [400]
    assert "unexpected error" not in lines.text
