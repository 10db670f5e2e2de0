"""The verifier by itself: the shared vectors, and its memory of verified tokens."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.database import Person
from harness.issuer import AUDIENCE, ISSUER, SigningKey
from harness.jwks_server import JwksServer, serve_jwks
from rag_api.auth.claims import Expectations
from rag_api.auth.jwks import Jwks
from rag_api.auth.principal import MachinePrincipal
from rag_api.auth.verifier import TokenVerifier
from rag_api.clock import Clock
from rag_api.errors import DomainError
from rag_api.ids import new_id

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "shared-schema" / "token-vectors.json").read_text()
)
PERSON = Person(new_id(), new_id())
OURS = Expectations(ISSUER, AUDIENCE)


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def build(self) -> Clock:
        return Clock(wall=lambda: self.now, monotonic=lambda: self.now)


@asynccontextmanager
async def open_verifier(
    clock: MovableClock, expected: Expectations, *keys: dict[str, Any]
) -> AsyncIterator[tuple[TokenVerifier, Jwks, JwksServer]]:
    async with serve_jwks(*keys) as server, httpx.AsyncClient(trust_env=False) as http:
        jwks = Jwks(server.url, http, clock.build())
        await jwks.refresh()
        yield TokenVerifier(jwks, expected, clock.build()), jwks, server


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[case["name"] for case in VECTORS["cases"]])
async def test_the_shared_vectors(case: dict[str, Any]) -> None:
    clock, expected = MovableClock(VECTORS["now"]), Expectations(VECTORS["issuer"], VECTORS["audience"])
    async with open_verifier(clock, expected, *VECTORS["jwks"]["keys"]) as (verifier, _, _):
        if case["valid"]:
            await verifier.verify(case["token"])
            return
        with pytest.raises(DomainError) as refused:
            await verifier.verify(case["token"])
        assert refused.value.code == "invalid_token"
        assert refused.value.reason


@pytest.mark.parametrize(
    "case", VECTORS["machineCases"], ids=[case["name"] for case in VECTORS["machineCases"]]
)
async def test_the_shared_vectors_of_machines(case: dict[str, Any]) -> None:
    clock, expected = MovableClock(VECTORS["now"]), Expectations(VECTORS["issuer"], VECTORS["audience"])
    async with open_verifier(clock, expected, *VECTORS["jwks"]["keys"]) as (verifier, _, _):
        if case["valid"]:
            principal = await verifier.verify_any(case["token"])
            assert isinstance(principal, MachinePrincipal)
            assert principal.client_id == VECTORS["machineClient"]
            return
        with pytest.raises(DomainError) as refused:
            await verifier.verify_any(case["token"])
        assert refused.value.code == "invalid_token"


async def test_a_remembered_token_still_expires() -> None:
    clock, key = MovableClock(), SigningKey()
    async with open_verifier(clock, OURS, key.jwk) as (verifier, _, _):
        token = key.token(PERSON, now=clock.now)
        first = await verifier.verify(token)
        assert await verifier.verify(token) is first
        clock.now += 299
        assert await verifier.verify(token) is first
        clock.now += 1
        for _ in range(2):
            with pytest.raises(DomainError) as refused:
                await verifier.verify(token)
            assert refused.value.reason == "expired"


async def test_a_remembered_token_goes_with_its_key() -> None:
    clock, old, new = MovableClock(), SigningKey("old"), SigningKey("new")
    async with open_verifier(clock, OURS, old.jwk, new.jwk) as (verifier, jwks, server):
        token, other = old.token(PERSON, now=clock.now), new.token(PERSON, now=clock.now)
        kept = await verifier.verify(other)
        await verifier.verify(token)
        server.publish(new.jwk)
        await jwks.refresh()
        with pytest.raises(DomainError) as refused:
            await verifier.verify(token)
        assert refused.value.reason == "unknown_key"
        assert await verifier.verify(other) is kept


async def test_another_key_under_the_same_kid_ends_remembered_tokens() -> None:
    clock, old, new = MovableClock(), SigningKey("same"), SigningKey("same")
    async with open_verifier(clock, OURS, old.jwk) as (verifier, jwks, server):
        token = old.token(PERSON, now=clock.now)
        await verifier.verify(token)
        server.publish(new.jwk)
        await jwks.refresh()
        with pytest.raises(DomainError) as refused:
            await verifier.verify(token)
        assert refused.value.reason == "signature"


async def test_the_memory_is_bounded() -> None:
    clock, key = MovableClock(), SigningKey()
    async with open_verifier(clock, OURS, key.jwk) as (_, jwks, _):
        verifier = TokenVerifier(jwks, OURS, clock.build(), cache_size=3)
        tokens = [key.token(PERSON, now=clock.now) for _ in range(4)]
        first = await verifier.verify(tokens[0])
        for token in tokens[1:]:
            await verifier.verify(token)
        assert await verifier.verify(tokens[0]) is not first
        last = await verifier.verify(tokens[-1])
        assert await verifier.verify(tokens[-1]) is last
