"""The route of messages."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPrincipal
from rag_api.messages import service
from rag_api.messages.schemas import MessagePage
from rag_api.openapi import declare_problems
from rag_api.wire import ClientId

router = APIRouter(prefix="/v1/conversations", tags=["messages"], route_class=AuthenticatedRoute)


@router.get("/{id}/messages", responses=declare_problems("invalid_cursor", "not_found"))
async def list_messages(
    id: ClientId,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
    branches: Annotated[
        Literal["head", "all"], Query(description="The branch that is shown, or every message.")
    ] = "head",
) -> MessagePage:
    """Lists the messages of a conversation, newest first, so that a page is what a reader sees at its end.

    Only the branch of the conversation's `headMessageId` is listed; `branches=all` lists all that were made.
    """
    rows, next_cursor = await service.list_page(database, principal, id, limit, cursor, branches == "all")
    return MessagePage.model_validate({"items": rows, "next_cursor": next_cursor})
