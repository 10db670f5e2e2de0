"""However a turn ends, what was streamed is what is stored."""

import asyncio
import time

import httpx
import psycopg
import pytest
from pydantic import SecretStr

from harness.chat import iter_frames, list_messages, make_body, open_turn, read_stream, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import STREAM_HEAD, ModelServer, Script, chunk, refuse, say, send
from harness.service import serve
from harness.tcp_proxy import open_proxy, through_proxy
from rag_api.config import Settings


async def wait_for_end(api: httpx.AsyncClient, conversation_id: str) -> dict[str, object]:
    async with asyncio.timeout(20):
        while True:
            answer = (await list_messages(api, conversation_id))[-1]
            if answer["status"] not in ("queued", "streaming"):
                return answer
            await asyncio.sleep(0.1)


async def test_the_client_may_leave(model_api: httpx.AsyncClient, model: ModelServer) -> None:
    model.script = say(*["tick "] * 20, pause=0.05, usage=(9, 20))
    async with open_turn(model_api, make_body("leave", "Count")) as response:
        frames = iter_frames(response)
        for _ in range(4):
            await anext(frames)
    answer = await wait_for_end(model_api, "leave")
    assert (answer["status"], answer["text"]) == ("complete", "tick " * 20)
    agent = answer["agent"]
    assert isinstance(agent, dict)
    assert (agent["name"], agent["model"], agent["finishReason"]) == ("openai", "small", "stop")
    assert agent["usage"] == {"inputTokens": 9, "outputTokens": 20, "estimated": False}


async def test_a_client_that_leaves_at_any_moment_leaves_no_orphan(
    model_api: httpx.AsyncClient, database: ClonedDatabase, alice: Person
) -> None:
    url = model_api.base_url
    for attempt in range(25):
        body = make_body(f"gone-{attempt}", "Count")
        request = model_api.build_request("POST", "/v1/chat", json=body)
        _, writer = await asyncio.open_connection(url.host, url.port)
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        writer.write(f"POST /v1/chat HTTP/1.1\r\n{head}\r\n".encode() + request.content)
        await asyncio.sleep(attempt * 0.0005)
        writer.transport.abort()
    # The last request may still be on its way to its run: the next one comes after it.
    await take_turn(model_api, make_body("gone-last", "Count"))
    await wait_until_idle(database, alice)
    answers = database.as_owner(
        alice, "select status, text from rag.message where role = 'assistant' group by 1, 2"
    )
    assert answers == [("complete", "Hello.")]


async def wait_until_idle(database: ClonedDatabase, person: Person) -> None:
    """An orphan would stay active until its lease runs out, and end as interrupted."""
    async with asyncio.timeout(20):
        while True:
            ((active,),) = database.as_owner(person, "select count(*) from rag.run where finished_at is null")
            if active == 0:
                return
            await asyncio.sleep(0.1)


async def test_text_is_stored_while_it_is_written(model_api: httpx.AsyncClient, model: ModelServer) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    lengths = {0}
    async with open_turn(model_api, make_body("flush", "Count")) as response, asyncio.timeout(10):
        await anext(iter_frames(response))
        while len(lengths) < 3:
            await asyncio.sleep(0.2)
            answer = (await list_messages(model_api, "flush"))[-1]
            lengths.add(len(answer["text"]))
    assert answer["status"] == "streaming"
    await model_api.post("/v1/chat/flush/stop")


@pytest.mark.parametrize(
    ("script", "text", "code"),
    [
        (send(STREAM_HEAD, *map(chunk, ["part "] * 20)), "part " * 20, "model_unavailable"),
        (send(STREAM_HEAD, chunk("part"), b"data: }garbage{\n\n"), "part", "model_unavailable"),
        (send(STREAM_HEAD, chunk("no NUL\0 here"), b"data: ?\n\n"), "no NUL here", "model_unavailable"),
        (refuse(400), "", "model_unavailable"),
    ],
)
async def test_a_failing_model_leaves_text_and_error(
    model_api: httpx.AsyncClient, model: ModelServer, script: Script, text: str, code: str
) -> None:
    model.script = script
    body = make_body("fails", "Count")
    stream = await take_turn(model_api, body)
    assert stream.text == text
    assert stream.chunks[-1] == {"type": "error", "errorText": code}
    assert stream.is_done
    assert stream.find("finish") is None
    answer = (await list_messages(model_api, "fails"))[-1]
    assert (answer["status"], answer["errorCode"], answer["text"]) == ("error", code, text)
    assert answer["agent"]["finishReason"] == "error"
    assert answer["agent"]["usage"]["estimated"] is True
    again = await take_turn(model_api, body)
    assert (again.text, again.chunks[-1]) == (text, stream.chunks[-1])
    model.script = say("Fine.")
    assert (await take_turn(model_api, make_body("fails", "Again"))).text == "Fine."


