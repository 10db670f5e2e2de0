"""Conversations on the wire."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict

from rag_api.examples import with_example
from rag_api.retention.schemas import Days
from rag_api.validation import InvalidValue
from rag_api.wire import ClientId, Metadata, Time, Title, WireModel, WireRequest

# Stands for a member that was not sent: the fields that were are known by themselves.
_ABSENT: Final = UUID(int=0)
_EXAMPLE: Final[JsonDict] = {
    "id": "my-chat",
    "title": "How are keys rotated?",
    "titleSource": "auto",
    "archived": False,
    "pinned": True,
    "agent": "openai",
    "metadata": {"project": "docs"},
    "headMessageId": "019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a",
    "retentionDays": 30,
    "deletedAt": None,
    "purgeAt": None,
    "createdAt": "2026-01-31T12:00:00.000000Z",
    "updatedAt": "2026-01-31T12:00:05.000000Z",
}

_CURSOR: Final = "WyJjb252ZXJzYXRpb25zIiwiMjAyNi0wMS0zMVQxMjowMDowNS4wMDAwMDBaIiwibXktY2hhdCJd"


class Conversation(WireModel):
    """A conversation; `updatedAt` is the time of its last turn, so a rename does not move it.

    `headMessageId` is the end of the branch that is shown and gone on with.
    """

    model_config = with_example(_EXAMPLE)

    id: str
    title: str
    title_source: Literal["auto", "user"]
    archived: bool
    pinned: bool
    agent: str | None = Field(description="Name of the agent that answered last.")
    metadata: dict[str, object]
    head_message_id: UUID | None
    retention_days: int | None = Field(
        description="Days that this one is kept after its last turn, whatever holds for the others."
    )
    deleted_at: Time | None = Field(description="In the trash since.")
    purge_at: Time | None = Field(description="When it leaves the trash for good.")
    created_at: Time
    updated_at: Time


class ConversationPage(WireModel):
    """A page of conversations; `nextCursor` is null on the last one."""

    model_config = with_example({"items": [_EXAMPLE], "nextCursor": _CURSOR, "count": 42})

    items: list[Conversation]
    next_cursor: str | None
    count: int = Field(
        default=0,
        description="With `count=true`, on the first page: how many there are; 10000 is that or more.",
    )


class CreateConversation(WireRequest):
    """Without `id` the service makes one; with it the request may be repeated."""

    model_config = with_example(
        {"id": "my-chat", "title": "How are keys rotated?", "metadata": {"project": "docs"}}
    )

    id: ClientId | None = None
    title: Title | None = None
    metadata: Metadata = Field(default_factory=dict)


class ChangeConversation(WireRequest):
    """What is absent stays; `metadata` is replaced as a whole. `retentionDays` null: as the others."""

    model_config = with_example({"title": "Rotating keys", "pinned": True, "retentionDays": 30})

    title: Title = Field(default="")
    archived: bool = False
    pinned: bool = False
    metadata: Metadata = Field(default_factory=dict)
    retention_days: Days | None = None
    head_message_id: UUID = Field(
        default=_ABSENT, description="Shows the newest branch through this message of the conversation."
    )

    def list_changes(self) -> dict[str, object]:
        """The members that the client sent."""
        return self.model_dump(mode="json", exclude_unset=True)


def _require_change(change: ChangeConversation) -> ChangeConversation:
    if not change.model_fields_set:
        raise InvalidValue("must change something")
    return change


ConversationChange = Annotated[ChangeConversation, AfterValidator(_require_change)]


class DeletedConversations(WireModel):
    """What was deleted, or went to the trash."""

    model_config = with_example({"conversations": 12, "messages": 148})

    conversations: int
    messages: int
