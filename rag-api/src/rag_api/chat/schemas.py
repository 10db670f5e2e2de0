"""The body that the AI SDK's transport posts; of its history only the last user message is read."""

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from rag_api.chat.models import Submission, Trigger
from rag_api.errors import DomainError, Limit
from rag_api.examples import with_example
from rag_api.validation import InvalidValue
from rag_api.wire import ClientId, MessageId, Text, WireModel

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
    if not _join(parts).strip():
        raise InvalidValue("must hold some text")
    return parts


def require_bounded(text: str) -> str:
    """Raises payload_too_large, which names the limit of a message."""
    if len(text) > MAX_TEXT_CHARACTERS:
        limit = Limit("message-characters", MAX_TEXT_CHARACTERS)
        detail = f"A message may have at most {MAX_TEXT_CHARACTERS} characters."
        raise DomainError("payload_too_large", detail, limit=limit)
    return text


def _pick_last_user_message(value: object, info: ValidationInfo) -> object:
    may_lack = info.data.get("trigger") == "regenerate-message"
    if value is None:
        if may_lack:
            return None
        raise InvalidValue("is required")
    if not isinstance(value, list):
        raise InvalidValue("must be a list")
    for message in reversed(value):
        if isinstance(message, dict) and message.get("role") == "user":
            return message
    if may_lack:
        return None
    raise InvalidValue("must hold a message with the role user")


class UserMessage(WireModel):
    """The question of a turn; its `id` makes a repeat of the request harmless."""

    id: MessageId
    parts: Annotated[list[UserMessagePart], AfterValidator(_require_text)]


class ChatRequest(WireModel):
    """Unknown members are ignored, `system` and `tools` among them: a client may set neither."""

    model_config = with_example(
        {
            "id": "my-chat",
            "trigger": "submit-message",
            "messages": [
                {
                    "id": "question-1",
                    "role": "user",
                    "parts": [{"type": "text", "text": "How are keys rotated?"}],
                }
            ],
        }
    )

    id: ClientId
    # Before `messages`, which only a new or an edited question needs.
    trigger: Annotated[
        str, Field(description="`submit-message`, or `regenerate-message` for another answer.")
    ] = "submit-message"
    messages: Annotated[
        UserMessage | None,
        BeforeValidator(
            _pick_last_user_message, json_schema_input_type=Annotated[list[UserMessage], Field(min_length=1)]
        ),
        Field(validate_default=True),
    ] = None
    message_id: Annotated[
        MessageId | None,
        Field(description="With `submit-message` your message that is edited, else the answer to replace."),
    ] = None

    def to_submission(self) -> Submission:
        """Raises DomainError: trigger_unsupported, unsupported_part, payload_too_large."""
        if self.trigger not in ("submit-message", "regenerate-message"):
            raise DomainError("trigger_unsupported")
        question = self.messages
        if question is not None and any(part.type != "text" for part in question.parts):
            raise DomainError("unsupported_part", "Only parts of type text are taken.")
        if self.trigger == "regenerate-message":
            trigger: Trigger = "regenerate"
        else:
            trigger = "submit" if self.message_id is None else "edit"
        identifier, text = (question.id, require_bounded(_join(question.parts))) if question else (None, None)
        return Submission(self.id, identifier, text, trigger, self.message_id)
