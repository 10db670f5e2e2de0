"""The routes of a chat turn: ask, go on reading, stop."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, status
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from rag_api.chat.resume_point import read_resume_point
from rag_api.chat.schemas import ChatRequest
from rag_api.chat.service import ChatService
from rag_api.chat.stream_slot import STREAM_SLOT
from rag_api.chat.ui_stream import HEADERS, render_ui_stream
from rag_api.dependencies import AuthenticatedRoute, CurrentPrincipal, get_resources
from rag_api.openapi import declare_problems
from rag_api.rate_limit import render_allowance
from rag_api.wire import ClientId

router = APIRouter(prefix="/v1/chat", tags=["chat"], route_class=AuthenticatedRoute)


async def _get_chat(request: Request) -> ChatService:
    return get_resources(request).chat


CurrentChat = Annotated[ChatService, Depends(_get_chat)]
ConversationId = Annotated[ClientId, Path(alias="id")]

_STREAM: dict[str, Any] = {
    "description": "The answer as an AI SDK UI message stream, version 1.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


@router.post(
    "",
    response_class=StreamingResponse,
    dependencies=[STREAM_SLOT],
    responses=declare_problems(
        "conversation_busy",
        "conversation_trashed",
        "invalid_request",
        "message_conflict",
        "not_found",
        "payload_too_large",
        "rate_limited",
        "trigger_unsupported",
        "unsupported_part",
    )
    | {200: _STREAM},
)
async def submit_turn(body: ChatRequest, principal: CurrentPrincipal, chat: CurrentChat) -> StreamingResponse:
    """Asks a question and streams the answer, which is written on even if you leave.

    Of `messages` only the last one of the user is read: the server knows the conversation. The same message
    id with the same text joins the answer that is there already. With `messageId` your message is edited;
    with the trigger `regenerate-message` it is answered again. Either makes a branch, and nothing is
    overwritten.
    """
    turn = await chat.submit(principal, body.to_submission())
    headers = HEADERS | render_allowance(turn.allowance)
    return StreamingResponse(render_ui_stream(turn.events), headers=headers)


@router.get(
    "/{id}/stream",
    response_class=StreamingResponse,
    dependencies=[STREAM_SLOT],
    responses=declare_problems("rate_limited")
    | {200: _STREAM, 204: {"description": "Nothing is being written in a conversation of yours by this id."}},
)
async def resume_stream(
    id: ConversationId,
    principal: CurrentPrincipal,
    chat: CurrentChat,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Streams the answer that is being written, from its beginning.

    With the `id:` of the last frame that you saw as `Last-Event-ID` the stream goes on after it, also when
    the answer has been finished meanwhile.
    """
    seen = read_resume_point(last_event_id)
    events = await chat.resume(principal, id, seen and seen.run_id)
    if events is None:
        return Response(status_code=status.HTTP_204_NO_CONTENT)
    return StreamingResponse(render_ui_stream(events, seen), headers=HEADERS)


@router.post(
    "/{id}/stop",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=declare_problems("not_found")
    | {202: {"description": "The end was asked for, and its worker has not stored it yet."}},
)
async def stop_turn(id: ConversationId, principal: CurrentPrincipal, chat: CurrentChat) -> Response:
    """Ends the answer that is being written, wherever that is, and keeps its text; it may be repeated."""
    stopped = await chat.stop(principal, id)
    return Response(status_code=status.HTTP_204_NO_CONTENT if stopped else status.HTTP_202_ACCEPTED)
