"""A turn as it is asked for, and the rows that the database keeps of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from rag_api.chat.events import AgentJson, EndStatus, RunStatus, SourceJson
from rag_api.ids import new_id

Trigger = Literal["submit", "edit", "regenerate"]
LeaseState = Literal["live", "stop_requested", "session_ended", "lease_lost"]


@dataclass(frozen=True, slots=True)
class Submission:
    """What a client asks for; `target` is the message to edit, or the answer to replace.

    A regeneration may come without a question of its own: the stored one is answered again.
    """

    conversation_id: str
    client_message_id: str | None
    text: str | None
    trigger: Trigger = "submit"
    target: str | None = None


@dataclass(frozen=True, slots=True)
class RunKey:
    """What entitles a worker to write a run: nobody else knows the lease."""

    user_id: UUID
    run_id: UUID
    lease: UUID

    @classmethod
    def create(cls, user_id: UUID) -> "RunKey":
        return cls(user_id, new_id(), new_id())


@dataclass(frozen=True, slots=True)
class Flush:
    """The answer so far, of a run that goes on."""

    key: RunKey
    text: str
    sources: Sequence[SourceJson]


@dataclass(frozen=True, slots=True)
class StartedTurn:
    """`created` is false for a repeat, whose run another request has started."""

    run_id: UUID
    user_message_id: UUID
    assistant_message_id: UUID
    created: bool
    status: RunStatus
    question: str
    history: list[dict[str, str]]
    turns_left: int
    turns_reset: int


@dataclass(frozen=True, slots=True)
class RunState:
    """A run as a reader finds it; `text` is what stands behind the position that it asked from."""

    conversation_id: str
    user_message_id: UUID
    assistant_message_id: UUID
    status: RunStatus
    text: str
    sources: list[SourceJson]
    agent: AgentJson
    error_code: str | None


@dataclass(frozen=True, slots=True)
class FoundRun(RunState):
    """A run that was looked up by its conversation."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class RunResult:
    """The whole answer as it is to be stored."""

    status: EndStatus
    text: str
    sources: list[SourceJson]
    agent: AgentJson
    error_code: str | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run ends."""

    status: EndStatus
    error_code: str | None = None
