"""Messages on the wire."""

from typing import Literal
from uuid import UUID

from rag_api.feedback.schemas import Feedback
from rag_api.wire import Time, WireModel


class Message(WireModel):
    """A message; `sources` are the passages that an answer cites, as they were streamed.

    `siblingIds` are the messages in the same place, itself among them, the oldest first: revisions of a
    question, or answers to the same one.
    """

    id: UUID
    conversation_id: str
    client_message_id: str | None
    revision: int
    parent_id: UUID | None
    role: Literal["user", "assistant"]
    status: Literal["queued", "streaming", "complete", "stopped", "error", "interrupted"]
    text: str
    sources: list[dict[str, object]]
    agent: dict[str, object] | None
    error_code: str | None
    created_at: Time
    updated_at: Time
    sibling_ids: list[UUID]
    feedback: Feedback | None


class MessagePage(WireModel):
    """A page of messages, newest first; `nextCursor` leads to older ones and is null at the first message."""

    items: list[Message]
    next_cursor: str | None
