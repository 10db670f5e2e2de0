"""A reader that lost its connection gets the rest of the answer, from whichever replica it asks."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from harness.chat import list_messages, make_body, open_turn, read_some, read_stream, resume, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import ModelServer, say
from harness.service import serve
from rag_api.config import Settings
from rag_api.ids import new_id

WORDS = [f"wörd{number}👋 " for number in range(30)]


@pytest_asyncio.fixture
async def replica(
    model_settings: Settings, signing_key: SigningKey, alice: Person
) -> AsyncIterator[httpx.AsyncClient]:
    """Alice's client of a second service on the same database."""
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with serve(model_settings) as url, httpx.AsyncClient(base_url=url, headers=headers) as client:
        yield client


async def test_a_resumed_stream_is_the_same_from_its_start(
    model_api: httpx.AsyncClient, replica: httpx.AsyncClient, model: ModelServer
) -> None:
    model.script = say(*WORDS, pause=0.05)
    async with open_turn(model_api, make_body("cut", "Count")) as response:
        cut = await read_some(response, 8)
    same, other = await asyncio.gather(resume(model_api, "cut"), resume(replica, "cut"))
    for stream in (same, other):
        assert stream.chunks[0] == cut.chunks[0]
        assert stream.text == "".join(WORDS)
        assert stream.chunks[-1]["type"] == "finish"
        assert stream.is_done
    assert same.chunks[-1] == other.chunks[-1]


async def test_a_last_event_id_goes_on_where_the_reader_was(
    model_api: httpx.AsyncClient, replica: httpx.AsyncClient, model: ModelServer
) -> None:
    model.script = say(*WORDS, pause=0.05)
    async with open_turn(model_api, make_body("tail", "Count")) as response:
        cut = await read_some(response, 9)
    here, there = await asyncio.gather(
        resume(model_api, "tail", cut.ids[-1]), resume(replica, "tail", cut.ids[-1])
    )
    for stream in (here, there):
        assert cut.text + stream.text == "".join(WORDS)
        shown = [kind for kind in stream.types if kind != "data-chat-title"]
        assert shown == ["text-delta", "text-end", "finish-step", "finish"]
        assert stream.ids[-1] == f"{cut.ids[0].partition(':')[0]}:{len(''.join(WORDS))}"
    # The run is over: its rest is still there for who names it, and nothing is active.
    late = await resume(replica, "tail", cut.ids[-1])
    assert cut.text + late.text == "".join(WORDS)
    ended = await resume(model_api, "tail", here.ids[-1])
    assert ended.types == ["text-end", "finish-step", "finish"]
    assert (await model_api.get("/v1/chat/tail/stream")).status_code == 204


async def test_a_strange_last_event_id_gets_everything(
    model_api: httpx.AsyncClient, model: ModelServer, bobs_run: str
) -> None:
    model.script = say(*WORDS, pause=0.03)
    async with open_turn(model_api, make_body("strange", "Count")) as response:
        first = await read_some(response, 5)
    run, _, _ = first.ids[0].partition(":")
    offered = ["", "x", f"{run}:-1", f"{run}:{'9' * 40}", f"{new_id()}:12", bobs_run, f"{run}:0"]
    for stream in await asyncio.gather(*(resume(model_api, "strange", value) for value in offered)):
        assert stream.chunks[0] == first.chunks[0]
        assert stream.text == "".join(WORDS)


@pytest_asyncio.fixture
async def bobs_run(bobs_api: httpx.AsyncClient) -> str:
    """The last event id of a run of Bob's."""
    return (await take_turn(bobs_api, make_body("strange", "Bob's question"))).ids[-1]


@pytest.mark.parametrize("known", [True, False])
async def test_there_is_nothing_to_resume(known: bool, api: httpx.AsyncClient, bobs_run: str) -> None:
    if known:
        await api.post("/v1/conversations", json={"id": "strange"})
    for headers in ({}, {"last-event-id": bobs_run}):
        answer = await api.get("/v1/chat/strange/stream", headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")


async def test_a_stream_ends_with_its_readers_own_session(
    model_api: httpx.AsyncClient,
    replica: httpx.AsyncClient,
    model: ModelServer,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    model.script = say(*WORDS * 10, pause=0.05)
    second = database.insert_session(alice)
    headers = {"authorization": f"Bearer {signing_key.token(second)}"}
    async with open_turn(model_api, make_body("sessions", "Count")) as response:
        await read_some(response, 4)
        readers = [
            asyncio.create_task(read_as(client, headers, "sessions")) for client in (model_api, replica)
        ]
        await asyncio.sleep(0.5)
        database.delete_session(second)
        async with asyncio.timeout(4):
            streams = await asyncio.gather(*readers)
        for stream in streams:
            assert stream[-1] == {"type": "error", "errorText": "session_ended"}
    # The run is the first session's, which lives.
    assert (await list_messages(model_api, "sessions"))[-1]["status"] == "streaming"
    assert (await model_api.post("/v1/chat/sessions/stop")).status_code == 204


async def read_as(client: httpx.AsyncClient, headers: dict[str, str], name: str) -> list[dict[str, object]]:
    async with client.stream("GET", f"/v1/chat/{name}/stream", headers=headers) as response:
        return (await read_stream(response)).chunks
