"""The composition root: opens every resource in order and closes them in reverse."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import httpx

from rag_api.agents.service import open_agent
from rag_api.auth.claims import Expectations
from rag_api.auth.jwks import open_jwks
from rag_api.auth.verifier import TokenVerifier
from rag_api.chat.lifespan import open_chat
from rag_api.clock import Clock
from rag_api.config import Settings
from rag_api.db.pool import open_database
from rag_api.resources import Resources

_HTTP_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)


@asynccontextmanager
async def open_resources(settings: Settings, clock: Clock) -> AsyncIterator[Resources]:
    """Raises StartRefused when the service must not run on this database."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            open_database(settings.database_url.get_secret_value(), settings.database_pool_size)
        )
        # trust_env off: a proxy variable of the shell must not see tokens' keys or questions.
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=_HTTP_TIMEOUT, trust_env=False))
        jwks = await stack.enter_async_context(open_jwks(settings.jwks_url, http, clock))
        expected = Expectations(issuer=settings.gateway_url, audience=settings.token_audience)
        agent = await stack.enter_async_context(open_agent(settings.openai))
        chat = await stack.enter_async_context(open_chat(database, agent))
        yield Resources(
            settings=settings,
            clock=clock,
            database=database,
            jwks=jwks,
            verifier=TokenVerifier(jwks, expected, clock),
            chat=chat,
        )
