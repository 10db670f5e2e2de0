"""The database from afar: one round trip a request, and outages that end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.jwks_server import JwksServer
from harness.service import make_settings, serve
from harness.tcp_proxy import TcpProxy, open_proxy, through_proxy
from rag_api.db.database import Database
from rag_api.db.pool import open_database
from rag_api.errors import DomainError


@dataclass(frozen=True)
class _Backend:
    id: int


_FAILURES: dict[str, LiteralString] = {
    state: f"do $$ begin raise exception 'made up' using errcode = '{state}'; end $$"
    for state in ("40001", "40P01", "57P01")
}


@pytest.fixture
async def proxy(database: ClonedDatabase) -> AsyncIterator[TcpProxy]:
    """The line to the database."""
    async with open_proxy(database.rag_api_url) as proxy:
        yield proxy


@pytest.fixture
def pool_size() -> int:
    """Connections of the remote service's pool."""
    return 4


@pytest.fixture
async def remote(
    proxy: TcpProxy,
    pool_size: int,
    database: ClonedDatabase,
    jwks_server: JwksServer,
    signing_key: SigningKey,
    alice: Person,
) -> AsyncIterator[httpx.AsyncClient]:
    """Alice's client of a service that reaches the database through the proxy."""
    url = through_proxy(database.rag_api_url, proxy)
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    settings = make_settings(url, jwks_server.url, DATABASE_POOL_SIZE=str(pool_size))
    async with (
        serve(settings) as base_url,
        httpx.AsyncClient(base_url=base_url, headers=headers, timeout=30) as client,
    ):
        yield client


@pytest.fixture
async def direct(database: ClonedDatabase) -> AsyncIterator[Database]:
    """The pool without a service around it."""
    async with open_database(database.rag_api_url, 2) as pool:
        yield pool


# One connection: a pool that grows beside the request would be counted too.
@pytest.mark.parametrize("pool_size", [1])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/me", None),
        ("POST", "/v1/conversations", {"id": "new", "metadata": {"a": 1}}),
        ("POST", "/v1/conversations", {"id": "c"}),
        ("GET", "/v1/conversations", None),
        ("GET", "/v1/conversations/c", None),
        ("GET", "/v1/conversations/none", None),
        ("PATCH", "/v1/conversations/c", {"title": "New"}),
        ("GET", "/v1/conversations/c/messages", None),
        ("PUT", "/v1/conversations/c/messages/none/feedback", {"rating": "up"}),
        ("GET", "/v1/chat/c/stream", None),
        ("POST", "/v1/chat/c/stop", None),
        ("DELETE", "/v1/conversations/c", None),
        ("GET", "/readyz", None),
    ],
)
async def test_a_request_is_one_round_trip(
    method: str, path: str, body: dict[str, Any] | None, remote: httpx.AsyncClient, proxy: TcpProxy
) -> None:
    await remote.post("/v1/conversations", json={"id": "c"})
    before = proxy.round_trips
    answer = await remote.request(method, path, json=body)
    assert answer.status_code in (200, 201, 204, 404)
    assert proxy.round_trips - before == 1


