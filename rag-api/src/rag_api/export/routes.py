"""The route of exports."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse

from rag_api.auth.principal import Principal
from rag_api.dependencies import AuthenticatedRoute, CurrentPrincipal, get_resources
from rag_api.export.service import write_export
from rag_api.openapi import declare_problems
from rag_api.resources import Resources

router = APIRouter(prefix="/v1/me", tags=["privacy"], route_class=AuthenticatedRoute)

_HEADERS = {"content-disposition": 'attachment; filename="conversations.zip"'}
_ZIP = {"description": "A ZIP.", "content": {"application/zip": {"schema": {"format": "binary"}}}}


async def _write(resources: Resources, owner: Principal) -> AsyncIterator[bytes]:
    with resources.transfers.enter(owner.user_id):
        async with aclosing(write_export(resources.database, owner)) as pieces:
            async for piece in pieces:
                yield piece


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


@router.get(
    "/export", response_class=StreamingResponse, responses=declare_problems("rate_limited") | {200: _ZIP}
)
async def export_everything(request: Request, principal: CurrentPrincipal) -> StreamingResponse:
    """Streams all that is held about you here: conversations, feedback, settings, and Markdown to read.

    `manifest.json` comes last; a ZIP without it broke off. `POST /v1/conversations/import` takes it again.
    The gateway's part is `GET /api/account/export`.
    """
    pieces = _write(get_resources(request), principal)
    # Until the first piece a refusal is still an answer of its own.
    first = await anext(pieces)
    return StreamingResponse(_chain(first, pieces), media_type="application/zip", headers=_HEADERS)
