"""Gives what was read new ids: those of the file mean nothing here, and could be somebody else's."""

from dataclasses import dataclass
from typing import Any

from rag_api.ids import new_id
from rag_api.imports.reading import ReadConversation
from rag_api.imports.schemas import ImportedConversation, ImportResult, MessageLine


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Rows as JSON for the database, and the answer."""

    conversations: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    answer: dict[str, Any]


def _render_message(message: MessageLine, conversation_id: str, ids: dict[str, str]) -> dict[str, Any]:
    return {
        "id": ids[message.id],
        "conversation_id": conversation_id,
        "parent_id": ids.get(message.parent_id or ""),
        "role": message.role,
        "status": message.status,
        "text": message.text,
        "sources": [
            source.model_dump(mode="json", by_alias=True, exclude_none=True) for source in message.sources
        ],
        "agent": message.agent,
        "error_code": message.error_code,
        "created_at": message.created_at.isoformat(),
    }


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
