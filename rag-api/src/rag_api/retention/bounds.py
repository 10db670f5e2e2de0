"""Refuses a number of days that the operator does not allow, and names the limits."""

from fastapi.exceptions import RequestValidationError

from rag_api.retention.policy import RetentionPolicy
from rag_api.validation import InvalidValue


def require_days(policy: RetentionPolicy, days: int | None, member: str) -> None:
    """Raises RequestValidationError for this member of the body; None is always allowed."""
    if days is None or policy.allows(days):
        return
    context = {"error": InvalidValue(f"must be {policy.limits}")}
    raise RequestValidationError([{"type": "value_error", "loc": ("body", member), "ctx": context}])
