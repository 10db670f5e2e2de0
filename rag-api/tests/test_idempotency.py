"""A request under a key of the client's may be repeated: it happens once."""

import asyncio

import httpx
import pytest

from harness.database import ClonedDatabase, Person
from rag_api.db.pool import open_database
from rag_api.housekeeping import purge_idempotency_keys

PATH = "/v1/conversations"


def under(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


async def test_a_repeat_gets_the_first_answer(api: httpx.AsyncClient) -> None:
    first = await api.post(PATH, json={"title": "A", "metadata": {"a": 1, "b": 2}}, headers=under('"k1"'))
    await api.patch(f"{PATH}/{first.json()['id']}", json={"title": "Renamed"})
    again = await api.post(PATH, json={"metadata": {"b": 2, "a": 1}, "title": "A"}, headers=under("k1"))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert len((await api.get(PATH)).json()["items"]) == 1


async def test_parallel_repeats_are_one(api: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(api.post(PATH, json={}, headers=under("same")) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len((await api.get(PATH)).json()["items"]) == 1


async def test_a_key_is_for_one_request(api: httpx.AsyncClient, bobs_api: httpx.AsyncClient) -> None:
    await api.post(PATH, json={"title": "A"}, headers=under("k"))
    other = await api.post(PATH, json={"title": "B"}, headers=under("k"))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    # Keys are each user's own.
    assert (await bobs_api.post(PATH, json={"title": "B"}, headers=under("k"))).status_code == 201


async def test_a_failed_request_leaves_its_key_free(api: httpx.AsyncClient) -> None:
    assert (await api.post(PATH, json={"title": ""}, headers=under("k"))).status_code == 422
    assert (await api.post(PATH, json={"title": "A"}, headers=under("k"))).status_code == 201


async def test_a_key_lasts_a_day(api: httpx.AsyncClient, database: ClonedDatabase, alice: Person) -> None:
    first = await api.post(PATH, json={}, headers=under("k"))
    ((hours,),) = database.as_owner(
        alice, "select round(extract(epoch from expires_at - now()) / 3600) from rag.idempotency_key"
    )
    assert hours == 24
    database.as_owner(alice, "update rag.idempotency_key set expires_at = now()")
    second = await api.post(PATH, json={"title": "B"}, headers=under("k"))
    assert (second.status_code, second.json()["id"] != first.json()["id"]) == (201, True)
    database.as_owner(alice, "update rag.idempotency_key set expires_at = now()")
    database.as_owner(alice, "select rag.purge_idempotency_keys()")
    assert database.as_owner(alice, "select key from rag.idempotency_key") == []


async def test_the_purge_leaves_no_expired_key(database: ClonedDatabase, alice: Person) -> None:
    database.as_owner(
        alice,
        "insert into rag.idempotency_key (user_id, key, fingerprint, answer, expires_at)"
        " select %s, 'k' || n, 'f', '{}', now() from generate_series(1, 2500) n",
        (alice.user_id,),
    )
    async with open_database(database.rag_api_url, 1) as pool:
        await purge_idempotency_keys(pool)
    assert database.as_owner(alice, "select key from rag.idempotency_key") == []


@pytest.mark.parametrize("key", ["", '""', "a b", "x" * 256, '"', "ä".encode()])
async def test_a_bad_key_is_refused(key: str | bytes, api: httpx.AsyncClient) -> None:
    answer = await api.post(PATH, json={}, headers={"idempotency-key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
