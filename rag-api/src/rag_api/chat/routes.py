"""The route of a chat turn."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import StreamingResponse

from rag_api.chat.schemas import ChatRequest
from rag_api.chat.service import ChatService
from rag_api.chat.ui_stream import HEADERS, render_ui_stream
from rag_api.dependencies import AuthenticatedRoute, CurrentPrincipal, get_resources
from rag_api.openapi import declare_problems

router = APIRouter(prefix="/v1/chat", tags=["chat"], route_class=AuthenticatedRoute)


async def _get_chat(request: Request) -> ChatService:
    return get_resources(request).chat


@router.post(
    "",
    response_class=StreamingResponse,
    responses=declare_problems(
        "conversation_busy",
        "message_conflict",
        "payload_too_large",
        "trigger_unsupported",
        "unsupported_part",
    )
    | {
        200: {
            "description": "The answer as an AI SDK UI message stream, version 1.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def submit_turn(
    body: ChatRequest, principal: CurrentPrincipal, chat: Annotated[ChatService, Depends(_get_chat)]
) -> StreamingResponse:
    """Asks a question and streams the answer, which is written on even if you leave.

    Of `messages` only the last one of the user is read: the server knows the conversation. The same message
    id with the same text joins the answer that is there already.
    """
    events = await chat.submit(principal, body.to_submission())
    return StreamingResponse(render_ui_stream(events), headers=HEADERS)
