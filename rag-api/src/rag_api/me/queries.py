"""The caller in SQL."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rag_api.auth.principal import Principal
from rag_api.db.database import Database


@dataclass(frozen=True, slots=True)
class MeRow:
    """The user and the live session behind a token."""

    user_id: UUID
    session_id: UUID
    session_expires_at: datetime


async def get_me(database: Database, owner: Principal) -> MeRow:
    """Raises session_ended."""
    return await database.fetch_one(
        MeRow,
        "select user_id, session_id, session_expires_at from rag.me(%s, %s)",
        (owner.user_id, owner.session_id),
        retry=True,
    )
