"""What happens in a run, as every stream format renders it."""

from dataclasses import dataclass
from typing import Final, Literal, NotRequired, TypedDict
from uuid import UUID

RunStatus = Literal["queued", "streaming", "complete", "stopped", "error", "interrupted"]
EndStatus = Literal["complete", "stopped", "error", "interrupted"]

ACTIVE: Final[frozenset[RunStatus]] = frozenset({"queued", "streaming"})


class SourceJson(TypedDict):
    """A source as it is stored in a message and sent to clients; absent members are left out."""

    id: str
    type: Literal["document", "url"]
    title: str
    url: NotRequired[str]
    quote: str
    heading: NotRequired[str]
    score: float
    documentId: str
    documentVersion: int
    mediaType: str
    uri: str
    sourceRemoved: NotRequired[bool]


class UsageJson(TypedDict):
    inputTokens: int
    outputTokens: int
    estimated: bool


class TimingsJson(TypedDict):
    retrieveMs: NotRequired[int]
    generateMs: NotRequired[int]


class AgentJson(TypedDict):
    """What a message keeps of its making; a run that a dead worker left has the first two only."""

    name: str
    model: NotRequired[str]
    timings: NotRequired[TimingsJson]
    usage: NotRequired[UsageJson]
    finishReason: NotRequired[str]


@dataclass(frozen=True, slots=True)
class RunStarted:
    run_id: UUID
    conversation_id: str
    assistant_message_id: UUID


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    phase: Literal["retrieving", "generating"]


@dataclass(frozen=True, slots=True)
class SourcesFound:
    sources: tuple[SourceJson, ...]


@dataclass(frozen=True, slots=True)
class TextAppended:
    """`end` is the number of code points of the whole text after this piece."""

    text: str
    end: int


@dataclass(frozen=True, slots=True)
class TitleChanged:
    """The conversation got its automatic title; a replay does not repeat it."""

    title: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    status: EndStatus
    error_code: str | None
    agent: AgentJson


@dataclass(frozen=True, slots=True)
class NothingNew:
    """Time passed; a stream shows that it still lives."""


RunEvent = RunStarted | PhaseChanged | SourcesFound | TextAppended | TitleChanged | RunEnded | NothingNew
