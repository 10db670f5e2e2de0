"""Conversations for people to read."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from rag_api.export.models import ConversationRow, MessageRow

_UNFIT: Final = re.compile(r"[^\w .,()+-]+")
_NAME_LENGTH: Final = 60
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_ENDINGS: Final = {
    "stopped": "stopped before its end",
    "error": "ended by an error",
    "interrupted": "interrupted",
    "queued": "being written at the time of the export",
    "streaming": "being written at the time of the export",
}


def name_file(number: int, title: str) -> str:
    """A name that every file system takes; the number keeps equal titles apart."""
    words = _UNFIT.sub(" ", title).strip(" .")[:_NAME_LENGTH].strip(" .")
    return f"markdown/{number:05d} {words or 'Untitled'}.md"


def _time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _disarm(text: str) -> str:
    """An image, or HTML, would make a viewer ask an outside address that somebody else chose.

    A backslash in front would not do: the text may have one there, and the two would undo each other.
    """
    return _TAG.sub("&lt;", text.replace("![", "!\\["))


def render_head(row: ConversationRow) -> str:
    """Title and dates."""
    marks = [
        word
        for word, holds in (
            ("pinned", row.pinned),
            ("archived", row.archived),
            ("in the trash", row.deleted_at is not None),
        )
        if holds
    ]
    facts = [f"begun {_time(row.created_at)}", f"last turn {_time(row.updated_at)}", *marks]
    title = " ".join(row.title.split()) or "Untitled"
    return f"# {_disarm(title)}\n\n*{', '.join(facts)}*\n"


def render_message(row: MessageRow, shown: bool) -> str:
    """A message with what it cites; one of another branch than the shown one says so."""
    who = "You" if row.role == "user" else "Answer"
    notes = [] if shown else ["another branch"]
    if row.status in _ENDINGS:
        notes.append(_ENDINGS[row.status])
    if row.rating is not None:
        notes.append(f"you rated it {row.rating}" + (f": {_disarm(row.comment)}" if row.comment else ""))
    note = f" ({'; '.join(notes)})" if notes else ""
    parts = [f"\n## {who}, {_time(row.created_at)}{note}\n\n{_disarm(row.text)}\n"]
    if row.sources:
        parts.append("\nSources:\n\n" + "".join(_render_source(source) for source in row.sources))
    return "".join(parts)


def _render_source(source: dict[str, Any]) -> str:
    place = source.get("url") or source.get("uri") or ""
    quote = " ".join(str(source.get("quote", "")).split())
    return (
        f"- [{source.get('id', '')}] {_disarm(str(source.get('title', '')))} ({place}): “{_disarm(quote)}”\n"
    )
