"""Reads an export file and checks what its lines say of each other."""

from dataclasses import dataclass, field
from typing import Final, NoReturn

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from rag_api.errors import DomainError, Limit
from rag_api.imports.schemas import LINES, ConversationLine, HeaderLine, Line, MessageLine
from rag_api.validation import InvalidValue

MAX_CONVERSATIONS: Final = 200
MAX_MESSAGES: Final = 5000


@dataclass(slots=True)
class ReadConversation:
    """A conversation of the file with its messages, parents first."""

    line: ConversationLine
    number: int
    messages: dict[str, MessageLine] = field(default_factory=dict)


def _refuse(number: int, member: str | None, reason: str) -> NoReturn:
    place = ("body", number) if member is None else ("body", number, member)
    raise RequestValidationError(
        [{"type": "value_error", "loc": place, "ctx": {"error": InvalidValue(reason)}}]
    )


def _parse(number: int, text: bytes) -> Line:
    try:
        return LINES.validate_json(text)
    except ValidationError as error:
        # pydantic's location begins with the tag of the union's branch, which is no member of the line.
        if error.errors()[0]["type"] == "json_invalid":
            _refuse(number, None, "must be a line of JSON")
        findings = [finding | {"loc": ("body", number, *finding["loc"][1:])} for finding in error.errors()]
        raise RequestValidationError(findings) from None


def _add_message(conversation: ReadConversation, message: MessageLine, number: int) -> None:
    if message.id in conversation.messages:
        _refuse(number, "id", "must differ from those of the conversation's other messages")
    parent = conversation.messages.get(message.parent_id or "")
    if message.parent_id is not None and parent is None:
        _refuse(number, "parentId", "must be a message that stands before this one")
    if message.role == (parent.role if parent else "assistant"):
        _refuse(number, "role", "must be the other one than the parent's; a first message is a user's")
    if message.role == "user" and message.status != "complete":
        _refuse(number, "status", "must be complete in a user's message")
    conversation.messages[message.id] = message


def read_import(body: bytes) -> list[ReadConversation]:
    """The file's conversations. Raises RequestValidationError with a line's number; payload_too_large."""
    lines = [(number, line) for number, line in enumerate(body.splitlines(), 1) if line.strip()]
    if not lines or not isinstance(_parse(*lines[0]), HeaderLine):
        _refuse(lines[0][0] if lines else 1, "type", "must be header in the first line")
    conversations: list[ReadConversation] = []
    for number, text in lines[1:]:
        line = _parse(number, text)
        if isinstance(line, ConversationLine):
            conversations.append(ReadConversation(line, number))
        elif isinstance(line, MessageLine) and conversations:
            _add_message(conversations[-1], line, number)
        else:
            _refuse(number, "type", "must be conversation, or message after its conversation")
    _check(conversations)
    return conversations


def _check(conversations: list[ReadConversation]) -> None:
    if len(conversations) > MAX_CONVERSATIONS:
        raise DomainError("payload_too_large", limit=Limit("import-conversations", MAX_CONVERSATIONS))
    if sum(len(conversation.messages) for conversation in conversations) > MAX_MESSAGES:
        raise DomainError("payload_too_large", limit=Limit("import-messages", MAX_MESSAGES))
    known: set[str] = set()
    for conversation in conversations:
        head = conversation.line.head_message_id
        if head is not None and head not in conversation.messages:
            _refuse(conversation.number, "headMessageId", "must be a message of the conversation")
        if conversation.line.id in known:
            _refuse(conversation.number, "id", "must differ from those of the other conversations")
        known.add(conversation.line.id)
