"""Logs: one JSON object a line on standard output, without the texts of exceptions."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Final

_LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}

logger = logging.getLogger("rag_api")


def describe_exception(error: BaseException) -> dict[str, object]:
    """The type and the frames of an exception: its text may hold a user's words or a bound SQL value."""
    described: dict[str, object] = {
        "type": type(error).__qualname__,
        "frames": [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
    }
    if error.__cause__ is not None:
        described["cause"] = describe_exception(error.__cause__)
    return described


class JsonFormatter(logging.Formatter):
    """Renders a record as JSON; members of `extra={"fields": {...}}` stand beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "msg": record.getMessage(),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= fields
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe_exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging(level: str) -> None:
    """Sends all loggers through one JSON handler; `level` is a LOG_LEVEL of the settings."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_LEVELS[level])
    # At INFO they would add a line for each outgoing request and each loan of a connection.
    for chatty in ("httpx", "httpcore", "psycopg.pool", "psycopg"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, _LEVELS[level]))
