"""One statement, one call: loan, run, return, and retry what a dead connection spoiled."""

import asyncio
import select
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString, TypeVar

import anyio
import psycopg
from psycopg.rows import AsyncRowFactory, TupleRow, class_row, tuple_row
from psycopg_pool import AsyncConnectionPool

from rag_api.db.errors import is_disconnection, may_retry, translate
from rag_api.errors import DomainError

Row = TypeVar("Row")
Connection = psycopg.AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]

# Above the role's statement_timeout (15 s): it only ends waits on a server that fell silent.
_STATEMENT_LIMIT: Final = 20.0
_DRAIN_COOLDOWN: Final = 1.0


def _is_dead(connection: Connection) -> bool:
    """Looks at an idle connection without a round trip: readable at rest means that the server hung up."""
    if connection.closed:
        return True
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    if not poller.poll(0):
        return False
    try:
        # A notice or a TLS ticket is read and gone; an end of file stays readable.
        connection.pgconn.consume_input()
    except psycopg.OperationalError:
        return True
    return bool(poller.poll(0))


@dataclass(frozen=True, slots=True)
class PoolState:
    """Numbers of connections, and of requests that wait for one."""

    open: int
    idle: int
    waiting: int


class Database:
    """The pool as the queries see it; every statement is a transaction of its own."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._drained_at = float("-inf")

    @property
    def pool(self) -> PoolState:
        """How the pool stands now."""
        stats = self._pool.get_stats()
        return PoolState(
            stats.get("pool_size", 0), stats.get("pool_available", 0), stats.get("requests_waiting", 0)
        )

    async def fetch_all(
        self, row: type[Row], statement: LiteralString, parameters: Sequence[object], *, retry: bool = False
    ) -> list[Row]:
        """Runs a statement and makes a `row` of each result row, by column name.

        `retry` says that running it twice is harmless (a read, or a write under the client's own id).
        Raises DomainError for what a client may be told.
        """
        return await self._run(class_row(row), statement, parameters, retry)

    async def fetch_one(
        self, row: type[Row], statement: LiteralString, parameters: Sequence[object], *, retry: bool = False
    ) -> Row:
        """Like fetch_all, for a statement that answers exactly one row."""
        (only,) = await self._run(class_row(row), statement, parameters, retry)
        return only

    async def execute(
        self, statement: LiteralString, parameters: Sequence[object], *, retry: bool = False
    ) -> None:
        """Like fetch_all, for a statement whose rows say nothing."""
        await self._run(tuple_row, statement, parameters, retry)

    async def _run(
        self,
        factory: AsyncRowFactory[Row],
        statement: LiteralString,
        parameters: Sequence[object],
        retry: bool,
    ) -> list[Row]:
        try:
            return await self._attempt(factory, statement, parameters)
        except psycopg.Error as error:
            if not (retry and may_retry(error)):
                raise translate(error) from error
            broken = is_disconnection(error)
        if broken:
            await self._drain()
        try:
            return await self._attempt(factory, statement, parameters)
        except psycopg.Error as error:
            raise translate(error) from error

    async def _attempt(
        self, factory: AsyncRowFactory[Row], statement: LiteralString, parameters: Sequence[object]
    ) -> list[Row]:
        connection = await self._loan()
        try:
            async with asyncio.timeout(_STATEMENT_LIMIT):
                cursor = connection.cursor(row_factory=factory)
                await cursor.execute(statement, parameters)
                return await cursor.fetchall()
        except psycopg.Error:
            raise
        except BaseException as error:
            # A connection whose request was cancelled may still be in the middle of an answer.
            await connection.close()
            if isinstance(error, TimeoutError):
                raise DomainError("unavailable") from None
            raise
        finally:
            with anyio.CancelScope(shield=True):
                await self._pool.putconn(connection)

    async def _loan(self) -> Connection:
        for _ in range(self._pool.max_size):
            connection = await self._pool.getconn()
            if not _is_dead(connection):
                return connection
            await connection.close()
            await self._pool.putconn(connection)
        return await self._pool.getconn()

    async def _drain(self) -> None:
        """Drops the pooled connections after one broke: a restarted server killed them all."""
        now = time.monotonic()
        if now - self._drained_at > _DRAIN_COOLDOWN:
            self._drained_at = now
            await self._pool.drain()
