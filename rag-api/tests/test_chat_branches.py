"""Edits and regenerations make branches beside what there is, once each; the head tells which is shown."""

import asyncio
from typing import Any

import httpx
import pytest
import pytest_asyncio

from harness.chat import list_messages, make_body, open_turn, read_some, resume, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import ModelServer, refuse, say
from rag_api.ids import new_id

CHAT = "tree"


def edit(target: str, text: str, **members: object) -> dict[str, Any]:
    """What `sendMessage({text, messageId})` posts."""
    return make_body(CHAT, text, target, messageId=target, **members)


def regenerate(question: str | None = None, target: str | None = None) -> dict[str, Any]:
    """What `regenerate({messageId})` posts."""
    body = make_body(CHAT, "ignored", question, trigger="regenerate-message")
    return body | ({} if target is None else {"messageId": target})


async def shown(api: httpx.AsyncClient) -> list[str]:
    return [message["text"] for message in await list_messages(api, CHAT)]


@pytest_asyncio.fixture
async def chat(model_api: httpx.AsyncClient, model: ModelServer) -> httpx.AsyncClient:
    """Two turns: q1 → a1 → q2 → a2."""
    for number in (1, 2):
        model.script = say(f"a{number}")
        await take_turn(model_api, make_body(CHAT, f"q{number}", f"m{number}"))
    model.script = say("new")
    return model_api


@pytest.mark.parametrize("by", ["clientMessageId", "id"])
async def test_an_edit_is_a_sibling_and_moves_the_head(
    by: str, chat: httpx.AsyncClient, model: ModelServer
) -> None:
    before = await list_messages(chat, CHAT)
    stream = await take_turn(chat, edit(before[2][by], "q2, better"))
    assert stream.text == "new"
    *context, question, answer = await list_messages(chat, CHAT)
    assert [message["text"] for message in context] == ["q1", "a1"]
    assert question == question | {
        "text": "q2, better",
        "revision": 1,
        "clientMessageId": "m2",
        "parentId": before[1]["id"],
        "siblingIds": [before[2]["id"], question["id"]],
    }
    assert (answer["id"], answer["parentId"]) == (stream.chunks[0]["messageId"], question["id"])
    assert [message["content"] for message in model.requests[-1]["messages"][1:3]] == ["q1", "a1"]
    assert model.requests[-1]["messages"][-1]["content"].endswith("q2, better")
    # Nothing was overwritten, and the next question goes on from the new branch.
    old = {message["id"]: message["text"] for message in before}
    everything = {message["id"]: message["text"] for message in await list_messages(chat, CHAT, "all")}
    assert everything == old | {question["id"]: "q2, better", answer["id"]: "new"}
    await take_turn(chat, make_body(CHAT, "q3"))
    assert await shown(chat) == ["q1", "a1", "q2, better", "new", "q3", "new"]


async def test_the_first_question_can_be_edited_again_and_again(chat: httpx.AsyncClient) -> None:
    for number in (1, 2):
        await take_turn(chat, edit("m1", f"edit {number}"))
        question, _ = await list_messages(chat, CHAT)
        assert (question["text"], question["revision"]) == (f"edit {number}", number)
        assert question["parentId"] is None
        assert len(question["siblingIds"]) == number + 1


async def test_a_regeneration_without_a_target_answers_the_question_that_is_shown(
    chat: httpx.AsyncClient,
) -> None:
    before = await list_messages(chat, CHAT)
    await take_turn(chat, edit("m2", "q2, better"))
    back = await chat.patch(f"/v1/conversations/{CHAT}", json={"headMessageId": before[3]["id"]})
    assert back.status_code == 200
    await take_turn(chat, regenerate("m2"))
    _, _, question, answer = await list_messages(chat, CHAT)
    assert (question["id"], question["text"]) == (before[2]["id"], "q2")
    assert answer["siblingIds"] == [before[3]["id"], answer["id"]]
    # A question that is not the one shown is meant in its newest form.
    await take_turn(chat, edit("m1", "q1, better"))
    await take_turn(chat, regenerate("m2"))
    assert (await list_messages(chat, CHAT))[2]["text"] == "q2, better"


