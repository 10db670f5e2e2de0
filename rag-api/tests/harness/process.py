"""The service as a process of its own, as an operator runs it, for tests that kill it."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from rag_api.config import Settings


@dataclass
class ServiceProcess:
    """A running `python -m rag_api`."""

    url: str
    process: asyncio.subprocess.Process


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _environment(settings: Settings, port: int) -> dict[str, str]:
    assert settings.openai is not None
    return os.environ | {
        "RAG_API_DATABASE_URL": settings.database_url.get_secret_value(),
        "RAG_API_PORT": str(port),
        "JWKS_URL": settings.jwks_url,
        "GATEWAY_URL": settings.gateway_url,
        "TOKEN_AUDIENCE": settings.token_audience,
        "AGENT": settings.agent,
        "OPENAI_BASE_URL": settings.openai.base_url,
        "OPENAI_MODEL": settings.openai.model,
    }


@asynccontextmanager
async def run_process(settings: Settings) -> AsyncIterator[ServiceProcess]:
    """Starts the service, waits until it is ready, and kills it at the end if it still runs."""
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rag_api"),
        env=_environment(settings, port),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await _wait_until_ready(f"http://127.0.0.1:{port}")
        yield ServiceProcess(f"http://127.0.0.1:{port}", process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _wait_until_ready(url: str) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient(base_url=url) as client:
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