async def test_an_ended_session_stops_its_run(
    model_api: httpx.AsyncClient, model: ModelServer, database: ClonedDatabase, alice: Person
) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    async with open_turn(model_api, make_body("signed-out", "Count")) as response:
        reading = asyncio.create_task(read_stream(response))
        await asyncio.sleep(1)
        database.delete_session(alice)
        ended = time.monotonic()
        stream = await reading
    assert time.monotonic() - ended < 5
    assert stream.chunks[-1] == {"type": "error", "errorText": "session_ended"}
    async with asyncio.timeout(5):
        await model.left.wait()
    ((status, code, text),) = database.as_owner(
        alice, "select status, error_code, text from rag.message where role = 'assistant'"
    )
    assert (status, code, text) == ("stopped", "session_ended", stream.text)
    assert (await model_api.post("/v1/chat", json=make_body("signed-out", "More"))).status_code == 401


async def test_a_deleted_conversation_ends_its_run(model_api: httpx.AsyncClient, model: ModelServer) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    async with open_turn(model_api, make_body("deleted", "Count")) as response:
        reading = asyncio.create_task(read_stream(response))
        await asyncio.sleep(0.5)
        assert (await model_api.delete("/v1/conversations/deleted")).status_code == 204
        async with asyncio.timeout(5):
            stream = await reading
    assert stream.chunks[-1] == {"type": "error", "errorText": "interrupted"}


async def test_no_stream_holds_a_connection(
    model_api: httpx.AsyncClient, model: ModelServer, database: ClonedDatabase
) -> None:
    model.script = say(*["tick "] * 60, pause=0.05)
    turns = [asyncio.create_task(take_turn(model_api, make_body(f"many-{n}", "Count"))) for n in range(20)]
    await asyncio.sleep(1)
    with psycopg.connect(database.rag_api_url, autocommit=True) as connection:
        for _ in range(10):
            states = connection.execute(
                "select count(*) filter (where state like 'idle in transaction%'), count(*)"
                " from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            ).fetchone()
            assert states is not None
            assert states[0] == 0
            assert states[1] <= 8
            await asyncio.sleep(0.05)
    # A pool of four serves others while twenty answers are written.
    started = time.monotonic()
    assert (await model_api.get("/v1/conversations")).status_code == 200
    assert time.monotonic() - started < 1
    streams = await asyncio.gather(*turns)
    assert {stream.text for stream in streams} == {"tick " * 60}


async def test_a_client_that_does_not_read_delays_nobody(
    model_api: httpx.AsyncClient, model: ModelServer
) -> None:
    model.script = say(*["tick "] * 10_000)
    async with open_turn(model_api, make_body("unread", "Count")) as response:
        answer = await wait_for_end(model_api, "unread")
        assert (answer["status"], answer["text"]) == ("complete", "tick " * 10_000)
        assert (await read_stream(response)).text == answer["text"]


async def test_a_database_away_for_seconds_costs_nothing(
    model_settings: Settings,
    model: ModelServer,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    model.script = say(*["tick "] * 100, pause=0.05)
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with open_proxy(database.rag_api_url) as proxy:
        settings = model_settings.model_copy(
            update={"database_url": SecretStr(through_proxy(database.rag_api_url, proxy))}
        )
        async with (
            serve(settings) as url,
            httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as api,
            open_turn(api, make_body("outage", "Count")) as response,
        ):
            reading = asyncio.create_task(read_stream(response))
            await asyncio.sleep(1.5)
            proxy.cut()
            await asyncio.sleep(5)
            proxy.restore()
            stream = await reading
            assert (stream.text, stream.chunks[-1]["type"]) == ("tick " * 100, "finish")
            answer = await wait_for_end(api, "outage")
    assert (answer["status"], answer["text"]) == ("complete", stream.text)
