"""Many answers that are written at a time are stored in few statements, and none holds up another."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import psycopg
from pydantic import SecretStr

from harness.chat import list_messages, make_body, open_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import ModelServer, say
from harness.service import serve
from harness.tcp_proxy import open_proxy, through_proxy
from rag_api.config import Settings


async def length_of(api: httpx.AsyncClient, conversation_id: str) -> int:
    return len((await list_messages(api, conversation_id))[-1]["text"])


async def test_running_answers_share_their_statements(
    model_settings: Settings,
    model: ModelServer,
    database: ClonedDatabase,
    signing_key: SigningKey,
    alice: Person,
) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(open_proxy(database.rag_api_url))
        url = SecretStr(through_proxy(database.rag_api_url, proxy))
        service = await stack.enter_async_context(
            serve(model_settings.model_copy(update={"database_url": url}))
        )
        api = await stack.enter_async_context(
            httpx.AsyncClient(base_url=service, headers=headers, timeout=30)
        )
        for number in range(12):
            await stack.enter_async_context(open_turn(api, make_body(f"many-{number}", "Count")))
        await asyncio.sleep(1)
        before = proxy.round_trips
        await asyncio.sleep(2)
        # A statement a run and second would be 24; the reaper may look once.
        assert proxy.round_trips - before <= 12
        assert await length_of(api, "many-0") > 0
        assert await length_of(api, "many-11") > 0


async def test_a_locked_conversation_holds_up_no_other_answer(
    model_api: httpx.AsyncClient, model: ModelServer, database: ClonedDatabase, alice: Person
) -> None:
    model.script = say(*["tick "] * 400, pause=0.05)
    async with AsyncExitStack() as stack:
        for name in ("locked", "free"):
            await stack.enter_async_context(open_turn(model_api, make_body(name, "Count")))
        await asyncio.sleep(1.5)
        with psycopg.connect(database.rag_api_url) as connection:
            connection.execute("select set_config('app.user_id', %s, true)", (str(alice.user_id),))
            connection.execute("select from rag.conversation where id = 'locked' for update")
            locked, free = [await length_of(model_api, name) for name in ("locked", "free")]
            await asyncio.sleep(2.5)
            assert await length_of(model_api, "free") > free
            assert await length_of(model_api, "locked") == locked
        await asyncio.sleep(1.5)
        assert await length_of(model_api, "locked") > locked
