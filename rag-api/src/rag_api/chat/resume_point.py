"""Where a reader of a stream stopped: the `id:` of the last frame it saw."""

import re
from typing import Final, NamedTuple
from uuid import UUID

_EVENT_ID: Final = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9]{1,9})")


class ResumePoint(NamedTuple):
    run_id: UUID
    code_points: int


def read_resume_point(last_event_id: str | None) -> ResumePoint | None:
    """None also for what is not ours: the reader then gets everything."""
    found = _EVENT_ID.fullmatch(last_event_id or "")
    return ResumePoint(UUID(found[1]), int(found[2])) if found else None
