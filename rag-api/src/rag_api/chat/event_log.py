"""The events of one run, kept while it lasts; any number of readers follow at their own pace."""

import asyncio
from collections.abc import AsyncIterator

from rag_api.chat.events import NothingNew, RunEvent


class EventLog:
    """Readers hold an offset instead of a queue, so that a slow one costs no memory and delays nobody."""

    def __init__(self) -> None:
        self._events: list[RunEvent] = []
        self._closed = False
        self._changed = asyncio.Event()

    def append(self, event: RunEvent) -> None:
        self._events.append(event)
        self._wake_readers()

    def close(self) -> None:
        self._closed = True
        self._wake_readers()

    async def read(self, idle_seconds: float) -> AsyncIterator[RunEvent]:
        """All events from the first; NothingNew after each `idle_seconds` without one."""
        offset = 0
        while True:
            changed = self._changed
            while offset < len(self._events):
                yield self._events[offset]
                offset += 1
                changed = self._changed
            if self._closed:
                return
            try:
                async with asyncio.timeout(idle_seconds):
                    await changed.wait()
            except TimeoutError:
                yield NothingNew()

    def _wake_readers(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
