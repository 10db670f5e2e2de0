"""Which migration the code needs."""

from dataclasses import dataclass
from typing import Final

from psycopg.errors import UndefinedTable

from rag_api.db.database import Database

# The newest file in migrations/; a test holds the two together.
SCHEMA_VERSION: Final = "0034_usage_functions"


@dataclass(frozen=True, slots=True)
class _Applied:
    applied: bool


async def is_schema_current(database: Database) -> bool:
    """Whether SCHEMA_VERSION has been applied; in a database that was never migrated nothing has."""
    try:
        row = await database.fetch_one(
            _Applied,
            "select exists (select from migrations.applied where name = %s) as applied",
            (SCHEMA_VERSION,),
            retry=True,
        )
    except UndefinedTable:
        return False
    return row.applied
