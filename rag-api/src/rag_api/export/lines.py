"""Conversations and messages as the lines that an import reads."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from rag_api.export.models import ConversationRow, MessageRow
from rag_api.wire import format_time

FORMAT: Final = "rag-api-export"
VERSION: Final = 1


def encode_line(members: dict[str, Any]) -> bytes:
    """One line of JSON; line breaks inside are escaped, everything else is as it was written."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


HEADER: Final = encode_line({"type": "header", "format": FORMAT, "version": VERSION})


def _time(time: datetime | None) -> str | None:
    return None if time is None else format_time(time)


def render_conversation(row: ConversationRow) -> dict[str, Any]:
    """Its line; its messages follow."""
    return {
        "type": "conversation",
        "id": row.id,
        "title": row.title,
        "titleSource": row.title_source,
        "archived": row.archived,
        "pinned": row.pinned,
        "agent": row.agent,
        "metadata": row.metadata,
        "headMessageId": None if row.head_message_id is None else str(row.head_message_id),
        "retentionDays": row.retention_days,
        "deletedAt": _time(row.deleted_at),
        "restoredAt": _time(row.restored_at),
        "createdAt": _time(row.created_at),
        "updatedAt": _time(row.updated_at),
    }


def render_message(row: MessageRow) -> dict[str, Any]:
    """Its line, with feedback and the run that wrote it."""
    feedback = None
    if row.rating is not None:
        feedback = {
            "rating": row.rating,
            "comment": row.comment,
            "createdAt": _time(row.rated_at),
            "updatedAt": _time(row.rating_updated_at),
        }
    run = None
    if row.run_id is not None:
        run = {
            "id": str(row.run_id),
            "createdAt": _time(row.run_created_at),
            "finishedAt": _time(row.run_finished_at),
        }
    return {
        "type": "message",
        "id": str(row.id),
        "parentId": None if row.parent_id is None else str(row.parent_id),
        "clientMessageId": row.client_message_id,
        "revision": row.revision,
        "role": row.role,
        "status": row.status,
        "text": row.text,
        "sources": row.sources,
        "agent": row.agent,
        "errorCode": row.error_code,
        "feedback": feedback,
        "run": run,
        "createdAt": _time(row.created_at),
        "updatedAt": _time(row.updated_at),
    }


def order_by_parent(messages: Iterable[MessageRow], held: dict[str, list[MessageRow]]) -> list[MessageRow]:
    """Parents first, as an import wants them. Clocks of two replicas may have made a child the smaller id.

    `held` keeps those of the conversation whose parent is still to come.
    """
    ordered: list[MessageRow] = []

    def emit(row: MessageRow) -> None:
        waiting = [row]
        while waiting:
            ready = waiting.pop(0)
            ordered.append(ready)
            waiting += held.pop(str(ready.id), [])

    waiting_ids = {str(row.id) for rows in held.values() for row in rows}
    for row in messages:
        parent = row.parent_id
        if parent is not None and (parent > row.id or str(parent) in waiting_ids):
            held.setdefault(str(parent), []).append(row)
            waiting_ids.add(str(row.id))
        else:
            emit(row)
            waiting_ids = {str(row.id) for rows in held.values() for row in rows} if held else set()
    return ordered
