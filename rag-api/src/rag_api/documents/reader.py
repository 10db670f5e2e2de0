"""Reads documents in a process of its own, one after the other, each within its time."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from rag_api.documents.models import Chunk, Document, UnreadableDocumentError
from rag_api.documents.worker import LENGTH
from rag_api.errors import DomainError

READING_SECONDS: Final = 30
_MAX_WAITING: Final = 8


class DocumentReader:
    """Starts its process when it is first needed, and again after a document has ended it."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def read(self, uri: str, media_type: str, content: bytes, content_hash: str) -> Document:
        """Raises UnreadableDocumentError, and unavailable when too many documents wait."""
        if self._waiting >= _MAX_WAITING:
            raise DomainError("unavailable", "Too many documents are waiting to be read.")
        self._waiting += 1
        try:
            async with self._turn:
                answer = await self._ask({"uri": uri, "mediaType": media_type}, content)
        finally:
            self._waiting -= 1
        if "error" in answer:
            raise UnreadableDocumentError(answer["error"])
        chunks = tuple(Chunk(heading, body) for heading, body in answer["chunks"])
        return Document(uri, answer["title"], media_type, content_hash, chunks)

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, head: dict[str, str], content: bytes) -> dict[str, Any]:
        process = self._process or await self._start()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process was started with pipes")
        try:
            for frame in (json.dumps(head).encode(), content):
                process.stdin.write(LENGTH.pack(len(frame)) + frame)
            await process.stdin.drain()
            (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
            answer: dict[str, Any] = json.loads(await process.stdout.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            status = await process.wait()
            self._process = None
            if status == -signal.SIGALRM:
                raise UnreadableDocumentError(f"took longer than {self._seconds} s to read") from None
            raise UnreadableDocumentError("ended the process that read it") from None
        except BaseException:
            # Half a request or half an answer would meet the next document.
            await self.close()
            raise
        return answer

    async def _start(self) -> asyncio.subprocess.Process:
        # An environment of its own: no secret stands where a hostile document is read.
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rag_api.documents.worker", str(self._seconds)),
            env={"PYTHONPATH": ":".join(sys.path)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return self._process


@asynccontextmanager
async def open_reader(seconds: int = READING_SECONDS) -> AsyncIterator[DocumentReader]:
    reader = DocumentReader(seconds)
    try:
        yield reader
    finally:
        await reader.close()
