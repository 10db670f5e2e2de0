"""Writes an export page by page; how large it is makes no difference to the memory that it needs."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from rag_api.auth.principal import Principal
from rag_api.db.database import Database
from rag_api.export import lines, markdown, queries
from rag_api.export.archive import Archive
from rag_api.export.models import ConversationRow, MessageRow
from rag_api.wire import format_time

_CONVERSATIONS: Final = 50
_MESSAGES: Final = 200
# Bytes after which the next file begins: ZIP's older readers take no file of 2 GiB that they can't foresee.
_PART: Final = 256 * 1024 * 1024
_LAST_ID: Final = UUID(int=2**128 - 1)
_README: Final = (
    "conversations-*.jsonl  all conversations with all branches, sources, feedback and runs;"
    " POST /v1/conversations/import takes this ZIP\n"
    "preferences.json       your settings\n"
    "technical.json         answers that are kept for a day for repeated requests, and your allowance\n"
    "markdown/              the same conversations to read\n"
    "manifest.json          what is in here, with SHA-256 sums; if it is missing, the download broke off\n"
)


@dataclass(slots=True)
class _Export:
    """What one export holds while it goes on."""

    database: Database
    owner: Principal
    archive: Archive = field(default_factory=Archive)
    counts: dict[str, int] = field(
        default_factory=lambda: {"conversations": 0, "messages": 0, "feedback": 0, "runs": 0}
    )


async def write_export(database: Database, owner: Principal) -> AsyncGenerator[bytes]:
    """The ZIP in pieces. Raises DomainError, also in its middle: what was sent is then no whole ZIP."""
    export = _Export(database, owner)
    archive = export.archive
    started = datetime.now(UTC)
    account = await queries.get_account(database, owner)
    archive.add("README.txt", _README.encode())
    archive.add("preferences.json", _encode(account["preferences"]))
    archive.add("technical.json", _encode(account["technical"]))
    yield archive.take()
    async for piece in _write_lines(export):
        yield piece
    async for piece in _write_markdown(export):
        yield piece
    manifest = {
        "format": lines.FORMAT,
        "version": lines.VERSION,
        "userId": str(owner.user_id),
        "startedAt": format_time(started),
        "finishedAt": format_time(datetime.now(UTC)),
        "counts": export.counts,
        "files": archive.files,
    }
    archive.add("manifest.json", _encode(manifest))
    archive.close()
    yield archive.take()


def _encode(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


async def _write_lines(export: _Export) -> AsyncIterator[bytes]:
    """conversations-0001.jsonl and so on, cut between two conversations."""
    archive, part = export.archive, 0
    held: dict[str, list[MessageRow]] = {}
    async for conversation, messages in _walk(export, branches=False):
        if conversation is not None:
            if part == 0 or archive.size > _PART:
                part += 1
                archive.begin(f"conversations-{part:04d}.jsonl")
                archive.write(lines.HEADER)
            export.counts["conversations"] += 1
            archive.write(lines.encode_line(lines.render_conversation(conversation)))
            held = {}
        ordered = lines.order_by_parent(messages, held)
        _count(export, ordered)
        yield await _compress(archive, ordered, lambda row: lines.encode_line(lines.render_message(row)))
    archive.end()


def _count(export: _Export, messages: Iterable[MessageRow]) -> None:
    for message in messages:
        export.counts["messages"] += 1
        export.counts["feedback"] += message.rating is not None
        export.counts["runs"] += message.run_id is not None


async def _write_markdown(export: _Export) -> AsyncIterator[bytes]:
    """A file for each conversation."""
    archive, number = export.archive, 0
    branch: set[UUID] = set()
    async for conversation, messages in _walk(export, branches=True):
        if conversation is not None:
            number += 1
            branch = set(conversation.branch or ())
            archive.begin(markdown.name_file(number, conversation.title))
            archive.write(markdown.render_head(conversation).encode())
        yield await _compress(archive, messages, partial(_render_markdown, branch))
    archive.end()


def _render_markdown(branch: set[UUID], row: MessageRow) -> bytes:
    return markdown.render_message(row, row.id in branch).encode()


async def _compress(
    archive: Archive, messages: list[MessageRow], render: Callable[[MessageRow], bytes]
) -> bytes:
    """In a thread, so that the answers of others go on meanwhile."""

    def work() -> bytes:
        for message in messages:
            archive.write(render(message))
        return archive.take()

    return await asyncio.to_thread(work) if messages else archive.take()


async def _walk(
    export: _Export, *, branches: bool
) -> AsyncIterator[tuple[ConversationRow | None, list[MessageRow]]]:
    """Each conversation with its first messages; then, with None for it, further ones of the same."""
    after = ""
    while page := await queries.list_conversations(
        export.database, export.owner, after, _CONVERSATIONS, branches
    ):
        known = {row.id for row in page}
        waiting = {row.id: row for row in page}
        async for messages in _list_messages(export, after, page[-1].id):
            for id, found in messages.items():
                # One that began after the page was read is in none of them.
                if id not in known:
                    continue
                while id in waiting and (first := next(iter(waiting))) != id:
                    yield _without_head(waiting.pop(first)), []
                yield waiting.pop(id, None), found
        for row in waiting.values():
            yield _without_head(row), []
        after = page[-1].id


def _without_head(row: ConversationRow) -> ConversationRow:
    """Without messages: there are none, or it was deleted meanwhile."""
    return replace(row, head_message_id=None)


async def _list_messages(
    export: _Export, after_conversation: str, to: str
) -> AsyncIterator[dict[str, list[MessageRow]]]:
    """Pages, each by conversation; the database's order of ids is not Python's, so it decides."""
    after = (after_conversation, _LAST_ID)
    while rows := await queries.list_messages(export.database, export.owner, after, to, _MESSAGES):
        by_conversation: dict[str, list[MessageRow]] = {}
        for row in rows:
            by_conversation.setdefault(row.conversation_id, []).append(row)
        yield by_conversation
        after = (rows[-1].conversation_id, rows[-1].id)
