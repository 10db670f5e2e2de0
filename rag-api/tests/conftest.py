"""Fixtures: one database, one key and one running service a session; a private user a test."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
import pytest_asyncio

from harness.database import ClonedDatabase, Person, clone_database
from harness.issuer import SigningKey
from harness.jwks_server import JwksServer, serve_jwks
from harness.model_server import ModelServer, serve_model
from harness.service import make_settings, serve
from rag_api.config import Settings

MakeToken = Callable[..., str]


@pytest.fixture(scope="session")
def database() -> Iterator[ClonedDatabase]:
    """A migrated database of this session's own."""
    with clone_database() as cloned:
        yield cloned


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    """The key that the shared service trusts."""
    return SigningKey()


@pytest_asyncio.fixture(scope="session")
async def jwks_server(signing_key: SigningKey) -> AsyncIterator[JwksServer]:
    """Where the shared service fetches its keys."""
    async with serve_jwks(signing_key.jwk) as server:
        yield server


@pytest.fixture(scope="session")
def settings(database: ClonedDatabase, jwks_server: JwksServer) -> Settings:
    """Settings of the shared service."""
    return make_settings(database.rag_api_url, jwks_server.url)


@pytest_asyncio.fixture(scope="session")
async def base_url(settings: Settings) -> AsyncIterator[str]:
    """The shared service's URL; a test that breaks or bends the service starts one of its own."""
    async with serve(settings) as url:
        yield url


@pytest.fixture
def alice(database: ClonedDatabase) -> Person:
    """The test's own user."""
    return database.insert_person()


@pytest.fixture
def bob(database: ClonedDatabase) -> Person:
    """Another user, who must see nothing of the first one's."""
    return database.insert_person()


@pytest.fixture
def make_token(signing_key: SigningKey, alice: Person) -> MakeToken:
    """Mints tokens for alice; keyword arguments replace claims, ABSENT removes one."""

    def make(**overrides: object) -> str:
        return signing_key.token(alice, **overrides)

    return make


@pytest_asyncio.fixture
async def anonymous(base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a token."""
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        yield client


@pytest_asyncio.fixture
async def api(base_url: str, signing_key: SigningKey, alice: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Alice's client."""
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=30) as client:
        yield client


@pytest_asyncio.fixture
async def bobs_api(base_url: str, signing_key: SigningKey, bob: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Bob's client."""
    headers = {"authorization": f"Bearer {signing_key.token(bob)}"}
    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=30) as client:
        yield client


@pytest_asyncio.fixture
async def model() -> AsyncIterator[ModelServer]:
    """A model's endpoint, for agents that need one."""
    async with serve_model() as server:
        yield server


@pytest.fixture
def model_settings(database: ClonedDatabase, jwks_server: JwksServer, model: ModelServer) -> Settings:
    """Settings of a service whose agent asks that model."""
    return make_settings(
        database.rag_api_url, jwks_server.url, AGENT="openai", OPENAI_BASE_URL=model.url, OPENAI_MODEL="small"
    )


@pytest_asyncio.fixture
async def model_api(
    model_settings: Settings, signing_key: SigningKey, alice: Person
) -> AsyncIterator[httpx.AsyncClient]:
    """Alice's client of such a service."""
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    limits = httpx.Limits(max_connections=None)
    async with (
        serve(model_settings) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30, limits=limits) as client,
    ):
        yield client
