"""The purge: exactly what was previewed, once, whatever breaks, and nothing that somebody uses."""

import asyncio
import os
import random
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from harness.database import ClonedDatabase, Person, clone_database
from harness.issuer import ABSENT, SigningKey
from harness.jwks_server import JwksServer
from harness.service import make_settings, serve
from rag_api.config import Settings
from rag_api.db.pool import open_database
from rag_api.ids import new_id
from rag_api.retention import queries
from rag_api.retention.models import Outcome, PurgeTotals
from rag_api.retention.purge import Pace, Pass, list_due

OLD = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture
def place() -> Iterator[ClonedDatabase]:
    """A database of the test's own: the purge is for all users of one."""
    with clone_database() as cloned:
        yield cloned


@pytest.fixture
def place_settings(place: ClonedDatabase, jwks_server: JwksServer) -> Settings:
    return make_settings(place.rag_api_url, jwks_server.url, RETENTION_DEFAULT_DAYS="90")


@pytest.fixture
def carol(place: ClonedDatabase) -> Person:
    return place.insert_person()


@pytest.fixture
async def carols_api(
    place_settings: Settings, signing_key: SigningKey, carol: Person
) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {signing_key.token(carol)}"}
    async with (
        serve(place_settings) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client,
    ):
        yield client


def plant(place: ClonedDatabase, person: Person, count: int, messages: int = 2, prefix: str = "c") -> None:
    """Old conversations, each a line of messages."""
    place.as_owner(
        person,
        "insert into rag.conversation (user_id, id, title, title_source, updated_at)"
        " select %s, %s || n, 'x', 'user', %s from generate_series(1, %s) n",
        (person.user_id, prefix, OLD, count),
    )
    rows: list[tuple[object, ...]] = []
    for number in range(1, count + 1):
        ids = [new_id() for _ in range(messages)]
        parents = [None, *ids]
        rows += [
            (person.user_id, id, f"{prefix}{number}", parents[turn], "assistant" if turn % 2 else "user")
            for turn, id in enumerate(ids)
        ]
    place.insert_as_owner(
        person,
        "insert into rag.message (user_id, id, conversation_id, parent_id, role, status, client_message_id)"
        " select u, i, c, p, r, 'complete', case r when 'user' then i::text end"
        " from (values (%s::uuid, %s::uuid, %s, %s::uuid, %s)) v(u, i, c, p, r)",
        rows,
    )


def count(place: ClonedDatabase, person: Person, table: str = "conversation") -> int:
    ((found,),) = place.as_owner(person, f"select count(*) from rag.{table}")
    return int(found)


async def purge(settings: Settings, as_of: datetime | None = None, pace: Pace | None = None) -> PurgeTotals:
    async with open_database(settings.database_url.get_secret_value(), size=1) as database:
        work = Pass(database, settings.retention, pace or Pace(rest=0), lambda _: None)
        assert await work.run(forced=True, as_of=as_of)
        return work.totals


async def run_command(settings: Settings, *arguments: str) -> tuple[int | None, str, str]:
    process = await start_command(settings, *arguments)
    output, errors = await process.communicate()
    return process.returncode, output.decode(), errors.decode()


async def start_command(settings: Settings, *arguments: str) -> asyncio.subprocess.Process:
    environment = os.environ | {
        "RAG_API_DATABASE_URL": settings.database_url.get_secret_value(),
        "RETENTION_DEFAULT_DAYS": "90",
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rag_api.retention.purge_command", *arguments),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_what_was_previewed_goes_and_what_was_touched_since_stays(
    carols_api: httpx.AsyncClient, place: ClonedDatabase, carol: Person, place_settings: Settings
) -> None:
    plant(place, carol, 40)
    await carols_api.put("/v1/me/retention", json={"days": 30})
    preview = (await carols_api.post("/v1/me/retention/preview", json={"days": 30})).json()
    assert (preview["conversations"], preview["messages"]) == (40, 80)
    # What comes to be due only afterwards is none of the preview's.
    plant(place, carol, 3, prefix="late")
    touched = {f"c{number}" for number in random.sample(range(1, 41), 12)}

    async def touch(name: str) -> bool:
        kinds: list[tuple[str, str, dict[str, Any]]] = [
            ("PATCH", f"/v1/conversations/{name}", {"title": "Mine"}),
            ("PATCH", f"/v1/conversations/{name}", {"pinned": True}),
            ("POST", "/v1/chat", {"id": name, "messages": [message(name)]}),
        ]
        method, path, body = kinds[hash(name) % 3]
        # A conversation that is gone is 404, or a new one of that name.
        return (await carols_api.request(method, path, json=body)).status_code == 200

    def message(name: str) -> dict[str, Any]:
        return {"id": f"q-{name}", "role": "user", "parts": [{"type": "text", "text": "Still here?"}]}

    before = [name for name in sorted(touched)[:6] if await touch(name)]
    assert len(before) == 6
    as_of = datetime.fromisoformat(preview["asOf"])
    totals, *_ = await asyncio.gather(
        purge(place_settings, as_of, Pace(conversations=3, messages=5, rest=0.5)),
        *(touch(name) for name in sorted(touched)[6:]),
    )
    left = {row[0] for row in place.as_owner(carol, "select id from rag.conversation")}
    assert left >= {*before, "late1", "late2", "late3"}
    assert left <= {*touched, "late1", "late2", "late3"}
    # Each of the preview's was deleted, or was touched first; one that was deleted may have begun anew.
    new = {
        row[0]
        for row in place.as_owner(carol, "select id from rag.conversation where created_at > %s", (as_of,))
    }
    survivors = left - new - {"late1", "late2", "late3"}
    assert totals.conversations == 40 - len(survivors)
    assert survivors >= set(before)


