"""Entity tags of versions, and the changes that name one (RFC 9110, 8.8.3 and 13.1.1)."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header

from rag_api.errors import DomainError

_TAG: Final = re.compile(r'\s*(?:(W/)?"([\x21\x23-\x7e\x80-\xff]*)"|\*)\s*')
_VERSION: Final = re.compile(r"[1-9][0-9]{0,17}")


def format_etag(version: int) -> str:
    """A strong tag: the version changes with every change of the representation."""
    return f'"{version}"'


def read_if_match(header: str | None) -> list[int] | None:
    """The versions that a change is meant for; None for any. Raises invalid_request.

    A weak tag, or one that we never gave out, matches nothing.
    """
    if header is None or header.strip() == "*":
        return None
    versions = []
    for part in header.split(","):
        tag = _TAG.fullmatch(part)
        if tag is None or tag[2] is None:
            raise DomainError("invalid_request", "If-Match must be `*` or a list of entity tags.")
        if not tag[1] and _VERSION.fullmatch(tag[2]):
            versions.append(int(tag[2]))
    return versions


async def _get_if_match(
    if_match: Annotated[
        str | None,
        Header(max_length=1000, description="The `ETag` of what you change; another version is left alone."),
    ] = None,
) -> list[int] | None:
    return read_if_match(if_match)


ExpectedVersions = Annotated[list[int] | None, Depends(_get_if_match)]
