"""The operator's bounds for how long conversations are kept."""

import re
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from rag_api.validation import InvalidValue

# Far beyond any plan, and still a number of days that every time can be moved by.
MAX_DAYS: Final = 36_500
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Days that a user may choose, and what holds for who chose nothing; None: no bound, kept for ever."""

    min_days: int
    max_days: int | None
    default_days: int | None
    pinned_exempt: bool
    # 0: what is deleted is gone at once.
    trash_days: int
    interval_seconds: int

    def bound(self, days: int | None) -> int | None:
        """What a choice comes to, if the bounds have changed since it was made."""
        if days is None:
            return None
        return max(days if self.max_days is None else min(days, self.max_days), self.min_days)

    def allows(self, days: int) -> bool:
        """Whether a user may choose it."""
        return self.bound(days) == days

    @property
    def limits(self) -> str:
        """The bounds in words, after "must be"."""
        if self.max_days is None:
            return f"at least {self.min_days} days"
        return f"{self.min_days} to {self.max_days} days"

    def to_json(self) -> dict[str, int | bool | None]:
        """As our SQL functions take it."""
        return {
            "minDays": self.min_days,
            "maxDays": self.max_days,
            "defaultDays": self.default_days,
            "pinnedExempt": self.pinned_exempt,
            "trashDays": self.trash_days,
        }

    def find_contradictions(self) -> dict[str, str]:
        """Variables that don't fit the others, each with what it must be."""
        found: dict[str, str] = {}
        if self.max_days is not None and self.max_days < self.min_days:
            return {"RETENTION_MAX_DAYS": "must not be less than RETENTION_MIN_DAYS"}
        if self.default_days is not None and not self.allows(self.default_days):
            found["RETENTION_DEFAULT_DAYS"] = f"must be {self.limits}, as the other two variables say"
        if self.default_days is None and self.max_days is not None:
            found["RETENTION_DEFAULT_DAYS"] = "is required with RETENTION_MAX_DAYS: unset means kept for ever"
        if self.max_days is not None and self.trash_days > self.max_days:
            found["TRASH_DAYS"] = "must not be more than RETENTION_MAX_DAYS"
        return found


def _parse_span(value: object) -> object:
    """`90s`, `15m`, `12h` or `30d`."""
    parsed = re.fullmatch(r"([1-9]\d{0,6})([smhd])", value) if isinstance(value, str) else None
    if parsed is None:
        raise InvalidValue("must be a time span, like 90s, 15m, 12h or 30d")
    return int(parsed[1]) * _UNITS[parsed[2]]


def _parse_switch(value: object) -> object:
    if value not in ("on", "off"):
        raise InvalidValue("must be on or off")
    return value == "on"


Span = Annotated[int, Field(ge=1, le=366 * 86_400), BeforeValidator(_parse_span)]
Switch = Annotated[bool, BeforeValidator(_parse_switch)]
