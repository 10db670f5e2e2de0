"""The body that the AI SDK's transport posts; of its history only the last user message is read."""

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from rag_api.chat.models import Submission
from rag_api.errors import DomainError
from rag_api.validation import InvalidValue
from rag_api.wire import ClientId, Text, WireModel

MAX_TEXT_CHARACTERS: Final = 100_000


class UserMessagePart(WireModel):
    """A piece of a message; only those of type `text` are taken."""

    type: str
    text: Text = ""


def _join(parts: list[UserMessagePart]) -> str:
    return "\n".join(part.text for part in parts if part.type == "text")


def _require_text(parts: list[UserMessagePart]) -> list[UserMessagePart]:
    if any(part.type != "text" for part in parts):
        # Refused later, with a code of its own.
        return parts
    text = _join(parts)
    if not text.strip():
        raise InvalidValue("must hold some text")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InvalidValue(f"must have at most {MAX_TEXT_CHARACTERS} characters of text")
    return parts


def _require_no_controls(value: str) -> str:
    if any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in value):
        raise InvalidValue("must not contain control characters")
    return value


def _pick_last_user_message(value: object) -> object:
    if not isinstance(value, list):
        raise InvalidValue("must be a list")
    for message in reversed(value):
        if isinstance(message, dict) and message.get("role") == "user":
            return message
    raise InvalidValue("must hold a message with the role user")


class UserMessage(WireModel):
    """The question of a turn; its `id` makes a repeat of the request harmless."""

    id: Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_require_no_controls)]
    parts: Annotated[list[UserMessagePart], AfterValidator(_require_text)]


class ChatRequest(WireModel):
    """Unknown members are ignored, `system` and `tools` among them: a client may set neither."""

    id: ClientId
    messages: Annotated[
        UserMessage,
        BeforeValidator(
            _pick_last_user_message, json_schema_input_type=Annotated[list[UserMessage], Field(min_length=1)]
        ),
    ]
    trigger: str = "submit-message"
    message_id: str | None = None

    def to_submission(self) -> Submission:
        """Raises DomainError: trigger_unsupported, unsupported_part."""
        if self.trigger != "submit-message":
            raise DomainError("trigger_unsupported")
        if self.message_id is not None:
            raise DomainError("trigger_unsupported", "A message cannot be edited here.")
        if any(part.type != "text" for part in self.messages.parts):
            raise DomainError("unsupported_part", "Only parts of type text are taken.")
        return Submission(self.id, self.messages.id, _join(self.messages.parts))
