"""How many streams one user reads from this process at a time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from rag_api.errors import DomainError, Limit

# Of each answer that may be written at a time: tabs, devices, and who comes back before being missed.
_READERS_PER_TURN: Final = 5
# Seconds.
_RETRY_AFTER: Final = 5


class Readers:
    """Those of this process: each holds a connection, and may ask the database each second."""

    def __init__(self, turns: int) -> None:
        """`turns` is how many answers one user may have written at a time."""
        self._most = turns * _READERS_PER_TURN
        self._reading: Counter[UUID] = Counter()

    @contextmanager
    def enter(self, user_id: UUID) -> Iterator[None]:
        """Raises rate_limited."""
        if self._reading[user_id] >= self._most:
            limit = Limit("streams", self._most, None, _RETRY_AFTER)
            raise DomainError("rate_limited", f"The limit {limit.name} is reached.", limit=limit)
        self._reading[user_id] += 1
        try:
            yield
        finally:
            self._reading[user_id] -= 1
            if self._reading[user_id] == 0:
                del self._reading[user_id]
