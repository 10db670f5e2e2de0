"""The only module that knows python-jose: a verification key, and what it signed."""

from typing import Final

from jose import jwk, jws

ALGORITHM: Final = "ES256"


class VerificationKey:
    """A public P-256 key, built once: building it costs half as much as a verification."""

    def __init__(self, x: str, y: str) -> None:
        """Takes the point's coordinates as in a JWK. Raises ValueError when it is not on the curve."""
        try:
            self._key = jwk.construct({"kty": "EC", "crv": "P-256", "x": x, "y": y}, ALGORITHM)
        except Exception as error:
            raise ValueError("not a P-256 key") from error

    def has_signed(self, token: str) -> bool:
        """Whether the compact JWS bears this key's ES256 signature; its shape is the caller's to check."""
        try:
            jws.verify(token, self._key, [ALGORITHM])
        except Exception:
            # python-jose lets foreign exceptions through; none of them is a good signature.
            return False
        return True
