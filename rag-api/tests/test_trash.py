"""The trash: what is in it is not there for anything else, comes back whole, and goes in the end."""

from collections.abc import AsyncIterator

import httpx
import pytest

from harness.chat import make_body, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.jwks_server import JwksServer
from harness.model_server import ModelServer, say
from harness.service import make_settings, serve
from rag_api.config import Settings


@pytest.fixture(scope="module")
def trash_settings(database: ClonedDatabase, jwks_server: JwksServer) -> Settings:
    return make_settings(database.rag_api_url, jwks_server.url, TRASH_DAYS="7")


@pytest.fixture
async def trash_api(
    trash_settings: Settings, signing_key: SigningKey, alice: Person
) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with (
        serve(trash_settings) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client,
    ):
        yield client


async def list_ids(api: httpx.AsyncClient, **parameters: object) -> list[str]:
    answer = await api.get("/v1/conversations", params={"limit": 100} | parameters)
    return [item["id"] for item in answer.json()["items"]]


async def test_what_is_in_the_trash_is_nowhere_else(trash_api: httpx.AsyncClient, alice: Person) -> None:
    api = trash_api
    await take_turn(api, make_body("kept", "zebra one"))
    await take_turn(api, make_body("c", "zebra two", "m1"))
    assert (await api.delete("/v1/conversations/c")).status_code == 204
    assert (await api.delete("/v1/conversations/c")).status_code == 204
    assert await list_ids(api) == ["kept"]
    assert (await api.get("/v1/conversations", params={"count": True})).json()["count"] == 1
    for method, path, body in (
        ("GET", "/v1/conversations/c", None),
        ("PATCH", "/v1/conversations/c", {"title": "x"}),
        ("GET", "/v1/conversations/c/messages", None),
        ("PUT", "/v1/conversations/c/messages/m1/feedback", {"rating": "up"}),
        ("DELETE", "/v1/conversations/c/messages/m1/feedback", None),
        ("POST", "/v1/chat/c/stop", None),
    ):
        answer = await api.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert (await api.get("/v1/chat/c/stream")).status_code == 204
    for path, body in (
        ("/v1/chat", make_body("c", "zebra three")),
        ("/v1/conversations", {"id": "c"}),
    ):
        answer = await api.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "conversation_trashed")
    for query in ("zebra", "two"):
        for parameters in ({}, {"archived": False}):
            found = (await api.get("/v1/search", params={"q": query} | parameters)).json()["items"]
            assert {item["conversationId"] for item in found} <= {"kept"}
    (item,) = (await api.get("/v1/conversations?trashed=true")).json()["items"]
    assert item["id"] == "c"
    assert item["deletedAt"] < item["purgeAt"]


async def test_what_is_restored_is_whole(trash_api: httpx.AsyncClient) -> None:
    api = trash_api
    await take_turn(api, make_body("c", "zebra two", "m1"))
    await api.patch("/v1/conversations/c", json={"pinned": True, "archived": True})
    before = (await api.get("/v1/conversations/c")).json()
    messages = (await api.get("/v1/conversations/c/messages")).json()
    await api.delete("/v1/conversations/c")
    restored = await api.post("/v1/conversations/c/restore")
    assert (restored.status_code, restored.json()) == (200, before)
    assert (await api.post("/v1/conversations/c/restore")).json() == before
    assert (await api.get("/v1/conversations/c/messages")).json() == messages
    assert await list_ids(api, trashed=True) == []
    found = (await api.get("/v1/search", params={"q": "zebra"})).json()["items"]
    assert {item["conversationId"] for item in found} == {"c"}
    assert (await api.post("/v1/conversations/none/restore")).status_code == 404


async def test_a_permanent_deletion_goes_past_the_trash(
    trash_api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    api = trash_api
    for name in ("a", "b", "c", "d"):
        await take_turn(api, make_body(name, "zebra"))
    assert (await api.delete("/v1/conversations/a?permanent=true")).status_code == 204
    assert await list_ids(api, trashed=True) == []
    await api.delete("/v1/conversations/b")
    assert (await api.delete("/v1/conversations/b?permanent=true")).status_code == 204
    assert (await api.delete("/v1/me/conversations")).json() == {"conversations": 2, "messages": 4}
    assert sorted(await list_ids(api, trashed=True)) == ["c", "d"]
    assert (await api.delete("/v1/me/conversations")).json() == {"conversations": 0, "messages": 0}
    answer = await api.delete("/v1/me/conversations?permanent=true")
    assert answer.json() == {"conversations": 2, "messages": 4}
    assert all(rows == [] for rows in database.dump_rows(alice).values())


async def test_the_trash_is_paged(trash_api: httpx.AsyncClient) -> None:
    for name in "abcde":
        await trash_api.post("/v1/conversations", json={"id": name})
        await trash_api.delete(f"/v1/conversations/{name}")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await trash_api.get("/v1/conversations", params={"trashed": True, "limit": 2} | cursor)
        page = answer.json()
        seen += [item["id"] for item in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert seen == list("edcba")
    other = await trash_api.get("/v1/conversations", params=cursor)
    assert other.json()["code"] == "invalid_cursor"


async def test_an_answer_that_is_being_written_ends_and_goes_with_it(
    model_settings: Settings, model: ModelServer, signing_key: SigningKey, alice: Person
) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    settings = model_settings.model_copy(update={"trash_days": 7})
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with (
        serve(settings) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as api,
        api.stream("POST", "/v1/chat", json=make_body("c", "Count")) as response,
    ):
        lines = response.aiter_lines()
        await anext(lines)
        assert (await api.delete("/v1/conversations/c")).status_code == 204
        async for _ in lines:
            pass
        await api.post("/v1/conversations/c/restore")
        answer = (await api.get("/v1/conversations/c/messages")).json()["items"][0]
        assert answer["status"] == "stopped"


async def test_delete_all_goes_in_parts_and_leaves_others_alone(
    api: httpx.AsyncClient,
    bobs_api: httpx.AsyncClient,
    alice: Person,
    bob: Person,
    database: ClonedDatabase,
) -> None:
    await bobs_api.post("/v1/conversations", json={"id": "bobs"})
    database.as_owner(
        alice,
        "insert into rag.conversation (user_id, id, title, title_source)"
        " select %s, 'c' || n, 'x', 'user' from generate_series(1, 450) n",
        (alice.user_id,),
    )
    assert (await api.delete("/v1/me/conversations")).json() == {"conversations": 450, "messages": 0}
    assert await list_ids(bobs_api) == ["bobs"]
