"""Translates PostgreSQL's and the pool's errors, once."""

import json
from collections.abc import Mapping
from typing import Final

import psycopg
from psycopg_pool import PoolTimeout, TooManyRequests

from rag_api.errors import DomainError, ErrorCode, Limit, find_code

# Our functions raise SQLSTATEs of this class with a registry code as message.
_OWN_CLASS: Final = "RG"

# Only what a client can bring about; any other violation is a bug of ours.
CONSTRAINT_CODES: Final[Mapping[str, ErrorCode]] = {
    "conversation_id_check": "validation_failed",
    "conversation_title_check": "validation_failed",
    "conversation_metadata_check": "validation_failed",
    "conversation_user_id_user_id_fk": "session_ended",
    "message_user_id_user_id_fk": "session_ended",
    "run_user_id_user_id_fk": "session_ended",
    "message_conversation_fkey": "not_found",
    "run_conversation_fkey": "not_found",
    "message_client_id_key": "message_conflict",
    "run_one_active": "conversation_busy",
}

# Statement and lock timeouts, exhausted resources, conflicts that a second try did not solve.
_OVERLOAD_STATES: Final = frozenset({"57014", "55P03", "40001", "40P01"})
_CONFLICT_STATES: Final = frozenset({"40001", "40P01"})
# Shutdowns and starts of the server, a primary that became a replica, too many connections.
_TOO_MANY_CONNECTIONS: Final = "53300"
_AWAY_STATES: Final = frozenset({"57P01", "57P02", "57P03", "25006", _TOO_MANY_CONNECTIONS})


def _is_away(error: psycopg.Error) -> bool:
    state = error.sqlstate
    if state is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return state in _AWAY_STATES or state.startswith("08")


def may_retry(error: psycopg.Error) -> bool:
    """Whether a second try of an idempotent statement may do better at once."""
    if isinstance(error, PoolTimeout | TooManyRequests):
        return False
    return _is_away(error) or error.sqlstate in _CONFLICT_STATES


def is_disconnection(error: psycopg.Error) -> bool:
    """Whether the connection is of no more use, and so, presumably, the others of the pool."""
    return _is_away(error) and error.sqlstate != _TOO_MANY_CONNECTIONS


def translate(error: psycopg.Error) -> Exception:
    """The domain error for a database error; an unforeseen one comes back as it is."""
    if isinstance(error, TooManyRequests):
        return DomainError("unavailable")
    if _is_away(error):
        return DomainError("database_unavailable")
    state = error.sqlstate or ""
    if state.startswith(_OWN_CLASS):
        code = find_code(error.diag.message_primary)
    elif state in _OVERLOAD_STATES or state.startswith("53"):
        code = "unavailable"
    else:
        code = CONSTRAINT_CODES.get(error.diag.constraint_name or "")
    if code == "rate_limited":
        return _describe_limit(error.diag.message_detail or "{}")
    return error if code is None else DomainError(code)


def _describe_limit(detail: str) -> DomainError:
    """rag.admit_turn tells as JSON which limit stood against it."""
    told = json.loads(detail)
    limit = Limit(told["limit"], told["quota"], told.get("window"), told["retryAfter"])
    return DomainError("rate_limited", f"The limit {limit.name} is reached.", limit=limit)
