"""What the chat keeps running beside the requests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rag_api.agents.port import Agent
from rag_api.chat.flusher import Flusher
from rag_api.chat.generation import RunContext
from rag_api.chat.limits import RunLimits
from rag_api.chat.reaper import reap_for_ever
from rag_api.chat.registry import RunRegistry
from rag_api.chat.service import ChatService
from rag_api.config import TurnLimits
from rag_api.db.database import Database


@asynccontextmanager
async def open_chat(database: Database, agent: Agent, turns: TurnLimits) -> AsyncIterator[ChatService]:
    """Runs that still go on at the end are stored as interrupted."""
    limits = RunLimits(turns=turns)
    registry = RunRegistry()
    reaper = asyncio.create_task(reap_for_ever(database, limits.reap))
    try:
        flusher = Flusher(database, limits.lease, limits.flush_gather)
        yield ChatService(RunContext(database, agent, limits, flusher), registry)
    finally:
        await registry.close(limits.shutdown)
        reaper.cancel()
        await asyncio.wait((reaper,))
