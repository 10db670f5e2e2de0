"""A ZIP that is written as it goes: nothing is kept but what the reader has not taken yet."""

import hashlib
import time
import zipfile
from dataclasses import dataclass
from typing import IO, Final, TypedDict

_LEVEL: Final = 6
_OWNER_READS: Final = 0o100600 << 16


class FileJson(TypedDict):
    """A file as the manifest names it."""

    path: str
    bytes: int
    sha256: str


class _Sink:
    """What `zipfile` writes to; without `seek`, sizes follow each file's content instead of preceding it."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        self._pending += data
        return len(data)

    def flush(self) -> None:
        """Nothing is behind it."""

    def close(self) -> None:
        """Nor to be closed."""

    def take(self) -> bytes:
        taken = bytes(self._pending)
        self._pending.clear()
        return taken


@dataclass(slots=True)
class _Entry:
    path: str
    stream: IO[bytes]
    digest: "hashlib._Hash"
    size: int = 0


class Archive:
    """One file after the other; `take` gives the bytes that are ready."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._entry: _Entry | None = None
        self.files: list[FileJson] = []

    def begin(self, path: str) -> None:
        """Ends the file before."""
        self.end()
        info = zipfile.ZipInfo(path, time.gmtime()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = _OWNER_READS
        self._entry = _Entry(path, self._zip.open(info, "w"), hashlib.sha256())

    @property
    def size(self) -> int:
        """Bytes of the open file, not compressed."""
        return self._entry.size if self._entry else 0

    def write(self, data: bytes) -> None:
        """Into the open file."""
        entry = self._entry
        if entry is None:
            raise RuntimeError("no file is open")
        entry.stream.write(data)
        entry.digest.update(data)
        entry.size += len(data)

    def end(self) -> None:
        """Ends the open file, if there is one."""
        if (entry := self._entry) is not None:
            entry.stream.close()
            self.files.append({"path": entry.path, "bytes": entry.size, "sha256": entry.digest.hexdigest()})
            self._entry = None

    def add(self, path: str, data: bytes) -> None:
        """A whole file."""
        self.begin(path)
        self.write(data)
        self.end()

    def close(self) -> None:
        """Writes the directory: without it no reader takes the rest for a ZIP."""
        self.end()
        self._zip.close()

    def take(self) -> bytes:
        """What has not been taken yet."""
        return self._sink.take()
