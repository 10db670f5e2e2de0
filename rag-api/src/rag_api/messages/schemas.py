"""Messages on the wire."""

from typing import Final, Literal
from uuid import UUID

from pydantic.config import JsonDict

from rag_api.examples import with_example
from rag_api.feedback.schemas import Feedback
from rag_api.wire import Time, WireModel

SOURCE_EXAMPLE: Final[JsonDict] = {
    "id": "1",
    "type": "url",
    "title": "Keys",
    "url": "https://example.com/keys",
    "quote": "Keys are rotated with make rotate-keys.",
    "heading": "Keys › Rotation",
    "score": 0.83,
    "documentId": "019c13ec-9e00-7c5e-9d41-3b7a2f6e8c10",
    "documentVersion": 1,
    "mediaType": "text/markdown",
    "uri": "docs/keys.md",
}
_EXAMPLE: Final[JsonDict] = {
    "id": "019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a",
    "conversationId": "my-chat",
    "clientMessageId": None,
    "revision": 0,
    "parentId": "019c13ec-a1e8-7a92-b1f0-5e4d3c2b1a09",
    "role": "assistant",
    "status": "complete",
    "text": "By hand [1].",
    "sources": [SOURCE_EXAMPLE],
    "agent": {
        "name": "openai",
        "model": "small",
        "timings": {"retrieveMs": 12, "generateMs": 840},
        "usage": {"inputTokens": 412, "outputTokens": 6, "estimated": False},
        "finishReason": "stop",
    },
    "errorCode": None,
    "createdAt": "2026-01-31T12:00:05.000000Z",
    "updatedAt": "2026-01-31T12:00:06.000000Z",
    "siblingIds": ["019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a"],
    "feedback": {"rating": "up", "comment": None},
}

_CURSOR: Final = (
    "WyJtZXNzYWdlcyIsIjIwMjYtMDEtMzFUMTI6MDA6MDUuMDAwMDAwWi"
    "IsIjAxOWMxM2VjLWIxODgtN2IxMy04YTZjLTBmMWUyZDNjNGI1YSJd"
)


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

    model_config = with_example({"items": [_EXAMPLE], "nextCursor": _CURSOR})

    items: list[Message]
    next_cursor: str | None
