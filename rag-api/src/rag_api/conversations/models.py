"""Rows of conversations, and what may be asked of their list."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """Which conversations are meant; None leaves a property open. The times are of the last turn."""

    archived: bool | None
    pinned: bool | None
    agent: str | None
    updated_after: datetime | None
    updated_before: datetime | None

    @property
    def parameters(self) -> tuple[object, ...]:
        """In the order in which our SQL functions take them."""
        return (self.archived, self.pinned, self.agent, self.updated_after, self.updated_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRow:
    """A conversation as the database has it; `updated_at` is the time of its last turn.

    In the trash `purge_at` is when it will be deleted for good.
    """

    id: str
    title: str
    title_source: str
    archived: bool
    pinned: bool
    agent: str | None
    metadata: dict[str, object]
    head_message_id: UUID | None
    version: int
    retention_days: int | None
    deleted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    purge_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedConversationRow(ConversationRow):
    """What an insertion answers: `created` is false when the user had this id already."""

    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedConversationRow(ConversationRow):
    """A row of a page with the number of all that the filter lets through, up to a bound."""

    count: int


@dataclass(frozen=True, slots=True)
class DeletedCounts:
    """What went."""

    conversations: int
    messages: int
