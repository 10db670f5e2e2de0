"""What surrounds every answer: problems, ids, limits, CORS, headers, and the document about them."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from harness.service import ORIGIN
from rag_api.app import BODY_LIMIT, create_app
from rag_api.config import Settings
from rag_api.errors import ERRORS


def _check_problem(answer: httpx.Response, code: str) -> None:
    spec = ERRORS[code]  # type: ignore[index]
    assert answer.status_code == spec.status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body == body | {
        "type": f"urn:auth-gateway:problem:{code}",
        "title": spec.title,
        "status": spec.status,
        "code": code,
        "requestId": answer.headers["x-request-id"],
    }
    assert body["detail"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/v1", "/v1/me/", "/v1/conversations/", "/docs", "//"])
async def test_an_unknown_path_is_a_problem(path: str, api: httpx.AsyncClient) -> None:
    _check_problem(await api.get(path), "not_found")


@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/me"), ("POST", "/livez"), ("HEAD", "/v1/me")])
async def test_a_wrong_method_is_a_problem(method: str, path: str, api: httpx.AsyncClient) -> None:
    answer = await api.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    if method != "HEAD":
        _check_problem(answer, "method_not_allowed")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "validation_failed"),
        (b"{", "validation_failed"),
        (b"\xff", "invalid_request"),
        (b"[" * 100_000, "invalid_request"),
        (b'{"metadata": {"n": ' + b"9" * 5000 + b"}}", "invalid_request"),
        (b"null", "validation_failed"),
    ],
)
async def test_a_malformed_body_is_a_problem(content: bytes, code: str, api: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    _check_problem(await api.post("/v1/conversations", content=content, headers=headers), code)


async def test_another_content_type_is_not_read_as_json(api: httpx.AsyncClient) -> None:
    answer = await api.post("/v1/conversations", content=b"{}", headers={"content-type": "text/plain"})
    _check_problem(answer, "validation_failed")


async def test_a_large_body_is_refused_by_its_length(api: httpx.AsyncClient) -> None:
    answer = await api.post("/v1/conversations", content=b"x" * (BODY_LIMIT + 1))
    _check_problem(answer, "payload_too_large")
    # Closing at once would reset the connection under the answer; the rest is read and dropped.
    assert (await api.get("/v1/me")).status_code == 200


async def test_a_large_body_in_chunks_is_refused_too(api: httpx.AsyncClient) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 65_536 + 2):
            yield b" " * 65_536

    headers = {"content-type": "application/json"}
    answer = await api.post("/v1/conversations", content=stream(), headers=headers)
    _check_problem(answer, "payload_too_large")


async def test_a_body_up_to_the_limit_is_read(api: httpx.AsyncClient) -> None:
    content = json.dumps({"id": "c"}).encode().ljust(BODY_LIMIT)
    headers = {"content-type": "application/json"}
    assert (await api.post("/v1/conversations", content=content, headers=headers)).status_code == 201


@pytest.mark.parametrize("offered", ["abc", "A.b_c-1", "x" * 64])
async def test_a_good_request_id_is_kept(offered: str, api: httpx.AsyncClient) -> None:
    answer = await api.get("/v1/me", headers={"x-request-id": offered})
    assert answer.headers["x-request-id"] == offered


@pytest.mark.parametrize("offered", ["", "a b", "x" * 65, "a/b", '"', "ä".encode()])
async def test_a_bad_request_id_is_replaced(offered: str | bytes, api: httpx.AsyncClient) -> None:
    answer = await api.get("/nothing", headers={"x-request-id": offered})
    assert answer.headers["x-request-id"] != offered
    assert answer.json()["requestId"] == answer.headers["x-request-id"]


async def test_the_errors_of_a_body_are_counted_out(api: httpx.AsyncClient) -> None:
    answer = await api.post("/v1/conversations", json={f"unknown{number}" * 90: 1 for number in range(500)})
    _check_problem(answer, "validation_failed")
    assert len(answer.json()["errors"]) == 20
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/me", 200), ("/nothing", 404), ("/v1/conversations/none", 404), ("/v1/conversations?limit=0", 422)],
)
async def test_a_browser_of_ours_may_read_every_answer(
    path: str, status: int, api: httpx.AsyncClient
) -> None:
    answer = await api.get(path, headers={"origin": ORIGIN})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in answer.headers
    exposed = answer.headers["access-control-expose-headers"].lower().split(", ")
    assert {"etag", "retry-after", "ratelimit", "ratelimit-policy", "x-request-id", "x-should-retry"} <= set(
        exposed
    )
    assert "origin" in answer.headers["vary"].lower()


async def test_a_401_and_a_413_can_be_read_across_origins(anonymous: httpx.AsyncClient) -> None:
    headers = {"origin": ORIGIN}
    for answer in (
        await anonymous.get("/v1/me", headers=headers),
        await anonymous.post("/v1/conversations", content=b"x" * (BODY_LIMIT + 1), headers=headers),
    ):
        assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example"])
async def test_a_foreign_origin_is_not_allowed(origin: str, api: httpx.AsyncClient) -> None:
    answer = await api.get("/v1/me", headers={"origin": origin})
    assert "access-control-allow-origin" not in answer.headers


async def test_a_preflight_needs_no_token(anonymous: httpx.AsyncClient) -> None:
    ask = {
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "authorization,content-type,x-stainless-lang",
    }
    answer = await anonymous.options("/v1/conversations/c", headers=ask | {"origin": ORIGIN})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "x-stainless-lang" in answer.headers["access-control-allow-headers"]
    refused = await anonymous.options("/v1/me", headers=ask | {"origin": "https://evil.example"})
    assert refused.status_code == 400
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("path", ["/v1/me", "/v1/conversations", "/nothing", "/livez", "/openapi.json"])
async def test_every_answer_carries_the_security_headers(path: str, api: httpx.AsyncClient) -> None:
    headers = (await api.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.fixture
async def broken(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """An application with routes that fail as no route of ours should."""
    app = create_app(settings)

    @app.get("/raise")
    async def fail() -> None:
        raise RuntimeError("the password is hunter2")

    @app.get("/answer")
    async def answer_nonsense() -> int:
        return "hunter2"  # type: ignore[return-value]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        yield client


@pytest.mark.parametrize("path", ["/raise", "/answer"])
async def test_an_unknown_error_is_logged_and_not_told(
    path: str, broken: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await broken.get(path, headers={"origin": ORIGIN})
    _check_problem(answer, "internal_error")
    assert "hunter2" not in answer.text
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.__dict__["fields"]["requestId"] == answer.headers["x-request-id"]


def _list_operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


async def test_the_document_tells_of_every_operation(anonymous: httpx.AsyncClient) -> None:
    document = (await anonymous.get("/openapi.json")).json()
    for path, method, operation in _list_operations(document):
        assert operation["description"], (method, path)
        assert "HTTPValidationError" not in json.dumps(operation)
        if path.startswith("/v1/"):
            assert operation["security"] == [{"accessToken": []}], (method, path)
            assert {"401", "422", "500", "503"} <= operation["responses"].keys(), (method, path)
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert "application/problem+json" in response["content"], (method, path, status)
    assert document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"] == sorted(ERRORS)


async def test_every_path_under_v1_asks_for_a_token(anonymous: httpx.AsyncClient) -> None:
    document = (await anonymous.get("/openapi.json")).json()
    guarded = [(path, method) for path, method, _ in _list_operations(document) if path.startswith("/v1/")]
    assert guarded
    for path, method in guarded:
        answer = await anonymous.request(method, path.replace("{id}", "c"), content=b"{")
        assert (answer.status_code, answer.json()["code"]) == (401, "authentication_required"), (method, path)
