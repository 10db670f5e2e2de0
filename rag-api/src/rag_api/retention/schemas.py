"""Retention on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from rag_api.examples import with_example
from rag_api.retention.policy import MAX_DAYS
from rag_api.wire import Time, WireModel, WireRequest

# The operator's own bounds are tighter; they are checked where they are known.
Days = Annotated[int, Field(ge=1, le=MAX_DAYS, strict=True)]


class RetentionChoice(WireRequest):
    """Days that a conversation is kept after its last turn; null for the operator's default."""

    model_config = with_example({"days": 30})

    days: Days | None


class Retention(WireModel):
    """What holds for you, and what you may choose. `days` is null where conversations are kept for ever."""

    model_config = with_example(
        {
            "days": 30,
            "source": "user",
            "minDays": 1,
            "maxDays": 365,
            "defaultDays": 90,
            "pinnedExempt": True,
            "purgeIntervalSeconds": 3600,
            "trashDays": 30,
            "nextPurgeAt": "2026-01-31T13:00:00.000000Z",
        }
    )

    days: int | None
    source: Literal["user", "default"]
    min_days: int
    max_days: int | None
    default_days: int | None
    pinned_exempt: bool
    purge_interval_seconds: int
    trash_days: int = Field(description="Days that a deleted conversation can be restored; 0: not at all.")
    next_purge_at: Time | None


class RetentionPreview(WireModel):
    """What the purge would delete of yours under a choice, judged by the moment `asOf`."""

    model_config = with_example(
        {
            "asOf": "2026-01-31T12:00:00.000000Z",
            "days": 30,
            "conversations": 12,
            "messages": 148,
            "pinnedKept": 2,
            "oldest": "2025-11-02T09:30:00.000000Z",
            "purgeAt": "2026-01-31T13:00:00.000000Z",
        }
    )

    as_of: Time
    days: int | None
    conversations: int
    messages: int
    pinned_kept: int = Field(description="Those that stay only because they are pinned.")
    oldest: Time | None = Field(description="The oldest last turn among them.")
    purge_at: Time | None


class RetentionRun(WireModel):
    """The pass of the purge that is under way, or was the last; its numbers grow while it is."""

    model_config = with_example(
        {
            "status": "finished",
            "asOf": "2026-01-31T12:00:00.000000Z",
            "finishedAt": "2026-01-31T12:00:03.000000Z",
            "nextAt": "2026-01-31T13:00:00.000000Z",
            "conversations": 12,
            "messages": 148,
            "failed": 0,
        }
    )

    status: Literal["never", "running", "finished"]
    as_of: Time | None
    finished_at: Time | None
    next_at: Time
    conversations: int
    messages: int
    failed: int
