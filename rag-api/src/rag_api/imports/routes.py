"""The route of imports."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter, status
from starlette.requests import ClientDisconnect, Request

from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPrincipal, get_resources
from rag_api.errors import DomainError
from rag_api.idempotency import IdempotencyKey, name_request
from rag_api.imports import archives, queries
from rag_api.imports.files import MAX_LINES_BYTES, open_spool
from rag_api.imports.mapping import ImportPlan, plan_import
from rag_api.imports.reading import read_import
from rag_api.imports.schemas import ImportResult
from rag_api.openapi import declare_problems
from rag_api.problem_details import BodyTooLarge

router = APIRouter(prefix="/v1/conversations", tags=["conversations"], route_class=AuthenticatedRoute)

PATH: Final = "/v1/conversations/import"
_LINES: Final = ("application/jsonl", "application/x-ndjson")
_ZIP: Final = "application/zip"
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
        "description": "The ZIP of `GET /v1/me/export`; or JSON Lines as in its `conversations-0001.jsonl`: a"
        " header, then each conversation with its messages after it.",
        "content": {kind: {"schema": {"type": "string"}, "example": _EXAMPLE} for kind in _LINES}
        | {_ZIP: {"schema": {"type": "string", "format": "binary"}}},
    }
}


def _plan(body: bytes) -> ImportPlan:
    return plan_import(read_import(body))


async def _read_lines(request: Request) -> bytes:
    """The door lets more through, for ZIPs; those are not held in memory."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_LINES_BYTES:
            raise BodyTooLarge(MAX_LINES_BYTES)
    return bytes(body)


@router.post(
    "/import",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=_BODY,
    responses=declare_problems(
        "idempotency_key_reused",
        "invalid_request",
        "payload_too_large",
        "rate_limited",
        "unsupported_media_type",
    ),
)
async def import_conversations(
    request: Request,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    idempotency_key: IdempotencyKey = None,
) -> ImportResult:
    """Imports conversations with their branches, sources and feedback, under new ids.

    JSON Lines: at most 200 conversations and 5000 messages, all of them or nothing; a larger file may be cut
    before any conversation's line. A ZIP of up to 256 MiB is checked as a whole and then stored in parts: if
    that breaks off, repeat it under the same `Idempotency-Key`, and only the rest is stored.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if media_type == _ZIP:
            with get_resources(request).transfers.enter(principal.user_id), open_spool() as file:
                async for chunk in request.stream():
                    file.write(chunk)
                return await archives.import_archive(database, principal, file, idempotency_key)
        if media_type not in _LINES:
            raise DomainError("unsupported_media_type", "Send application/zip or application/jsonl.")
        body = await _read_lines(request)
    except ClientDisconnect:
        raise DomainError("invalid_request", "The body broke off.") from None
    # Megabytes of JSON: in a thread, so that streams go on meanwhile.
    plan = await asyncio.to_thread(_plan, body)
    named = name_request(request, idempotency_key, body)
    return ImportResult.model_validate(await queries.import_conversations(database, principal, plan, named))
