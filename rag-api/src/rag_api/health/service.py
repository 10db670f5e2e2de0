"""What readiness means."""

import asyncio
from typing import Final, Literal

from rag_api.auth.jwks import Jwks
from rag_api.db.database import Database
from rag_api.db.version import is_schema_current
from rag_api.errors import DomainError

Check = Literal["ok", "failing"]
# Seconds; a probe must answer before the prober gives up.
_DATABASE_LIMIT: Final = 2.0


async def _check_database(database: Database) -> tuple[bool, bool]:
    try:
        async with asyncio.timeout(_DATABASE_LIMIT):
            return True, await is_schema_current(database)
    except (DomainError, TimeoutError):
        return False, False


async def check_readiness(database: Database, jwks: Jwks) -> dict[str, Check]:
    """The named checks: the database answers, it is migrated far enough, tokens can be verified."""
    reachable, migrated = await _check_database(database)
    results = {"database": reachable, "schema": migrated, "keys": jwks.is_loaded}
    return {name: "ok" if passed else "failing" for name, passed in results.items()}
