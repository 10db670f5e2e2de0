"""Retention as other features and the routes use it."""

from typing import Literal, NamedTuple

from rag_api.auth.principal import Principal
from rag_api.db.database import Database
from rag_api.retention import queries
from rag_api.retention.models import RetentionRow
from rag_api.retention.policy import RetentionPolicy


class Choice(NamedTuple):
    """What holds for a user, and whose word it is."""

    days: int | None
    source: Literal["user", "default"]


def decide(policy: RetentionPolicy, row: RetentionRow) -> Choice:
    """The operator's bounds hold for choices that were made before them, too."""
    if row.days is None:
        return Choice(policy.default_days, "default")
    return Choice(policy.bound(row.days), "user")


async def choose(database: Database, owner: Principal, days: int | None) -> RetentionRow:
    """Sets the user's choice, or takes it back, and gives what is stored then."""
    await queries.put_retention(database, owner, days)
    return await queries.get_retention(database, owner)
