"""The cursor of a search, which is good for that search only."""

import hashlib
from uuid import UUID

from rag_api.conversations.models import ConversationFilter
from rag_api.cursor import read_fields, write_fields
from rag_api.errors import DomainError
from rag_api.search.models import SearchPosition
from rag_api.wire import require_storable

_MAX_RANK = 2**31 - 1


def fingerprint(query: str, wanted: ConversationFilter) -> str:
    """Short and not secret: it only tells a cursor that was given to another search."""
    return hashlib.sha256(repr((query, wanted.parameters)).encode()).hexdigest()[:12]


def encode_search_cursor(search: str, position: SearchPosition) -> str:
    """A URL-safe text; it holds nothing but ids and ranks of the reader's own."""
    return write_fields([search, *(None if field is None else str(field) for field in position)])


def decode_search_cursor(search: str, cursor: str | None) -> SearchPosition | None:
    """The position of a cursor of this search; None stands for the beginning. Raises invalid_cursor."""
    if cursor is None:
        return None
    try:
        found, section, rank, identifier, low, high = read_fields(cursor)
        position = _read_position(section, int(rank), identifier, low, high)
        # Only the very text that encode_search_cursor writes comes back as it was.
        if found != search or encode_search_cursor(search, position) != cursor:
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise DomainError("invalid_cursor") from None
    return position


def _read_position(section: str, rank: int, identifier: str, low: str, high: str) -> SearchPosition:
    if not 0 <= rank <= _MAX_RANK:
        raise ValueError
    require_storable(identifier)
    if section == "title":
        return SearchPosition(section, rank, identifier, None, None)
    if section != "message":
        raise ValueError
    return SearchPosition(section, rank, str(UUID(identifier)), UUID(low), UUID(high))
