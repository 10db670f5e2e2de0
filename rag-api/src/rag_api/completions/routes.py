"""The routes that OpenAI's clients call."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header
from pydantic.config import JsonDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from rag_api.chat.service import ChatService
from rag_api.chat.stream_slot import STREAM_SLOT
from rag_api.completions.completion import collect_completion
from rag_api.completions.example import COMPLETION
from rag_api.completions.rendering import HEADERS, render_completion, render_completion_stream
from rag_api.completions.schemas import CompletionRequest
from rag_api.dependencies import AuthenticatedRoute, CurrentPrincipal, get_resources
from rag_api.errors import DomainError
from rag_api.examples import write_example
from rag_api.openapi import declare_problems
from rag_api.problem_details import render_problem
from rag_api.rate_limit import render_allowance
from rag_api.wire import MessageId

router = APIRouter(prefix="/v1", tags=["openai"], route_class=AuthenticatedRoute)

CONVERSATION_HEADER: Final = "x-conversation-id"
_FAILURES: Final = declare_problems(
    "conversation_busy",
    "conversation_trashed",
    "interrupted",
    "invalid_request",
    "message_conflict",
    "model_timeout",
    "model_unavailable",
    "not_found",
    "payload_too_large",
    "question_too_long",
    "rate_limited",
    "unsupported_part",
)
_MODEL: Final[JsonDict] = {"id": "small", "object": "model", "created": 0, "owned_by": "rag-api"}
_MODELS: Final[JsonDict] = {"object": "list", "data": [_MODEL]}


def _show(example: JsonDict) -> dict[str, Any]:
    return {"content": {"application/json": {"example": example}}}


async def _get_chat(request: Request) -> ChatService:
    return get_resources(request).chat


CurrentChat = Annotated[ChatService, Depends(_get_chat)]


@router.post(
    "/chat/completions",
    response_class=JSONResponse,
    dependencies=[STREAM_SLOT],
    responses=_FAILURES
    | {
        200: {
            "description": "A Chat Completion, or its chunks; `rag` names conversation, message and sources.",
            "content": {
                "application/json": {"schema": {"type": "object", "examples": [write_example(COMPLETION)]}},
                "text/event-stream": {"schema": {"type": "string"}},
            },
        }
    },
)
async def create_completion(
    body: CompletionRequest,
    principal: CurrentPrincipal,
    chat: CurrentChat,
    request: Request,
    idempotency_key: Annotated[MessageId | None, Header()] = None,
) -> Response:
    """Asks a question in OpenAI's Chat Completions shape, in the same conversations as `/v1/chat`.

    `metadata.conversation_id` continues a conversation, without it each request begins a new one.
    `metadata.message_id` or `Idempotency-Key` joins the answer that an equal request has started.
    """
    submission = body.to_submission(principal.user_id, idempotency_key)
    turn = await chat.submit(principal, submission)
    kept = {CONVERSATION_HEADER: submission.conversation_id} | render_allowance(turn.allowance)
    if body.stream:
        stream = render_completion_stream(turn.events, chat.model, body.includes_usage)
        return StreamingResponse(stream, headers=HEADERS | kept)
    completion = await collect_completion(turn.events, chat.model)
    if (code := completion.error_code) is not None:
        # The run is over: a repeat would only find its end again, or ask a second time.
        headers = kept | {"x-should-retry": "false"}
        return render_problem(request, code, headers=headers, members={"rag": completion.conclude()})
    return JSONResponse(render_completion(completion), headers=kept)


@router.get("/models", responses=declare_problems() | {200: _show(_MODELS)})
async def list_models(_: CurrentPrincipal, chat: CurrentChat) -> dict[str, object]:
    """Lists what answers here: one model, which the operator chose."""
    return {"object": "list", "data": [_describe_model(chat.model)]}


@router.get("/models/{model:path}", responses=declare_problems("not_found") | {200: _show(_MODEL)})
async def get_model(model: str, _: CurrentPrincipal, chat: CurrentChat) -> dict[str, object]:
    """Gives the one model that answers here."""
    if model != chat.model:
        raise DomainError("not_found")
    return _describe_model(model)


def _describe_model(model: str) -> dict[str, object]:
    return {"id": model, "object": "model", "created": 0, "owned_by": "rag-api"}
