"""Import: branches, sources and times come over; ids, foreign links and foreign roles do not."""

import json
from typing import Any

import httpx
import pytest

from harness.database import ClonedDatabase, Person
from rag_api.imports.reading import MAX_CONVERSATIONS

HEADER = {"type": "header", "format": "rag-api-export", "version": 1}
TIME = "2026-01-31T12:00:00.000000Z"
SOURCE = {
    "id": "1",
    "type": "url",
    "title": "Keys",
    "url": "https://example.com/keys",
    "quote": "Keys rotate.",
    "score": 0.5,
    "documentId": "01a1fe37-272e-733b-8779-affd66648874",
    "documentVersion": 2,
    "mediaType": "text/html",
    "uri": "https://example.com/keys",
}


def conversation(name: str = "c", **members: object) -> dict[str, Any]:
    """A conversation's line."""
    return {
        "type": "conversation",
        "id": name,
        "title": "Old",
        "createdAt": TIME,
        "updatedAt": TIME,
    } | members


def message(name: str, role: str = "user", parent: str | None = None, **members: object) -> dict[str, Any]:
    """A message's line."""
    line = {"type": "message", "id": name, "role": role, "parentId": parent, "text": name, "createdAt": TIME}
    return line | members


async def post(api: httpx.AsyncClient, *lines: object, **headers: str) -> httpx.Response:
    """The answer to a file of these lines."""
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    content = {"content-type": "application/jsonl"} | headers
    return await api.post("/v1/conversations/import", content=body.encode(), headers=content)


async def test_an_imported_answer_is_as_inert_as_a_live_one(api: httpx.AsyncClient) -> None:
    text = "See ![x](https://evil.example), <img src=x> and [1](https://evil.example)."
    answer = await post(
        api, HEADER, conversation(), message("q", text=text), message("a", "assistant", "q", text=text)
    )
    path = f"/v1/conversations/{answer.json()['conversations'][0]['id']}/messages"
    written, asked = [item["text"] for item in (await api.get(path)).json()["items"]]
    assert written == "See ! [x](https://evil.example), < img src=x> and [1] (https://evil.example)."
    assert asked == text


