"""The trace that a request belongs to, by W3C Trace Context (w3.org/TR/trace-context)."""

import re
import secrets
from dataclasses import dataclass
from typing import Final

_TRACEPARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")

_SAMPLED: Final = 0x01


@dataclass(frozen=True, slots=True)
class TraceContext:
    """`parent_id` is the caller's span, ours is `span_id`; `sampled`: somebody records the trace."""

    trace_id: str
    span_id: str
    parent_id: str | None
    sampled: bool = True


def read_trace_context(traceparent: str | None) -> TraceContext:
    """The caller's trace with a span of ours; a new trace where the header is absent or wrong."""
    found = _TRACEPARENT.fullmatch(traceparent or "")
    span_id = secrets.token_hex(8)
    if found is not None:
        version, trace_id, parent_id, flags, rest = found.groups()
        is_valid = version != "ff" and (version != "00" or rest is None)
        if is_valid and trace_id.strip("0") and parent_id.strip("0"):
            return TraceContext(trace_id, span_id, parent_id, bool(int(flags, 16) & _SAMPLED))
    return TraceContext(secrets.token_hex(16), span_id, None)
