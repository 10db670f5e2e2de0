"""The routes of conversations."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from rag_api.conversations import queries, service
from rag_api.conversations.schemas import (
    Conversation,
    ConversationChange,
    ConversationPage,
    CreateConversation,
)
from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPrincipal
from rag_api.openapi import declare_problems
from rag_api.wire import ClientId

router = APIRouter(prefix="/v1/conversations", tags=["conversations"], route_class=AuthenticatedRoute)

ConversationId = Annotated[ClientId, Path(alias="id")]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=declare_problems() | {200: {"model": Conversation, "description": "It existed already"}},
)
async def create_conversation(
    wanted: CreateConversation, principal: CurrentPrincipal, database: CurrentDatabase, response: Response
) -> Conversation:
    """Creates a conversation. With an `id` of yours it may be repeated: the existing one comes with 200."""
    row = await service.create_conversation(database, principal, wanted.id, wanted.title, wanted.metadata)
    if not row.created:
        response.status_code = status.HTTP_200_OK
    return Conversation.model_validate(row)


@router.get("", responses=declare_problems("invalid_cursor"))
async def list_conversations(
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    archived: bool = False,
    cursor: str | None = None,
) -> ConversationPage:
    """Lists your conversations, the last used first; `nextCursor` goes into `cursor` of the next request."""
    rows, next_cursor = await service.list_page(database, principal, limit, archived, cursor)
    return ConversationPage.model_validate({"items": rows, "next_cursor": next_cursor})


@router.get("/{id}", responses=declare_problems("not_found"))
async def get_conversation(
    id: ConversationId, principal: CurrentPrincipal, database: CurrentDatabase
) -> Conversation:
    """Gives one conversation. Another user's is as unknown as one that never was."""
    return Conversation.model_validate(await queries.get_conversation(database, principal, id))


@router.patch("/{id}", responses=declare_problems("not_found"))
async def update_conversation(
    id: ConversationId, change: ConversationChange, principal: CurrentPrincipal, database: CurrentDatabase
) -> Conversation:
    """Renames or archives a conversation, or replaces its metadata; absent members stay as they are."""
    row = await queries.update_conversation(database, principal, id, change.list_changes())
    return Conversation.model_validate(row)


@router.delete("/{id}", status_code=status.HTTP_204_NO_CONTENT, responses=declare_problems("not_found"))
async def delete_conversation(
    id: ConversationId, principal: CurrentPrincipal, database: CurrentDatabase
) -> None:
    """Deletes a conversation with all its messages, at once and for good."""
    await queries.delete_conversation(database, principal, id)
