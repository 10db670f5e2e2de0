"""Rows of an export."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What is held besides conversations."""

    account: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation; `branch` has the messages that are shown, where it was asked for."""

    id: str
    title: str
    title_source: str
    archived: bool
    pinned: bool
    agent: str | None
    metadata: dict[str, object]
    head_message_id: UUID | None
    retention_days: int | None
    deleted_at: datetime | None
    restored_at: datetime | None
    created_at: datetime
    updated_at: datetime
    branch: list[UUID] | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message with its feedback and its run."""

    id: UUID
    conversation_id: str
    client_message_id: str | None
    revision: int
    parent_id: UUID | None
    role: str
    status: str
    text: str
    sources: list[dict[str, Any]]
    agent: dict[str, object] | None
    error_code: str | None
    created_at: datetime
    updated_at: datetime
    rating: str | None
    comment: str | None
    rated_at: datetime | None
    rating_updated_at: datetime | None
    run_id: UUID | None
    run_created_at: datetime | None
    run_finished_at: datetime | None
