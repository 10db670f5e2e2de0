"""What one user may ask: per time span and at a time, over all replicas, told by name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
import pytest_asyncio

from harness.chat import iter_frames, make_body, open_turn, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.jwks_server import JwksServer
from harness.model_server import ModelServer, say
from harness.service import make_settings, serve


@pytest_asyncio.fixture
async def replicas(
    database: ClonedDatabase,
    jwks_server: JwksServer,
    model: ModelServer,
    signing_key: SigningKey,
    alice: Person,
) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Alice's clients of two services that allow 3 turns in 6 seconds, and 2 at a time."""
    settings = make_settings(
        database.rag_api_url,
        jwks_server.url,
        AGENT="openai",
        OPENAI_BASE_URL=model.url,
        OPENAI_MODEL="small",
        CHAT_LIMIT_TURNS="3/6s",
        CHAT_LIMIT_ACTIVE="2",
    )
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with AsyncExitStack() as stack:
        urls = [await stack.enter_async_context(serve(settings)) for _ in range(2)]
        yield [
            await stack.enter_async_context(httpx.AsyncClient(base_url=url, headers=headers, timeout=30))
            for url in urls
        ]


async def test_turns_are_counted_over_all_replicas(
    replicas: list[httpx.AsyncClient], database: ClonedDatabase, alice: Person
) -> None:
    first, second = replicas
    bodies = [make_body(f"many-{number}", "Again?") for number in range(3)]
    for body, replica, left in zip(bodies, (first, second, first), (2, 1, 0), strict=True):
        answer = await replica.post("/v1/chat", json=body)
        assert answer.headers["ratelimit-policy"] == '"turns";q=3;w=6'
        assert answer.headers["ratelimit"].startswith(f'"turns";r={left};t=')
    before = database.dump_rows(alice)
    refused = await second.post("/v1/chat", json=make_body("many-4", "Again?"))
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.json()["limit"] == {"name": "turns", "quota": 3}
    assert "turns" in refused.json()["detail"]
    wait = int(refused.headers["retry-after"])
    assert wait in (1, 2)
    assert refused.headers["ratelimit-policy"] == '"turns";q=3;w=6'
    assert refused.headers["ratelimit"] == f'"turns";r=0;t={wait}'
    assert database.dump_rows(alice) == before
    # A repeat asks for nothing new, and a turn is regained evenly.
    assert (await take_turn(second, bodies[0])).is_done
    await asyncio.sleep(wait)
    assert (await take_turn(second, make_body("many-5", "Again?"))).is_done


async def test_answers_at_a_time_are_counted_over_all_replicas(
    replicas: list[httpx.AsyncClient], model: ModelServer, signing_key: SigningKey, bob: Person
) -> None:
    model.script = say(*["tick "] * 40, pause=0.05)
    async with AsyncExitStack() as stack:
        for replica, name in zip(replicas, ("one", "two"), strict=True):
            response = await stack.enter_async_context(open_turn(replica, make_body(name, "Count")))
            await anext(iter_frames(response))
        refused = await replicas[0].post("/v1/chat", json=make_body("three", "Count"))
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert refused.json()["limit"] == {"name": "active-turns", "quota": 2}
        assert refused.headers["retry-after"] == "5"
        headers = {"authorization": f"Bearer {signing_key.token(bob)}"}
        model.script = say("Hello Bob.")
        answered = await replicas[0].post("/v1/chat", json=make_body("bobs", "Hi"), headers=headers)
        assert answered.status_code == 200


async def test_a_storm_gets_exactly_what_is_allowed(replicas: list[httpx.AsyncClient]) -> None:
    answers = await asyncio.gather(
        *(
            replicas[number % 2].post("/v1/chat", json=make_body(f"storm-{number}", "Now!"))
            for number in range(12)
        )
    )
    allowed = [answer for answer in answers if answer.status_code == 200]
    assert 1 <= len(allowed) <= 3
    assert {answer.status_code for answer in answers} <= {200, 429}


async def test_a_body_is_told_how_large_it_may_be(api: httpx.AsyncClient) -> None:
    refused = await api.post("/v1/chat", content=b" " * (4 * 1024 * 1024 + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "payload_too_large")
    assert refused.json()["limit"] == {"name": "body-bytes", "quota": 4 * 1024 * 1024}
    assert "4194304 bytes" in refused.json()["detail"]
    assert "retry-after" not in refused.headers


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/chat/completions"])
async def test_a_message_is_told_how_long_it_may_be(api: httpx.AsyncClient, path: str) -> None:
    for length, status in ((100_000, 200), (100_001, 413)):
        body = make_body(f"long{path[-5:].replace('/', '-')}", "x" * length)
        body["messages"][0]["content"] = "x" * length
        response = await api.post(path, json=body)
        assert response.status_code == status
    problem = response.json()
    assert (problem["code"], problem["limit"]) == (
        "payload_too_large",
        {"name": "message-characters", "quota": 100_000},
    )
