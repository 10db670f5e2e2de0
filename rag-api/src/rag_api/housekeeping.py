"""Clears away what has outlived its use, from any replica."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from rag_api.db.database import Database
from rag_api.errors import DomainError
from rag_api.log import logger

_INTERVAL_SECONDS: Final = 60.0


async def _purge_for_ever(database: Database) -> None:
    while True:
        await asyncio.sleep(_INTERVAL_SECONDS)
        try:
            await database.execute("select rag.purge_idempotency_keys()", (), retry=True)
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
