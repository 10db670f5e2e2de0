"""Keyset pages: complete, without repeats, under equal times and under writes."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest

from harness.database import ClonedDatabase, Person
from rag_api.ids import new_id

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def _insert_conversations(database: ClonedDatabase, person: Person, times: list[datetime]) -> list[str]:
    ids = [f"c{number:03}" for number in range(len(times))]
    database.insert_as_owner(
        person,
        "insert into rag.conversation (user_id, id, title, title_source, updated_at)"
        " values (%s, %s, '', 'auto', %s)",
        [(person.user_id, name, time) for name, time in zip(ids, times, strict=True)],
    )
    ordered = sorted(zip(times, ids, strict=True), reverse=True)
    return [name for _, name in ordered]


def _insert_messages(
    database: ClonedDatabase, person: Person, conversation: str, times: list[datetime]
) -> list[str]:
    """A chain of messages in the order of their times; gives the ids, the newest first."""
    rows = sorted((time, str(new_id())) for time in times)
    parents = [None, *(name for _, name in rows)]
    database.insert_as_owner(
        person,
        "insert into rag.message (user_id, id, conversation_id, client_message_id, parent_id, role, status,"
        " text, created_at) values (%s, %s, %s, %s, %s, 'user', 'complete', 'hello', %s)",
        [
            (person.user_id, name, conversation, name, parent, time)
            for parent, (time, name) in zip(parents, rows, strict=False)
        ],
    )
    newest_first = [name for _, name in reversed(rows)]
    database.as_owner(
        person,
        "update rag.conversation set head_message_id = %s where id = %s",
        (newest_first[0], conversation),
    )
    return newest_first


async def _walk(api: httpx.AsyncClient, path: str, limit: int, **filters: str) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor: str | None = None
    while not pages or cursor is not None:
        query: dict[str, str | int] = {"limit": limit} | filters | ({"cursor": cursor} if cursor else {})
        page = (await api.get(path, params=query)).raise_for_status().json()
        pages.append([item["id"] for item in page["items"]])
        cursor = page["nextCursor"]
    return pages


@pytest.mark.parametrize("limit", [1, 7, 20, 23, 24, 100])
async def test_a_walk_gives_every_conversation_once(
    limit: int, api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    # Times in threes are equal, and differ by a microsecond otherwise.
    times = [NOON + timedelta(microseconds=number // 3) for number in range(23)]
    expected = _insert_conversations(database, alice, times)
    pages = await _walk(api, "/v1/conversations", limit)
    assert [name for page in pages for name in page] == expected
    assert len(pages) == -(-len(expected) // limit)


@pytest.mark.parametrize("branches", ["head", "all"])
@pytest.mark.parametrize("limit", [1, 4, 10])
async def test_a_walk_gives_every_message_once(
    limit: int, branches: str, api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    _insert_conversations(database, alice, [NOON])
    times = [NOON + timedelta(microseconds=number // 4) for number in range(10)]
    expected = _insert_messages(database, alice, "c000", times)
    pages = await _walk(api, "/v1/conversations/c000/messages", limit, branches=branches)
    assert [name for page in pages for name in page] == expected


async def test_writes_during_a_walk_repeat_and_hide_nothing(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    expected = _insert_conversations(database, alice, [NOON + timedelta(seconds=n) for n in range(6)])
    first = (await api.get("/v1/conversations", params={"limit": 3})).json()
    await api.post("/v1/conversations", json={"id": "newcomer"})
    await api.delete(f"/v1/conversations/{expected[2]}")
    rest = await api.get("/v1/conversations", params={"limit": 3, "cursor": first["nextCursor"]})
    assert [item["id"] for item in first["items"]] == expected[:3]
    assert [item["id"] for item in rest.json()["items"]] == expected[3:]
    assert rest.json()["nextCursor"] is None


def _generate_conversations(
    database: ClonedDatabase, person: Person, count: int, distinct_times: int
) -> None:
    database.as_owner(
        person,
        "insert into rag.conversation (user_id, id, title, title_source, updated_at)"
        " select %s, 'c' || n, '', 'auto', '2026-01-01Z'::timestamptz + n %% %s * interval '1 second'"
        " from generate_series(1, %s) n",
        (person.user_id, distinct_times, count),
    )
    # As autovacuum would within a minute: without statistics the planner takes the table for small.
    database.as_migrator("analyze rag.conversation")


async def test_a_thousand_conversations_of_one_time_come_once_each(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    _generate_conversations(database, alice, 1000, 1)
    pages = await _walk(api, "/v1/conversations", 99)
    names = [name for page in pages for name in page]
    assert names == sorted((f"c{number}" for number in range(1, 1001)), reverse=True)


async def test_a_walk_over_ten_thousand_that_are_written_meanwhile_misses_none(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    _generate_conversations(database, alice, 10_000, 5000)
    walked = asyncio.create_task(_walk(api, "/v1/conversations", 100))
    touched: set[str] = set()
    writes = 0
    async with await psycopg.AsyncConnection.connect(database.rag_api_url) as writer:
        while not walked.done():
            # A turn moves a conversation to the top; others come and go.
            moved, deleted = f"c{writes * 37 % 10_000 + 1}", f"c{writes * 61 % 10_000 + 2}"
            touched |= {moved, deleted}
            await writer.execute("select set_config('app.user_id', %s, true)", (str(alice.user_id),))
            await writer.execute("delete from rag.conversation where id = %s", (deleted,))
            await writer.execute(
                "update rag.conversation set updated_at = clock_timestamp() where id = %s", (moved,)
            )
            await writer.execute(
                "insert into rag.conversation (user_id, id, title, title_source) values (%s, %s, '', 'auto')",
                (alice.user_id, f"new{writes}"),
            )
            await writer.commit()
            writes += 1
            await asyncio.sleep(0.002)
    names = [name for page in await walked for name in page]
    assert writes > 20
    assert len(names) == len(set(names))
    assert {f"c{number}" for number in range(1, 10_001)} - touched <= set(names)


async def test_a_message_has_its_wire_form(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    _insert_conversations(database, alice, [NOON])
    (name,) = _insert_messages(database, alice, "c000", [NOON])
    (message,) = (await api.get("/v1/conversations/c000/messages")).json()["items"]
    assert message.pop("updatedAt")
    assert message == {
        "id": name,
        "conversationId": "c000",
        "clientMessageId": name,
        "revision": 0,
        "parentId": None,
        "role": "user",
        "status": "complete",
        "text": "hello",
        "sources": [],
        "agent": None,
        "errorCode": None,
        "createdAt": "2026-01-01T12:00:00.000000Z",
        "siblingIds": [name],
        "feedback": None,
    }


def _encode(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


TIME = "2026-01-01T12:00:00.000000Z"
BAD_CURSORS = [
    "",
    "x",
    "ä",
    "A" * 600,
    _encode([]),
    _encode({}),
    _encode("text"),
    _encode(["conversations", TIME]),
    _encode(["conversations", TIME, 7]),
    _encode(["conversations", TIME, "a\0"]),
    _encode(["conversations", TIME, "\ud800"]),
    _encode(["conversations", "noon", "c"]),
    _encode(["conversations", 7, "c"]),
    _encode(["conversations", "2026-01-01T12:00:00", "c"]),
    _encode(["conversations", "infinity", "c"]),
    _encode(["conversations", "0001-01-01T00:00:00.000000+14:00", "c"]),
    _encode(["messages", TIME, str(new_id())]),
    _encode(["conversations", TIME, "c"]) + "=",
]


@pytest.mark.parametrize("cursor", BAD_CURSORS)
async def test_a_foreign_cursor_is_refused(cursor: str, api: httpx.AsyncClient) -> None:
    answer = await api.get("/v1/conversations", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


MESSAGE_ID = "018f3b1c-7d2e-7a41-9c55-0b6d8e2f4a10"


@pytest.mark.parametrize(
    "identifier",
    ["c", "", "1", f"urn:uuid:{MESSAGE_ID}", f"{{{MESSAGE_ID}}}", MESSAGE_ID.replace("-", ""), "\ud800"],
)
async def test_a_message_cursor_holds_a_message_id(identifier: str, api: httpx.AsyncClient) -> None:
    await api.post("/v1/conversations", json={"id": "c"})
    for kind, path in (("messages", "/v1/conversations/c/messages"), ("documents", "/v1/documents")):
        answer = await api.get(path, params={"cursor": _encode([kind, TIME, identifier])})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_a_page_of_long_messages_ends_early(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    _insert_conversations(database, alice, [NOON])
    expected = _insert_messages(database, alice, "c000", [NOON + timedelta(seconds=n) for n in range(12)])
    database.as_owner(alice, "update rag.message set text = repeat('ü€', 200000)")
    for branches in ("head", "all"):
        pages = await _walk(api, "/v1/conversations/c000/messages", 100, branches=branches)
        # A million bytes each: the fifth begins below 4 MiB.
        assert [len(page) for page in pages] == [5, 5, 2]
        assert [name for page in pages for name in page] == expected


async def test_a_page_of_rich_conversations_ends_early(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    expected = _insert_conversations(database, alice, [NOON + timedelta(seconds=n) for n in range(90)])
    database.as_owner(
        alice, "update rag.conversation set metadata = jsonb_build_object('a', repeat('😀', 16000))"
    )
    pages = await _walk(api, "/v1/conversations", 100)
    assert len(pages) == 2
    assert 60 < len(pages[0]) < 70
    assert [name for page in pages for name in page] == expected


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "1.5", ""])
async def test_a_limit_out_of_range_is_refused(limit: str, api: httpx.AsyncClient) -> None:
    for path in ("/v1/conversations", "/v1/conversations/c/messages"):
        answer = await api.get(path, params={"limit": limit})
        assert answer.status_code == 422
        assert [finding["parameter"] for finding in answer.json()["errors"]] == ["limit"]
