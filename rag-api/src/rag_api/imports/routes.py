"""The route of imports."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter, status
from starlette.requests import Request

from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPrincipal
from rag_api.errors import DomainError
from rag_api.idempotency import RepeatableRequest
from rag_api.imports import queries
from rag_api.imports.mapping import ImportPlan, plan_import
from rag_api.imports.reading import read_import
from rag_api.imports.schemas import ImportResult
from rag_api.openapi import declare_problems

router = APIRouter(prefix="/v1/conversations", tags=["conversations"], route_class=AuthenticatedRoute)

_MEDIA_TYPES: Final = ("application/jsonl", "application/x-ndjson")
_EXAMPLE: Final = (
    '{"type":"header","format":"rag-api-export","version":1}\n'
    '{"type":"conversation","id":"c1","title":"Keys","createdAt":"2026-01-31T12:00:00Z",'
    '"updatedAt":"2026-01-31T12:00:05Z"}\n'
    '{"type":"message","id":"m1","role":"user","text":"How are keys rotated?",'
    '"createdAt":"2026-01-31T12:00:00Z"}\n'
)
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "JSON Lines: a header, then each conversation with its messages after it.",
        "content": {kind: {"schema": {"type": "string"}, "example": _EXAMPLE} for kind in _MEDIA_TYPES},
    }
}


def _plan(body: bytes) -> ImportPlan:
    return plan_import(read_import(body))


@router.post(
    "/import",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=_BODY,
    responses=declare_problems(
        "idempotency_key_reused", "invalid_request", "payload_too_large", "unsupported_media_type"
    ),
)
async def import_conversations(
    request: Request, principal: CurrentPrincipal, database: CurrentDatabase, named: RepeatableRequest
) -> ImportResult:
    """Imports conversations with their branches and sources, all of the file or nothing of it, under new ids.

    At most 200 conversations and 5000 messages; a larger file may be cut before any conversation's line.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _MEDIA_TYPES:
        raise DomainError("unsupported_media_type", "Send application/jsonl.")
    # Megabytes of JSON: in a thread, so that streams go on meanwhile.
    plan = await asyncio.to_thread(_plan, await request.body())
    return ImportResult.model_validate(await queries.import_conversations(database, principal, plan, named))
