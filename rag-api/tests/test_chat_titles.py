"""A conversation's automatic title: after the first complete turn, and never over the user's own."""

import asyncio

import httpx
import pytest

from harness.chat import Stream, make_body, take_turn
from harness.model_server import STREAM_HEAD, ModelServer, chunk, name, refuse, say, send
from rag_api.agents.titles import clean_title, condense_title

LONG = "How do the engineers who keep the Quirrenbach tower upright measure the wind? Tell me all of it."


async def read_title(api: httpx.AsyncClient, conversation_id: str) -> tuple[str, str]:
    conversation = (await api.get(f"/v1/conversations/{conversation_id}")).json()
    return conversation["title"], conversation["titleSource"]


def streamed_title(stream: Stream) -> str | None:
    part = stream.find("data-chat-title")
    assert part is None or part["transient"] is True
    return part["data"] if part else None


async def test_without_a_model_it_is_the_first_sentence(api: httpx.AsyncClient) -> None:
    stream = await take_turn(api, make_body("titled", LONG))
    title = "How do the engineers who keep the Quirrenbach tower upright measure the wind?"
    assert streamed_title(stream) == title
    assert stream.types[-3:] == ["text-end", "finish-step", "finish"]
    assert await read_title(api, "titled") == (title, "auto")
    assert streamed_title(await take_turn(api, make_body("titled", "And now?"))) is None
    assert await read_title(api, "titled") == (title, "auto")


async def test_a_model_names_it_once(model_api: httpx.AsyncClient, model: ModelServer) -> None:
    model.title_script = name("Wind at the tower")
    assert streamed_title(await take_turn(model_api, make_body("model", LONG))) == "Wind at the tower"
    assert await read_title(model_api, "model") == ("Wind at the tower", "auto")
    await take_turn(model_api, make_body("model", "Second"))
    assert len(model.title_requests) == 1


async def test_a_users_title_stands(model_api: httpx.AsyncClient, model: ModelServer) -> None:
    await model_api.post("/v1/conversations", json={"id": "named", "title": "Mine"})
    assert streamed_title(await take_turn(model_api, make_body("named", LONG))) is None
    assert await read_title(model_api, "named") == ("Mine", "user")


async def test_a_title_given_while_the_model_thinks_stands(
    model_api: httpx.AsyncClient, model: ModelServer
) -> None:
    model.title_script = name("Too late", pause=1.0)
    turn = asyncio.create_task(take_turn(model_api, make_body("race", LONG)))
    await asyncio.wait_for(model.title_asked.wait(), 5)
    await model_api.patch("/v1/conversations/race", json={"title": "Mine"})
    assert streamed_title(await turn) is None
    assert await read_title(model_api, "race") == ("Mine", "user")


async def test_a_slow_title_does_not_hold_the_answer(
    model_api: httpx.AsyncClient, model: ModelServer
) -> None:
    model.title_script = name("Slow but sure", pause=3.0)
    async with asyncio.timeout(2.9):
        assert streamed_title(await take_turn(model_api, make_body("slow", LONG))) is None
    await asyncio.sleep(2)
    assert await read_title(model_api, "slow") == ("Slow but sure", "auto")


@pytest.mark.parametrize("failing", ["title", "answer"])
async def test_a_failure_leaves_the_question_as_title(
    model_api: httpx.AsyncClient, model: ModelServer, failing: str
) -> None:
    if failing == "title":
        model.title_script = refuse(500)
    else:
        model.script = send(STREAM_HEAD, chunk("Half "))
    stream = await take_turn(model_api, make_body(f"fails-{failing}", "Short?"))
    assert stream.chunks[-1]["type"] == ("finish" if failing == "title" else "error")
    assert streamed_title(stream) is None
    assert await read_title(model_api, f"fails-{failing}") == ("Short?", "auto")
    if failing == "answer":
        assert model.title_requests == []
        model.script = say("Whole.")


def test_titles_are_one_plain_line() -> None:
    assert condense_title("  What\nis\tthis?  And that?") == "What is this?"
    assert condense_title("东京塔有多高？它在哪里？") == "东京塔有多高？"
    assert condense_title("v1.2.3 of it") == "v1.2.3 of it"
    assert condense_title("\u202e\u200b") == ""
    assert len(condense_title("word " * 50)) <= 80
    assert clean_title("“‮evil‬”\nmore") == "evil"
