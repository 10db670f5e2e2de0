"""Reads the data of server-sent events; a line or an event without end is an error, not a full memory."""

import codecs
from collections.abc import AsyncIterator
from typing import Final

import httpx

MAX_EVENT_CHARACTERS: Final = 256 * 1024


class EndlessEventError(Exception):
    """An event grew beyond any completion's chunk."""


async def read_events(response: httpx.Response) -> AsyncIterator[str]:
    """The `data` of each event (HTML, 9.2.6); other fields say nothing here. Raises EndlessEventError."""
    data: list[str] = []
    size = 0
    async for line in _read_lines(response):
        if line:
            name, _, value = line.partition(":")
            if name == "data":
                data.append(value.removeprefix(" "))
                size += len(value)
                if size > MAX_EVENT_CHARACTERS:
                    raise EndlessEventError
        elif data:
            yield "\n".join(data)
            data, size = [], 0


async def _read_lines(response: httpx.Response) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    after_return = False
    async for raw in response.aiter_bytes():
        text = decoder.decode(raw)
        if after_return:
            # CR LF is one line end, even when it comes in two pieces.
            text = text.removeprefix("\n")
        after_return = text.endswith("\r") if text else after_return
        *lines, rest = (rest + text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for line in lines:
            yield line
        if len(rest) > MAX_EVENT_CHARACTERS:
            raise EndlessEventError
