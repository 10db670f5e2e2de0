"""A turn of the chat with the agent that needs no model."""

import httpx

from harness.chat import list_messages, make_body, take_turn


async def test_smoke(api: httpx.AsyncClient) -> None:
    stream = await take_turn(api, make_body("c1", "Hello there"))
    print(stream.raw.decode())
    print(await list_messages(api, "c1"))
    assert stream.is_done
