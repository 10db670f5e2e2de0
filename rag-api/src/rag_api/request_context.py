"""What one request leaves for its log line."""

from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection
from starlette.types import Scope

_KEY = "rag_api.request"


@dataclass(slots=True)
class RequestContext:
    """Filled on the way by whoever knows; `refusal` is the closed reason of a 401 or 403."""

    request_id: str
    principal_id: str | None = None
    refusal: str | None = None


def attach_context(scope: Scope, context: RequestContext) -> None:
    """Binds the context to a request."""
    scope[_KEY] = context


def get_context(connection: HTTPConnection) -> RequestContext:
    """The context of a request; RequestLogMiddleware made it."""
    return cast(RequestContext, connection.scope[_KEY])
