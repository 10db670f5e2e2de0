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
    DeletedConversations,
)
from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPolicy, CurrentPrincipal
from rag_api.idempotency import RepeatableRequest
from rag_api.openapi import declare_problems
from rag_api.preconditions import ExpectedVersions, format_etag
from rag_api.retention.bounds import require_days
from rag_api.wire import ClientId

router = APIRouter(prefix="/v1/conversations", tags=["conversations"], route_class=AuthenticatedRoute)

all_router = APIRouter(prefix="/v1/me/conversations", tags=["privacy"], route_class=AuthenticatedRoute)

ConversationId = Annotated[ClientId, Path(alias="id")]
Permanent = Annotated[
    bool, Query(description="For good, even if the operator keeps a trash; what is in it goes, too.")
]


def _render(row: ConversationRow, response: Response) -> Conversation:
    response.headers["etag"] = format_etag(row.version)
    return Conversation.model_validate(row)


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=declare_problems(
        "conversation_trashed", "idempotency_key_reused", "invalid_request", "payload_too_large"
    )
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
    policy: CurrentPolicy,
    wanted: ListFilter,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    count: bool = False,
    cursor: str | None = None,
    trashed: Annotated[bool, Query(description="All that is in the trash, last deleted first.")] = False,
) -> ConversationPage:
    """Lists your conversations, the last used first; `nextCursor` goes into `cursor` of the next request."""
    if trashed:
        rows, next_cursor = await service.list_trash(database, principal, limit, cursor, policy.trash_days)
        return ConversationPage.model_validate({"items": rows, "next_cursor": next_cursor})
    if count and cursor is None:
        rows, next_cursor, total = await service.list_and_count(database, principal, limit, wanted)
        return ConversationPage.model_validate({"items": rows, "next_cursor": next_cursor, "count": total})
    rows, next_cursor = await service.list_page(database, principal, limit, wanted, cursor)
    return ConversationPage.model_validate({"items": rows, "next_cursor": next_cursor})


@router.get(
    "/{id}",
    responses=declare_problems("not_found")
    | {304: {"description": "It is the version that `If-None-Match` names"}},
)
async def get_conversation(
    id: ConversationId, principal: CurrentPrincipal, database: CurrentDatabase, response: Response
) -> Conversation:
    """Gives one conversation. Another user's is as unknown as one that never was."""
    return _render(await queries.get_conversation(database, principal, id), response)


@router.patch(
    "/{id}",
    responses=declare_problems("invalid_request", "not_found", "payload_too_large", "precondition_failed"),
)
async def update_conversation(
    id: ConversationId,
    change: ConversationChange,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    policy: CurrentPolicy,
    versions: ExpectedVersions,
    response: Response,
) -> Conversation:
    """Renames, archives or pins a conversation, shows another branch, or replaces metadata or retention.

    Absent members stay as they are. With `If-Match` only the version that you have seen is changed.
    """
    require_days(policy, change.retention_days, "retentionDays")
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
    policy: CurrentPolicy,
    versions: ExpectedVersions,
    permanent: Permanent = False,
) -> None:
    """Deletes a conversation with all its messages, at once and for good; or puts it into the trash.

    There is a trash where the operator keeps one (`trashDays` of `/v1/me/retention`).
    """
    trash = policy.trash_days > 0 and not permanent
    await queries.delete_conversation(database, principal, id, versions, trash)


@router.post("/{id}/restore", responses=declare_problems("not_found"))
async def restore_conversation(
    id: ConversationId, principal: CurrentPrincipal, database: CurrentDatabase, response: Response
) -> Conversation:
    """Takes a conversation out of the trash; its retention begins anew. One that is not in it stays."""
    return _render(await queries.restore_conversation(database, principal, id), response)


@all_router.delete("", responses=declare_problems())
async def delete_all_conversations(
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    policy: CurrentPolicy,
    permanent: Permanent = False,
) -> DeletedConversations:
    """Deletes all your conversations, or puts them into the trash, and tells how many that were.

    They go in parts: after a failure, repeat it for the rest.
    """
    trash = policy.trash_days > 0 and not permanent
    return DeletedConversations.model_validate(await service.delete_all(database, principal, trash))
