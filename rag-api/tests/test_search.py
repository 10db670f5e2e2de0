"""Search over HTTP: what is found, how it is marked, and when it begins and ceases to be found."""

import base64
import json
from typing import Any

import httpx
import psycopg
import pytest

from harness.database import ClonedDatabase, Person
from rag_api.ids import new_id
from rag_api.search.highlights import read_marks


def add_message(
    database: ClonedDatabase, person: Person, text: str, conversation: str = "c", status: str = "complete"
) -> str:
    """A user's message in a conversation, which is made if it is missing."""
    name = str(new_id())
    database.as_owner(
        person,
        "insert into rag.conversation (user_id, id, title, title_source) values (%s, %s, '', 'auto')"
        " on conflict do nothing",
        (person.user_id, conversation),
    )
    database.as_owner(
        person,
        "insert into rag.message (user_id, id, conversation_id, client_message_id, role, status, text)"
        " values (%s, %s, %s, %s, 'user', %s, %s)",
        (person.user_id, name, conversation, name, status, text),
    )
    return name


async def search(api: httpx.AsyncClient, q: str, **query: str | int) -> list[dict[str, Any]]:
    """The items of one page."""
    answer = await api.get("/v1/search", params={"q": q} | query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def marked(text: dict[str, Any]) -> list[str]:
    """What the ranges emphasize, counted in code points as a client would."""
    points = list(text["text"])
    return ["".join(points[mark["start"] : mark["end"]]) for mark in text["highlights"]]


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("How are signing keys rotated?", "key rotation", ["keys", "rotated"]),
        ("How are signing keys rotated?", "key locks", []),
        ("A category of its own", "cat", []),
        ("How are signing keys rotated?", "rotating key", ["keys", "rotated"]),
        ("Die Häuser sind nicht alt", "Haus", ["Häuser"]),
        ("Les chevaux sont dans le pré", "cheval", ["chevaux"]),
        ("Ключи меняются каждый день", "ключ", ["Ключи"]),
        ("see rag.to_search_vector(text)", "search_vector", ["search", "vector"]),
        ("open https://example.com/a/path?x=1", "path", ["path"]),
        ("東京大学で猫が寝る", "猫", ["猫"]),
        ("東京大学で猫が寝る", "大学", ["大学"]),
        ("東京大学で猫が寝る", "東京大学", ["東京大学"]),
        ("나는 학교에 간다", "학교", ["학교"]),
        ("Wir nutzen k8 und Go", "go", ["Go"]),
        ("Plan B", "b", ["B"]),
        ("\uff26\uff35\uff2c\uff2c width", "full", ["FULL"]),
        ("😀 emoji before the needle 😀", "needle", ["needle"]),
        ("To be or not to be", "to be", ["To", "be", "to", "be"]),
    ],
)
async def test_a_message_is_found_and_marked(
    text: str, query: str, words: list[str], api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    name = add_message(database, alice, text)
    add_message(database, alice, "something else entirely")
    items = await search(api, query)
    if not words:
        assert items == []
        return
    (item,) = items
    assert (item["messageId"], item["conversationId"], item["role"]) == (name, "c", "user")
    assert marked(item["excerpt"]) == words


async def test_titles_are_found_before_messages(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    name = add_message(database, alice, "keys keys keys")
    await api.post("/v1/conversations", json={"id": "titled", "title": "Rotating keys"})
    title, message = await search(api, "keys")
    assert (title["conversationId"], title["messageId"], title["role"]) == ("titled", None, None)
    assert (title["excerpt"], marked(title["title"])) == (None, ["keys"])
    assert message["messageId"] == name


async def test_better_matches_come_first(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    much = add_message(database, alice, "needle needle needle")
    add_message(
        database, alice, "a needle in a very large stack of hay, of which there is much too much " * 20
    )
    little = add_message(database, alice, "a needle in hay")
    assert [item["messageId"] for item in await search(api, "needle")][:2] == [much, little]


async def test_markup_stays_text(api: httpx.AsyncClient, alice: Person, database: ClonedDatabase) -> None:
    hostile = (
        "<script>alert('needle')</script><img src=x onerror=alert(1)> \ue000fake\ue001 \ue001needle\ue000"
    )
    add_message(database, alice, hostile)
    await api.patch("/v1/conversations/c", json={"title": "<b>needle</b> \ue000fake\ue001"})
    title, message = await search(api, "needle")
    assert marked(title["title"]) == ["needle"]
    assert title["title"]["text"] == "<b>needle</b> fake"
    assert marked(message["excerpt"]) == ["needle", "needle"]
    assert message["excerpt"]["text"] == hostile.replace("\ue000", "").replace("\ue001", "")
    (script,) = await search(api, "<script>")
    assert marked(script["excerpt"]) == ["script", "script"]


@pytest.mark.parametrize(
    ("text", "plain", "ranges"),
    [
        ("", "", []),
        ("none", "none", []),
        ("a \ue000b\ue001 c", "a b c", [(2, 3)]),
        ("\ue000a\ue001\ue000b\ue001", "ab", [(0, 1), (1, 2)]),
        ("😀\ue000猫\ue001", "😀猫", [(1, 2)]),
        ("\ue001x\ue000", "x", []),
        ("\ue000\ue000x\ue001", "x", [(0, 1)]),
    ],
)
def test_delimiters_become_ranges(text: str, plain: str, ranges: list[tuple[int, int]]) -> None:
    read = read_marks(text)
    assert read.text == plain
    assert [(mark.start, mark.end) for mark in read.highlights] == ranges


async def test_a_long_message_is_shown_around_the_match(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    add_message(database, alice, "hay " * 20_000 + "needle " + "hay " * 4_000)
    (item,) = await search(api, "needle")
    assert marked(item["excerpt"]) == ["needle"]
    assert len(item["excerpt"]["text"]) < 260
    assert item["excerpt"]["text"].startswith("…")


async def test_a_text_of_any_kind_and_length_can_be_stored(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    monsters = [
        "".join(chr(0x20000 + number * 7919 % 42_000) for number in range(100_000)),
        " ".join(f"{number:x}" for number in range(40_000)),
        "x" * 100_000,
        "\ufdfa" * 5_000,
    ]
    for monster in monsters:
        add_message(database, alice, "first " + monster)
    assert len(await search(api, "first")) == len(monsters)


async def test_an_answer_is_searchable_from_its_end_on(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    name = add_message(database, alice, "needle", status="streaming")
    assert await search(api, "needle") == []
    database.as_owner(alice, "update rag.message set status = 'stopped' where id = %s", (name,))
    assert len(await search(api, "needle")) == 1


async def test_what_is_deleted_is_gone_at_once(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    add_message(database, alice, "needle")
    assert len(await search(api, "needle")) == 1
    await api.delete("/v1/conversations/c")
    assert await search(api, "needle") == []


def test_a_transaction_finds_its_own_writes(alice: Person, database: ClonedDatabase) -> None:
    count = (
        "select count(*) from rag.search(%s, %s, 'needle', 9, null, null, null, null, null,"
        " null, null, null, null, null)"
    )
    with psycopg.connect(database.rag_api_url) as connection:
        person = (alice.user_id, alice.session_id)
        assert connection.execute(count, person).fetchone() == (0,)
        connection.execute(
            "insert into rag.conversation (user_id, id, title, title_source)"
            " values (%s, 'w', 'needle', 'user')",
            (alice.user_id,),
        )
        assert connection.execute(count, person).fetchone() == (1,)
        connection.execute("update rag.conversation set title = 'hay' where id = 'w'")
        assert connection.execute(count, person).fetchone() == (0,)
        connection.execute("update rag.conversation set title = 'needle needle' where id = 'w'")
        assert connection.execute(count, person).fetchone() == (1,)
        connection.execute("delete from rag.conversation where id = 'w'")
        assert connection.execute(count, person).fetchone() == (0,)


async def test_nobody_finds_anothers(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    add_message(database, alice, "needle")
    assert await search(bobs_api, "needle") == []
    assert len(await search(api, "needle")) == 1


async def test_the_filters_of_the_list_hold(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    for name in ("plain", "archived", "pinned"):
        add_message(database, alice, "needle", name)
    await api.patch("/v1/conversations/archived", json={"archived": True})
    await api.patch("/v1/conversations/pinned", json={"pinned": True})
    database.as_owner(
        alice, "update rag.conversation set updated_at = '2026-01-01T12:00:00Z' where id = 'plain'"
    )
    database.as_owner(alice, "update rag.conversation set agent = 'extractive' where id = 'pinned'")

    async def names(**query: str) -> set[str]:
        return {item["conversationId"] for item in await search(api, "needle", **query)}

    assert await names() == {"plain", "archived", "pinned"}
    assert await names(archived="false") == {"plain", "pinned"}
    assert await names(archived="true") == {"archived"}
    assert await names(pinned="true") == {"pinned"}
    assert await names(agent="extractive") == {"pinned"}
    assert await names(updatedBefore="2026-01-01T12:00:00.000001Z") == {"plain"}
    assert await names(updatedBefore="2026-01-01T12:00:00Z") == set()
    assert await names(updatedAfter="2026-01-01T12:00:00.000001Z") == {"archived", "pinned"}


@pytest.mark.parametrize(
    "query", ["'", "\\", ":*", "!", "a' | 'b", "()", "<->", "%", " ", "\u3000", "…", "'\\'' & x:*"]
)
async def test_operators_are_only_punctuation(query: str, api: httpx.AsyncClient) -> None:
    assert await search(api, query) == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": ""},
        {"q": "x" * 201},
        {"q": "a\0b"},
        {"q": "x", "limit": "51"},
        {"q": "x", "updatedAfter": "1"},
    ],
)
async def test_a_bad_request_is_refused(query: dict[str, str], api: httpx.AsyncClient) -> None:
    answer = await api.get("/v1/search", params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_a_cursor_is_good_for_its_search_only(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    for _ in range(3):
        add_message(database, alice, "needle and thread")
    cursor = (await api.get("/v1/search", params={"q": "needle", "limit": 1})).json()["nextCursor"]
    assert cursor is not None
    forged = [cursor[:-1], cursor + "A", "", "x", json.dumps([cursor])]
    search, *_, identifier, low, high = json.loads(
        base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    )
    for fields in (
        [search, "title", "1", "\ud800", None, None],
        [search, "message", "1", f"urn:uuid:{identifier}", low, high],
        [search, "message", "1", identifier, f"urn:uuid:{low}", high],
    ):
        text = json.dumps(fields, separators=(",", ":")).encode()
        forged.append(base64.urlsafe_b64encode(text).rstrip(b"=").decode())
    queries: list[dict[str, str]] = [{"q": "needle", "cursor": text} for text in forged]
    queries += [{"q": "thread", "cursor": cursor}, {"q": "needle", "pinned": "false", "cursor": cursor}]
    for query in queries:
        answer = await api.get("/v1/search", params=query)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), query
    again = await api.get("/v1/search", params={"q": "needle", "limit": 2, "cursor": cursor})
    assert len(again.json()["items"]) == 2
