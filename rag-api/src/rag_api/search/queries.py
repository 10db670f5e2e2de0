"""Search in SQL: one statement for one owner."""

from rag_api.auth.principal import Principal
from rag_api.conversations.models import ConversationFilter
from rag_api.db.database import Database
from rag_api.search.models import MatchRow, SearchPosition


async def search(
    database: Database,
    owner: Principal,
    query: str,
    limit: int,
    wanted: ConversationFilter,
    after: SearchPosition | None,
) -> list[MatchRow]:
    """At most `limit` matches after a position, the best first. Raises session_ended."""
    return await database.fetch_all(
        MatchRow,
        """
        select section, rank, id, window_from, window_to, conversation_id, title, role, created_at, excerpt
          from rag.search(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            *(owner.user_id, owner.session_id, query, limit, *wanted.parameters),
            *(after or (None,) * len(SearchPosition._fields)),
        ),
        retry=True,
    )
