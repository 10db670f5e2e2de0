"""Verifies access tokens offline, refuses revoked ones within seconds: copy it into a service that has PyJWT.

tokens = TokenVerifier("https://auth.example.com", "billing-api")
tokens.start()
claims = tokens.verify(bearer_token)  # raises jwt.InvalidTokenError
"""

import base64
import hashlib
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import jwt

# Seconds.
POLL_EVERY = 2.0
POLL_TIMEOUT = 5.0
# An entry leaves the feed when no token can live that it concerns; ours may go then too.
REMEMBER_FOR = 15 * 60.0


def digest_of(value: str) -> str:
    """The first 16 bytes of the SHA-256, base64url."""
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()


class TokenVerifier:
    """Keys by JWKS, revocations by the feed; fails closed when the feed can't be read for 30 seconds."""

    def __init__(self, issuer: str, audience: str, base_url: str | None = None) -> None:
        """`base_url` is where the issuer is reached, if not under its own name."""
        self._issuer = issuer
        self._audience = audience
        self._feed_url = f"{base_url or issuer}/.well-known/revocations"
        self._keys = jwt.PyJWKClient(f"{base_url or issuer}/.well-known/jwks.json")
        self._seen: dict[str, float] = {}
        self._subjects: dict[str, int] = {}
        self._etag = ""
        self._cursor = 0
        self._valid_until = 0.0
        self._stopped = threading.Event()

    def start(self) -> None:
        """Reads the feed, and goes on reading it. Raises when it can't be read at all."""
        self._poll()
        threading.Thread(target=self._keep_polling, daemon=True).start()

    def stop(self) -> None:
        """Ends the reading."""
        self._stopped.set()

    def verify(self, token: str) -> dict[str, Any]:
        """Gives the claims, or raises jwt.InvalidTokenError: for all while the feed is out of reach."""
        claims = self._decode(
            token, "at+jwt", ["sub", "exp", "iat", "jti", "scope", "client_id"], self._audience
        )
        if time.time() >= self._valid_until:
            raise jwt.InvalidTokenError("the revocation feed is too old to trust")
        if self._is_revoked(claims):
            raise jwt.InvalidTokenError("the token was revoked")
        return claims

    def _decode(self, token: str, kind: str, required: list[str], audience: str | None) -> dict[str, Any]:
        if jwt.get_unverified_header(token).get("typ") != kind:
            raise jwt.InvalidTokenError(f"not of the type {kind}")
        key = self._keys.get_signing_key_from_jwt(token)
        return jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            issuer=self._issuer,
            audience=audience,
            options={"require": required},
        )

    def _is_revoked(self, claims: dict[str, Any]) -> bool:
        ids = [f"t:{digest_of(claims['jti'])}", f"s:{digest_of(claims.get('sid', ''))}"]
        not_before = self._subjects.get(digest_of(claims["sub"]), 0)
        return any(found in self._seen for found in ids) or claims["iat"] < not_before

    def _keep_polling(self) -> None:
        while not self._stopped.wait(POLL_EVERY):
            try:
                self._poll()
            except (OSError, jwt.PyJWTError):
                continue

    def _poll(self) -> None:
        headers = {"if-none-match": self._etag} if self._etag else {}
        request = urllib.request.Request(self._feed_url, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=POLL_TIMEOUT) as response:
                document, etag = response.read().decode(), response.headers.get("etag", "")
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return
            raise
        self._learn(self._decode(document, "revocations+jwt", ["exp", "cursor"], None), etag)

    def _learn(self, feed: dict[str, Any], etag: str) -> None:
        """What was revoked once stays so, even if a replica that lags behind does not tell it."""
        now = time.monotonic()
        seen = {found: at for found, at in self._seen.items() if now - at <= REMEMBER_FOR}
        seen |= {f"s:{digest}": now for digest in feed["sessions"]} | {
            f"t:{digest}": now for digest in feed["tokens"]
        }
        self._seen = seen
        # An older snapshot than the one at hand: it adds what it knows, and proves nothing about now.
        if feed["cursor"] < self._cursor:
            return
        self._subjects = feed["subjects"]
        self._cursor = feed["cursor"]
        self._etag = etag
        self._valid_until = feed["exp"]
