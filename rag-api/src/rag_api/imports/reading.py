"""Reads the lines of an export and checks what they say of each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from rag_api.errors import DomainError, Limit
from rag_api.imports.schemas import LINES, ConversationLine, HeaderLine, Line, MessageLine
from rag_api.validation import InvalidValue

MAX_CONVERSATIONS: Final = 200
MAX_MESSAGES: Final = 5000
_MAX_QUESTION: Final = 100_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a file may hold, and how many messages and characters one conversation of it."""

    conversations: int = MAX_CONVERSATIONS
    messages: int = MAX_MESSAGES
    messages_each: int = MAX_MESSAGES
    characters_each: int = 32 * 1024 * 1024


@dataclass(slots=True)
class ReadConversation:
    """A conversation of the file with its messages, parents first."""

    line: ConversationLine
    number: int
    messages: dict[str, MessageLine] = field(default_factory=dict)
    client_ids: set[tuple[str, int]] = field(default_factory=set)
    characters: int = 0


class Reader:
    """Reads one file, or several that are one export; `place` names the one that is read."""

    def __init__(self, bounds: Bounds, place: str | None = None) -> None:
        self.place = place
        self._bounds = bounds
        self._known: set[str] = set()
        self._messages = 0

    def read(self, lines: Iterable[bytes]) -> Iterator[ReadConversation]:
        """Each as soon as it is complete.

        Raises RequestValidationError with a line's number; payload_too_large.
        """
        begun, number = False, 1
        conversation: ReadConversation | None = None
        for number, text in enumerate(lines, 1):
            if not text.strip():
                continue
            line = self._parse(number, text)
            if not begun:
                self._require(
                    isinstance(line, HeaderLine), number, "type", "must be header in the first line"
                )
                begun = True
            elif isinstance(line, ConversationLine):
                if conversation is not None:
                    yield self._finish(conversation)
                conversation = self._begin(line, number)
            elif isinstance(line, MessageLine) and conversation is not None:
                self._add_message(conversation, line, number)
            else:
                self._refuse(number, "type", "must be conversation, or message after its conversation")
        self._require(begun, number, "type", "must be header in the first line")
        if conversation is not None:
            yield self._finish(conversation)

    def _refuse(self, number: int, member: str | None, reason: str) -> NoReturn:
        error = {
            "type": "value_error",
            "loc": self._locate(number, member),
            "ctx": {"error": InvalidValue(reason)},
        }
        raise RequestValidationError([error])

    def _require(self, holds: bool, number: int, member: str, reason: str) -> None:
        if not holds:
            self._refuse(number, member, reason)

    def _locate(self, number: int, *members: int | str | None) -> tuple[int | str, ...]:
        parts = ("body", self.place, number, *members)
        return tuple(part for part in parts if part is not None)

    def _parse(self, number: int, text: bytes) -> Line:
        try:
            return LINES.validate_json(text)
        except ValidationError as error:
            # pydantic's location begins with the tag of the union's branch, which is no member of the line.
            if error.errors()[0]["type"] == "json_invalid":
                self._refuse(number, None, "must be a line of JSON")
            findings = [f | {"loc": self._locate(number, *f["loc"][1:])} for f in error.errors()]
            raise RequestValidationError(findings) from None

    def _begin(self, line: ConversationLine, number: int) -> ReadConversation:
        if line.id in self._known:
            self._refuse(number, "id", "must differ from those of the other conversations")
        self._known.add(line.id)
        if len(self._known) > self._bounds.conversations:
            raise DomainError(
                "payload_too_large", limit=Limit("import-conversations", self._bounds.conversations)
            )
        return ReadConversation(line, number)

    def _add_message(self, conversation: ReadConversation, message: MessageLine, number: int) -> None:
        require = self._require
        require(
            message.id not in conversation.messages,
            *(number, "id", "must differ from those of the conversation's other messages"),
        )
        parent = conversation.messages.get(message.parent_id or "")
        require(
            message.parent_id is None or parent is not None,
            *(number, "parentId", "must be a message that stands before this one"),
        )
        require(
            message.role != (parent.role if parent else "assistant"),
            *(number, "role", "must be the other one than the parent's; a first message is a user's"),
        )
        if message.role == "user":
            require(message.status == "complete", number, "status", "must be complete in a user's message")
            require(
                len(message.text) <= _MAX_QUESTION,
                *(number, "text", f"must have at most {_MAX_QUESTION} characters in a user's message"),
            )
            key = (message.client_message_id or message.id, message.revision)
            require(
                key not in conversation.client_ids,
                *(number, "revision", "must differ from those of the same clientMessageId"),
            )
            conversation.client_ids.add(key)
        conversation.messages[message.id] = message
        conversation.characters += len(message.text)
        self._check_size(conversation)

    def _check_size(self, conversation: ReadConversation) -> None:
        bounds = self._bounds
        self._messages += 1
        for name, size, most in (
            ("import-messages", self._messages, bounds.messages),
            ("import-conversation-messages", len(conversation.messages), bounds.messages_each),
            ("import-conversation-characters", conversation.characters, bounds.characters_each),
        ):
            if size > most:
                raise DomainError("payload_too_large", limit=Limit(name, most))

    def _finish(self, conversation: ReadConversation) -> ReadConversation:
        head = conversation.line.head_message_id
        self._require(
            head is None or head in conversation.messages,
            *(conversation.number, "headMessageId", "must be a message of the conversation"),
        )
        return conversation


def read_import(body: bytes) -> list[ReadConversation]:
    """The conversations of one file. Raises RequestValidationError; payload_too_large."""
    return list(Reader(Bounds()).read(body.splitlines()))