async def test_an_undeletable_row_stalls_nothing_and_is_tried_again(
    place: ClonedDatabase, carol: Person, place_settings: Settings
) -> None:
    plant(place, carol, 30)
    place.as_migrator(
        "create function public.refuse() returns trigger language plpgsql as"
        " $$ begin raise exception 'no' using errcode = 'XX042'; end $$"
    )
    place.as_migrator(
        "grant execute on function public.refuse() to public; grant usage on schema public to public"
    )
    place.as_migrator(
        "create trigger refuse before delete on rag.message for each row"
        " when (old.conversation_id in ('c7', 'c8')) execute function public.refuse()"
    )
    code, output, errors = await run_command(place_settings)
    assert (code, count(place, carol)) == (1, 2), errors
    assert (
        output == "deleted 28 conversations with 56 messages, 2 failed, 0 in use and left for the next time\n"
    )
    assert re.findall(r"failed: conversation '(\w+)' of \S+ SQLSTATE (\w+), 1 tries", errors) == [
        ("c7", "XX042"),
        ("c8", "XX042"),
    ]
    # Not yet its time: nothing to do, and no failure either.
    assert (await purge(place_settings)).failed == 0
    place.as_migrator("drop trigger refuse on rag.message")
    place.as_migrator("alter table rag.purge_failure no force row level security")
    place.as_migrator("update rag.purge_failure set retry_at = now()")
    totals = await purge(place_settings)
    assert (totals.conversations, totals.failed, count(place, carol)) == (2, 0, 0)


async def test_two_purgers_delete_each_row_once(
    place: ClonedDatabase, carol: Person, place_settings: Settings
) -> None:
    plant(place, carol, 60)
    place.as_migrator(
        "create table public.deleted (id text); grant insert on public.deleted to public;"
        " grant usage on schema public to public"
    )
    place.as_migrator(
        "create function public.note() returns trigger language plpgsql as"
        " $$ begin insert into public.deleted values (old.id); return old; end $$;"
        " grant execute on function public.note() to public"
    )
    place.as_migrator(
        "create trigger note after delete on rag.conversation for each row execute function public.note()"
    )

    policy, as_of = place_settings.retention, datetime.now(UTC)

    async def work() -> list[Outcome]:
        """Without the lease: even if it were no wall, the rows' locks are."""
        outcomes: list[Outcome] = []
        async with open_database(place.rag_api_url, size=1) as database:
            async for page in list_due(database, policy, as_of, Pace(conversations=7)):
                outcomes += await queries.purge_conversations(database, policy, as_of, page, 1000)
        return outcomes

    outcomes = await asyncio.gather(work(), work())
    assert sum(outcome.outcome == "deleted" for found in outcomes for outcome in found) == 60
    assert count(place, carol) == 0
    with psycopg.connect(place.migrator_url) as connection:
        rows = connection.execute("select count(*), count(distinct id) from public.deleted").fetchone()
    assert rows == (60, 60)


async def test_one_at_a_time(place: ClonedDatabase, carol: Person, place_settings: Settings) -> None:
    plant(place, carol, 12)
    policy = place_settings.retention
    async with open_database(place.rag_api_url, size=2) as database:
        slow = Pass(database, policy, Pace(messages=3, rest=20), lambda _: None)
        working = asyncio.create_task(slow.run(forced=True))
        await asyncio.sleep(0.05)
        assert not await Pass(database, policy, Pace(), lambda _: None).run(forced=True)
        assert await working
        # The next one is due after the interval only.
        assert not await Pass(database, policy, Pace(), lambda _: None).run()
    assert slow.totals.conversations == 12


