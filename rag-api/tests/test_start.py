"""The process: how it starts, what it refuses to start on, and how it ends."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from harness.database import ClonedDatabase, with_database
from harness.issuer import ISSUER
from harness.jwks_server import JwksServer
from harness.tcp_proxy import open_proxy, through_proxy


def _find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@asynccontextmanager
async def start(database_url: str, jwks_url: str, port: int) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "rag_api",
        env={
            "PATH": os.environ["PATH"],
            "RAG_API_DATABASE_URL": database_url,
            "JWKS_URL": jwks_url,
            "GATEWAY_URL": ISSUER,
            "RAG_API_PORT": str(port),
        },
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _wait_until_ready(port: int) -> None:
    async with asyncio.timeout(20), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_logs_json_and_ends_on_a_signal(
    ending: signal.Signals, database: ClonedDatabase, jwks_server: JwksServer
) -> None:
    port = _find_free_port()
    async with start(database.rag_api_url, jwks_server.url, port) as process:
        await _wait_until_ready(port)
        process.send_signal(ending)
        async with asyncio.timeout(8):
            output, errors = await process.communicate()
    lines = [json.loads(line) for line in output.decode().splitlines()]
    assert any(line.get("route") == "/readyz" for line in lines)
    assert errors == b""
    assert process.returncode in (0, -ending)


async def test_it_waits_for_a_database_that_is_away_at_boot(
    database: ClonedDatabase, jwks_server: JwksServer
) -> None:
    port = _find_free_port()
    async with open_proxy(database.rag_api_url) as proxy:
        proxy.cut()
        async with start(through_proxy(database.rag_api_url, proxy), jwks_server.url, port) as process:
            assert process.stdout is not None
            async with asyncio.timeout(10):
                while b"waiting for the database" not in await process.stdout.readline():
                    pass
            proxy.restore()
            await _wait_until_ready(port)
            assert process.returncode is None


async def test_it_refuses_to_run_as_the_owner(database: ClonedDatabase, jwks_server: JwksServer) -> None:
    owners = (database.migrator_url, with_database(database.migrator_url, "postgres"))
    for url in owners:
        async with start(url, jwks_server.url, _find_free_port()) as process, asyncio.timeout(20):
            output, _ = await process.communicate()
            assert process.returncode == 1
            assert b"RAG_API_DATABASE_URL: the role is an owner" in output
            assert urlsplit(url).password not in output.decode()


async def test_a_taken_port_ends_the_start(database: ClonedDatabase, jwks_server: JwksServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        async with start(database.rag_api_url, jwks_server.url, port) as process, asyncio.timeout(20):
            output, _ = await process.communicate()
    assert process.returncode == 1
    assert b"address already in use" in output
