"""The routes of conversations."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from rag_api.conversations import queries, service
from rag_api.conversations.filters import ListFilter
from rag_api.conversations.models import ConversationRow
from rag_api.conversations.schemas import (
    Conversation,
    ConversationChange,
    ConversationPage,
    CreateConversation,
)
from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPrincipal
from rag_api.idempotency import RepeatableRequest
from rag_api.openapi import declare_problems
from rag_api.preconditions import ExpectedVersions, format_etag
from rag_api.wire import ClientId

router = APIRouter(prefix="/v1/conversations", tags=["conversations"], route_class=AuthenticatedRoute)

ConversationId = Annotated[ClientId, Path(alias="id")]


def _render(row: ConversationRow, response: Response) -> Conversation:
    response.headers["etag"] = format_etag(row.version)
    return Conversation.model_validate(row)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=declare_problems("invalid_request", "idempotency_key_reused")
    | {200: {"model": Conversation, "description": "It existed already"}},
)
async def create_conversation(
    wanted: CreateConversation,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    request: RepeatableRequest,
    response: Response,
) -> Conversation:
    """Creates a conversation. With an `id` of yours it may be repeated: the existing one comes with 200.

    Under the same `Idempotency-Key` it may be repeated too: the first answer comes again.
    """
    row = await service.create_conversation(
        database, principal, wanted.id, wanted.title, wanted.metadata, request
    )
    if not row.created:
        response.status_code = status.HTTP_200_OK
    return _render(row, response)


@router.get("", responses=declare_problems("invalid_cursor"), response_model_exclude_unset=True)
async def list_conversations(
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    wanted: ListFilter,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    count: bool = False,
    cursor: str | None = None,
) -> ConversationPage:
    """Lists your conversations, the last used first; `nextCursor` goes into `cursor` of the next request."""
    if count and cursor is None:
        rows, next_cursor, total = await service.list_and_count(database, principal, limit, wanted)
        return ConversationPage.model_validate({"items": rows, "next_cursor": next_cursor, "count": total})
    rows, next_cursor = await service.list_page(database, principal, limit, wanted, cursor)
    return ConversationPage.model_validate({"items": rows, "next_cursor": next_cursor})


@router.get("/{id}", responses=declare_problems("not_found"))
async def get_conversation(
    id: ConversationId, principal: CurrentPrincipal, database: CurrentDatabase, response: Response
) -> Conversation:
    """Gives one conversation. Another user's is as unknown as one that never was."""
    return _render(await queries.get_conversation(database, principal, id), response)


@router.patch("/{id}", responses=declare_problems("invalid_request", "not_found", "precondition_failed"))
async def update_conversation(
    id: ConversationId,
    change: ConversationChange,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    versions: ExpectedVersions,
    response: Response,
) -> Conversation:
    """Renames, archives or pins a conversation, shows another branch, or replaces the metadata.

    Absent members stay as they are. With `If-Match` only the version that you have seen is changed.
    """
    row = await queries.update_conversation(database, principal, id, change.list_changes(), versions)
    return _render(row, response)


@router.delete(
    "/{id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=declare_problems("invalid_request", "not_found", "precondition_failed"),
)
async def delete_conversation(
    id: ConversationId,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    versions: ExpectedVersions,
) -> None:
    """Deletes a conversation with all its messages, at once and for good."""
    await queries.delete_conversation(database, principal, id, versions)
