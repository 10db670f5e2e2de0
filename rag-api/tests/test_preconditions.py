"""Changes that name the version they are meant for, and titles that no machine takes back."""

import asyncio

import httpx
import pytest

from harness.chat import make_body, take_turn
from harness.database import ClonedDatabase, Person

PATH = "/v1/conversations/c"


async def read_etag(api: httpx.AsyncClient) -> str:
    return (await api.get(PATH)).headers["etag"]


async def test_each_change_has_a_tag_of_its_own(api: httpx.AsyncClient) -> None:
    created = await api.post("/v1/conversations", json={"id": "c"})
    tags = [created.headers["etag"], await read_etag(api)]
    assert tags[0] == tags[1]
    tags.append((await api.patch(PATH, json={"title": "New"})).headers["etag"])
    await take_turn(api, make_body("c", "What is a xyzzyplugh?"))
    tags.append(await read_etag(api))
    await api.delete(PATH)
    tags.append((await api.post("/v1/conversations", json={"id": "c"})).headers["etag"])
    assert len(set(tags)) == 4
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


async def test_a_change_of_another_version_is_refused(api: httpx.AsyncClient) -> None:
    await api.post("/v1/conversations", json={"id": "c"})
    stale = await read_etag(api)
    headers = {"if-match": stale}
    assert (await api.patch(PATH, json={"title": "First"}, headers=headers)).is_success
    for answer in (
        await api.patch(PATH, json={"title": "Second"}, headers=headers),
        await api.delete(PATH, headers=headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert (await api.get(PATH)).json()["title"] == "First"
    current = await read_etag(api)
    assert (
        await api.patch(PATH, json={"title": "Third"}, headers={"if-match": f"{stale}, {current}"})
    ).is_success
    assert (await api.patch(PATH, json={"title": "Fourth"}, headers={"if-match": "*"})).is_success
    assert (await api.delete(PATH, headers={"if-match": await read_etag(api)})).status_code == 204
    gone = await api.patch(PATH, json={"title": "x"}, headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("W/{}", 412),
        ('"x"', 412),
        ('""', 412),
        ('"99999999999999999999999999"', 412),
        ("{}x", 400),
        ("1", 400),
        ("", 400),
        ("{},", 400),
    ],
)
async def test_a_strange_tag_matches_nothing(header: str, status: int, api: httpx.AsyncClient) -> None:
    await api.post("/v1/conversations", json={"id": "c"})
    headers = {"if-match": header.replace("{}", await read_etag(api))}
    answer = await api.patch(PATH, json={"title": "x"}, headers=headers)
    assert answer.status_code == status


async def test_of_parallel_changes_of_one_version_one_wins(api: httpx.AsyncClient) -> None:
    await api.post("/v1/conversations", json={"id": "c"})
    headers = {"if-match": await read_etag(api)}
    answers = await asyncio.gather(
        *(api.patch(PATH, json={"title": f"t{n}"}, headers=headers) for n in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 9]


async def test_a_users_title_beats_an_automatic_one_in_any_order(
    api: httpx.AsyncClient, database: ClonedDatabase, alice: Person
) -> None:
    for attempt in range(10):
        name = f"race-{attempt}"
        await api.post("/v1/conversations", json={"id": name})
        await asyncio.gather(
            take_turn(api, make_body(name, "What is a xyzzyplugh?")),
            api.patch(f"/v1/conversations/{name}", json={"title": "Mine"}),
        )
    titles = database.as_owner(alice, "select distinct title, title_source from rag.conversation")
    assert titles == [("Mine", "user")]
    # Whoever writes an automatic title, and however late.
    database.as_owner(alice, "update rag.conversation set title = 'Machine', title_source = 'auto'")
    titles = database.as_owner(alice, "select distinct title, title_source from rag.conversation")
    assert titles == [("Mine", "user")]


@pytest.mark.parametrize(
    ("form", "status"), [("{}", 304), ("W/{}", 304), ('"1", {}', 304), ("*", 304), ('"1"', 200), ("1", 200)]
)
async def test_a_version_that_was_seen_is_not_sent_again(
    form: str, status: int, api: httpx.AsyncClient
) -> None:
    await api.post("/v1/conversations", json={"id": "c"})
    tag = await read_etag(api)
    answer = await api.get(PATH, headers={"if-none-match": form.format(tag)})
    assert (answer.status_code, answer.headers["etag"]) == (status, tag)
    assert (answer.content == b"") is (status == 304)
    assert "x-request-id" in answer.headers
    await api.patch(PATH, json={"title": "New"})
    assert (await api.get(PATH, headers={"if-none-match": tag})).json()["title"] == "New"
    # Only where an ETag is given, and only of what is there.
    assert (await api.get("/v1/me", headers={"if-none-match": "*"})).status_code == 200
    assert (await api.get(f"{PATH}x", headers={"if-none-match": "*"})).status_code == 404
