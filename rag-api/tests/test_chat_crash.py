"""A worker that dies, or is told to stop, in the middle of an answer."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio

from harness.chat import (
    Stream,
    iter_frames,
    list_messages,
    make_body,
    open_turn,
    read_some,
    read_stream,
    take_turn,
)
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import ModelServer, say
from harness.process import ServiceProcess, run_process
from harness.service import serve
from rag_api.agents.tokens import estimate_tokens
from rag_api.config import Settings

BODY = make_body("crash", "Count")


def client_for(url: str, signing_key: SigningKey, person: Person) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {signing_key.token(person)}"}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=30)


async def wait_for_status(api: httpx.AsyncClient, conversation_id: str, status: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while True:
            answer = (await list_messages(api, conversation_id))[-1]
            if answer["status"] == status:
                return answer
            await asyncio.sleep(0.2)


@dataclass
class Answering:
    """A service process in the middle of an answer of 400 pieces."""

    service: ServiceProcess
    api: httpx.AsyncClient
    response: httpx.Response

    async def kill(self) -> None:
        self.service.process.send_signal(signal.SIGKILL)
        await self.service.process.wait()


@pytest_asyncio.fixture
async def answering(
    model_settings: Settings, model: ModelServer, signing_key: SigningKey, alice: Person
) -> AsyncIterator[Answering]:
    model.script = say(*["tick "] * 400, pause=0.05)
    async with (
        run_process(model_settings) as service,
        client_for(service.url, signing_key, alice) as api,
        open_turn(api, BODY) as response,
    ):
        yield Answering(service, api, response)


async def test_a_killed_worker_loses_a_second_at_most(
    answering: Answering,
    model_settings: Settings,
    model: ModelServer,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    stream = Stream()
    frames = iter_frames(answering.response)
    while stream.text.count("tick") < 50:
        stream.feed(await anext(frames))
    await answering.kill()
    # The lease would run out by itself; the test moves the clock of this one run instead of waiting.
    database.as_owner(alice, "update rag.run set lease_expires_at = now() - interval '1 second'")
    model.script = say("Here again.")
    async with serve(model_settings) as url, client_for(url, signing_key, alice) as api:
        answer = await wait_for_status(api, "crash", "interrupted")
        text = str(answer["text"])
        assert stream.text.startswith(text)
        assert len(text) >= len(stream.text) - 30 * len("tick ")
        assert len(text) > 0
        # Nobody counted; what there is of it is estimated, and says so.
        assert answer["agent"]["usage"] == {
            "inputTokens": estimate_tokens("Count"),
            "outputTokens": estimate_tokens(text),
            "estimated": True,
        }
        repeat = await take_turn(api, BODY)
        assert (repeat.text, repeat.chunks[-1]) == (text, {"type": "error", "errorText": "interrupted"})
        assert (await take_turn(api, make_body("crash", "Go on"))).text == "Here again."


async def test_a_lease_runs_out_by_itself_for_the_next_turn(
    answering: Answering,
    model_settings: Settings,
    model: ModelServer,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    await read_some(answering.response, 3)
    await answering.kill()
    model.script = say("Next.")
    died = time.monotonic()
    async with serve(model_settings) as url, client_for(url, signing_key, alice) as api:
        busy = await api.post("/v1/chat", json=make_body("crash", "Too early"))
        assert busy.json()["code"] == "conversation_busy"
        await wait_for_status(api, "crash", "interrupted")
        assert time.monotonic() - died < 25
        assert (await take_turn(api, make_body("crash", "Again"))).text == "Next."


async def test_a_stopping_service_ends_its_streams_and_stores_them(
    answering: Answering, database: ClonedDatabase, alice: Person
) -> None:
    reading = asyncio.create_task(read_stream(answering.response))
    await asyncio.sleep(0.7)
    process = answering.service.process
    process.send_signal(signal.SIGTERM)
    stream = await reading
    async with asyncio.timeout(5):
        # uvicorn raises the signal again once all is closed.
        assert await process.wait() in (0, -signal.SIGTERM)
    assert stream.chunks[-1] == {"type": "error", "errorText": "interrupted"}
    assert stream.is_done
    ((status, text),) = database.as_owner(
        alice, "select status, text from rag.message where role = 'assistant'"
    )
    assert (status, text) == ("interrupted", stream.text)
    assert text.startswith("tick tick ")
