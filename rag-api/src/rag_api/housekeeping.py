"""Clears away what has outlived its use, from any replica."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from rag_api.db.database import Database
from rag_api.errors import DomainError
from rag_api.log import logger

_INTERVAL_SECONDS: Final = 60.0
# What one statement deletes at most.
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class _CountRow:
    count: int


async def purge_idempotency_keys(database: Database) -> None:
    """As many statements as it takes: a busy hour leaves more than one of them may delete."""
    count = _AT_ONCE
    while count >= _AT_ONCE:
        row = await database.fetch_one(
            _CountRow, "select rag.purge_idempotency_keys() as count", (), retry=True
        )
        count = row.count


async def _purge_for_ever(database: Database) -> None:
    while True:
        await asyncio.sleep(_INTERVAL_SECONDS)
        try:
            await purge_idempotency_keys(database)
        except DomainError:
            logger.warning("could not purge idempotency keys")
        except Exception as error:
            logger.error("the purge of idempotency keys failed", exc_info=error)


@asynccontextmanager
async def keep_house(database: Database) -> AsyncIterator[None]:
    """Works beside the requests for the duration of the block."""
    working = asyncio.create_task(_purge_for_ever(database))
    try:
        yield
    finally:
        working.cancel()
        await asyncio.wait((working,))
