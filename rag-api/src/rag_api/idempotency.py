"""Requests that carry their own name and so may be repeated (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header
from starlette.requests import Request

from rag_api.errors import DomainError

# The draft's structured-field string, or the same bare, as most clients send it.
_KEY: Final = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')


@dataclass(frozen=True, slots=True)
class NamedRequest:
    """The client's key, and a hash of what was asked under it: it must not ask for anything else."""

    key: str
    fingerprint: str


def read_idempotency_key(header: str) -> str:
    """Raises invalid_request."""
    found = _KEY.fullmatch(header.strip())
    if found is None:
        raise DomainError("invalid_request", "Idempotency-Key must be 1 to 255 visible ASCII characters.")
    return found[1] or found[2]


def _normalize(body: bytes) -> bytes:
    """Spelling and order of a JSON body's members mean nothing."""
    try:
        return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return body


IdempotencyKey = Annotated[
    str | None,
    Header(description="A repeat under the same key, within a day, gets the first answer again."),
]


def name_request(request: Request, key: str | None, body: bytes) -> NamedRequest | None:
    """None without a key. Raises invalid_request."""
    if key is None:
        return None
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode())
    digest.update(_normalize(body))
    return NamedRequest(read_idempotency_key(key), digest.hexdigest())


async def _get_named_request(request: Request, idempotency_key: IdempotencyKey = None) -> NamedRequest | None:
    return name_request(request, idempotency_key, b"" if idempotency_key is None else await request.body())


RepeatableRequest = Annotated[NamedRequest | None, Depends(_get_named_request)]
