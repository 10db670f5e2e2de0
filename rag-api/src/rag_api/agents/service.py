"""Opens the agent that the settings chose."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx

from rag_api.agents.extractive import ExtractiveAgent
from rag_api.agents.openai import OpenAIAgent
from rag_api.agents.port import Agent
from rag_api.config import OpenAISettings

# An answer holds its connection for its whole length; a cap would make further questions wait for it.
_LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=20)


@asynccontextmanager
async def open_agent(settings: OpenAISettings | None) -> AsyncIterator[Agent]:
    """Without settings of a model: the extractive agent."""
    if settings is None:
        yield ExtractiveAgent()
        return
    # trust_env off: a proxy variable of the shell must not see the key or the questions.
    async with httpx.AsyncClient(limits=_LIMITS, trust_env=False) as client:
        yield OpenAIAgent(settings, client)
