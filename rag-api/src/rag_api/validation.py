"""Words for pydantic's findings that never repeat the input."""

from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "json_invalid": "is not valid JSON",
    "string_type": "must be a string",
    "string_unicode": "must be valid Unicode",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "has characters that are not allowed",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "int_type": "must be an integer",
    "int_parsing": "must be an integer",
    "int_from_float": "must be an integer",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "list_type": "must be a list",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "timezone_aware": "must say its offset from UTC, as in 2026-01-31T12:00:00Z",
    "datetime_parsing": "must be a time of RFC 3339, as in 2026-01-31T12:00:00Z",
    "datetime_from_date_parsing": "must be a time of RFC 3339, as in 2026-01-31T12:00:00Z",
    "literal_error": "must be one of {expected}",
    "uuid_parsing": "must be a UUID",
}


class InvalidValue(ValueError):
    """Raised by our own validators; its text is public and never holds the value."""


def describe_finding(kind: str, context: Mapping[str, object]) -> str:
    """Says what is wrong from pydantic's error type and context, but never from its message or input."""
    raised = context.get("error")
    if isinstance(raised, InvalidValue):
        return str(raised)
    return _WORDS.get(kind, "is not valid").format_map(dict(context))
