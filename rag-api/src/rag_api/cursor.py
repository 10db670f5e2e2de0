"""Opaque keyset cursors: the sort key of the last item, for one kind of list."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from rag_api.errors import DomainError
from rag_api.wire import format_time, require_storable

_MAX_CURSOR = 512


class Position(NamedTuple):
    """Where a page ended: the time that sorts, and the id that breaks ties."""

    time: datetime
    id: str


def write_fields(fields: Sequence[str | None]) -> str:
    """A URL-safe text of the fields."""
    text = json.dumps(fields, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_fields(cursor: str) -> Any:
    """What write_fields was given, or other JSON. Raises ValueError or RecursionError where it is none."""
    if len(cursor) > _MAX_CURSOR:
        raise ValueError
    return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))


def encode_cursor(kind: str, position: Position) -> str:
    """A URL-safe text; it holds nothing that its reader did not see in the list."""
    return write_fields([kind, format_time(position.time), position.id])


def decode_cursor(kind: str, cursor: str | None) -> Position | None:
    """The position of a cursor of this kind; None stands for the beginning. Raises invalid_cursor."""
    if cursor is None:
        return None
    try:
        found, time, identifier = read_fields(cursor)
        if found != kind or not isinstance(identifier, str):
            raise ValueError
        require_storable(identifier)
        position = Position(datetime.fromisoformat(time), identifier)
        # Only the very text that encode_cursor writes comes back as it was.
        if encode_cursor(kind, position) != cursor:
            raise ValueError
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise DomainError("invalid_cursor") from None
    return position


def decode_uuid_cursor(kind: str, cursor: str | None) -> Position | None:
    """Like decode_cursor, for lists of what has UUIDs; Python reads more spellings than PostgreSQL."""
    position = decode_cursor(kind, cursor)
    if position is not None and not _is_uuid(position.id):
        raise DomainError("invalid_cursor")
    return position


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