@pytest.mark.parametrize("member", ["createdAt", "updatedAt", "deletedAt"])
@pytest.mark.parametrize(
    "time", ["1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "0999-01-01T00:00:00Z"]
)
async def test_no_time_is_older_than_the_epoch(member: str, time: str, api: httpx.AsyncClient) -> None:
    answer = await post(api, HEADER, conversation(**{member: time}))
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert answer.json()["errors"][0]["detail"] == "must not be before 1970"
    first = message("q") | {"createdAt": time}
    assert (await post(api, HEADER, conversation(), first)).status_code == 422


@pytest.mark.parametrize("member", ["title", "heading", "uri"])
async def test_a_sources_names_hold_no_control_characters(member: str, api: httpx.AsyncClient) -> None:
    for value in ("a\nb", "a\x1b[2Jb", "a\x9bb"):
        lines = [message("q"), message("a", "assistant", "q", sources=[SOURCE | {member: value}])]
        answer = await post(api, HEADER, conversation(), *lines)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


async def test_a_conversation_comes_over_with_its_branches_and_sources(api: httpx.AsyncClient) -> None:
    answer = await post(
        api,
        HEADER,
        conversation(archived=True, pinned=True, metadata={"a": 1}, headMessageId="a2"),
        message("q1"),
        message("a1", "assistant", "q1", sources=[SOURCE], agent={"name": "old", "model": "m"}),
        message("a2", "assistant", "q1", status="error", errorCode="model_timeout"),
        message("q1 edited"),
        conversation("empty"),
    )
    assert answer.status_code == 201, answer.text
    first, second = answer.json()["conversations"]
    assert (first["importedId"], second["importedId"], answer.json()["messages"]) == ("c", "empty", 4)
    assert len({first["id"], second["id"], "c", "empty"}) == 4
    path = f"/v1/conversations/{first['id']}"
    stored = (await api.get(path)).json()
    expected = {"title": "Old", "titleSource": "user", "archived": True, "pinned": True, "metadata": {"a": 1}}
    assert stored == stored | expected | {"createdAt": TIME, "updatedAt": TIME, "agent": "old"}
    branch = (await api.get(f"{path}/messages")).json()["items"]
    assert [(item["text"], item["status"], item["errorCode"]) for item in branch] == [
        ("a2", "error", "model_timeout"),
        ("q1", "complete", None),
    ]
    siblings = {
        item["text"]: item for item in (await api.get(f"{path}/messages?branches=all")).json()["items"]
    }
    assert branch[0]["id"] == stored["headMessageId"]
    assert branch[0]["parentId"] == branch[1]["id"]
    (source,) = siblings["a1"]["sources"]
    assert source == source | SOURCE
    results = (await api.get("/v1/search", params={"q": "edited"})).json()["items"]
    assert [item["conversationId"] for item in results] == [first["id"]]


async def test_a_repeat_under_a_key_stores_nothing_more(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    lines = (HEADER, conversation(), message("q1"))
    first = await post(api, *lines, **{"idempotency-key": "import-1"})
    before = database.dump_rows(alice)
    again = await post(api, *lines, **{"idempotency-key": "import-1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert database.dump_rows(alice) == before
    other = await post(api, HEADER, conversation("other"), **{"idempotency-key": "import-1"})
    assert other.json()["code"] == "idempotency_key_reused"


async def test_what_is_imported_belongs_to_the_importer(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, bob: Person, database: ClonedDatabase
) -> None:
    first = (await post(api, HEADER, conversation(), message("q1"))).json()["conversations"][0]
    second = (await post(bobs_api, HEADER, conversation(first["id"]), message("q1"))).json()["conversations"][
        0
    ]
    assert first["id"] != second["id"]
    assert len(database.dump_rows(bob)["message"]) == 1
    assert (await bobs_api.get(f"/v1/conversations/{first['id']}")).status_code == 404


async def test_the_future_is_now(api: httpx.AsyncClient) -> None:
    future = {"createdAt": "2999-01-01T00:00:00Z", "updatedAt": "2999-01-01T00:00:00Z"}
    answer = await post(api, HEADER, conversation(**future))
    stored = (await api.get(f"/v1/conversations/{answer.json()['conversations'][0]['id']}")).json()
    assert stored["updatedAt"] < "2999"


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        ([], "#/1/type"),
        ([conversation()], "#/1/type"),
        ([HEADER | {"version": 2}], "#/1/version"),
        ([HEADER, "not json"], "#/2"),
        ([HEADER, "[" * 5000], "#/2"),
        ([HEADER, {"type": "system"}], "#/2"),
        ([HEADER, HEADER], "#/2/type"),
        ([HEADER, message("q1")], "#/2/type"),
        ([HEADER, conversation(), conversation()], "#/3/id"),
        ([HEADER, conversation(headMessageId="other")], "#/2/headMessageId"),
        ([HEADER, conversation(title="x" * 201)], "#/2/title"),
        ([HEADER, conversation(createdAt="yesterday")], "#/2/createdAt"),
        ([HEADER, conversation(), message("s", "system")], "#/3/role"),
        ([HEADER, conversation(), message("a", "assistant")], "#/3/role"),
        ([HEADER, conversation(), message("q"), message("q2", "user", "q")], "#/4/role"),
        ([HEADER, conversation(), message("a", "assistant", "q")], "#/3/parentId"),
        ([HEADER, conversation(), message("q"), message("q")], "#/4/id"),
        ([HEADER, conversation(), message("q", status="streaming")], "#/3/status"),
        ([HEADER, conversation(), message("q", status="error")], "#/3/status"),
        ([HEADER, conversation(), message("q", errorCode="x")], "#/3/errorCode"),
        ([HEADER, conversation(), message("q", text="x" * 100_001)], "#/3/text"),
        ([HEADER, conversation(), message("q", text="a\0")], "#/3/text"),
        (
            [HEADER, conversation(), message("q", sources=[SOURCE | {"url": "javascript:alert(1)"}])],
            "#/3/sources/0/url",
        ),
        (
            [HEADER, conversation(), message("q", sources=[SOURCE | {"uri": " data:text/html,x"}])],
            "#/3/sources/0/uri",
        ),
        ([HEADER, conversation(), message("q", sources=[SOURCE] * 51)], "#/3/sources"),
    ],
)
async def test_a_fault_is_named_with_its_line_and_nothing_is_stored(
    lines: list[object], pointer: str, api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    answer = await post(api, *lines)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
    assert [finding["pointer"] for finding in answer.json()["errors"]] == [pointer]
    assert "javascript" not in answer.text
    assert all(rows == [] for rows in database.dump_rows(alice).values())


async def test_an_import_is_bounded(api: httpx.AsyncClient) -> None:
    many = [conversation(f"c{number}") for number in range(MAX_CONVERSATIONS + 1)]
    answer = await post(api, HEADER, *many)
    assert (answer.status_code, answer.json()["limit"]["name"]) == (413, "import-conversations")
    other = await post(api, HEADER, **{"content-type": "text/plain"})
    assert (other.status_code, other.json()["code"]) == (415, "unsupported_media_type")
