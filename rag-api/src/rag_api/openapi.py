"""What `/openapi.json` says of failures, and the examples in it."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from rag_api.errors import ERRORS, ErrorCode
from rag_api.examples import read_examples
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
        "limit": {
            "type": "object",
            "description": "With `rate_limited` and `payload_too_large`: what was exceeded.",
            "required": ["name", "quota"],
            "properties": {"name": {"type": "string"}, "quota": {"type": "integer"}},
        },
    },
}
_MEMBERS: Final[Mapping[ErrorCode, dict[str, Any]]] = {
    "validation_failed": {"errors": [{"pointer": "#/title", "detail": "must be a string"}]},
    "payload_too_large": {"limit": {"name": "body-bytes", "quota": 4_194_304}},
    "rate_limited": {"limit": {"name": "turns", "quota": 120}},
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
    return declare_codes(*_EVERYWHERE, *codes)


def declare_codes(*codes: ErrorCode) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may fail with these codes only; each is an example of its status."""
    by_status: dict[int, list[ErrorCode]] = {}
    for code in codes:
        by_status.setdefault(ERRORS[code].status, []).append(code)
    return {
        status: {
            "description": "; ".join(f"`{code}`: {ERRORS[code].title}" for code in named),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in named},
                }
            },
        }
        for status, named in by_status.items()
    }


def _show_problem(code: ErrorCode) -> dict[str, Any]:
    spec = ERRORS[code]
    problem = {
        "type": f"urn:auth-gateway:problem:{code}",
        "title": spec.title,
        "status": spec.status,
        "detail": spec.title,
        "code": code,
        "requestId": "019c13ec-a1e8-7f31-8c2d-4e5f6a7b8c9d",
    }
    return {"summary": spec.title, "value": problem | _MEMBERS.get(code, {})}


def install_openapi(app: FastAPI) -> None:
    """Adds the problem and its examples to the document, which is built at the first request for it."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            document["components"]["schemas"]["Problem"] = _PROBLEM
            document["components"]["examples"] = {code: _show_problem(code) for code in ERRORS}
            read_examples(document["components"]["schemas"])
            read_examples(document["paths"])
            app.openapi_schema = document
        return app.openapi_schema

    # FastAPI documents this assignment as the way to extend the document.
    app.openapi = build  # type: ignore[method-assign]
