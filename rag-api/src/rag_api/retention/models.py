"""Rows of retention, and what the purge works with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """A user's own choice, if there is one."""

    days: int | None
    next_purge_at: datetime | None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What a purge would delete at `as_of`."""

    as_of: datetime
    days: int | None
    conversations: int
    messages: int
    pinned_kept: int
    oldest: datetime | None
    purge_at: datetime | None


@dataclass(frozen=True, slots=True)
class PurgeRow:
    """How the purge stands."""

    as_of: datetime | None
    finished_at: datetime | None
    next_at: datetime
    conversations: int
    messages: int
    failed: int

    @property
    def status(self) -> Literal["never", "running", "finished"]:
        """`running` also for a pass whose process died: somebody will begin it again."""
        if self.as_of is None:
            return "never"
        return "running" if self.finished_at is None else "finished"


@dataclass(frozen=True, slots=True)
class DueRow:
    """A conversation to delete; without an id, the user to go on with."""

    user_id: UUID
    conversation_id: str | None
    messages: int


@dataclass(frozen=True, slots=True)
class Due:
    """A conversation to delete, and how many messages go with it."""

    user_id: UUID
    conversation_id: str
    messages: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one; `problem` is an SQLSTATE."""

    user_id: UUID
    conversation_id: str
    outcome: Literal["deleted", "partly", "spared", "failed"]
    messages: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A conversation that the purge leaves alone for a while."""

    user_id: UUID
    conversation_id: str
    problem: str
    attempts: int
    retry_at: datetime


@dataclass(slots=True)
class PurgeTotals:
    """What a pass has done so far."""

    conversations: int = 0
    messages: int = 0
    failed: int = 0
    spared: int = 0
