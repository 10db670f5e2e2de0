"""What a reader thinks of a message stays with it."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from harness.chat import list_messages, make_body, take_turn
from harness.database import ClonedDatabase, Person
from rag_api.ids import new_id


@pytest_asyncio.fixture
async def path(api: httpx.AsyncClient) -> str:
    """The feedback of an answer of alice's."""
    stream = await take_turn(api, make_body("c", "What is a xyzzyplugh?", "m1"))
    return f"/v1/conversations/c/messages/{stream.chunks[0]['messageId']}/feedback"


async def read_feedback(api: httpx.AsyncClient) -> list[dict[str, Any] | None]:
    return [message["feedback"] for message in await list_messages(api, "c")]


async def test_it_is_shown_with_the_message_until_it_is_taken_back(api: httpx.AsyncClient, path: str) -> None:
    assert await read_feedback(api) == [None, None]
    given = await api.put(path, json={"rating": "down", "comment": "Wrong 👎"})
    assert (given.status_code, given.json()) == (200, {"rating": "down", "comment": "Wrong 👎"})
    assert await read_feedback(api) == [None, given.json()]
    changed = await api.put(path, json={"rating": "up"})
    assert await read_feedback(api) == [None, {"rating": "up", "comment": None}]
    assert changed.json() == {"rating": "up", "comment": None}
    for _ in range(2):
        assert (await api.delete(path)).status_code == 204
    assert await read_feedback(api) == [None, None]


async def test_the_clients_own_message_id_will_do(api: httpx.AsyncClient, path: str) -> None:
    own = "/v1/conversations/c/messages/m1/feedback"
    assert (await api.put(own, json={"rating": "up"})).status_code == 200
    assert await read_feedback(api) == [{"rating": "up", "comment": None}, None]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rating": "meh"},
        {"rating": "up", "comment": ""},
        {"rating": "up", "comment": "x" * 4001},
        {"rating": "up", "comment": "\0"},
        {"rating": "up", "stars": 5},
    ],
)
async def test_bad_feedback_is_refused(body: dict[str, Any], api: httpx.AsyncClient, path: str) -> None:
    answer = await api.put(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_anothers_message_is_unknown(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, path: str, database: ClonedDatabase, alice: Person
) -> None:
    await api.put(path, json={"rating": "up"})
    await bobs_api.post("/v1/conversations", json={"id": "c"})
    random = f"/v1/conversations/c/messages/{new_id()}/feedback"
    for target in (path, random):
        for answer in (await bobs_api.put(target, json={"rating": "down"}), await bobs_api.delete(target)):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert await read_feedback(api) == [None, {"rating": "up", "comment": None}]
    await api.delete("/v1/conversations/c")
    assert database.as_owner(alice, "select * from rag.feedback") == []
