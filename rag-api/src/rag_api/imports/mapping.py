"""Gives what was read new ids: those of the file mean nothing here, and could be somebody else's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rag_api.agents.untrusted_text import disarm
from rag_api.ids import new_id
from rag_api.imports.reading import ReadConversation
from rag_api.imports.schemas import ImportedConversation, ImportResult, MessageLine

# The service that wrote these is another one, or has ended.
_UNFINISHED = ("queued", "streaming")


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Rows as JSON for the database, and the answer."""

    conversations: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    answer: dict[str, Any]


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _render_message(message: MessageLine, conversation_id: str, ids: dict[str, str]) -> dict[str, Any]:
    id, feedback, run = ids[message.id], message.feedback, message.run
    of_user = message.role == "user"
    row: dict[str, Any] = {
        "id": id,
        "conversation_id": conversation_id,
        "client_message_id": (message.client_message_id or id) if of_user else None,
        "revision": message.revision,
        "parent_id": ids.get(message.parent_id or ""),
        "role": message.role,
        "status": "interrupted" if message.status in _UNFINISHED else message.status,
        # What an answer must not do, it must not do either after it has been in a file.
        "text": message.text if of_user else disarm(message.text),
        "sources": [
            source.model_dump(mode="json", by_alias=True, exclude_none=True) for source in message.sources
        ],
        "agent": message.agent,
        "error_code": message.error_code,
        "created_at": _time(message.created_at),
        "updated_at": _time(message.updated_at or message.created_at),
    }
    if feedback is not None:
        row |= {
            "rating": feedback.rating,
            "comment": feedback.comment,
            "rated_at": _time(feedback.created_at),
            "rating_updated_at": _time(feedback.updated_at),
        }
    if run is not None and not of_user and message.parent_id is not None:
        row |= {
            "run_id": str(new_id()),
            "run_created_at": _time(run.created_at),
            "run_finished_at": _time(run.finished_at or run.created_at),
        }
    return row


def plan_import(read: list[ReadConversation]) -> ImportPlan:
    """New ids are UUIDv7 in the order of the file."""
    conversations: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = []
    imported: list[ImportedConversation] = []
    for item in read:
        new = str(new_id())
        ids = {identifier: str(new_id()) for identifier in item.messages}
        head = item.line.head_message_id or next(reversed(item.messages), None)
        row = item.line.model_dump(mode="json", exclude={"type", "id", "head_message_id"})
        conversations.append(row | {"id": new, "head_message_id": ids[head] if head else None})
        messages += [_render_message(message, new, ids) for message in item.messages.values()]
        imported.append(ImportedConversation(imported_id=item.line.id, id=new))
    result = ImportResult(conversations=imported, messages=len(messages))
    return ImportPlan(conversations, messages, result.model_dump(mode="json", by_alias=True))
