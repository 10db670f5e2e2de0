"""From a bearer token to a principal: shape, header, key, signature, claims, in this order."""

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from rag_api.auth.claims import Expectations, read_principal
from rag_api.auth.jose_signature import ALGORITHM, VerificationKey
from rag_api.auth.jwks import Jwks
from rag_api.auth.key_set import KEY_ID
from rag_api.auth.principal import AnyPrincipal, MachinePrincipal, Principal
from rag_api.auth.refusal import Refusal, refuse
from rag_api.auth.strict_json import NotStrict, decode_base64url, parse_object
from rag_api.clock import Clock

_MAX_TOKEN: Final = 4096
# An ES256 signature is two numbers of 32 bytes: 86 characters.
_SHAPE: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{86})")
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_HEADER_MEMBERS: Final = frozenset({"typ", "alg", "kid"})
_CACHE_SIZE: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Verified:
    principal: AnyPrincipal
    kid: str
    key: VerificationKey


def _read_kid(encoded_header: str) -> str:
    """Checks a protected header and gives its kid; no member that could bring or name a key gets past."""
    header = parse_object(decode_base64url(encoded_header))
    if header.keys() != _HEADER_MEMBERS:
        raise refuse(Refusal.HEADER)
    kid, kind = header["kid"], header["typ"]
    if header["alg"] != ALGORITHM:
        raise refuse(Refusal.ALGORITHM)
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise refuse(Refusal.TYPE)
    if not isinstance(kid, str) or not KEY_ID.fullmatch(kid):
        raise refuse(Refusal.HEADER)
    return kid


class TokenVerifier:
    """Verifies access tokens and remembers them, by digest, until they expire or their key goes."""

    def __init__(
        self, jwks: Jwks, expected: Expectations, clock: Clock, *, cache_size: int = _CACHE_SIZE
    ) -> None:
        """`cache_size` is a number of tokens; beyond it the one remembered first is forgotten."""
        self._jwks = jwks
        self._expected = expected
        self._clock = clock
        self._cache_size = cache_size
        self._cache: OrderedDict[bytes, _Verified] = OrderedDict()

    async def verify(self, token: str) -> Principal:
        """Like verify_any, for what users alone may do: to it a machine's token is not valid."""
        principal = await self.verify_any(token)
        if isinstance(principal, MachinePrincipal):
            raise refuse(Refusal.CLIENT)
        return principal

    async def verify_any(self, token: str) -> AnyPrincipal:
        """Raises a DomainError: 401 for any fault of the token, keys_unavailable while there are no keys."""
        if len(token) > _MAX_TOKEN or (shape := _SHAPE.fullmatch(token)) is None:
            raise refuse(Refusal.SHAPE)
        digest = hashlib.sha256(token.encode()).digest()
        if (principal := self._recall(digest)) is not None:
            return principal
        try:
            verified = await self._check(token, *shape.groups())
        except NotStrict:
            raise refuse(Refusal.SHAPE) from None
        self._remember(digest, verified)
        return verified.principal

    async def _check(self, token: str, header: str, claims: str, signature: str) -> _Verified:
        kid = _read_kid(header)
        decode_base64url(signature)
        payload = decode_base64url(claims)
        key = await self._jwks.get_key(kid)
        if key is None:
            raise refuse(Refusal.UNKNOWN_KEY)
        if not key.has_signed(token):
            raise refuse(Refusal.SIGNATURE)
        principal = read_principal(parse_object(payload), self._expected, self._clock.wall())
        return _Verified(principal, kid, key)

    def _recall(self, digest: bytes) -> AnyPrincipal | None:
        verified = self._cache.get(digest)
        if verified is None:
            return None
        if self._jwks.find_key(verified.kid) is not verified.key:
            del self._cache[digest]
            return None
        if verified.principal.expires_at.timestamp() <= self._clock.wall():
            del self._cache[digest]
            raise refuse(Refusal.EXPIRED)
        return verified.principal

    def _remember(self, digest: bytes, verified: _Verified) -> None:
        self._cache[digest] = verified
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
