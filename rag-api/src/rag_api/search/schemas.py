"""Search on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from rag_api.examples import with_example
from rag_api.wire import Text, Time, WireModel

SearchQuery = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=200,
        description="Words that must all occur, in any form; Chinese, Japanese, Korean need no spaces.",
    ),
]


class HighlightRange(WireModel):
    """From `start` up to, not including, `end`: Unicode code points, as `Array.from(text)` counts them."""

    start: int
    end: int


class MarkedText(WireModel):
    """A plain text, to be shown as text and never as HTML, and what to emphasize in it."""

    text: str
    highlights: list[HighlightRange]


class SearchResult(WireModel):
    """A message that matches; or, where `messageId` is null, a conversation whose title does."""

    conversation_id: str
    message_id: UUID | None = Field(description="The message to jump to.")
    title: MarkedText
    role: Literal["user", "assistant"] | None
    excerpt: MarkedText | None
    created_at: Time


class SearchPage(WireModel):
    """A page of results; `nextCursor` is null on the last one."""

    model_config = with_example(
        {
            "items": [
                {
                    "conversationId": "my-chat",
                    "messageId": "019c13ec-a1e8-7a92-b1f0-5e4d3c2b1a09",
                    "title": {"text": "Signing", "highlights": []},
                    "role": "user",
                    "excerpt": {
                        "text": "How are keys rotated?",
                        "highlights": [{"start": 8, "end": 12}, {"start": 13, "end": 20}],
                    },
                    "createdAt": "2026-01-31T12:00:01.000000Z",
                }
            ],
            "nextCursor": None,
        }
    )

    items: list[SearchResult]
    next_cursor: str | None
