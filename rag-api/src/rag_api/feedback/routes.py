"""The routes of feedback."""

from typing import Annotated

from fastapi import APIRouter, Path, status

from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPrincipal
from rag_api.feedback import queries
from rag_api.feedback.schemas import Feedback, GiveFeedback
from rag_api.openapi import declare_problems
from rag_api.wire import ClientId

router = APIRouter(
    prefix="/v1/conversations/{id}/messages/{messageId}/feedback",
    tags=["messages"],
    route_class=AuthenticatedRoute,
)

ConversationId = Annotated[ClientId, Path(alias="id")]
MessageId = Annotated[
    ClientId, Path(alias="messageId", description="The message's `id`, or the one you gave it.")
]


@router.put("", responses=declare_problems("invalid_request", "not_found", "payload_too_large"))
async def put_feedback(
    id: ConversationId,
    message_id: MessageId,
    given: GiveFeedback,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
) -> Feedback:
    """Says what you think of a message; it comes with the message from then on, to you alone."""
    row = await queries.put_feedback(database, principal, id, message_id, given.rating, given.comment)
    return Feedback.model_validate(row)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT, responses=declare_problems("not_found"))
async def delete_feedback(
    id: ConversationId, message_id: MessageId, principal: CurrentPrincipal, database: CurrentDatabase
) -> None:
    """Takes your feedback back, if there is any."""
    await queries.delete_feedback(database, principal, id, message_id)
