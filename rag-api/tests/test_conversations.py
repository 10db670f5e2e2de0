"""Conversations through the API: their life, their border, their wire form."""

import json
import re
from uuid import UUID

import httpx
import pytest

from harness.chat import make_body, take_turn
from harness.database import ClonedDatabase, Person

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


async def test_a_conversation_lives_and_dies(api: httpx.AsyncClient) -> None:
    created = await api.post("/v1/conversations", json={"title": "Keys", "metadata": {"color": "red"}})
    assert created.status_code == 201
    conversation = created.json()
    assert UUID(conversation["id"]).version == 7
    assert conversation == conversation | {
        "title": "Keys",
        "titleSource": "user",
        "archived": False,
        "metadata": {"color": "red"},
    }
    assert TIME.fullmatch(conversation["createdAt"])
    assert TIME.fullmatch(conversation["updatedAt"])
    path = f"/v1/conversations/{conversation['id']}"
    assert (await api.get(path)).json() == conversation
    assert (await api.get(f"{path}/messages")).json() == {"items": [], "nextCursor": None}
    assert (await api.get("/v1/conversations")).json() == {"items": [conversation], "nextCursor": None}
    deleted = await api.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    for answer in (await api.get(path), await api.delete(path), await api.get(f"{path}/messages")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_creation_may_be_repeated(api: httpx.AsyncClient) -> None:
    first = await api.post("/v1/conversations", json={"id": "mine:1.a~b_c-d", "title": "First"})
    again = await api.post("/v1/conversations", json={"id": "mine:1.a~b_c-d", "title": "Second"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


async def test_without_a_title_the_service_will_choose_one(api: httpx.AsyncClient) -> None:
    conversation = (await api.post("/v1/conversations", json={})).json()
    assert (conversation["title"], conversation["titleSource"]) == ("", "auto")


async def test_changes_touch_only_what_was_sent(api: httpx.AsyncClient) -> None:
    original = (await api.post("/v1/conversations", json={"id": "c", "metadata": {"a": 1}})).json()
    renamed = (await api.patch("/v1/conversations/c", json={"title": "New"})).json()
    assert renamed == original | {"title": "New", "titleSource": "user"}
    archived = (await api.patch("/v1/conversations/c", json={"archived": True})).json()
    assert archived == renamed | {"archived": True}
    emptied = (await api.patch("/v1/conversations/c", json={"metadata": {}, "archived": False})).json()
    assert emptied == renamed | {"metadata": {}}


async def test_archived_ones_have_a_list_of_their_own(api: httpx.AsyncClient) -> None:
    for name in ("kept", "put-away"):
        await api.post("/v1/conversations", json={"id": name})
    await api.patch("/v1/conversations/put-away", json={"archived": True})

    async def list_ids(**query: str) -> list[str]:
        return [item["id"] for item in (await api.get("/v1/conversations", params=query)).json()["items"]]

    assert await list_ids() == ["kept"]
    assert await list_ids(archived="false") == ["kept"]
    assert await list_ids(archived="true") == ["put-away"]


async def _list(api: httpx.AsyncClient, **query: str | int) -> list[str]:
    answer = (await api.get("/v1/conversations", params=query)).raise_for_status()
    return [item["id"] for item in answer.json()["items"]]


async def test_the_list_is_filtered(api: httpx.AsyncClient, alice: Person, database: ClonedDatabase) -> None:
    for name, time in (
        ("a", "2026-01-01T12:00:00Z"),
        ("b", "2026-01-02T12:00:00Z"),
        ("c", "2026-01-03T12:00:00Z"),
    ):
        await api.post("/v1/conversations", json={"id": name})
        database.as_owner(alice, "update rag.conversation set updated_at = %s where id = %s", (time, name))
    pinned = (await api.patch("/v1/conversations/b", json={"pinned": True})).json()
    assert pinned["pinned"] is True
    assert await _list(api, pinned="true") == ["b"]
    assert await _list(api, pinned="false") == ["c", "a"]
    assert await _list(api, updatedAfter="2026-01-02T12:00:00Z") == ["c", "b"]
    assert await _list(api, updatedBefore="2026-01-02T12:00:00Z") == ["a"]
    assert await _list(
        api, updatedAfter="2026-01-02T14:00:00+02:00", updatedBefore="2026-01-03T12:00:00Z"
    ) == ["b"]
    first = (
        await api.get("/v1/conversations", params={"limit": 1, "updatedBefore": "2026-01-03T12:00:00Z"})
    ).json()
    assert [item["id"] for item in first["items"]] == ["b"]
    rest = {"cursor": first["nextCursor"], "updatedBefore": "2026-01-03T12:00:00Z"}
    assert await _list(api, **rest) == ["a"]


async def test_a_conversation_is_known_by_the_agent_that_answered_last(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    await take_turn(api, make_body("asked", "How are keys rotated?"))
    await api.post("/v1/conversations", json={"id": "silent"})
    assert (await api.get("/v1/conversations/asked")).json()["agent"] == "extractive"
    assert (await api.get("/v1/conversations/silent")).json()["agent"] is None
    assert await _list(api, agent="extractive") == ["asked"]
    assert await _list(api, agent="another") == []


async def test_a_count_comes_only_when_asked_for(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    for name in "abc":
        await api.post("/v1/conversations", json={"id": name})
    await api.patch("/v1/conversations/c", json={"archived": True})
    assert "count" not in (await api.get("/v1/conversations")).json()
    page = (await api.get("/v1/conversations", params={"count": "true", "limit": 1})).json()
    assert (page["count"], len(page["items"])) == (2, 1)
    later = (
        await api.get("/v1/conversations", params={"count": "true", "cursor": page["nextCursor"]})
    ).json()
    assert "count" not in later
    none = (await api.get("/v1/conversations", params={"count": "true", "pinned": "true"})).json()
    assert none == {"items": [], "nextCursor": None, "count": 0}
    database.as_owner(
        alice,
        "insert into rag.conversation (user_id, id, title, title_source)"
        " select %s, 'n' || n, '', 'auto' from generate_series(1, 10100) n",
        (alice.user_id,),
    )
    assert (await api.get("/v1/conversations", params={"count": "true"})).json()["count"] == 10_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("updatedAfter", "1767225600"),
        ("updatedAfter", "2026-01-01"),
        ("updatedBefore", "2026-01-01T12:00:00"),
        ("updatedBefore", "x"),
        ("pinned", "x"),
        ("agent", ""),
        ("count", "x"),
    ],
)
async def test_a_bad_filter_is_refused(name: str, value: str, api: httpx.AsyncClient) -> None:
    answer = await api.get("/v1/conversations", params={name: value})
    assert answer.status_code == 422
    assert [finding["parameter"] for finding in answer.json()["errors"]] == [name]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"id": ""}, "#/id"),
        ({"id": "a/b"}, "#/id"),
        ({"id": "a b"}, "#/id"),
        ({"id": "a\n"}, "#/id"),
        ({"id": "ä"}, "#/id"),
        ({"id": ".."}, "#/id"),
        ({"id": "x" * 129}, "#/id"),
        ({"id": 7}, "#/id"),
        ({"title": ""}, "#/title"),
        ({"title": "x" * 201}, "#/title"),
        ({"title": "a\0b"}, "#/title"),
        ({"title": "\ud800"}, "#/title"),
        ({"title": ["secret"]}, "#/title"),
        ({"metadata": []}, "#/metadata"),
        ({"metadata": {"a": "\0"}}, "#/metadata"),
        ({"metadata": {"\0": 1}}, "#/metadata"),
        ({"metadata": {"a": ["\ud800"]}}, "#/metadata"),
        ({"metadata": {"a": float("nan")}}, "#/metadata"),
        ({"metadata": {"a": float("inf")}}, "#/metadata"),
        ({"metadata": {"a": "x" * 20_000}}, "#/metadata"),
        ({"metadata": {"a": [0] * 600}}, "#/metadata"),
        ({"metadata": {"a": [10**4000] * 5}}, "#/metadata"),
        ({"metadata": {"a": [1e308] * 60}}, "#/metadata"),
        ({"metadata": {"a": [5e-324] * 60}}, "#/metadata"),
        ({"metadata": {"a": [[[[[[[[[[]]]]]]]]]]}}, "#/metadata"),
        ({"titel": "secret"}, "#/titel"),
        ({"a/~b": "secret"}, "#/a~1~0b"),
        ({"\ud800": "secret"}, "#"),
        (["secret"], "#"),
        ("secret", "#"),
    ],
)
async def test_a_bad_body_is_told_where_it_is_bad(body: object, pointer: str, api: httpx.AsyncClient) -> None:
    answer = await api.post(
        "/v1/conversations", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "validation_failed"
    assert [finding["pointer"] for finding in problem["errors"]] == [pointer]
    assert all(finding["detail"] for finding in problem["errors"])
    assert "secret" not in answer.text
    assert (await api.get("/v1/conversations")).json()["items"] == []


@pytest.mark.parametrize(
    "body", [{}, {"title": None}, {"archived": None}, {"archived": "x"}, {"id": "other"}]
)
async def test_a_bad_change_is_refused(body: dict[str, object], api: httpx.AsyncClient) -> None:
    await api.post("/v1/conversations", json={"id": "c"})
    answer = await api.patch("/v1/conversations/c", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


@pytest.mark.parametrize("name", ["a%2Fb", "%00", "a%20b", "x" * 129, "%2E%2E"])
async def test_an_id_that_cannot_be_is_refused_in_a_path(name: str, api: httpx.AsyncClient) -> None:
    for path in (f"/v1/conversations/{name}", f"/v1/conversations/{name}/messages"):
        answer = await api.get(path)
        assert answer.status_code in (404, 422)
        assert answer.json()["code"] in ("not_found", "validation_failed")


async def test_metadata_comes_back_as_it_went(api: httpx.AsyncClient) -> None:
    metadata = {
        "n": 1.5,
        "big": 10**30,
        "huge": 10**4000,
        "numbers": list(range(450)),
        "t": "ü€😀",
        "deep": {"a": [True, None, {"b": []}]},
    }
    await api.post("/v1/conversations", json={"id": "c", "metadata": metadata})
    assert (await api.get("/v1/conversations/c")).json()["metadata"] == metadata
