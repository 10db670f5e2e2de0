"""Marks the runs of workers that died, from any replica."""

import asyncio

from rag_api.chat import queries
from rag_api.db.database import Database
from rag_api.errors import DomainError
from rag_api.log import logger


async def reap_for_ever(database: Database, interval_seconds: float) -> None:
    while True:
        try:
            if count := await queries.reap_runs(database):
                logger.warning("interrupted runs of dead workers", extra={"fields": {"count": count}})
        except DomainError:
            logger.warning("could not look for runs of dead workers")
        except Exception as error:
            logger.error("the reaper failed", exc_info=error)
        await asyncio.sleep(interval_seconds)
