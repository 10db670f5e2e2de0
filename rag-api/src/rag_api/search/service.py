"""Pages of a search."""

from uuid import UUID

from rag_api.auth.principal import Principal
from rag_api.conversations.models import ConversationFilter
from rag_api.db.database import Database
from rag_api.search import queries
from rag_api.search.cursor import decode_search_cursor, encode_search_cursor, fingerprint
from rag_api.search.highlights import read_marks
from rag_api.search.models import MatchRow, SearchResult


async def search_page(
    database: Database,
    owner: Principal,
    query: str,
    limit: int,
    wanted: ConversationFilter,
    cursor: str | None,
) -> tuple[list[SearchResult], str | None]:
    """A page of results and the cursor of the next one. Raises invalid_cursor."""
    search = fingerprint(query, wanted)
    after = decode_search_cursor(search, cursor)
    # One more than asked tells whether there is a next page.
    rows = await queries.search(database, owner, query, limit + 1, wanted, after)
    results = [_make_result(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return results, None
    return results, encode_search_cursor(search, rows[limit - 1].position)


def _make_result(row: MatchRow) -> SearchResult:
    is_message = row.section == "message"
    return SearchResult(
        conversation_id=row.conversation_id,
        message_id=UUID(row.id) if is_message else None,
        title=read_marks(row.title),
        role=row.role,
        excerpt=read_marks(row.excerpt) if is_message else None,
        created_at=row.created_at,
    )
