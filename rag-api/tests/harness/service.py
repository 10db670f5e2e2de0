"""The service itself, on a real uvicorn and a free port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from harness.issuer import AUDIENCE, ISSUER
from rag_api.app import create_app
from rag_api.clock import Clock
from rag_api.config import Settings, load_settings

ORIGIN = "https://app.example.com"


def make_settings(database_url: str, jwks_url: str, **variables: str) -> Settings:
    """Settings as from an environment; `variables` add to it or replace in it."""
    environment = {
        "RAG_API_DATABASE_URL": database_url,
        "JWKS_URL": jwks_url,
        "GATEWAY_URL": ISSUER,
        "TOKEN_AUDIENCE": AUDIENCE,
        "FRONTEND_ORIGINS": ORIGIN,
        "DATABASE_POOL_SIZE": "4",
    }
    return load_settings(environment | variables)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The signals belong to pytest.
        yield


@asynccontextmanager
async def serve(settings: Settings, clock: Clock | None = None) -> AsyncIterator[str]:
    """Runs the application for the duration of the block; gives its base URL."""
    async with serve_app(create_app(settings, clock)) as url:
        yield url


@asynccontextmanager
async def serve_app(app: ASGIApp, lifespan: Literal["on", "off"] = "on") -> AsyncIterator[str]:
    """The same for any ASGI application."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan=lifespan,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    # asyncio switches Nagle's algorithm off only for sockets that name TCP; else an answer waits 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            if running.done():
                await running
                raise RuntimeError("the service did not start")
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
