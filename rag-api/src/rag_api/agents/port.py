"""The agent port: retrieve, then generate, over typed events; no HTTP, no runs, no database."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from rag_api.documents.service import Passage

Role = Literal["user", "assistant"]
FinishReason = Literal["stop", "length", "content-filter", "tool-calls", "error", "other"]
AgentErrorCode = Literal["model_unavailable", "model_timeout", "question_too_long"]


@dataclass(frozen=True, slots=True)
class HistoryMessage:
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    history: Sequence[HistoryMessage]


@dataclass(frozen=True, slots=True)
class Source:
    """A snapshot of a cited passage; `id` is the number that stands in brackets in the text."""

    id: str
    type: Literal["document", "url"]
    title: str
    url: str | None
    quote: str
    heading: str
    score: float
    document_id: UUID
    document_version: int
    media_type: str
    uri: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens; where the provider counts nothing they are `estimated`: the run counts those of the text."""

    input_tokens: int
    output_tokens: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class Finish:
    reason: FinishReason
    usage: Usage


AgentEvent = Source | Usage | TextDelta | Finish
Retriever = Callable[[str, int], Awaitable[Sequence[Passage]]]


class Agent(Protocol):
    """Answers one question at a time; one instance serves all runs.

    `generate` yields every Source before the first TextDelta and ends with one Finish. A Usage before that is
    what is known so far, for runs that end early. All methods may raise AgentError.
    """

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str | None: ...

    async def retrieve(self, question: Question, retriever: Retriever) -> Sequence[Passage]: ...

    def generate(self, question: Question, passages: Sequence[Passage]) -> AsyncGenerator[AgentEvent]: ...

    async def suggest_title(self, question: Question) -> str:
        """A short name for the conversation that begins with this question; perhaps empty."""
        ...


class AgentError(Exception):
    """The model gave no answer, or broke off; the code is public, the message is for the log."""

    def __init__(self, code: AgentErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def create_source(number: int, passage: Passage, quote: str) -> Source:
    web_page = passage.url is not None and passage.url.startswith(("https://", "http://"))
    return Source(
        id=str(number),
        type="url" if web_page else "document",
        title=passage.title,
        url=passage.url if web_page else None,
        quote=quote,
        heading=passage.heading,
        score=passage.score,
        document_id=passage.document_id,
        document_version=passage.document_version,
        media_type=passage.media_type,
        uri=passage.uri,
    )
