"""The gateway's published keys: refreshed in the background, kept through an outage, safe from guessing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import httpx

from rag_api.auth.jose_signature import VerificationKey
from rag_api.auth.key_set import KeySet, UnusableKeySet, read_key_set
from rag_api.clock import Clock
from rag_api.errors import DomainError
from rag_api.log import logger

# Seconds.
REFRESH_INTERVAL: Final = 60.0
RETRY_INTERVAL: Final = 5.0
COOLDOWN: Final = 10.0
MAX_STALENESS: Final = 24 * 3600.0
_FETCH_TIMEOUT: Final = 5.0
_MAX_DOCUMENT: Final = 64 * 1024


class Jwks:
    """The current key set and its refreshes."""

    def __init__(self, url: str, http: httpx.AsyncClient, clock: Clock) -> None:
        self._url = url
        self._http = http
        self._clock = clock
        self._keys: KeySet = {}
        self._loaded_at = float("-inf")
        self._attempted_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    @property
    def is_loaded(self) -> bool:
        """Whether there are keys that are not too old to be believed."""
        return self._clock.monotonic() - self._loaded_at <= MAX_STALENESS

    def find_key(self, kid: str) -> VerificationKey | None:
        """The key of a kid among those at hand."""
        published = self._keys.get(kid) if self.is_loaded else None
        return None if published is None else published.key

    async def get_key(self, kid: str) -> VerificationKey | None:
        """The key of a kid; for an unknown one the set is fetched again, at most once a cooldown.

        Raises DomainError keys_unavailable when no keys were ever had, or the last ones are too old.
        """
        if (key := self.find_key(kid)) is not None:
            return key
        if self._fetching is not None or self._clock.monotonic() - self._attempted_at >= COOLDOWN:
            await self.refresh()
        if not self.is_loaded:
            raise DomainError("keys_unavailable")
        return self.find_key(kid)

    async def refresh(self) -> None:
        """Fetches the set, once for all who wait; a failure keeps the last good set."""
        if self._fetching is None:
            self._attempted_at = self._clock.monotonic()
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._forget_fetch)
        # One waiting request may be cancelled; the others still want the answer.
        await asyncio.shield(self._fetching)

    def _forget_fetch(self, _: asyncio.Task[None]) -> None:
        self._fetching = None

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(_FETCH_TIMEOUT):
                self._keys = read_key_set(await self._download(), self._keys)
            self._loaded_at = self._clock.monotonic()
        except Exception as error:
            # Whatever it was, the keys at hand are better than none.
            logger.warning("token keys not refreshed", extra={"fields": {"error": type(error).__name__}})

    async def _download(self) -> bytes:
        document = bytearray()
        # Unpacked, a small answer could be a large one.
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        async with self._http.stream("GET", self._url, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                raise UnusableKeySet("status is not 200")
            async for part in response.aiter_raw():
                document += part
                if len(document) > _MAX_DOCUMENT:
                    raise UnusableKeySet("document too large")
        return bytes(document)

    async def keep_fresh(self) -> None:
        """Refreshes until cancelled: each minute, and sooner while there are no keys."""
        try:
            while True:
                await self.refresh()
                await asyncio.sleep(REFRESH_INTERVAL if self.is_loaded else RETRY_INTERVAL)
        finally:
            if self._fetching is not None:
                self._fetching.cancel()


@asynccontextmanager
async def open_jwks(url: str, http: httpx.AsyncClient, clock: Clock) -> AsyncIterator[Jwks]:
    """Keeps a key set fresh while the block runs; its first fetch is not waited for."""
    jwks = Jwks(url, http, clock)
    task = asyncio.create_task(jwks.keep_fresh())
    try:
        yield jwks
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
