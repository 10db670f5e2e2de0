"""The probes: each readiness check by name."""

import httpx

from harness.database import clone_database
from harness.jwks_server import JwksServer
from harness.service import make_settings, serve
from rag_api.db.version import SCHEMA_VERSION


async def test_a_whole_service_is_alive_and_ready(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/livez")).json() == {"status": "alive"}
    ready = await anonymous.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "checks": {"database": "ok", "schema": "ok", "keys": "ok"}}


async def test_without_its_migration_it_is_not_ready(jwks_server: JwksServer) -> None:
    with clone_database() as database:
        database.as_migrator("delete from migrations.applied where name = %s", (SCHEMA_VERSION,))
        async with (
            serve(make_settings(database.rag_api_url, jwks_server.url)) as url,
            httpx.AsyncClient(base_url=url) as client,
        ):
            ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["code"]) == (503, "unavailable")
    assert ready.json()["checks"] == {"database": "ok", "schema": "failing", "keys": "ok"}
    assert "retry-after" in ready.headers


async def test_a_never_migrated_database_is_not_ready(jwks_server: JwksServer) -> None:
    with clone_database() as database:
        database.as_migrator("drop schema migrations cascade")
        async with (
            serve(make_settings(database.rag_api_url, jwks_server.url)) as url,
            httpx.AsyncClient(base_url=url) as client,
        ):
            ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": "ok", "schema": "failing", "keys": "ok"}
