"""Readers of an answer cost no more than they must, and one user has not more of them than is fair."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import httpx
import psycopg
import pytest_asyncio

from harness.chat import iter_frames, make_body, open_resumed, open_turn, read_some, resume, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.jwks_server import JwksServer
from harness.model_server import ModelServer, say
from harness.service import make_settings, serve
from harness.tcp_proxy import open_proxy, through_proxy
from rag_api.config import Settings
from rag_api.ids import new_id

READERS = 5


@pytest_asyncio.fixture
async def narrow_url(
    database: ClonedDatabase, jwks_server: JwksServer, model: ModelServer
) -> AsyncIterator[str]:
    """A service that lets each user have one answer written at a time."""
    settings = make_settings(
        database.rag_api_url,
        jwks_server.url,
        AGENT="openai",
        OPENAI_BASE_URL=model.url,
        OPENAI_MODEL="small",
        CHAT_LIMIT_ACTIVE="1",
    )
    async with serve(settings) as url:
        yield url


def client_for(url: str, key: SigningKey, person: Person) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {key.token(person)}"}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=30)


class Reading:
    """Responses that are open and begun; to drop a half-read iterator would close its response."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._frames: list[AsyncIterator[bytes]] = []

    async def begin(self, opening: AbstractAsyncContextManager[httpx.Response]) -> None:
        response = await self._stack.enter_async_context(opening)
        assert response.status_code == 200
        frames = iter_frames(response)
        assert await anext(frames) == b": stream-open"
        self._frames.append(frames)


async def test_a_user_has_so_many_streams_at_a_time(
    narrow_url: str, signing_key: SigningKey, alice: Person, bob: Person, model: ModelServer
) -> None:
    model.script = say(*["word "] * 60, pause=0.05)
    async with (
        client_for(narrow_url, signing_key, alice) as api,
        client_for(narrow_url, signing_key, bob) as bobs_api,
    ):
        async with AsyncExitStack() as stack:
            reading = Reading(stack)
            await reading.begin(open_turn(api, make_body("one", "Count")))
            for _ in range(READERS - 1):
                await reading.begin(open_resumed(api, "one"))
            for refused in (
                await api.get("/v1/chat/one/stream"),
                await api.post("/v1/chat", json=make_body("two", "More?")),
                await api.post(
                    "/v1/chat/completions",
                    json={"model": "small", "messages": [{"role": "user", "content": "More?"}]},
                ),
            ):
                assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
                assert refused.json()["limit"] == {"name": "streams", "quota": READERS}
                assert int(refused.headers["retry-after"]) > 0
            assert (await bobs_api.get("/v1/chat/one/stream")).status_code == 204
        # Whoever left makes room, also in the middle of an answer.
        for _ in range(100):
            if (await api.get("/v1/chat/none/stream")).status_code == 204:
                break
            await asyncio.sleep(0.05)
        assert (await resume(api, "one")).is_done


async def test_a_reader_on_another_replica_is_sent_each_word_once(
    model_api: httpx.AsyncClient,
    model: ModelServer,
    model_settings: Settings,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    piece = "x" * 4_000
    model.script = say(*[piece] * 45, pause=0.1)
    async with open_proxy(database.rag_api_url) as proxy:
        remote = make_settings(
            through_proxy(database.rag_api_url, proxy), model_settings.jwks_url, DATABASE_POOL_SIZE="1"
        )
        async with (
            serve(remote) as url,
            client_for(url, signing_key, alice) as replica,
            open_turn(model_api, make_body("far", "Count")) as response,
        ):
            await read_some(response, 4)
            stream = await resume(replica, "far")
    assert stream.text == piece * 45
    assert proxy.bytes_answered < 1.5 * len(stream.text)


async def test_who_joins_a_run_gets_no_history(
    model_api: httpx.AsyncClient, database: ClonedDatabase, alice: Person
) -> None:
    await take_turn(model_api, make_body("joined", "First"))
    await take_turn(model_api, make_body("joined", "Second", "m2"))
    with psycopg.connect(database.rag_api_url) as connection:
        found = connection.execute(
            "select created, question, history from rag.start_turn(%s, %s, 'joined', 'm2', 'Second',"
            " %s, %s, %s, %s, 15, '{}', 40)",
            (alice.user_id, alice.session_id, *(new_id() for _ in range(4))),
        ).fetchall()
    assert found == [(False, "Second", [])]
