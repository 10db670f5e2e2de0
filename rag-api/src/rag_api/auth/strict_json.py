"""JSON and base64url of tokens, refusing every second spelling."""

import base64
import binascii
import json


class NotStrict(ValueError):
    """The text is not what a conforming issuer writes."""


def decode_base64url(text: str) -> bytes:
    """Decodes unpadded base64url (RFC 7515, 2); only the canonical spelling of the bytes is accepted."""
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotStrict from None
    if base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() != text:
        raise NotStrict
    return decoded


def _require_unique_members(members: list[tuple[str, object]]) -> dict[str, object]:
    parsed = dict(members)
    if len(parsed) != len(members):
        raise NotStrict
    return parsed


def _refuse_constant(_: str) -> object:
    raise NotStrict


def parse_object(text: bytes) -> dict[str, object]:
    """Parses a JSON object; refuses duplicate members, NaN, Infinity and a depth that ends the stack."""
    try:
        parsed = json.loads(
            text.decode(), object_pairs_hook=_require_unique_members, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        raise NotStrict from None
    if not isinstance(parsed, dict):
        raise NotStrict
    return parsed
