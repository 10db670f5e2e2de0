"""The claims of an access token (RFC 9068), each required, typed and bounded."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from rag_api.auth.principal import AnyPrincipal, MachinePrincipal, Principal
from rag_api.auth.refusal import Refusal, refuse

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SCOPES: Final = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")
_USER_CLIENT: Final = "first-party"
_MACHINE_CLIENT: Final = re.compile(r"svc_[a-z0-9]{1,64}")
# Seconds. The gateway signs for 300; a longer life is not its work.
_MAX_LIFETIME: Final = 900
_LEEWAY: Final = 60
_MAX_TIME: Final = 2**40


@dataclass(frozen=True, slots=True)
class Expectations:
    """Whose tokens count, and for whom."""

    issuer: str
    audience: str


def _require_text(claims: dict[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        raise refuse(Refusal.CLAIMS)
    return value


def _require_uuid(claims: dict[str, object], name: str) -> UUID:
    text = _require_text(claims, name)
    if not _UUID.fullmatch(text):
        raise refuse(Refusal.CLAIMS)
    return UUID(text)


def _require_time(claims: dict[str, object], name: str) -> int:
    value = claims.get(name)
    # A bool is an int to isinstance.
    if type(value) is not int or not 0 <= value <= _MAX_TIME:
        raise refuse(Refusal.CLAIMS)
    return value


def _check_times(claims: dict[str, object], now: float) -> int:
    issued, not_before, expires = (_require_time(claims, name) for name in ("iat", "nbf", "exp"))
    if expires <= now:
        raise refuse(Refusal.EXPIRED)
    if max(issued, not_before) > now + _LEEWAY:
        raise refuse(Refusal.NOT_YET_VALID)
    if not 0 < expires - issued <= _MAX_LIFETIME:
        raise refuse(Refusal.LIFETIME)
    return expires


def read_principal(claims: dict[str, object], expected: Expectations, now: float) -> AnyPrincipal:
    """Checks all claims at `now` (seconds since the epoch). Raises the 401 of the first fault."""
    if _require_text(claims, "iss") != expected.issuer:
        raise refuse(Refusal.ISSUER)
    # RFC 7519 allows a list; the gateway writes one string, and one token is for one service.
    if _require_text(claims, "aud") != expected.audience:
        raise refuse(Refusal.AUDIENCE)
    expires = datetime.fromtimestamp(_check_times(claims, now), UTC)
    client_id = _require_text(claims, "client_id")
    token_id = _require_uuid(claims, "jti")
    scope = _require_text(claims, "scope")
    if not _SCOPES.fullmatch(scope):
        raise refuse(Refusal.CLAIMS)
    scopes = frozenset(scope.split(" "))
    if client_id == _USER_CLIENT:
        user_id, session_id = _require_uuid(claims, "sub"), _require_uuid(claims, "sid")
        return Principal(user_id, session_id, scopes, expires)
    # A machine's token is its own subject and has no session: nothing between the two counts.
    machine = _MACHINE_CLIENT.fullmatch(client_id) and claims.get("sub") == client_id
    if not machine or "sid" in claims:
        raise refuse(Refusal.CLIENT)
    return MachinePrincipal(client_id, token_id, scopes, expires)