async def test_a_repeated_edit_joins(chat: httpx.AsyncClient, model: ModelServer) -> None:
    model.script = say(*["tick "] * 10, pause=0.05)
    first, second = await asyncio.gather(*(take_turn(chat, edit("m2", "once")) for _ in range(2)))
    after = await take_turn(chat, edit("m2", "once"))
    assert first.raw == second.raw
    assert after.chunks[0] == first.chunks[0]
    assert len(await list_messages(chat, CHAT, "all")) == 6
    # Once the conversation went on, the same words are a new wish.
    await take_turn(chat, make_body(CHAT, "q3"))
    await take_turn(chat, edit("m2", "once"))
    assert (await list_messages(chat, CHAT))[2]["revision"] == 2


async def test_parallel_edits_are_one_run(chat: httpx.AsyncClient, model: ModelServer) -> None:
    model.script = say(*["tick "] * 5, pause=0.05)
    streams = await asyncio.gather(*(take_turn(chat, edit("m2", "many")) for _ in range(20)))
    assert {stream.raw for stream in streams} == {streams[0].raw}
    assert len(await list_messages(chat, CHAT, "all")) == 6


async def test_the_first_payload_still_joins_after_an_edit(chat: httpx.AsyncClient) -> None:
    await take_turn(chat, edit("m2", "changed"))
    assert (await take_turn(chat, make_body(CHAT, "q2", "m2"))).text == "a2"
    conflict = await chat.post("/v1/chat", json=make_body(CHAT, "changed", "m2"))
    assert (conflict.status_code, conflict.json()["code"]) == (409, "message_conflict")


async def test_an_answer_cannot_be_edited(chat: httpx.AsyncClient) -> None:
    answer = (await list_messages(chat, CHAT))[1]["id"]
    refused = await chat.post("/v1/chat", json=edit(answer, "I said something else"))
    assert (refused.status_code, refused.json()["code"]) == (422, "trigger_unsupported")
    assert len(await list_messages(chat, CHAT, "all")) == 4


async def test_a_question_that_never_arrived_can_be_edited_or_asked_again(chat: httpx.AsyncClient) -> None:
    await take_turn(chat, edit("lost", "q3"))
    await take_turn(chat, regenerate("lost too"))
    assert await shown(chat) == ["q1", "a1", "q2", "a2", "q3", "new", "ignored", "new"]


@pytest.mark.parametrize("named", ["question", "answer", "question's id", "nothing", "no message"])
async def test_a_regeneration_is_a_sibling_answer(
    named: str, chat: httpx.AsyncClient, model: ModelServer
) -> None:
    before = await list_messages(chat, CHAT)
    body = {
        "question": regenerate("m2"),
        "answer": regenerate("m2", before[3]["id"]),
        "question's id": regenerate("m2", before[2]["id"]),
        "nothing": {"id": CHAT, "trigger": "regenerate-message"},
        "no message": {"id": CHAT, "trigger": "regenerate-message", "messages": []},
    }[named]
    stream = await take_turn(chat, body)
    assert stream.chunks[0]["messageId"] != before[3]["id"]
    after = await list_messages(chat, CHAT)
    assert after[:3] == before[:3]
    assert (after[3]["text"], after[3]["siblingIds"]) == ("new", [before[3]["id"], after[3]["id"]])
    assert model.requests[-1]["messages"] == model.requests[-2]["messages"]


async def test_an_earlier_answer_can_be_regenerated(chat: httpx.AsyncClient) -> None:
    first_answer = (await list_messages(chat, CHAT))[1]["id"]
    await take_turn(chat, regenerate("m1", first_answer))
    assert await shown(chat) == ["q1", "new"]


