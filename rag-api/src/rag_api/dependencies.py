"""What a route may ask for, as types; and the door that checks the token before the body is read."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, ClassVar, cast

from fastapi import Depends, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.requests import Request
from starlette.responses import Response

from rag_api.auth.principal import AnyPrincipal, Principal
from rag_api.auth.refusal import Refusal, refuse
from rag_api.db.database import Database
from rag_api.request_context import get_context
from rag_api.resources import Resources
from rag_api.retention.policy import RetentionPolicy

_bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    scheme_name="accessToken",
    description="An access token of the auth-gateway (`GET /api/auth/token`), for this service's audience.",
)


def get_resources(request: Request) -> Resources:
    """What the lifespan opened."""
    return cast(Resources, request.state.resources)


def _read_bearer(request: Request) -> str:
    values = request.headers.getlist("authorization")
    if not values:
        raise refuse(Refusal.MISSING)
    scheme, _, token = values[0].partition(" ")
    if len(values) > 1 or scheme.lower() != "bearer":
        raise refuse(Refusal.SCHEME)
    return token.strip(" ")


class AuthenticatedRoute(APIRoute):
    """Checks the token first: FastAPI itself reads and parses the body before any dependency runs."""

    accepts_machines: ClassVar[bool] = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's hook around body, dependencies and endpoint."""
        handle = super().get_route_handler()
        accepts_machines = self.accepts_machines

        async def authenticate(request: Request) -> Response:
            verifier = get_resources(request).verifier
            verify = verifier.verify_any if accepts_machines else verifier.verify
            principal = await verify(_read_bearer(request))
            request.state.principal = principal
            get_context(request).principal_id = principal.subject
            return await handle(request)

        return authenticate


class MachineRoute(AuthenticatedRoute):
    """A route that declares machine scopes; to all others a machine's token is not valid."""

    accepts_machines = True


async def get_any_principal(request: Request, _: Annotated[object, Security(_bearer)]) -> AnyPrincipal:
    """For routes that ask for scopes themselves."""
    return cast(AnyPrincipal, request.state.principal)


async def _get_principal(request: Request, _: Annotated[object, Security(_bearer)]) -> Principal:
    return cast(Principal, request.state.principal)


async def _get_database(request: Request) -> Database:
    return get_resources(request).database


async def _get_policy(request: Request) -> RetentionPolicy:
    return get_resources(request).settings.retention


CurrentPrincipal = Annotated[Principal, Depends(_get_principal)]
CurrentDatabase = Annotated[Database, Depends(_get_database)]
CurrentPolicy = Annotated[RetentionPolicy, Depends(_get_policy)]
