"""The process that reads documents: whatever a hostile file does to it, only this process ends."""

import contextlib
import json
import resource
import signal
import struct
import sys
from typing import BinaryIO, Final

from rag_api.documents.models import UnreadableDocumentError
from rag_api.documents.reading import read_document

LENGTH: Final = struct.Struct(">Q")
_MAX_MEMORY_BYTES: Final = 2 * 1024**3


def main(seconds: int) -> None:
    """Serves requests from standard input until it ends; a request that takes longer ends the process."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))
    # The terminal's interrupt is for the parent, which then closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (head := _read_frame(source)) is not None:
        content = _read_frame(source) or b""
        # The signal's default action ends even a process that is stuck inside C code.
        signal.alarm(seconds)
        answer = json.dumps(_read(json.loads(head), content)).encode()
        signal.alarm(0)
        sink.write(LENGTH.pack(len(answer)) + answer)
        sink.flush()


def _read_frame(source: BinaryIO) -> bytes | None:
    prefix = source.read(LENGTH.size)
    return source.read(LENGTH.unpack(prefix)[0]) if len(prefix) == LENGTH.size else None


def _read(head: dict[str, str], content: bytes) -> dict[str, object]:
    try:
        document = read_document(head["uri"], head["mediaType"], content, "")
    except UnreadableDocumentError as error:
        return {"error": str(error)}
    return {"title": document.title, "chunks": [[chunk.heading, chunk.body] for chunk in document.chunks]}


if __name__ == "__main__":
    main(int(sys.argv[1]))
