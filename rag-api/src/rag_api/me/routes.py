"""The route that tells a caller who they are."""

from uuid import UUID

from fastapi import APIRouter

from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPrincipal
from rag_api.examples import with_example
from rag_api.me import queries
from rag_api.openapi import declare_problems
from rag_api.wire import Time, WireModel

router = APIRouter(prefix="/v1", tags=["me"], route_class=AuthenticatedRoute)


class Me(WireModel):
    """Who the token speaks for, and until when it and its session last."""

    model_config = with_example(
        {
            "userId": "019c0a11-52d3-7e40-8b1c-2f6a9d7c4e85",
            "sessionId": "019c13ea-3c70-7d18-a2f5-6b9e0c1d4f37",
            "sessionExpiresAt": "2026-02-07T12:00:00.000000Z",
            "tokenExpiresAt": "2026-01-31T12:05:00.000000Z",
            "scopes": ["rag"],
        }
    )

    user_id: UUID
    session_id: UUID
    session_expires_at: Time
    token_expires_at: Time
    scopes: list[str]


@router.get("/me", responses=declare_problems())
async def get_me(principal: CurrentPrincipal, database: CurrentDatabase) -> Me:
    """Tells who you are here. It asks the database, so it also proves that the session still lives."""
    row = await queries.get_me(database, principal)
    return Me(
        user_id=row.user_id,
        session_id=row.session_id,
        session_expires_at=row.session_expires_at,
        token_expires_at=principal.expires_at,
        scopes=sorted(principal.scopes),
    )
