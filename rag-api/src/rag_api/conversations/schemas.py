"""Conversations on the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from rag_api.validation import InvalidValue
from rag_api.wire import ClientId, Metadata, Time, Title, WireModel, WireRequest


class Conversation(WireModel):
    """A conversation; `updatedAt` is the time of its last turn, so a rename does not move it."""

    id: str
    title: str
    title_source: Literal["auto", "user"]
    archived: bool
    metadata: dict[str, object]
    created_at: Time
    updated_at: Time


class ConversationPage(WireModel):
    """A page of conversations; `nextCursor` is null on the last one."""

    items: list[Conversation]
    next_cursor: str | None


class CreateConversation(WireRequest):
    """Without `id` the service makes one; with it the request may be repeated."""

    id: ClientId | None = None
    title: Title | None = None
    metadata: Metadata = Field(default_factory=dict)


class ChangeConversation(WireRequest):
    """What is absent stays; `metadata` is replaced as a whole."""

    title: Title = Field(default="")
    archived: bool = False
    metadata: Metadata = Field(default_factory=dict)

    def list_changes(self) -> dict[str, object]:
        """The members that the client sent."""
        return self.model_dump(exclude_unset=True)


def _require_change(change: ChangeConversation) -> ChangeConversation:
    if not change.model_fields_set:
        raise InvalidValue("must change something")
    return change


ConversationChange = Annotated[ChangeConversation, AfterValidator(_require_change)]
