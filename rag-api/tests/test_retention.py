"""Retention: what a user may choose, and a preview that counts exactly what would go."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.jwks_server import JwksServer
from harness.service import make_settings, serve
from rag_api.config import ConfigError

BOUNDS = {"RETENTION_MIN_DAYS": "7", "RETENTION_MAX_DAYS": "365", "RETENTION_DEFAULT_DAYS": "90"}


@pytest.fixture(scope="module")
async def bounded_url(database: ClonedDatabase, jwks_server: JwksServer) -> AsyncIterator[str]:
    async with serve(make_settings(database.rag_api_url, jwks_server.url, **BOUNDS)) as url:
        yield url


@pytest.fixture
async def bounded(
    bounded_url: str, signing_key: SigningKey, alice: Person
) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with httpx.AsyncClient(base_url=bounded_url, headers=headers, timeout=30) as client:
        yield client


def age(database: ClonedDatabase, person: Person, id: str, days: float) -> None:
    """As if the last turn had been so long ago."""
    time = datetime.now(UTC) - timedelta(days=days)
    database.as_owner(person, "update rag.conversation set updated_at = %s where id = %s", (time, id))


async def preview(api: httpx.AsyncClient, days: int | None) -> dict[str, Any]:
    answer = await api.post("/v1/me/retention/preview", json={"days": days})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_user_chooses_within_the_operators_bounds(
    bounded: httpx.AsyncClient, bobs_api: httpx.AsyncClient
) -> None:
    api = bounded
    default = (await api.get("/v1/me/retention")).json()
    assert default == default | {
        "days": 90,
        "source": "default",
        "minDays": 7,
        "maxDays": 365,
        "defaultDays": 90,
        "pinnedExempt": True,
        "purgeIntervalSeconds": 3600,
        "trashDays": 0,
    }
    assert default["nextPurgeAt"] is not None
    chosen = await api.put("/v1/me/retention", json={"days": 30})
    assert (chosen.status_code, chosen.json()["days"], chosen.json()["source"]) == (200, 30, "user")
    for days in (6, 366, 0, -1, 30.5, "30", True):
        refused = await api.put("/v1/me/retention", json={"days": days})
        assert refused.status_code == 422, days
        assert refused.json()["errors"][0]["pointer"] == "#/days"
    refused = await api.post("/v1/me/retention/preview", json={"days": 6})
    assert refused.json()["errors"] == [{"pointer": "#/days", "detail": "must be 7 to 365 days"}]
    assert (await api.get("/v1/me/retention")).json()["days"] == 30
    assert (await bobs_api.get("/v1/me/retention")).json()["source"] == "default"
    again = await api.put("/v1/me/retention", json={"days": None})
    assert (again.json()["days"], again.json()["source"]) == (90, "default")


async def test_bounds_that_change_hold_for_earlier_choices(
    bounded: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    await api.put("/v1/me/retention", json={"days": 2})
    assert (await api.get("/v1/me/retention")).json()["days"] == 2
    assert (await bounded.get("/v1/me/retention")).json()["days"] == 7


async def test_the_preview_counts_by_last_turn_override_and_pin(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    for name in ("old", "young", "pinned", "short", "long"):
        await api.post("/v1/conversations", json={"id": name, "title": "x"})
    assert (await api.patch("/v1/conversations/pinned", json={"pinned": True})).status_code == 200
    short = await api.patch("/v1/conversations/short", json={"retentionDays": 5})
    assert short.json()["retentionDays"] == 5
    await api.patch("/v1/conversations/long", json={"retentionDays": 100})
    for name, days in {"old": 40, "young": 20, "pinned": 50, "short": 10, "long": 60}.items():
        age(database, alice, name, days)
    found = await preview(api, 30)
    assert (found["days"], found["conversations"], found["pinnedKept"]) == (30, 2, 1)
    oldest = datetime.fromisoformat(found["oldest"])
    assert abs(datetime.now(UTC) - timedelta(days=40) - oldest) < timedelta(minutes=1)
    assert found["purgeAt"] >= found["asOf"]
    # Without a default, the others are kept for ever.
    assert (await preview(api, None))["conversations"] == 1
    assert (await preview(api, 1))["conversations"] == 3
    back = await api.patch("/v1/conversations/short", json={"retentionDays": None})
    assert back.json()["retentionDays"] is None
    kept = await preview(api, None)
    assert (kept["conversations"], kept["oldest"]) == (0, None)
    # Nothing was changed by looking.
    assert (await api.get("/v1/me/retention")).json()["source"] == "default"


async def test_an_override_has_the_same_bounds(bounded: httpx.AsyncClient) -> None:
    await bounded.post("/v1/conversations", json={"id": "c"})
    refused = await bounded.patch("/v1/conversations/c", json={"retentionDays": 6})
    assert refused.json()["errors"] == [{"pointer": "#/retentionDays", "detail": "must be 7 to 365 days"}]


async def test_anothers_conversations_count_for_nothing(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    await api.post("/v1/conversations", json={"id": "c"})
    age(database, alice, "c", 40)
    assert (await preview(bobs_api, 1))["conversations"] == 0
    assert (await bobs_api.patch("/v1/conversations/c", json={"retentionDays": 9})).status_code == 404


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"RETENTION_MIN_DAYS": "9", "RETENTION_MAX_DAYS": "8", "RETENTION_DEFAULT_DAYS": "9"}, "MAX_DAYS"),
        ({"RETENTION_MIN_DAYS": "9", "RETENTION_DEFAULT_DAYS": "8"}, "RETENTION_DEFAULT_DAYS"),
        ({"RETENTION_MAX_DAYS": "9", "RETENTION_DEFAULT_DAYS": "10"}, "RETENTION_DEFAULT_DAYS"),
        ({"RETENTION_MAX_DAYS": "9"}, "RETENTION_DEFAULT_DAYS"),
        ({"RETENTION_MAX_DAYS": "9", "RETENTION_DEFAULT_DAYS": "9", "TRASH_DAYS": "10"}, "TRASH_DAYS"),
        ({"RETENTION_PURGE_INTERVAL": "often"}, "RETENTION_PURGE_INTERVAL"),
        ({"RETENTION_PINNED_EXEMPT": "yes"}, "RETENTION_PINNED_EXEMPT"),
        ({"RETENTION_MIN_DAYS": "0"}, "RETENTION_MIN_DAYS"),
    ],
)
def test_bounds_that_contradict_each_other_stop_the_start(
    variables: dict[str, str], named: str, database: ClonedDatabase
) -> None:
    with pytest.raises(ConfigError) as caught:
        make_settings(database.rag_api_url, "http://localhost/jwks", **variables)
    assert all(named in name for name in caught.value.faults)
