"""HTTP is decided here, once: every failure becomes an RFC 9457 problem."""

from collections.abc import Mapping
from typing import Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from rag_api.errors import ERRORS, DomainError, ErrorCode, Limit
from rag_api.log import logger
from rag_api.openai_error import PATHS, describe_error
from rag_api.rate_limit import Allowance, render_allowance
from rag_api.request_context import get_context
from rag_api.validation import describe_finding

MEDIA_TYPE: Final = "application/problem+json"

_CODES_BY_STATUS: Final[Mapping[int, ErrorCode]] = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}
# Seconds; the client's own retry then meets a pool or a key set that had time to recover.
_RETRY_AFTER: Final[Mapping[ErrorCode, int]] = {
    "database_unavailable": 2,
    "keys_unavailable": 5,
    "unavailable": 2,
}
_CHALLENGES: Final[Mapping[ErrorCode, str]] = {
    "authentication_required": "Bearer",
    "invalid_token": 'Bearer error="invalid_token"',
    "session_ended": 'Bearer error="invalid_token"',
    "insufficient_scope": 'Bearer error="insufficient_scope"',
}
_MAX_FINDINGS: Final = 20
_MAX_POINTER: Final = 200


class BodyTooLarge(HTTPException):
    """An HTTPException, because FastAPI takes any other error in reading a body for a malformed one."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(413, f"The body may have at most {max_bytes} bytes.")
        self.limit = Limit("body-bytes", max_bytes)


class ProblemResponse(JSONResponse):
    """A response whose body is a problem."""

    media_type = MEDIA_TYPE


def render_problem(
    request: Request,
    code: ErrorCode,
    detail: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> ProblemResponse:
    """The answer for a registered code; `members` are extension members (RFC 9457, 3.2)."""
    spec = ERRORS[code]
    body: dict[str, object] = {
        "type": f"urn:auth-gateway:problem:{code}",
        "title": spec.title,
        "status": spec.status,
        "detail": detail or spec.title,
        "code": code,
        "requestId": get_context(request).request_id,
    }
    if request.url.path.startswith(PATHS):
        body["error"] = _describe_for_openai(code, detail, members)
    answer_headers = dict(headers or {})
    if code in _RETRY_AFTER:
        answer_headers["retry-after"] = str(_RETRY_AFTER[code])
    if code in _CHALLENGES:
        answer_headers["www-authenticate"] = _CHALLENGES[code]
    if spec.status == 409:
        # The openai client would repeat any 409 twice by itself.
        answer_headers["x-should-retry"] = "false"
    return ProblemResponse(body | dict(members or {}), spec.status, headers=answer_headers)


def _describe_for_openai(
    code: ErrorCode, detail: str | None, members: Mapping[str, object] | None
) -> dict[str, object]:
    """Of several findings the first: the clients show one message."""
    findings = (members or {}).get("errors")
    if not isinstance(findings, list) or not findings:
        return describe_error(code, detail)
    place = findings[0].get("pointer") or findings[0].get("parameter")
    return describe_error(code, f"{ERRORS[code].title}: {place} {findings[0]['detail']}", place)


def _locate(location: tuple[int | str, ...]) -> dict[str, str]:
    place, *path = location
    if place != "body":
        return {"parameter": str(path[-1] if path else place)[:_MAX_POINTER]}
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    pointer = "#" + "".join(f"/{step}" for step in steps)[:_MAX_POINTER]
    # A client's own member name may be no Unicode that could be sent back.
    return {"pointer": pointer.encode(errors="replace").decode()}


def _render_findings(request: Request, error: RequestValidationError) -> ProblemResponse:
    findings = [
        # The location of a JSON syntax error is an offset, not a member.
        _locate(("body",) if finding["type"] == "json_invalid" else finding["loc"])
        | {"detail": describe_finding(finding["type"], finding.get("ctx", {}))}
        for finding in error.errors()[:_MAX_FINDINGS]
    ]
    return render_problem(request, "validation_failed", members={"errors": findings})


def _render_limit(request: Request, code: ErrorCode, detail: str, limit: Limit) -> ProblemResponse:
    """Names the limit in the body and, where it is regained, in the header."""
    headers: dict[str, str] = {}
    if limit.retry_after is not None:
        used_up = Allowance(limit.name, limit.quota, limit.window, 0, limit.retry_after)
        headers = {"retry-after": str(limit.retry_after)} | render_allowance(used_up)
    members = {"limit": {"name": limit.name, "quota": limit.quota}}
    return render_problem(request, code, detail, headers=headers, members=members)


def render_exception(request: Request, error: Exception) -> ProblemResponse:
    """Turns any exception into its problem; an unknown one's text goes nowhere."""
    if isinstance(error, DomainError):
        if ERRORS[error.code].status in (401, 403):
            get_context(request).refusal = error.reason or error.code
        if error.limit is not None:
            return _render_limit(request, error.code, error.detail, error.limit)
        return render_problem(request, error.code, error.detail)
    if isinstance(error, RequestValidationError):
        return _render_findings(request, error)
    if isinstance(error, BodyTooLarge):
        return _render_limit(request, "payload_too_large", error.detail, error.limit)
    if isinstance(error, ClientDisconnect):
        # Nobody will read it; but it is no fault of ours.
        return render_problem(request, "invalid_request", "The body broke off.")
    if isinstance(error, HTTPException) and error.status_code in _CODES_BY_STATUS:
        return render_problem(request, _CODES_BY_STATUS[error.status_code], headers=error.headers)
    logger.error(
        "unexpected error",
        exc_info=error,
        extra={"fields": {"requestId": get_context(request).request_id}},
    )
    return render_problem(request, "internal_error")


async def handle_exception(request: Request, error: Exception) -> ProblemResponse:
    """The handler that the application registers for every expected exception class."""
    return render_exception(request, error)
