"""Feedback in SQL: each function is one statement for one owner."""

from dataclasses import dataclass

from rag_api.auth.principal import Principal
from rag_api.db.database import Database


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """A user's opinion of a message of theirs."""

    rating: str
    comment: str | None


async def put_feedback(
    database: Database,
    owner: Principal,
    conversation_id: str,
    message: str,
    rating: str,
    comment: str | None,
) -> FeedbackRow:
    """Sets or replaces it; `message` is our id or the client's. Raises not_found."""
    return await database.fetch_one(
        FeedbackRow,
        "select rating, comment from rag.put_feedback(%s, %s, %s, %s, %s, %s)",
        (owner.user_id, owner.session_id, conversation_id, message, rating, comment),
        retry=True,
    )


async def delete_feedback(database: Database, owner: Principal, conversation_id: str, message: str) -> None:
    """Takes it back, if there is any. Raises not_found for an unknown message."""
    await database.execute(
        "select rag.delete_feedback(%s, %s, %s, %s)",
        (owner.user_id, owner.session_id, conversation_id, message),
        retry=True,
    )
