"""A JWKS document (RFC 7517), believed only as far as each key fits ES256."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rag_api.auth.jose_signature import ALGORITHM, VerificationKey
from rag_api.auth.strict_json import NotStrict, decode_base64url, parse_object

KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COORDINATE_BYTES: Final = 32
_MAX_KEYS: Final = 32


class UnusableKeySet(ValueError):
    """The document as a whole can't replace the keys at hand."""


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key and the point that it was built from."""

    point: tuple[str, str]
    key: VerificationKey


KeySet = Mapping[str, PublishedKey]


def _read_coordinate(entry: dict[str, object], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or len(decode_base64url(value)) != _COORDINATE_BYTES:
        raise NotStrict
    return value


def _read_key(entry: object, known: KeySet) -> tuple[str, PublishedKey] | None:
    if not isinstance(entry, dict):
        return None
    expected = {"kty": "EC", "crv": "P-256", "use": "sig", "alg": ALGORITHM}
    if any(entry.get(name) != value for name, value in expected.items()) or "d" in entry:
        return None
    kid, operations = entry.get("kid"), entry.get("key_ops", ["verify"])
    if not isinstance(kid, str) or not KEY_ID.fullmatch(kid) or operations != ["verify"]:
        return None
    try:
        point = (_read_coordinate(entry, "x"), _read_coordinate(entry, "y"))
        earlier = known.get(kid)
        # Key objects outlive a refresh: the token cache tells a changed key by identity.
        if earlier is not None and earlier.point == point:
            return kid, earlier
        return kid, PublishedKey(point, VerificationKey(*point))
    except ValueError:
        return None


def read_key_set(document: bytes, known: KeySet) -> KeySet:
    """Takes the usable keys of a document, reusing the `known` ones. Raises UnusableKeySet.

    An entry of another kind is skipped, as RFC 7517, 5 asks; two of one kid are no key set.
    """
    try:
        entries = parse_object(document).get("keys")
    except NotStrict:
        raise UnusableKeySet("not a JSON object") from None
    if not isinstance(entries, list) or len(entries) > _MAX_KEYS:
        raise UnusableKeySet("not a list of keys")
    keys = [key for entry in entries if (key := _read_key(entry, known)) is not None]
    usable = dict(keys)
    if not usable or len(usable) != len(keys):
        raise UnusableKeySet("no usable key, or two of one kid")
    return usable
