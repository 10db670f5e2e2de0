"""The body that OpenAI's clients post; of its messages only the last one of the user is read."""

from typing import Annotated, Literal
from uuid import UUID, uuid5

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from rag_api.chat.models import Submission
from rag_api.chat.schemas import require_bounded
from rag_api.errors import DomainError
from rag_api.examples import with_example
from rag_api.ids import new_id
from rag_api.validation import InvalidValue
from rag_api.wire import ClientId, MessageId, Text


class _Model(BaseModel):
    """OpenAI's own names are snake_case; members that we do not know are ignored."""

    model_config = ConfigDict(frozen=True)


class ContentPart(_Model):
    """A piece of a message; only those of type `text` are taken."""

    type: str
    text: Text = ""


def _as_parts(value: object) -> object:
    return [{"type": "text", "text": value}] if isinstance(value, str) else value


def _require_text(parts: list[ContentPart]) -> list[ContentPart]:
    if any(part.type != "text" for part in parts):
        # Refused later, with a code of its own.
        return parts
    if not _join(parts).strip():
        raise InvalidValue("must hold some text")
    return parts


def _join(parts: list[ContentPart]) -> str:
    return "\n".join(part.text for part in parts)


class QuestionMessage(_Model):
    """The user's message: a text, or a list of text parts."""

    role: Literal["user"]
    content: Annotated[
        list[ContentPart],
        BeforeValidator(_as_parts, json_schema_input_type=str | list[ContentPart]),
        AfterValidator(_require_text),
    ]


def _pick_last_user_message(value: object) -> object:
    if not isinstance(value, list):
        raise InvalidValue("must be a list")
    for message in reversed(value):
        if isinstance(message, dict) and message.get("role") == "user":
            return message
    raise InvalidValue("must hold a message with the role user")


class StreamOptions(_Model):
    """With `include_usage` the last chunk before the end counts the tokens."""

    include_usage: bool | None = None


class ResponseFormat(_Model):
    """Answers are text: who asks for JSON would fail to parse it."""

    type: Literal["text"]


class CompletionMetadata(_Model):
    """`conversation_id` continues a conversation; `message_id` makes a repeat of the request harmless."""

    conversation_id: ClientId | None = None
    message_id: MessageId | None = None


class CompletionRequest(_Model):
    """What is not named here is ignored, `tools` and other messages among it: the server knows better."""

    model_config = with_example(
        {
            "model": "any",
            "messages": [{"role": "user", "content": "How are keys rotated?"}],
            "metadata": {"conversation_id": "my-chat", "message_id": "question-1"},
        }
    )

    model: str | None = Field(None, description="Ignored: the answer's `model` names the one that answered.")
    messages: Annotated[
        QuestionMessage,
        BeforeValidator(
            _pick_last_user_message,
            json_schema_input_type=Annotated[list[QuestionMessage], Field(min_length=1)],
        ),
    ]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    metadata: CompletionMetadata | None = None
    n: Literal[1] | None = None
    response_format: ResponseFormat | None = None

    @property
    def includes_usage(self) -> bool:
        """Whether the stream is to count its tokens."""
        return self.stream_options is not None and self.stream_options.include_usage is True

    def to_submission(self, user_id: UUID, idempotency_key: str | None) -> Submission:
        """Raises DomainError: unsupported_part, payload_too_large."""
        if any(part.type != "text" for part in self.messages.content):
            raise DomainError("unsupported_part", "Only parts of type text are taken.")
        metadata = self.metadata or CompletionMetadata()
        message_id = metadata.message_id or idempotency_key
        conversation_id = metadata.conversation_id or _name_conversation(user_id, message_id)
        text = require_bounded(_join(self.messages.content))
        return Submission(conversation_id, message_id or str(new_id()), text)


def _name_conversation(user_id: UUID, message_id: str | None) -> str:
    """A new conversation; the same one again for a request that is repeated under its own id."""
    return str(new_id() if message_id is None else uuid5(user_id, message_id))
