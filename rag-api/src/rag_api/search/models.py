"""What a search finds, and where its pages end."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class SearchPosition(NamedTuple):
    """The last item of a page: its key, and the window of messages that it was ranked in."""

    section: str
    rank: int
    id: str
    window_from: UUID | None
    window_to: UUID | None


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A match as the database gives it: U+E000 and U+E001 enclose what the query matched in the two texts."""

    section: str
    rank: int
    id: str
    window_from: UUID | None
    window_to: UUID | None
    conversation_id: str
    title: str
    role: str | None
    created_at: datetime
    excerpt: str

    @property
    def position(self) -> SearchPosition:
        """Where a page that ends here ends."""
        return SearchPosition(self.section, self.rank, self.id, self.window_from, self.window_to)


@dataclass(frozen=True, slots=True)
class Range:
    """Part of a text, in code points; `end` is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A plain text, and what to emphasize in it: apart, so that no text can bring markup with it."""

    text: str
    highlights: list[Range]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A title (no message) or a message that matches."""

    conversation_id: str
    message_id: UUID | None
    title: MarkedText
    role: str | None
    excerpt: MarkedText | None
    created_at: datetime
