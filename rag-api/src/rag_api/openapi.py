"""What `/openapi.json` says of failures."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from rag_api.errors import ERRORS, ErrorCode
from rag_api.problem_details import MEDIA_TYPE

_PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "requestId"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:auth-gateway:problem:not_found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(ERRORS)},
        "requestId": {"type": "string", "description": "Also answered as x-request-id."},
        "errors": {
            "type": "array",
            "description": "With `validation_failed`: which members or parameters are wrong.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
# What any authenticated route may answer.
_EVERYWHERE: Final[tuple[ErrorCode, ...]] = (
    "authentication_required",
    "invalid_token",
    "session_ended",
    "validation_failed",
    "internal_error",
    "database_unavailable",
    "keys_unavailable",
    "unavailable",
)


def declare_problems(*codes: ErrorCode) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an authenticated route that may also fail with these codes."""
    by_status: dict[int, list[ErrorCode]] = {}
    for code in (*_EVERYWHERE, *codes):
        by_status.setdefault(ERRORS[code].status, []).append(code)
    return {
        status: {
            "description": "; ".join(f"`{code}`: {ERRORS[code].title}" for code in named),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, named in by_status.items()
    }


def install_openapi(app: FastAPI) -> None:
    """Adds the problem's schema to the document, which is built at the first request for it."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            document["components"]["schemas"]["Problem"] = _PROBLEM
            app.openapi_schema = document
        return app.openapi_schema

    # FastAPI documents this assignment as the way to extend the document.
    app.openapi = build  # type: ignore[method-assign]
