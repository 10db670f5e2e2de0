"""A worker that dies, or is told to stop, in the middle of an answer."""

import asyncio
import signal
import time

import httpx

from harness.chat import Stream, iter_frames, list_messages, make_body, open_turn, read_stream, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import ModelServer, say
from harness.process import run_process
from harness.service import serve
from rag_api.config import Settings


def client_for(url: str, signing_key: SigningKey, person: Person) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {signing_key.token(person)}"}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=30)


async def wait_for_status(api: httpx.AsyncClient, conversation_id: str, status: str) -> dict[str, object]:
    async with asyncio.timeout(20):
        while True:
            answer = (await list_messages(api, conversation_id))[-1]
            if answer["status"] == status:
                return answer
            await asyncio.sleep(0.2)


async def test_a_killed_worker_loses_a_second_at_most(
    model_settings: Settings,
    model: ModelServer,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    body = make_body("killed", "Count")
    stream = Stream()
    async with (
        run_process(model_settings) as service,
        client_for(service.url, signing_key, alice) as api,
        open_turn(api, body) as response,
    ):
        frames = iter_frames(response)
        while stream.text.count("tick") < 50:
            stream.feed(await anext(frames))
        service.process.send_signal(signal.SIGKILL)
        await service.process.wait()
    # The lease would run out by itself; the test moves the clock of this one run instead of waiting.
    database.as_owner(alice, "update rag.run set lease_expires_at = now() - interval '1 second'")
    model.script = say("Here again.")
    async with serve(model_settings) as url, client_for(url, signing_key, alice) as api:
        answer = await wait_for_status(api, "killed", "interrupted")
        text = str(answer["text"])
        assert stream.text.startswith(text)
        assert len(text) >= len(stream.text) - 30 * len("tick ")
        assert len(text) > 0
        repeat = await take_turn(api, body)
        assert (repeat.text, repeat.chunks[-1]) == (text, {"type": "error", "errorText": "interrupted"})
        assert (await take_turn(api, make_body("killed", "Go on"))).text == "Here again."


async def test_a_lease_runs_out_by_itself_for_the_next_turn(
    model_settings: Settings,
    model: ModelServer,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    async with (
        run_process(model_settings) as service,
        client_for(service.url, signing_key, alice) as api,
        open_turn(api, make_body("lease", "Count")) as response,
    ):
        frames = iter_frames(response)
        for _ in range(3):
            await anext(frames)
        service.process.send_signal(signal.SIGKILL)
        await service.process.wait()
    model.script = say("Next.")
    died = time.monotonic()
    async with serve(model_settings) as url, client_for(url, signing_key, alice) as api:
        busy = await api.post("/v1/chat", json=make_body("lease", "Too early"))
        assert busy.json()["code"] == "conversation_busy"
        await wait_for_status(api, "lease", "interrupted")
        assert time.monotonic() - died < 25
        assert (await take_turn(api, make_body("lease", "Again"))).text == "Next."


async def test_a_stopping_service_ends_its_streams_and_stores_them(
    model_settings: Settings,
    model: ModelServer,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    async with run_process(model_settings) as service, client_for(service.url, signing_key, alice) as api:
        async with open_turn(api, make_body("term", "Count")) as response:
            reading = asyncio.create_task(read_stream(response))
            await asyncio.sleep(0.7)
            service.process.send_signal(signal.SIGTERM)
            stream = await reading
        async with asyncio.timeout(5):
            # uvicorn raises the signal again once all is closed.
            assert await service.process.wait() in (0, -signal.SIGTERM)
    assert stream.chunks[-1] == {"type": "error", "errorText": "interrupted"}
    assert stream.is_done
    ((status, text),) = database.as_owner(
        alice, "select status, text from rag.message where role = 'assistant'"
    )
    assert (status, text) == ("interrupted", stream.text)
    assert text.startswith("tick tick ")
