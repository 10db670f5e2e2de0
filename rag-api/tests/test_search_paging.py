"""Pages of a search neither skip nor repeat: within a window of messages, between two, and under writes."""

from typing import Any

import httpx
import pytest

from harness.database import ClonedDatabase, Person

# In SQL: it takes thousands of rows to leave the first window. uuidv7() sorts by time, as our ids do.
_SEED = """
with made as (
  insert into rag.conversation (user_id, id, title, title_source)
    select %(user)s, 'c' || n, case when n <= 30 then 'needle ' || n else '' end, 'user'
      from generate_series(1, 40) n
)
insert into rag.message (user_id, id, conversation_id, client_message_id, role, status, text)
  select %(user)s, uuidv7(), 'c' || 1 + n %% 40, 'm' || n, 'user', 'complete',
         case when n %% %(every)s = 0 then repeat('needle ', 1 + n %% 3) else 'hay' end || ' ' || n
    from generate_series(1, %(count)s) n
"""


def seed(database: ClonedDatabase, person: Person, count: int, every: int) -> set[str]:
    """Messages of which one in `every` matches; gives the ids of those that do."""
    database.as_owner(person, _SEED, {"user": person.user_id, "count": count, "every": every})
    return set(matching(database, person))


def matching(database: ClonedDatabase, person: Person) -> list[str]:
    """Ids of the messages that hold the word."""
    rows = database.as_owner(person, "select id::text from rag.message where text ~ 'needle'")
    return [row[0] for row in rows]


async def walk(api: httpx.AsyncClient, limit: int, between: Any = None, **query: str) -> list[str]:
    """Ids over all pages: of the message, or of the conversation whose title matches."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = {"q": "needle", "limit": limit} | query | ({"cursor": cursor} if cursor else {})
        answer = (await api.get("/v1/search", params=page)).raise_for_status().json()
        found += [item["messageId"] or item["conversationId"] for item in answer["items"]]
        cursor = answer["nextCursor"]
        if cursor is None:
            return found
        if between is not None:
            between()


# Rare among the newest 2,000 (by the index), common there (by reading), and in between.
@pytest.mark.parametrize(
    ("count", "every", "limit"), [(4000, 400, 5), (2600, 4, 50), (2600, 30, 50), (60, 1, 7)]
)
async def test_a_walk_gives_every_match_once(
    count: int, every: int, limit: int, api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    messages = seed(database, alice, count, every)
    found = await walk(api, limit)
    assert len(found) == len(set(found))
    assert set(found[:30]) == {f"c{number}" for number in range(1, 31)}
    assert set(found[30:]) == messages


@pytest.mark.parametrize("every", [4, 400])
async def test_writes_during_a_walk_repeat_and_hide_nothing(
    every: int, api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    messages = seed(database, alice, 1200 if every == 4 else 3000, every)
    deleted: set[str] = set()

    def write() -> None:
        database.as_owner(
            alice,
            "insert into rag.message (user_id, id, conversation_id, client_message_id, role, status, text)"
            " select %s, uuidv7(), 'c1', uuidv7()::text, 'user', 'complete', 'needle needle needle needle'"
            " from generate_series(1, 10)",
            (alice.user_id,),
        )
        for victim in sorted(messages - deleted)[1:2]:
            deleted.add(victim)
            database.as_owner(alice, "delete from rag.message where id = %s::uuid", (victim,))

    found = await walk(api, 50 if every == 4 else 5, write)
    assert deleted
    assert len(found) == len(set(found))
    assert messages - deleted <= set(found)


async def test_a_filter_holds_in_every_window(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    seed(database, alice, 2600, 4)
    database.as_owner(alice, "update rag.conversation set pinned = true where id = 'c17'")
    expected = database.as_owner(
        alice, "select id::text from rag.message where text ~ 'needle' and conversation_id = 'c17'"
    )
    found = await walk(api, 20, pinned="true")
    assert sorted(found) == sorted(["c17", *(row[0] for row in expected)])
