"""The user on whose behalf a request runs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Principal:
    """Taken from a verified access token; whether the session still lives is the database's to say."""

    user_id: UUID
    session_id: UUID
    scopes: frozenset[str]
    expires_at: datetime
