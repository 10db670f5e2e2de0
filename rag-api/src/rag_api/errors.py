"""The closed registry of public error codes and the one exception that carries them."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

ErrorCode = Literal[
    "invalid_request",
    "invalid_cursor",
    "authentication_required",
    "invalid_token",
    "session_ended",
    "insufficient_scope",
    "not_found",
    "method_not_allowed",
    "conversation_busy",
    "conversation_trashed",
    "message_conflict",
    "precondition_failed",
    "payload_too_large",
    "question_too_long",
    "unsupported_media_type",
    "validation_failed",
    "idempotency_key_reused",
    "trigger_unsupported",
    "unsupported_part",
    "unreadable_document",
    "rate_limited",
    "internal_error",
    "model_unavailable",
    "database_unavailable",
    "keys_unavailable",
    "interrupted",
    "unavailable",
    "model_timeout",
]


class ErrorSpec(NamedTuple):
    """What the registry says of a code."""

    status: int
    title: str


# The codes of shared-schema/errors.json that this service uses; a test compares them.
ERRORS: Final[dict[ErrorCode, ErrorSpec]] = {
    "invalid_request": ErrorSpec(400, "The request is malformed"),
    "invalid_cursor": ErrorSpec(400, "The cursor is not one that this list gave out"),
    "authentication_required": ErrorSpec(401, "Sign in first"),
    "invalid_token": ErrorSpec(401, "The access token is not valid"),
    "session_ended": ErrorSpec(401, "The session has ended"),
    "insufficient_scope": ErrorSpec(403, "The access token lacks a needed scope"),
    "not_found": ErrorSpec(404, "Nothing is here"),
    "method_not_allowed": ErrorSpec(405, "The method is not allowed here"),
    "conversation_busy": ErrorSpec(409, "An answer is still being written in this conversation"),
    "conversation_trashed": ErrorSpec(409, "The conversation is in the trash; restore it first"),
    "message_conflict": ErrorSpec(409, "This message id was already used with another content"),
    "precondition_failed": ErrorSpec(412, "It has been changed meanwhile"),
    "payload_too_large": ErrorSpec(413, "The request is too large"),
    "question_too_long": ErrorSpec(413, "The question is longer than the model can read"),
    "unsupported_media_type": ErrorSpec(415, "The content type is not supported"),
    "validation_failed": ErrorSpec(422, "The request has invalid values"),
    "idempotency_key_reused": ErrorSpec(422, "This idempotency key was already used with another request"),
    "trigger_unsupported": ErrorSpec(422, "This chat trigger is not supported"),
    "unsupported_part": ErrorSpec(422, "This kind of message part is not supported"),
    "unreadable_document": ErrorSpec(422, "The document cannot be read"),
    "rate_limited": ErrorSpec(429, "Too many requests"),
    "internal_error": ErrorSpec(500, "Something went wrong on our side"),
    "model_unavailable": ErrorSpec(502, "The model did not answer as it should"),
    "database_unavailable": ErrorSpec(503, "The database is not reachable"),
    "keys_unavailable": ErrorSpec(503, "The token keys are not available"),
    "interrupted": ErrorSpec(503, "The answer was interrupted"),
    "unavailable": ErrorSpec(503, "The service can't take this request now"),
    "model_timeout": ErrorSpec(504, "The model took too long"),
}

_CODES: Final[dict[str, ErrorCode]] = {code: code for code in get_args(ErrorCode)}


def find_code(text: str | None) -> ErrorCode | None:
    """The registered code that a text spells, or None."""
    return _CODES.get(text or "")


@dataclass(frozen=True, slots=True)
class Limit:
    """What was exceeded: its public name, how much it allows, in how many seconds, and when to try again."""

    name: str
    quota: int
    window: int | None = None
    retry_after: int | None = None


class DomainError(Exception):
    """A failure that a client may be told of: a registered code and a public detail."""

    def __init__(
        self,
        code: ErrorCode,
        detail: str | None = None,
        *,
        reason: str | None = None,
        limit: Limit | None = None,
    ) -> None:
        """`detail` defaults to the code's title; `reason` is a closed word for the log, never sent."""
        super().__init__(code)
        self.code: ErrorCode = code
        self.detail = detail or ERRORS[code].title
        self.reason = reason
        self.limit = limit
