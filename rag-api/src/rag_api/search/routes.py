"""The route of search."""

from typing import Annotated

from fastapi import APIRouter, Query

from rag_api.conversations.filters import SearchFilter
from rag_api.dependencies import AuthenticatedRoute, CurrentDatabase, CurrentPrincipal
from rag_api.openapi import declare_problems
from rag_api.search import service
from rag_api.search.schemas import SearchPage, SearchQuery

router = APIRouter(prefix="/v1/search", tags=["search"], route_class=AuthenticatedRoute)


@router.get("", responses=declare_problems("invalid_cursor"))
async def search(
    q: SearchQuery,
    principal: CurrentPrincipal,
    database: CurrentDatabase,
    wanted: SearchFilter,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    cursor: str | None = None,
) -> SearchPage:
    """Searches your titles and messages, all branches of them: titles first, then messages, the best first.

    Of a word in very many messages the newest matches are ranked first, then older ones.
    """
    results, next_cursor = await service.search_page(database, principal, q, limit, wanted, cursor)
    return SearchPage.model_validate({"items": results, "next_cursor": next_cursor})
