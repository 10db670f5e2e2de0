"""Imports in SQL: one statement, all or nothing."""

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from rag_api.auth.principal import Principal
from rag_api.db.database import Database
from rag_api.idempotency import NamedRequest
from rag_api.imports.mapping import ImportPlan


@dataclass(frozen=True, slots=True)
class _AnswerRow:
    answer: dict[str, Any]


async def import_conversations(
    database: Database,
    owner: Principal,
    plan: ImportPlan,
    request: NamedRequest | None,
    retention_days: int | None = None,
) -> dict[str, Any]:
    """The plan's answer; that of the first time for a repeated `request`. Raises idempotency_key_reused.

    `retention_days` becomes the owner's choice unless there is one.
    """
    key, fingerprint = (request.key, request.fingerprint) if request else (None, None)
    row = await database.fetch_one(
        _AnswerRow,
        "select rag.import_conversations(%s, %s, %s, %s, %s, %s, %s, %s) as answer",
        (
            *(owner.user_id, owner.session_id),
            *(Jsonb(plan.conversations), Jsonb(plan.messages), Jsonb(plan.answer)),
            *(key, fingerprint, retention_days),
        ),
        # Without a key a second try after a lost answer could store everything twice.
        retry=request is not None,
    )
    return row.answer
