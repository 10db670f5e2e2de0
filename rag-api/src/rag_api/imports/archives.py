"""Stores the ZIP of an export in parts, each one statement."""

import asyncio
import hashlib
from typing import IO

from rag_api.auth.principal import Principal
from rag_api.db.database import Database
from rag_api.idempotency import NamedRequest, read_idempotency_key
from rag_api.imports import queries
from rag_api.imports.files import check_archive, list_chunks
from rag_api.imports.mapping import ImportPlan, plan_import
from rag_api.imports.reading import ReadConversation
from rag_api.imports.schemas import ImportedConversation, ImportResult


def _name_chunk(key: str | None, chunk: list[ReadConversation], number: int) -> NamedRequest | None:
    """Of a repeated ZIP each part is known by its number, and by the conversations in it."""
    if key is None:
        return None
    name = hashlib.sha256(read_idempotency_key(key).encode()).hexdigest()
    content = "\n".join(f"{item.line.id} {len(item.messages)}" for item in chunk)
    return NamedRequest(f"import {name} {number}", hashlib.sha256(content.encode()).hexdigest())


async def import_archive(
    database: Database, owner: Principal, file: IO[bytes], key: str | None
) -> ImportResult:
    """Nothing is stored of a file with a fault. Raises RequestValidationError and DomainError."""
    manifest = await asyncio.to_thread(check_archive, file)
    chunks = list_chunks(file, manifest.parts)
    imported: list[ImportedConversation] = []
    messages = number = 0

    def plan_next() -> tuple[ImportPlan, NamedRequest | None] | None:
        chunk = next(chunks, None)
        return None if chunk is None else (plan_import(chunk), _name_chunk(key, chunk, number))

    while planned := await asyncio.to_thread(plan_next):
        plan, named = planned
        answer = await queries.import_conversations(database, owner, plan, named)
        result = ImportResult.model_validate(answer)
        imported += result.conversations
        messages += result.messages
        number += 1
    # Last: a purge must not come before the conversations' own settings.
    nothing = ImportPlan([], [], {"conversations": [], "messages": 0})
    await queries.import_conversations(database, owner, nothing, None, manifest.retention_days)
    return ImportResult(conversations=imported, messages=messages)
