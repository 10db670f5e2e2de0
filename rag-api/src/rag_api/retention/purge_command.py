"""The command line that deletes what is due, or says what would go."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tqdm import tqdm

from rag_api.config import ConfigError, Settings, load_settings
from rag_api.db.database import Database
from rag_api.db.pool import StartRefused, open_database
from rag_api.errors import DomainError
from rag_api.retention import queries
from rag_api.retention.models import PurgeTotals
from rag_api.retention.purge import LeaseLost, Pace, Pass, list_due

_USAGE_ERROR: Final = 2
_SHOWN_FAILURES: Final = 20
# Seconds between two tries while another process purges.
_WAIT: Final = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: nothing that is due is left; 1: something could not be deleted; 2: wrong usage."""
    given = _create_parser().parse_args(arguments)
    try:
        settings = load_settings(os.environ)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return _USAGE_ERROR
    try:
        return asyncio.run(_work(settings, given.dry_run, given.as_of))
    except (StartRefused, DomainError) as error:
        detail = error.detail if isinstance(error, DomainError) else str(error)
        sys.stderr.write(f"stopped: {detail}; what was deleted stays deleted\n")
        return 1
    except LeaseLost:
        sys.stderr.write("stopped: another process has taken the purge over\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was deleted stays deleted, the next purge deletes the rest\n")
        return 128 + signal.SIGINT


def _read_time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise argparse.ArgumentTypeError("must say its offset from UTC, as in 2026-01-31T12:00:00Z")
    return time


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag_api.retention.purge_command",
        description="Deletes the conversations whose retention, or time in the trash, is over.",
        epilog="Exit code: 0 nothing that is due is left, 1 something could not be deleted, 2 wrong usage.",
    )
    parser.add_argument("--dry-run", action="store_true", help="only count what would go")
    parser.add_argument(
        "--as-of", type=_read_time, metavar="TIME", help="judge by this moment of the past, as a preview did"
    )
    return parser


async def _work(settings: Settings, dry_run: bool, as_of: datetime | None) -> int:
    async with open_database(settings.database_url.get_secret_value(), size=1) as database:
        if dry_run:
            return await _count(database, settings, as_of)
        return await _purge(database, settings, as_of)


async def _count(database: Database, settings: Settings, as_of: datetime | None) -> int:
    users: set[object] = set()
    conversations = messages = 0
    judged = as_of or datetime.now(UTC)
    async for page in list_due(database, settings.retention, judged, Pace()):
        users.update(due.user_id for due in page)
        conversations += len(page)
        messages += sum(due.messages for due in page)
    sys.stdout.write(
        f"would delete {conversations} conversations with {messages} messages of {len(users)} users\n"
    )
    return 0


async def _purge(database: Database, settings: Settings, as_of: datetime | None) -> int:
    with tqdm(desc="purge", unit=" messages", disable=None) as progress:

        def advance(totals: PurgeTotals) -> None:
            progress.set_postfix_str(f"{totals.conversations} conversations, {totals.failed} failed", False)
            progress.update(totals.messages - progress.n)

        work = Pass(database, settings.retention, Pace(), advance)
        waiting = False
        while not await work.run(forced=True, as_of=as_of):
            if not waiting:
                sys.stderr.write("waiting: another process is purging\n")
            waiting = True
            await asyncio.sleep(_WAIT)
    totals = work.totals
    await _report_failures(database)
    sys.stdout.write(
        f"deleted {totals.conversations} conversations with {totals.messages} messages,"
        f" {totals.failed} failed, {totals.spared} in use and left for the next time\n"
    )
    return 1 if totals.failed else 0


async def _report_failures(database: Database) -> None:
    for failure in await queries.list_failures(database, _SHOWN_FAILURES):
        sys.stderr.write(
            f"failed: conversation {failure.conversation_id!a} of {failure.user_id},"
            f" SQLSTATE {failure.problem}, {failure.attempts} tries, again at {failure.retry_at:%F %T%z}\n"
        )


if __name__ == "__main__":
    sys.exit(main())
