"""The composition root: opens every resource in order and closes them in reverse."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from typing import Final

import httpx

from rag_api.agents.service import open_agent
from rag_api.auth.claims import Expectations
from rag_api.auth.jwks import open_jwks
from rag_api.auth.verifier import TokenVerifier
from rag_api.chat.lifespan import open_chat
from rag_api.chat.service import ChatService
from rag_api.clock import Clock
from rag_api.config import Settings
from rag_api.db.database import Database
from rag_api.db.pool import StartRefused, open_database
from rag_api.documents.reader import open_reader
from rag_api.housekeeping import keep_house
from rag_api.metrics import Metrics, Reading
from rag_api.resources import Resources
from rag_api.retention.purger import Purger, open_purger
from rag_api.transfers import Transfers

_HTTP_TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)


@asynccontextmanager
async def open_resources(
    settings: Settings, clock: Clock, metrics: Metrics | None = None
) -> AsyncIterator[Resources]:
    """Raises StartRefused when the service must not run on this database."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            open_database(settings.database_url.get_secret_value(), settings.database_pool_size)
        )
        # trust_env off: a proxy variable of the shell must not see tokens' keys or questions.
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=_HTTP_TIMEOUT, trust_env=False))
        jwks = await stack.enter_async_context(open_jwks(settings.jwks_url, http, clock))
        expected = Expectations(issuer=settings.gateway_url, audience=settings.token_audience)
        await stack.enter_async_context(keep_house(database))
        agent = await stack.enter_async_context(open_agent(settings.openai))
        chat = await stack.enter_async_context(open_chat(database, agent, settings.turn_limits))
        reader = await stack.enter_async_context(open_reader())
        purger = await stack.enter_async_context(open_purger(database, settings.retention))
        if metrics is not None and settings.metrics_port is not None:
            metrics.watch(_list_readings(database, chat, purger))
            stack.enter_context(_serve_metrics(metrics, settings.metrics_port))
        yield Resources(
            settings=settings,
            clock=clock,
            database=database,
            jwks=jwks,
            verifier=TokenVerifier(jwks, expected, clock),
            chat=chat,
            document_reader=reader,
            purger=purger,
            transfers=Transfers(),
        )


def _list_readings(database: Database, chat: ChatService, purger: Purger) -> dict[str, tuple[str, Reading]]:
    return {
        "rag_api_active_runs": ("Answers that this process writes.", lambda: chat.active_runs),
        "rag_api_pool_connections": ("Open database connections.", lambda: database.pool.open),
        "rag_api_pool_idle_connections": ("Those that nobody uses.", lambda: database.pool.idle),
        "rag_api_pool_waiting_requests": ("Who waits for one.", lambda: database.pool.waiting),
        "rag_api_purged_conversations": (
            "Deleted by this process.",
            lambda: purger.conversations,
        ),
        "rag_api_purged_messages": ("Deleted by this process.", lambda: purger.messages),
        "rag_api_purge_failures": (
            "Conversations that could not be deleted, over all replicas.",
            lambda: purger.failures,
        ),
    }


@contextmanager
def _serve_metrics(metrics: Metrics, port: int) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(metrics.serve(port))
        except OSError as error:
            raise StartRefused(f"RAG_API_METRICS_PORT: {error.strerror}") from None
        yield
