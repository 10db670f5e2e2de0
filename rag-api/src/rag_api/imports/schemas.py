"""The lines of an export file, version 1, and what an import answers."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter

from rag_api.errors import find_code
from rag_api.examples import with_example
from rag_api.retention.schemas import Days
from rag_api.validation import InvalidValue
from rag_api.wire import MessageId, Metadata, Text, WireModel, require_no_controls

_WEB_LINK: Final = re.compile(r"https?://[^\s<>\"\\\x00-\x1f]+", re.IGNORECASE)
_FIRST_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def _require_web_link(url: str) -> str:
    if not _WEB_LINK.fullmatch(url):
        raise InvalidValue("must be an http or https address")
    return url


def _require_harmless_name(uri: str) -> str:
    """A file's name has no scheme; what has one must be a web address, lest somebody make a link of it."""
    return _require_web_link(uri) if _SCHEME.match(uri.strip()) else require_no_controls(uri)


def _require_code(code: str) -> str:
    if find_code(code) is None:
        raise InvalidValue("must be a registered error code")
    return code


def _require_our_times(time: datetime) -> datetime:
    """None of these services is older; and PostgreSQL knows years that Python does not."""
    if time < _FIRST_MOMENT:
        raise InvalidValue("must not be before 1970")
    return time


_Word = Annotated[Text, Field(min_length=1, max_length=128)]
_Moment = Annotated[AwareDatetime, AfterValidator(_require_our_times)]


class SourceLine(WireModel):
    """A source as a message has it."""

    id: _Word
    type: Literal["document", "url"]
    title: Annotated[Text, Field(max_length=500), AfterValidator(require_no_controls)]
    url: Annotated[Text, Field(max_length=2048), AfterValidator(_require_web_link)] | None = None
    quote: Annotated[Text, Field(max_length=10_000)]
    heading: Annotated[Text, Field(max_length=2000), AfterValidator(require_no_controls)] | None = None
    score: Annotated[float, Field(allow_inf_nan=False)]
    document_id: UUID
    document_version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    media_type: _Word
    uri: Annotated[Text, Field(max_length=2000), AfterValidator(_require_harmless_name)]


class HeaderLine(WireModel):
    """The first line."""

    type: Literal["header"]
    format: Literal["rag-api-export"]
    version: Literal[1]


class FeedbackLine(WireModel):
    """What its reader said of a message."""

    rating: Literal["up", "down"]
    comment: Annotated[Text, Field(min_length=1, max_length=4000)] | None = None
    created_at: _Moment
    updated_at: _Moment


class RunLine(WireModel):
    """When an answer was written."""

    created_at: _Moment
    finished_at: _Moment | None = None


class ConversationLine(WireModel):
    """A conversation, which its messages follow. Without a head the last message is it."""

    type: Literal["conversation"]
    id: MessageId
    title: Annotated[Text, Field(max_length=200)] = ""
    title_source: Literal["auto", "user"] = "user"
    archived: bool = False
    pinned: bool = False
    metadata: Metadata = Field(default_factory=dict)
    head_message_id: MessageId | None = None
    retention_days: Days | None = None
    deleted_at: _Moment | None = None
    restored_at: _Moment | None = None
    created_at: _Moment
    updated_at: _Moment


class MessageLine(WireModel):
    """A message of the conversation before it; its parent stands before it, and is of the other role.

    What was being written when the file was made comes over as interrupted.
    """

    type: Literal["message"]
    id: MessageId
    parent_id: MessageId | None = None
    client_message_id: MessageId | None = None
    revision: Annotated[int, Field(ge=0, lt=2**31)] = 0
    role: Literal["user", "assistant"]
    status: Literal["queued", "streaming", "complete", "stopped", "error", "interrupted"] = "complete"
    text: Annotated[Text, Field(max_length=1_000_000)]
    sources: Annotated[list[SourceLine], Field(max_length=50)] = Field(default_factory=list)
    agent: Metadata | None = None
    error_code: Annotated[str, AfterValidator(_require_code)] | None = None
    feedback: FeedbackLine | None = None
    run: RunLine | None = None
    created_at: _Moment
    updated_at: _Moment | None = None


class Preferences(WireModel):
    """`preferences.json` of a ZIP."""

    retention_days: Days | None = None


Line = HeaderLine | ConversationLine | MessageLine
LINES: Final[TypeAdapter[Line]] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


class ImportedConversation(WireModel):
    """Where a conversation of the file went."""

    imported_id: str = Field(description="Its id in the file.")
    id: str


class ImportResult(WireModel):
    """What was imported."""

    model_config = with_example(
        {
            "conversations": [{"importedId": "c1", "id": "019c13ec-9e00-7c5e-9d41-3b7a2f6e8c10"}],
            "messages": 1,
        }
    )

    conversations: list[ImportedConversation]
    messages: int
