"""A stop reaches the model, wherever the answer is written, and keeps what there is."""

import asyncio
import time

import httpx
import pytest

from harness.chat import list_messages, make_body, open_turn, read_some, read_stream, resume, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import ModelServer, say
from harness.service import serve
from rag_api.config import Settings
from rag_api.ids import new_id


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_a_stop_ends_the_answer_and_keeps_its_text(
    elsewhere: bool,
    model_api: httpx.AsyncClient,
    model: ModelServer,
    model_settings: Settings,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with serve(model_settings) as url, httpx.AsyncClient(base_url=url, headers=headers) as replica:
        stopper = replica if elsewhere else model_api
        async with open_turn(model_api, body := make_body("stop", "Count")) as response:
            reading = asyncio.create_task(read_stream(response))
            await asyncio.sleep(0.4)
            asked = time.monotonic()
            answer = await stopper.post("/v1/chat/stop/stop")
            assert time.monotonic() - asked < (3 if elsewhere else 0.5)
            assert (answer.status_code, answer.content) == (204, b"")
            stream = await reading
        assert stream.chunks[-1] == {"type": "abort", "reason": "user_stop"}
        assert stream.is_done
        assert stream.text.startswith("tick tick ")
        async with asyncio.timeout(5):
            await model.left.wait()
        stored = (await list_messages(replica, "stop"))[-1]
        assert (stored["status"], stored["text"], stored["errorCode"]) == ("stopped", stream.text, None)
        again = await take_turn(replica, body)
        assert (again.text, again.chunks[-1]) == (stream.text, stream.chunks[-1])
        # It may be repeated, and the next question waits for nothing.
        assert (await stopper.post("/v1/chat/stop/stop")).status_code == 204
        model.script = say("Next.")
        assert (await take_turn(stopper, make_body("stop", "Next"))).text == "Next."
        assert (await model_api.get("/v1/chat/stop/stream")).status_code == 204


async def test_a_stop_of_nothing_is_one_of_a_conversation(api: httpx.AsyncClient) -> None:
    await take_turn(api, make_body("idle", "What is a xyzzyplugh?"))
    assert (await api.post("/v1/chat/idle/stop")).status_code == 204
    unknown = await api.post(f"/v1/chat/{new_id()}/stop")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (await list_messages(api, "idle"))[-1]["status"] == "complete"


async def test_another_user_cannot_stop_it(
    model_api: httpx.AsyncClient, model: ModelServer, signing_key: SigningKey, bob: Person
) -> None:
    model.script = say(*["tick "] * 20, pause=0.05)
    headers = {"authorization": f"Bearer {signing_key.token(bob)}"}
    async with open_turn(model_api, make_body("mine", "Count")) as response:
        await read_some(response, 4)
        for name in ("mine", str(new_id())):
            assert (await model_api.post(f"/v1/chat/{name}/stop", headers=headers)).status_code == 404
            assert (await model_api.get(f"/v1/chat/{name}/stream", headers=headers)).status_code == 204
    assert (await resume(model_api, "mine")).text == "tick " * 20


async def test_a_stop_of_a_dead_workers_run_interrupts_it(
    api: httpx.AsyncClient, database: ClonedDatabase, alice: Person
) -> None:
    await take_turn(api, make_body("dead", "What is a xyzzyplugh?"))
    database.as_owner(
        alice, "update rag.run set status = 'streaming', lease_expires_at = now() - interval '1 second'"
    )
    database.as_owner(alice, "update rag.message set status = 'streaming' where role = 'assistant'")
    assert (await api.post("/v1/chat/dead/stop")).status_code == 204
    assert (await list_messages(api, "dead"))[-1]["status"] == "interrupted"
