"""Why a token was refused: closed words for the log, never for the client."""

from enum import StrEnum

from rag_api.errors import DomainError


class Refusal(StrEnum):
    """The reasons."""

    MISSING = "missing"
    SCHEME = "scheme"
    SHAPE = "shape"
    HEADER = "header"
    TYPE = "type"
    ALGORITHM = "algorithm"
    UNKNOWN_KEY = "unknown_key"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    CLIENT = "client"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    LIFETIME = "lifetime"


def refuse(reason: Refusal) -> DomainError:
    """The 401 for a reason: without a bearer token at all the client is only asked to sign in."""
    absent = reason in (Refusal.MISSING, Refusal.SCHEME)
    return DomainError("authentication_required" if absent else "invalid_token", reason=reason.value)
