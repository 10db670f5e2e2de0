"""Exports and imports of one user go one after the other: each keeps a thread busy."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from rag_api.errors import DomainError, Limit

# Of all users at a time, in one process.
_MOST: Final = 4
# Seconds.
_RETRY_AFTER: Final = 10


class Transfers:
    """Those that are under way in this process."""

    def __init__(self) -> None:
        self._users: set[UUID] = set()

    @contextmanager
    def enter(self, user_id: UUID) -> Iterator[None]:
        """Raises rate_limited for a second one of the same user, and unavailable when there are too many."""
        if user_id in self._users:
            limit = Limit("transfers", 1, None, _RETRY_AFTER)
            raise DomainError("rate_limited", "An export or import of yours is under way.", limit=limit)
        if len(self._users) >= _MOST:
            raise DomainError("unavailable", "Too many exports and imports are under way.")
        self._users.add(user_id)
        try:
            yield
        finally:
            self._users.discard(user_id)
