"""Types that every feature's wire models share."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

from rag_api.validation import InvalidValue

_MAX_METADATA_DEPTH: Final = 8
_MAX_METADATA_NODES: Final = 500
_MAX_METADATA_TEXT: Final = 16_384
_DIGITS_PER_BIT: Final = math.log10(2)


class WireModel(BaseModel):
    """camelCase on the wire, snake_case in the code; built from rows by attribute."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, from_attributes=True, frozen=True
    )


class WireRequest(WireModel):
    """A body from a client: a misspelled member is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid")


def format_time(time: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds: a fixed width sorts as text."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def require_storable(text: str) -> str:
    """PostgreSQL holds neither NUL nor half of a surrogate pair; JSON's escapes can spell both."""
    if "\0" in text:
        raise InvalidValue("must not contain NUL characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidValue("must be valid Unicode") from None
    return text


def require_no_controls(text: str) -> str:
    """For what is shown in one line, or written to logs."""
    if any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in text):
        raise InvalidValue("must not contain control characters")
    return text


def _require_no_dot_segment(text: str) -> str:
    if text in (".", ".."):
        raise InvalidValue("must not be a dot segment")
    return text


def _check_node(value: object) -> int:
    """The number of characters of a leaf; refuses what jsonb can't hold."""
    if isinstance(value, str):
        return len(require_storable(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidValue("must not contain NaN or Infinity")
        # jsonb writes every digit out: `1e308` comes back as 309 of them.
        return len(f"{Decimal(repr(value)):f}")
    if isinstance(value, int):
        # Not by its text, which takes long for thousands of digits.
        return int(value.bit_length() * _DIGITS_PER_BIT) + 2
    return 8


def _require_bounded_metadata(metadata: dict[str, object]) -> dict[str, object]:
    level, nodes, text = [*metadata.keys(), *metadata.values()], 0, 0
    for _ in range(_MAX_METADATA_DEPTH):
        nodes += len(level)
        text += sum(_check_node(value) for value in level)
        if nodes > _MAX_METADATA_NODES or text > _MAX_METADATA_TEXT:
            raise InvalidValue("is too large")
        children: list[object] = []
        for value in level:
            if isinstance(value, dict):
                children += [*value.keys(), *value.values()]
            elif isinstance(value, list):
                children += value
        if not children:
            return metadata
        level = children
    raise InvalidValue("is nested too deeply")


Time = Annotated[datetime, PlainSerializer(format_time, return_type=str)]
Text = Annotated[str, AfterValidator(require_storable)]
Title = Annotated[Text, Field(min_length=1, max_length=200)]
Metadata = Annotated[dict[str, object], AfterValidator(_require_bounded_metadata)]
# A message's id in the client's own words; it is never part of a path.
MessageId = Annotated[Text, Field(min_length=1, max_length=128), AfterValidator(require_no_controls)]
# RFC 3986's unreserved characters and ":", so that an id is one path segment in every client's hands.
ClientId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._~:-]{1,128}$",
        description="1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`).",
    ),
    AfterValidator(_require_no_dot_segment),
]
