"""What a route that streams an answer depends on: one of the user's streams, until its response is out."""

from collections.abc import AsyncIterator

from fastapi import Depends
from starlette.requests import Request

from rag_api.dependencies import CurrentPrincipal, get_resources


async def _occupy(request: Request, principal: CurrentPrincipal) -> AsyncIterator[None]:
    with get_resources(request).chat.readers.enter(principal.user_id):
        yield


STREAM_SLOT = Depends(_occupy)
