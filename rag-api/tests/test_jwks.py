"""The key set: what it believes, how often it asks, and what it survives."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from harness.database import Person
from harness.issuer import SigningKey
from harness.jwks_server import JwksServer, serve_jwks
from harness.service import make_settings, serve
from rag_api.auth.jwks import COOLDOWN, MAX_STALENESS, Jwks
from rag_api.auth.key_set import UnusableKeySet, read_key_set
from rag_api.clock import Clock
from rag_api.config import Settings
from rag_api.errors import DomainError

KEY = SigningKey("k1")


class Time:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0


@asynccontextmanager
async def open_set(*keys: dict[str, Any]) -> AsyncIterator[tuple[Jwks, JwksServer, Time]]:
    time = Time()
    async with serve_jwks(*keys) as server, httpx.AsyncClient(trust_env=False) as http:
        yield Jwks(server.url, http, Clock(monotonic=lambda: time.now)), server, time


async def test_a_known_kid_asks_nobody() -> None:
    async with open_set(KEY.jwk) as (jwks, server, _):
        await jwks.refresh()
        assert await jwks.get_key("k1") is await jwks.get_key("k1")
        assert server.requests == 1


async def test_unknown_kids_share_one_fetch_a_cooldown() -> None:
    async with open_set(KEY.jwk) as (jwks, server, time):
        await jwks.refresh()
        time.now += COOLDOWN
        server.delay = 0.1
        guesses = asyncio.gather(*(jwks.get_key(f"guess-{number}") for number in range(50)))
        await asyncio.sleep(0.03)
        # A known key is not held up by the guessing.
        async with asyncio.timeout(0.02):
            assert await jwks.get_key("k1")
        assert set(await guesses) == {None}
        assert server.requests == 2
        assert await jwks.get_key("guess-again") is None
        assert server.requests == 2
        time.now += COOLDOWN
        assert await jwks.get_key("guess-later") is None
        assert server.requests == 3


async def test_a_new_key_is_found_by_its_first_token() -> None:
    new = SigningKey("k2")
    async with open_set(KEY.jwk) as (jwks, server, time):
        await jwks.refresh()
        first = await jwks.get_key("k1")
        server.publish(KEY.jwk, new.jwk)
        assert await jwks.get_key("k2") is None
        time.now += COOLDOWN
        assert await jwks.get_key("k2")
        assert await jwks.get_key("k1") is first


async def test_a_cancelled_request_does_not_cancel_the_fetch_of_others() -> None:
    async with open_set(KEY.jwk) as (jwks, server, _):
        server.delay = 0.1
        first, second = (asyncio.create_task(jwks.get_key("k1")) for _ in range(2))
        await asyncio.sleep(0.02)
        first.cancel()
        assert await second
        assert server.requests == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (302, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (200, b'{"keys": []}'),
        (200, b'{"keys": 7}'),
        (200, b"[" * 60_000),
        (200, b'{"keys": [' + b" " * 70_000 + b"]}"),
        (200, json.dumps({"keys": [KEY.jwk, KEY.jwk]}).encode()),
    ],
)
async def test_a_bad_answer_keeps_the_last_good_set(status: int, body: bytes) -> None:
    async with open_set(KEY.jwk) as (jwks, server, time):
        await jwks.refresh()
        server.status, server.body = status, body
        time.now += 3600
        await jwks.refresh()
        assert await jwks.get_key("k1")


async def test_an_unreachable_gateway_is_survived_for_a_day() -> None:
    time = Time()
    async with httpx.AsyncClient(trust_env=False) as http:
        async with serve_jwks(KEY.jwk) as server:
            jwks = Jwks(server.url, http, Clock(monotonic=lambda: time.now))
            await jwks.refresh()
        time.now += MAX_STALENESS
        assert await jwks.get_key("k1")
        assert await jwks.get_key("other") is None
        time.now += 1
        with pytest.raises(DomainError) as refused:
            await jwks.get_key("k1")
        assert refused.value.code == "keys_unavailable"


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "RSA"},
        {"kty": "oct", "k": "AAAA"},
        {"crv": "P-384"},
        {"use": "enc"},
        {"use": None},
        {"alg": "ES384"},
        {"alg": "none"},
        {"key_ops": ["sign"]},
        {"key_ops": ["verify", "sign"]},
        {"d": KEY.jwk["x"]},
        {"kid": "../x"},
        {"kid": 7},
        {"kid": None},
        {"x": KEY.jwk["y"]},
        {"x": "AAAA"},
        {"x": KEY.jwk["x"] + "="},
        {"x": 7},
        {"y": None},
        {"x": "A" * 43, "y": "A" * 43},
    ],
)
def test_a_key_that_does_not_fit_is_skipped(change: dict[str, object]) -> None:
    other = SigningKey("k2")
    document = json.dumps({"keys": [KEY.jwk | change, other.jwk, "nonsense"]}).encode()
    assert set(read_key_set(document, {})) == {"k2"}
    with pytest.raises(UnusableKeySet):
        read_key_set(json.dumps({"keys": [KEY.jwk | change]}).encode(), {})


async def test_without_keys_the_service_says_503_and_recovers(settings: Settings, alice: Person) -> None:
    async with serve_jwks(KEY.jwk) as server:
        server.status = 500
        time = Time()
        bent = make_settings(settings.database_url.get_secret_value(), server.url)
        headers = {"authorization": f"Bearer {KEY.token(alice)}"}
        async with (
            serve(bent, Clock(monotonic=lambda: time.now)) as url,
            httpx.AsyncClient(base_url=url, headers=headers) as client,
        ):
            answer = await client.get("/v1/me")
            assert answer.status_code == 503
            assert answer.json()["code"] == "keys_unavailable"
            assert int(answer.headers["retry-after"]) > 0
            assert "www-authenticate" not in answer.headers
            ready = await client.get("/readyz")
            assert ready.status_code == 503
            assert ready.json()["checks"] == {"database": "ok", "schema": "ok", "keys": "failing"}
            server.status = 200
            time.now += COOLDOWN
            assert (await client.get("/v1/me")).status_code == 200
            assert (await client.get("/readyz")).status_code == 200
