"""Opens the pool, after the login role was found harmless."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import psycopg
from psycopg_pool import AsyncConnectionPool

from rag_api.db.database import Connection, Database, Pool
from rag_api.log import logger

_BOOT_WAIT: Final = 60.0
_BOOT_PAUSE: Final = 1.0
_WAITING_PER_CONNECTION: Final = 50

_POWERS_OF_ROLE: Final = """
    select r.rolsuper, r.rolbypassrls, r.rolcreaterole,
           exists (
             select from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname in ('auth', 'rag') and pg_has_role(r.oid, c.relowner, 'MEMBER')
           ) as owns
      from pg_roles r where r.rolname = current_user
"""


class StartRefused(Exception):
    """The service must not run like this; the text is for the operator."""


async def _require_weak_role(url: str) -> None:
    async with await psycopg.AsyncConnection.connect(
        url, autocommit=True, prepare_threshold=None, connect_timeout=5, application_name="rag-api"
    ) as connection:
        powers = await (await connection.execute(_POWERS_OF_ROLE)).fetchone()
    if powers is None or any(powers):
        raise StartRefused(
            "RAG_API_DATABASE_URL: the role is an owner, superuser, CREATEROLE or BYPASSRLS, so"
            " row-level security would not hold for it; use the one that `make migrate` makes"
        )


async def _wait_for_database(url: str) -> None:
    """Gives a database that is away at boot a minute before the process ends."""
    deadline = time.monotonic() + _BOOT_WAIT
    while True:
        try:
            return await _require_weak_role(url)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise StartRefused(f"RAG_API_DATABASE_URL: {str(error).strip()}") from None
            logger.warning("waiting for the database", extra={"fields": {"error": str(error).strip()}})
        await asyncio.sleep(_BOOT_PAUSE)


@asynccontextmanager
async def open_database(url: str, size: int) -> AsyncIterator[Database]:
    """Waits for the database, checks the role, and lends a pool of at most `size` connections.

    Raises StartRefused.
    """
    await _wait_for_database(url)
    pool: Pool = AsyncConnectionPool[Connection](
        url,
        kwargs={
            "autocommit": True,
            # A transaction-mode pooler may hand the next statement to another server connection.
            "prepare_threshold": None,
            "connect_timeout": 5,
            "tcp_user_timeout": 10_000,
            "application_name": "rag-api",
        },
        min_size=min(2, size),
        max_size=size,
        timeout=5.0,
        max_waiting=size * _WAITING_PER_CONNECTION,
        # Short: a longer back-off would outlast the outage; the next request starts a new attempt.
        reconnect_timeout=2.0,
        name="rag-api",
        open=False,
    )
    async with pool:
        yield Database(pool)
