"""What OpenAI's clients read of an error: they look for a member `error` and show its message."""

from typing import Final

from rag_api.errors import ERRORS, ErrorCode

# Under these paths a problem carries the member too: the JavaScript client shows nothing else.
PATHS: Final = ("/v1/chat/completions", "/v1/models")
_TYPES: Final = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    429: "rate_limit_error",
}


def describe_error(
    code: ErrorCode, message: str | None = None, param: str | None = None
) -> dict[str, object]:
    """The error object; `code` is the registered one."""
    spec = ERRORS[code]
    kind = "server_error" if spec.status >= 500 else _TYPES.get(spec.status, "invalid_request_error")
    return {"message": message or spec.title, "type": kind, "param": param, "code": code}
