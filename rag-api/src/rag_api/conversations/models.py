"""Rows of conversations."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation as the database has it; `updated_at` is the time of its last turn."""

    id: str
    title: str
    title_source: str
    archived: bool
    metadata: dict[str, object]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CreatedConversationRow(ConversationRow):
    """What an insertion answers: `created` is false when the user had this id already."""

    created: bool
