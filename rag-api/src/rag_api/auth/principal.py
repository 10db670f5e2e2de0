"""On whose behalf a request runs: a user, or a machine client."""

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

    @property
    def subject(self) -> str:
        """Who it is, for the log."""
        return str(self.user_id)


@dataclass(frozen=True, slots=True)
class MachinePrincipal:
    """A machine client; the database says whether it and its token still count."""

    client_id: str
    token_id: UUID
    scopes: frozenset[str]
    expires_at: datetime

    @property
    def subject(self) -> str:
        """Who it is, for the log."""
        return self.client_id


AnyPrincipal = Principal | MachinePrincipal