async def test_a_killed_purge_is_resumed(
    place: ClonedDatabase, carol: Person, place_settings: Settings
) -> None:
    plant(place, carol, 400)
    process = await start_command(place_settings)
    async with asyncio.timeout(30):
        while True:
            await asyncio.sleep(0.02)
            if count(place, carol) < 400:
                break
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    left = count(place, carol)
    assert 0 < left < 400
    # The lease runs out by itself; the test does not wait for that.
    place.as_migrator("alter table rag.purge no force row level security")
    place.as_migrator("update rag.purge set holder_expires_at = now() - interval '1 second'")
    async with open_database(place.rag_api_url, size=1) as database:
        work = Pass(database, place_settings.retention, Pace(rest=0), lambda _: None)
        # Not forced: a pass that died is due.
        assert await work.run()
    assert (work.totals.conversations, count(place, carol)) == (left, 0)
    assert count(place, carol, "message") == 0


async def test_whoever_is_in_use_is_spared(
    place: ClonedDatabase, carol: Person, place_settings: Settings
) -> None:
    plant(place, carol, 3)
    ((message,),) = place.as_owner(
        carol, "select id from rag.message where conversation_id = 'c1' and role = 'assistant'"
    )
    place.as_owner(
        carol,
        "insert into rag.run (user_id, id, conversation_id, user_message_id, assistant_message_id,"
        " session_id, status, lease, lease_expires_at)"
        " values (%s, %s, 'c1', %s, %s, %s, 'streaming', %s, now())",
        (carol.user_id, new_id(), message, message, carol.session_id, new_id()),
    )
    with psycopg.connect(place.rag_api_url) as connection:
        connection.execute("select set_config('app.user_id', %s, true)", (str(carol.user_id),))
        connection.execute("select from rag.conversation where id = 'c2' for key share")
        totals = await purge(place_settings)
    assert (totals.conversations, totals.spared) == (1, 1)
    assert {row[0] for row in place.as_owner(carol, "select id from rag.conversation")} == {"c1", "c2"}


async def test_a_long_conversation_goes_in_pieces(
    place: ClonedDatabase, carol: Person, place_settings: Settings
) -> None:
    plant(place, carol, 1, messages=95)
    totals = await purge(place_settings, pace=Pace(messages=10, rest=0))
    assert (totals.conversations, totals.messages, count(place, carol, "message")) == (1, 95, 0)


async def test_the_trash_is_emptied_in_time(
    place: ClonedDatabase, carol: Person, place_settings: Settings
) -> None:
    plant(place, carol, 3)
    place.as_owner(carol, "update rag.conversation set updated_at = now(), pinned = true")
    place.as_owner(
        carol, "update rag.conversation set deleted_at = now() - interval '8 days' where id = 'c1'"
    )
    place.as_owner(
        carol, "update rag.conversation set deleted_at = now() - interval '6 days' where id = 'c2'"
    )
    settings = place_settings.model_copy(update={"trash_days": 7})
    assert (await purge(settings)).conversations == 1
    assert {row[0] for row in place.as_owner(carol, "select id from rag.conversation")} == {"c2", "c3"}


async def test_a_dry_run_says_what_would_go(
    place: ClonedDatabase, carol: Person, place_settings: Settings
) -> None:
    plant(place, carol, 5)
    plant(place, place.insert_person(), 2)
    code, output, _ = await run_command(place_settings, "--dry-run")
    assert (code, output) == (0, "would delete 7 conversations with 14 messages of 2 users\n")
    assert count(place, carol) == 5
    code, output, _ = await run_command(place_settings, "--as-of", "2020-01-01T00:00:00Z")
    assert output.startswith("deleted 0 conversations")
    assert (await run_command(place_settings, "--as-of", "soon"))[0] == 2


async def test_a_machine_with_the_scope_starts_a_run(
    place: ClonedDatabase, carol: Person, place_settings: Settings, signing_key: SigningKey
) -> None:
    plant(place, carol, 5)
    client = f"svc_{new_id().hex}"
    place.as_migrator(
        "insert into auth.oauth_client (id, client_id, redirect_uris, disabled) values (%s, %s, '{}', false)",
        (new_id(), client),
    )

    def machine(scope: str) -> dict[str, str]:
        claims = {"sub": client, "client_id": client, "scope": scope, "sid": ABSENT}
        return {"authorization": f"Bearer {signing_key.token(carol, **claims)}"}

    async with serve(place_settings) as url, httpx.AsyncClient(base_url=url, timeout=30) as api:
        path = "/v1/retention/runs"
        user = {"authorization": f"Bearer {signing_key.token(carol)}"}
        for headers in (user, machine("documents:write")):
            for method, route in (("POST", path), ("GET", f"{path}/latest")):
                answer = await api.request(method, route, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        headers = machine("retention:run")
        never = (await api.get(f"{path}/latest", headers=headers)).json()
        assert (never["status"], never["conversations"]) == ("never", 0)
        assert (await api.post(path, headers=headers)).status_code == 202
        async with asyncio.timeout(10):
            while True:
                await asyncio.sleep(0.05)
                run = (await api.get(f"{path}/latest", headers=headers)).json()
                if run["status"] == "finished":
                    break
    assert (run["conversations"], run["messages"], run["failed"], count(place, carol)) == (5, 10, 0, 0)
