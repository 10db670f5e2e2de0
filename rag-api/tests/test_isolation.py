"""Two users: what is one's does not exist for the other; and a session that ended ends at once."""

import asyncio
from typing import Any

import httpx
import pytest

from harness.database import ClonedDatabase, Person
from rag_api.ids import new_id

REQUESTS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/v1/conversations/{id}", None),
    ("PATCH", "/v1/conversations/{id}", {"title": "Stolen"}),
    ("PATCH", "/v1/conversations/{id}", {"metadata": {"a": 1}, "archived": True}),
    ("PATCH", "/v1/conversations/{id}", {"retentionDays": 30}),
    ("DELETE", "/v1/conversations/{id}", None),
    ("DELETE", "/v1/conversations/{id}?permanent=true", None),
    ("POST", "/v1/conversations/{id}/restore", None),
    ("GET", "/v1/conversations/{id}/messages", None),
    ("GET", "/v1/conversations/{id}/messages?limit=1", None),
    ("GET", "/v1/conversations/{id}/messages?branches=all", None),
    ("PUT", "/v1/conversations/{id}/messages/m1/feedback", {"rating": "up"}),
    ("DELETE", "/v1/conversations/{id}/messages/m1/feedback", None),
    ("POST", "/v1/chat/{id}/stop", None),
]


def _strip(answer: httpx.Response) -> tuple[int, dict[str, Any], dict[str, str]]:
    body = answer.json()
    body.pop("requestId", None)
    volatile = {"date", "x-request-id"}
    return answer.status_code, body, {k: v for k, v in answer.headers.items() if k not in volatile}


@pytest.fixture
async def planted(api: httpx.AsyncClient, alice: Person, database: ClonedDatabase) -> str:
    """A conversation of alice's, with a message."""
    name = str(new_id())
    await api.post("/v1/conversations", json={"id": name, "title": "Private"})
    database.as_owner(
        alice,
        "insert into rag.message (user_id, id, conversation_id, client_message_id, role, status, text)"
        " values (%s, %s, %s, 'm1', 'user', 'complete', 'my secret')",
        (alice.user_id, new_id(), name),
    )
    return name


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
async def test_anothers_id_is_a_random_id(
    method: str,
    path: str,
    body: dict[str, Any] | None,
    planted: str,
    bobs_api: httpx.AsyncClient,
    alice: Person,
    database: ClonedDatabase,
) -> None:
    before = database.dump_rows(alice)
    anothers = await bobs_api.request(method, path.format(id=planted), json=body)
    random = await bobs_api.request(method, path.format(id=new_id()), json=body)
    assert anothers.status_code == 404
    assert _strip(anothers) == _strip(random)
    assert database.dump_rows(alice) == before


async def test_the_same_id_is_free_for_another_user(
    planted: str, api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    before = database.dump_rows(alice)
    created = await bobs_api.post("/v1/conversations", json={"id": planted, "title": "Bob's own"})
    assert (created.status_code, created.json()["title"]) == (201, "Bob's own")
    assert (await bobs_api.get(f"/v1/conversations/{planted}/messages")).json()["items"] == []
    assert (await bobs_api.delete(f"/v1/conversations/{planted}")).status_code == 204
    assert (await api.get(f"/v1/conversations/{planted}")).json()["title"] == "Private"
    assert database.dump_rows(alice) == before


async def test_lists_hold_ones_own_only(
    planted: str, api: httpx.AsyncClient, bobs_api: httpx.AsyncClient
) -> None:
    await bobs_api.post("/v1/conversations", json={"id": "bobs"})
    # The pool's connections are shared: no user may leak into the next request.
    answers = await asyncio.gather(
        *(client.get("/v1/conversations") for _ in range(20) for client in (api, bobs_api))
    )
    for number, answer in enumerate(answers):
        assert [item["id"] for item in answer.json()["items"]] == [("bobs" if number % 2 else planted)]


async def test_anothers_cursor_opens_nothing(
    planted: str, api: httpx.AsyncClient, bobs_api: httpx.AsyncClient
) -> None:
    await api.post("/v1/conversations", json={})
    cursor = (await api.get("/v1/conversations", params={"limit": 1})).json()["nextCursor"]
    answer = await bobs_api.get("/v1/conversations", params={"cursor": cursor})
    assert answer.json() == {"items": [], "nextCursor": None}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        *REQUESTS,
        ("GET", "/v1/me", None),
        ("GET", "/v1/conversations", None),
        ("GET", "/v1/conversations?count=true", None),
        ("GET", "/v1/search?q=secret", None),
        ("GET", "/v1/conversations?trashed=true", None),
        ("DELETE", "/v1/me/conversations", None),
        ("GET", "/v1/me/export", None),
        ("GET", "/v1/me/retention", None),
        ("PUT", "/v1/me/retention", {"days": 30}),
        ("POST", "/v1/me/retention/preview", {"days": 30}),
        ("POST", "/v1/conversations", {}),
    ],
)
async def test_after_the_sign_out_the_next_request_is_refused(
    method: str,
    path: str,
    body: dict[str, Any] | None,
    planted: str,
    api: httpx.AsyncClient,
    alice: Person,
    database: ClonedDatabase,
) -> None:
    assert (await api.get("/v1/me")).status_code == 200
    database.delete_session(alice)
    before = database.dump_rows(alice)
    answer = await api.request(method, path.format(id=planted), json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert database.dump_rows(alice) == before


async def test_an_expired_session_is_refused(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    database.as_migrator("update auth.session set expires_at = now() where id = %s", (alice.session_id,))
    assert (await api.get("/v1/me")).json()["code"] == "session_ended"


async def test_a_deleted_account_is_refused_and_its_rows_are_gone(
    planted: str, api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    database.as_migrator('delete from auth."user" where id = %s', (alice.user_id,))
    assert (await api.get(f"/v1/conversations/{planted}")).json()["code"] == "session_ended"
    assert all(rows == [] for rows in database.dump_rows(alice).values())


async def test_anothers_session_does_not_help(
    anonymous: httpx.AsyncClient, make_token: Any, bob: Person
) -> None:
    headers = {"authorization": f"Bearer {make_token(sid=str(bob.session_id))}"}
    assert (await anonymous.get("/v1/me", headers=headers)).json()["code"] == "session_ended"