async def test_a_regeneration_joins_an_active_run_of_its_question(
    chat: httpx.AsyncClient, model: ModelServer
) -> None:
    model.script = say(*["tick "] * 20, pause=0.05)
    async with open_turn(chat, regenerate("m2")) as response:
        first = await read_some(response, 4)
        other = await chat.post("/v1/chat", json=regenerate("m1"))
        edited = await chat.post("/v1/chat", json=edit("m1", "else"))
        joined = await take_turn(chat, regenerate("m2"))
    assert joined.chunks[0] == first.chunks[0]
    assert joined.text == "tick " * 20
    for refused in (other, edited):
        assert (refused.status_code, refused.json()["code"]) == (409, "conversation_busy")
    assert len(await list_messages(chat, CHAT, "all")) == 5


async def test_after_a_failure_it_is_tried_again(model_api: httpx.AsyncClient, model: ModelServer) -> None:
    model.script = refuse(400)
    await take_turn(model_api, make_body(CHAT, "q1", "m1"))
    model.script = say("now")
    assert (await take_turn(model_api, regenerate("m1"))).text == "now"
    question, answer = await list_messages(model_api, CHAT)
    assert (question["text"], answer["text"], len(answer["siblingIds"])) == ("q1", "now", 2)


async def test_there_is_nothing_to_regenerate(
    chat: httpx.AsyncClient, signing_key: SigningKey, bob: Person, database: ClonedDatabase, alice: Person
) -> None:
    before = database.dump_rows(alice)
    answer_id = (await list_messages(chat, CHAT))[1]["id"]
    headers = {"authorization": f"Bearer {signing_key.token(bob)}"}
    for name in (CHAT, str(new_id())):
        for members in ({}, {"messageId": answer_id}):
            body = {"id": name, "trigger": "regenerate-message"} | members
            answer = await chat.post("/v1/chat", json=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    # Under the same id Bob edits nothing of Alice's: it is a first question of his own.
    await chat.post("/v1/chat", json=edit("m1", "Bob's"), headers=headers)
    assert database.dump_rows(alice) == before
    ((text, revision),) = database.as_owner(bob, "select text, revision from rag.message where role = 'user'")
    assert (text, revision) == ("Bob's", 0)


async def test_the_head_is_switched_to_a_whole_branch(chat: httpx.AsyncClient) -> None:
    original = await list_messages(chat, CHAT)
    await take_turn(chat, edit("m1", "other start"))
    path = f"/v1/conversations/{CHAT}"
    edited_head = (await chat.get(path)).json()["headMessageId"]
    for target in (original[0]["id"], original[1]["id"], original[3]["id"]):
        changed = await chat.patch(path, json={"headMessageId": target})
        assert changed.json()["headMessageId"] == original[3]["id"]
        assert await shown(chat) == ["q1", "a1", "q2", "a2"]
        assert (await chat.patch(path, json={"headMessageId": edited_head})).is_success
        assert await shown(chat) == ["other start", "new"]
    foreign = await chat.patch(path, json={"headMessageId": str(new_id())})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "validation_failed")
    malformed = await chat.patch(path, json={"headMessageId": "x"})
    assert (malformed.status_code, malformed.json()["code"]) == (422, "validation_failed")


async def test_a_head_may_be_switched_while_an_answer_is_written(
    chat: httpx.AsyncClient, model: ModelServer
) -> None:
    original = await list_messages(chat, CHAT)
    model.script = say(*["tick "] * 10, pause=0.05)
    async with open_turn(chat, edit("m2", "slow")) as response:
        await read_some(response, 4)
        await chat.patch(f"/v1/conversations/{CHAT}", json={"headMessageId": original[3]["id"]})
        assert (await resume(chat, CHAT)).text == "tick " * 10
    assert await shown(chat) == ["q1", "a1", "q2", "a2"]
