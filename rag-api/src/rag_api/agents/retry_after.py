"""The Retry-After header of HTTP (RFC 9110, 10.2.3)."""

import math
from email.utils import parsedate_to_datetime


def read_retry_after(value: str | None, now: float) -> float:
    """Seconds to wait from `now` (since the epoch); 0 where the header is absent or means nothing."""
    if value is None:
        return 0.0
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now
        except ValueError:
            return 0.0
    return max(seconds, 0.0) if math.isfinite(seconds) else 0.0
