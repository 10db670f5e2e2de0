"""Hostile tokens: each is a 401 with a problem and a challenge, and writes nothing."""

import time
from collections.abc import Callable

import httpx
import pytest

from harness.database import ClonedDatabase, Person
from harness.forgeries import HOSTILE, Forge
from harness.issuer import SigningKey


def _check_refusal(answer: httpx.Response, code: str, challenge: str) -> None:
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == challenge
    body = answer.json()
    assert body["code"] == code
    assert body["status"] == 401
    assert body["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("forge", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_token_is_refused_and_writes_nothing(
    forge: Forge,
    anonymous: httpx.AsyncClient,
    signing_key: SigningKey,
    alice: Person,
    database: ClonedDatabase,
) -> None:
    before = database.dump_rows(alice)
    headers = {"authorization": f"Bearer {forge(signing_key, alice)}"}
    for answer in (
        await anonymous.get("/v1/me", headers=headers),
        await anonymous.post("/v1/conversations", headers=headers, json={"id": "planted"}),
    ):
        _check_refusal(answer, "invalid_token", 'Bearer error="invalid_token"')
    assert database.dump_rows(alice) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bear x"},
        {"cookie": "token=x"},
    ],
)
async def test_without_a_bearer_token_the_client_is_asked_to_sign_in(
    headers: dict[str, str], anonymous: httpx.AsyncClient
) -> None:
    _check_refusal(await anonymous.get("/v1/me", headers=headers), "authentication_required", "Bearer")


async def test_a_token_elsewhere_than_in_the_header_does_not_count(
    anonymous: httpx.AsyncClient, make_token: Callable[..., str]
) -> None:
    token = make_token()
    answer = await anonymous.get(
        "/v1/me", params={"access_token": token}, headers={"cookie": f"token={token}"}
    )
    _check_refusal(answer, "authentication_required", "Bearer")


async def test_two_authorization_headers_are_refused(
    anonymous: httpx.AsyncClient, make_token: Callable[..., str]
) -> None:
    header = ("authorization", f"Bearer {make_token()}")
    answer = await anonymous.get("/v1/me", headers=[header, header])
    _check_refusal(answer, "authentication_required", "Bearer")


@pytest.mark.parametrize("kind", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_a_good_token_counts(
    kind: str, anonymous: httpx.AsyncClient, signing_key: SigningKey, alice: Person
) -> None:
    token = signing_key.token(alice, header={"typ": kind}, scope="rag extra", unknown={"a": [1]})
    for scheme in ("Bearer", "bearer"):
        answer = await anonymous.get("/v1/me", headers={"authorization": f"{scheme} {token}"})
        assert answer.status_code == 200
        body = answer.json()
        assert (body["userId"], body["sessionId"]) == (str(alice.user_id), str(alice.session_id))
        assert body["scopes"] == ["extra", "rag"]


async def test_clocks_may_differ_by_a_minute(
    anonymous: httpx.AsyncClient, signing_key: SigningKey, alice: Person
) -> None:
    token = signing_key.token(alice, now=time.time() + 50)
    answer = await anonymous.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200


async def test_the_token_is_checked_before_the_body(anonymous: httpx.AsyncClient) -> None:
    for content in (b"{", b"[" * 100_000, b'{"id": 7}'):
        answer = await anonymous.post(
            "/v1/conversations", content=content, headers={"content-type": "application/json"}
        )
        _check_refusal(answer, "authentication_required", "Bearer")
