"""Mints access tokens, good and bad, without the library under test."""

import base64
import json
import time
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from harness.database import Person
from rag_api.ids import new_id

ISSUER: Final = "http://gateway.test"
AUDIENCE: Final = "rag-api"
ABSENT: Final = object()


def encode(raw: bytes) -> str:
    """Unpadded base64url."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def encode_json(value: object) -> str:
    """A value as compact JSON in base64url; bytes are taken as they are."""
    return encode(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def _without_absent(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not ABSENT}


class SigningKey:
    """A P-256 key pair with its kid."""

    def __init__(self, kid: str = "test-key") -> None:
        self.kid = kid
        self.private = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> dict[str, Any]:
        """The public half as the gateway publishes it."""
        numbers = self.private.public_key().public_numbers()
        x, y = (encode(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
        return {
            "kty": "EC",
            "crv": "P-256",
            "use": "sig",
            "alg": "ES256",
            "kid": self.kid,
            "x": x,
            "y": y,
        }

    def sign_parts(self, header: object, claims: object) -> str:
        """A compact JWS of any header and payload, JSON values or raw bytes."""
        signed = f"{encode_json(header)}.{encode_json(claims)}"
        r, s = decode_dss_signature(self.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def header(self, **overrides: object) -> dict[str, Any]:
        """The gateway's header; ABSENT removes a member."""
        return _without_absent({"typ": "at+jwt", "alg": "ES256", "kid": self.kid} | overrides)

    def token(
        self,
        person: Person,
        *,
        header: Mapping[str, object] | None = None,
        now: float | None = None,
        **overrides: object,
    ) -> str:
        """An access token of five minutes; overrides replace claims, ABSENT removes one."""
        return self.sign_parts(self.header(**(header or {})), user_claims(person, now=now, **overrides))


def user_claims(person: Person, *, now: float | None = None, **overrides: object) -> dict[str, Any]:
    """The claims that the gateway writes."""
    issued = int(time.time() if now is None else now)
    return _without_absent(
        {
            "iss": ISSUER,
            "sub": str(person.user_id),
            "aud": AUDIENCE,
            "exp": issued + 300,
            "iat": issued,
            "nbf": issued,
            "jti": str(new_id()),
            "sid": str(person.session_id),
            "scope": "rag",
            "client_id": "first-party",
        }
        | overrides
    )
