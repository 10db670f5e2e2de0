"""One pass of the purge: in small pieces with pauses, so that chat does not feel it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from rag_api.db.database import Database
from rag_api.errors import DomainError
from rag_api.ids import new_id
from rag_api.log import logger
from rag_api.retention import queries
from rag_api.retention.models import Due, Outcome, PurgeTotals
from rag_api.retention.policy import RetentionPolicy

_FIRST: Final = UUID(int=0)
# What a statement that ran into its time limit, or into somebody's lock, is recorded with.
_TIMED_OUT: Final = "57014"


@dataclass(frozen=True, slots=True)
class Pace:
    """How much goes at once; `rest` is how long a pause is, in times of the work before it."""

    users: int = 500
    conversations: int = 500
    messages: int = 200
    rest: float = 3.0


class LeaseLost(Exception):
    """Another process has taken the pass over."""


class Pass:
    """What `as_of` judges as due is deleted, user by user; what fails is reported and left for later."""

    def __init__(
        self,
        database: Database,
        policy: RetentionPolicy,
        pace: Pace,
        advance: Callable[[PurgeTotals], object],
    ) -> None:
        self._database = database
        self._policy = policy
        self._pace = pace
        self._advance = advance
        self._holder = new_id()
        self.totals = PurgeTotals()

    async def run(self, *, forced: bool = False, as_of: datetime | None = None) -> bool:
        """False when no pass is due, or another process has one under way. Raises DomainError, LeaseLost."""
        begun = await queries.begin_purge(self._database, self._holder, forced, as_of)
        if begun is None:
            return False
        async for due in list_due(self._database, self._policy, begun, self._pace):
            for piece in _cut(due, self._pace.messages):
                await self._delete(begun, piece)
        await queries.end_purge(self._database, self._holder, self._policy.interval_seconds)
        return True

    async def _delete(self, as_of: datetime, piece: Sequence[Due]) -> None:
        while piece:
            started = time.monotonic()
            outcomes = await self._attempt(as_of, piece)
            await self._note(outcomes)
            await asyncio.sleep((time.monotonic() - started) * self._pace.rest)
            partly = {(o.user_id, o.conversation_id) for o in outcomes if o.outcome == "partly"}
            piece = [due for due in piece if (due.user_id, due.conversation_id) in partly]

    async def _attempt(self, as_of: datetime, piece: Sequence[Due]) -> list[Outcome]:
        """One by one after a time limit: the one that takes too long must not keep the others."""
        most = self._pace.messages
        try:
            return await queries.purge_conversations(self._database, self._policy, as_of, piece, most)
        except DomainError as error:
            if error.code != "unavailable":
                raise
        if len(piece) > 1:
            return [outcome for due in piece for outcome in await self._attempt(as_of, [due])]
        (due,) = piece
        await queries.report_failure(self._database, due, _TIMED_OUT)
        return [Outcome(due.user_id, due.conversation_id, "failed", 0, _TIMED_OUT)]

    async def _note(self, outcomes: Sequence[Outcome]) -> None:
        deleted = sum(outcome.outcome == "deleted" for outcome in outcomes)
        messages = sum(outcome.messages for outcome in outcomes if outcome.outcome in ("deleted", "partly"))
        failed = [outcome for outcome in outcomes if outcome.outcome == "failed"]
        for outcome in failed:
            fields = {"conversationId": outcome.conversation_id, "sqlstate": outcome.problem}
            logger.error("a conversation could not be purged", extra={"fields": fields})
        self.totals.conversations += deleted
        self.totals.messages += messages
        self.totals.failed += len(failed)
        self.totals.spared += sum(outcome.outcome == "spared" for outcome in outcomes)
        self._advance(self.totals)
        if not await queries.continue_purge(self._database, self._holder, deleted, messages, len(failed)):
            raise LeaseLost


async def list_due(
    database: Database, policy: RetentionPolicy, as_of: datetime, pace: Pace
) -> AsyncIterator[list[Due]]:
    """Everything that is due at `as_of`, in pages; failures that are not to be tried yet are left out."""
    user_id, after_id = _FIRST, ""
    while True:
        rows = await queries.find_due(
            database, policy, as_of, user_id, after_id, pace.users, pace.conversations
        )
        page = [
            Due(row.user_id, row.conversation_id, row.messages)
            for row in rows
            if row.conversation_id is not None
        ]
        if page:
            yield page
        if not rows or (len(page) == len(rows) < pace.conversations):
            return
        user_id, after_id = rows[-1].user_id, rows[-1].conversation_id or ""


def _cut(due: Sequence[Due], messages: int) -> Iterator[list[Due]]:
    """Pieces of about so many messages; a conversation counts as one by itself."""
    piece: list[Due] = []
    size = 0
    for item in due:
        if piece and size + item.messages + 1 > messages:
            yield piece
            piece, size = [], 0
        piece.append(item)
        size += item.messages + 1
    if piece:
        yield piece
