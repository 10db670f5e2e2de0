"""Rows of messages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as the database has it; an assistant's row is also the log of its stream.

    `follows` says that there is one after it in the list.
    """

    id: UUID
    conversation_id: str
    client_message_id: str | None
    revision: int
    parent_id: UUID | None
    role: str
    status: str
    text: str
    sources: list[dict[str, object]]
    agent: dict[str, object] | None
    error_code: str | None
    created_at: datetime
    updated_at: datetime
    sibling_ids: list[UUID]
    feedback: dict[str, object] | None
    follows: bool
