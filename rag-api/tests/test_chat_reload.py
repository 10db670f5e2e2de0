"""However it ends: live, joined later, read on another replica, or reloaded, an answer has the same parts."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from harness.chat import Stream, list_messages, make_body, open_turn, read_stream, resume, take_turn
from harness.corpus import put_documents
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import STREAM_HEAD, ModelServer, Script, chunk, say, send
from harness.process import run_process
from harness.service import serve
from rag_api.config import Settings

WORDS = [f"wörd{number} [1] " for number in range(30)]
Disturbance = Callable[[httpx.AsyncClient], Awaitable[object]]


async def leave_alone(_: httpx.AsyncClient) -> None:
    """Nothing happens to the run."""


async def stop(api: httpx.AsyncClient) -> None:
    """The user stops it."""
    await asyncio.sleep(0.4)
    await api.post("/v1/chat/reload/stop")


def show(stream: Stream) -> list[dict[str, Any]]:
    """What a reader sees in the end: deltas as one text, and nothing of the way there."""
    parts: list[dict[str, Any]] = []
    for part in stream.chunks:
        if part["type"] == "text-delta":
            continue
        if part["type"] == "text-end":
            parts.append({"type": "text", "text": stream.text})
        if not part.get("transient"):
            parts.append(part)
    return parts


async def expect_same(
    replica: httpx.AsyncClient, body: dict[str, Any], live: Stream, status: str, code: str | None
) -> None:
    """What a repeat, a resumed stream and the stored messages show on another replica."""
    run_id = live.chunks[0]["messageMetadata"]["runId"]
    for stream in (await take_turn(replica, body), await resume(replica, "reload", f"{run_id}:0")):
        assert show(stream) == show(live)
    stored = (await list_messages(replica, "reload"))[-1]
    assert (stored["status"], stored["errorCode"]) == (status, code)
    assert (stored["id"], stored["text"]) == (live.chunks[0]["messageId"], live.text)
    assert stored["sources"] == live.sources
    assert [source["id"] for source in stored["sources"]] == ["1"]


@pytest.mark.parametrize(
    ("script", "disturb", "status", "code"),
    [
        (say(*WORDS, pause=0.02, usage=(3, 4)), leave_alone, "complete", None),
        (say(*WORDS, pause=0.05), stop, "stopped", None),
        (send(STREAM_HEAD, *map(chunk, WORDS), b"data: ?\n\n"), leave_alone, "error", "model_unavailable"),
        (send(STREAM_HEAD, then_hang=True), stop, "stopped", None),
    ],
)
async def test_a_reload_equals_the_live_stream(
    script: Script,
    disturb: Disturbance,
    status: str,
    code: str | None,
    model_api: httpx.AsyncClient,
    model: ModelServer,
    model_settings: Settings,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    await put_documents(database, flumph="# Flumphs\n\nFlumphs zorble.")
    model.script = script
    body = make_body("reload", "Zorble flumphs?")
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with serve(model_settings) as url, httpx.AsyncClient(base_url=url, headers=headers) as replica:
        async with open_turn(model_api, body) as response:
            reading = asyncio.create_task(read_stream(response))
            await disturb(model_api)
            live = await reading
        assert show(await take_turn(model_api, body)) == show(live)
        await expect_same(replica, body, live, status, code)


async def test_a_reload_equals_an_interrupted_stream(
    model: ModelServer,
    model_settings: Settings,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    await put_documents(database, flumph="# Flumphs\n\nFlumphs zorble.")
    model.script = say(*WORDS * 10, pause=0.05)
    body = make_body("reload", "Zorble flumphs?")
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with (
        run_process(model_settings) as service,
        httpx.AsyncClient(base_url=service.url, headers=headers) as api,
        open_turn(api, body) as response,
    ):
        reading = asyncio.create_task(read_stream(response))
        await asyncio.sleep(0.7)
        service.process.send_signal(signal.SIGTERM)
        live = await reading
    async with serve(model_settings) as url, httpx.AsyncClient(base_url=url, headers=headers) as replica:
        await expect_same(replica, body, live, "interrupted", None)