@pytest.mark.parametrize("pool_size", [1])
async def test_a_refused_token_costs_the_database_nothing(remote: httpx.AsyncClient, proxy: TcpProxy) -> None:
    assert (await remote.get("/v1/me")).status_code == 200
    before = proxy.round_trips
    answer = await remote.get("/v1/me", headers={"authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert proxy.round_trips == before


async def _wait_until_served(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(15):
        while True:
            if (await client.get("/v1/me")).status_code == 200:
                return
            await asyncio.sleep(0.1)


async def test_an_outage_is_a_503_and_ends(remote: httpx.AsyncClient, proxy: TcpProxy) -> None:
    assert (await remote.get("/v1/me")).status_code == 200
    proxy.cut()
    for answer in await asyncio.gather(
        remote.get("/v1/me"), remote.post("/v1/conversations", json={}), remote.delete("/v1/conversations/c")
    ):
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
    assert (await remote.get("/livez")).status_code == 200
    ready = await remote.get("/readyz")
    assert (ready.status_code, ready.json()["code"]) == (503, "unavailable")
    assert ready.json()["checks"] == {"database": "failing", "schema": "failing", "keys": "ok"}
    proxy.restore()
    await _wait_until_served(remote)
    assert (await remote.get("/readyz")).status_code == 200


async def test_a_restart_of_the_database_is_not_noticed(remote: httpx.AsyncClient, proxy: TcpProxy) -> None:
    for attempt in range(3):
        # More at once than the pool has connections, so that all of them are open.
        await asyncio.gather(*(remote.get("/v1/me") for _ in range(12)))
        proxy.drop_connections()
        await asyncio.sleep(0.05)
        answers = await asyncio.gather(
            *(remote.get("/v1/me") for _ in range(6)),
            *(remote.post("/v1/conversations", json={}) for _ in range(6)),
        )
        assert {answer.status_code for answer in answers} == {200, 201}, attempt


async def test_a_killed_backend_is_not_noticed(api: httpx.AsyncClient, database: ClonedDatabase) -> None:
    await asyncio.gather(*(api.get("/v1/me") for _ in range(12)))
    with psycopg.connect(database.rag_api_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = current_user and datname = current_database() and pid <> pg_backend_pid()"
        )
    await asyncio.sleep(0.05)
    # A deletion is never tried twice, so it would show a dead connection.
    answers = await asyncio.gather(*(api.delete("/v1/conversations/none") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {404}


async def test_a_cancelled_statement_leaves_the_pool_whole(direct: Database) -> None:
    for _ in range(4):
        task = asyncio.create_task(direct.execute("select pg_sleep(%s)", (30,)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(5):
        await asyncio.gather(*(direct.execute("select %s::int", (number,)) for number in range(4)))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("57P01", "database_unavailable"),
        ("08006", "database_unavailable"),
        ("53300", "database_unavailable"),
        ("57014", "unavailable"),
        ("55P03", "unavailable"),
        ("40001", "unavailable"),
        ("53100", "unavailable"),
    ],
)
async def test_errors_of_the_server_have_a_code(state: str, code: str, direct: Database) -> None:
    with pytest.raises(DomainError) as refused:
        await direct.execute(f"do $$ begin raise exception using errcode = '{state}'; end $$", (), retry=True)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("state", "message"), [("RG404", "no_such_code"), ("22P02", "not_found"), ("42501", "not_found")]
)
async def test_an_unforeseen_error_stays_one(state: str, message: str, direct: Database) -> None:
    with pytest.raises(psycopg.Error):
        await direct.execute(f"do $$ begin raise exception '{message}' using errcode = '{state}'; end $$", ())


async def test_a_full_pool_is_a_503(direct: Database) -> None:
    sleepers = [asyncio.create_task(direct.execute("select pg_sleep(8)", ())) for _ in range(2)]
    await asyncio.sleep(0.1)
    with pytest.raises(DomainError) as refused:
        await direct.execute("select 1", ())
    assert refused.value.code == "database_unavailable"
    for sleeper in sleepers:
        sleeper.cancel()
    await asyncio.gather(*sleepers, return_exceptions=True)


async def _list_backends(database: Database) -> set[int]:
    rows = await asyncio.gather(
        *(
            database.fetch_one(_Backend, "select pg_backend_pid() as id from pg_sleep(0.05)", ())
            for _ in range(2)
        )
    )
    return {row.id for row in rows}


@pytest.mark.parametrize(
    ("state", "code", "kept"),
    [
        ("40001", "unavailable", True),
        ("40P01", "unavailable", True),
        ("57P01", "database_unavailable", False),
    ],
)
async def test_only_a_dead_connection_empties_the_pool(
    state: str, code: str, kept: bool, direct: Database
) -> None:
    before = await _list_backends(direct)
    assert len(before) == 2
    with pytest.raises(DomainError) as raised:
        await direct.execute(_FAILURES[state], (), retry=True)
    assert raised.value.code == code
    assert (before == await _list_backends(direct)) is kept
