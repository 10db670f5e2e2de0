"""The event log and its rendering: pace, order, and exact bytes."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from rag_api.agents.port import Finish, Source, TextDelta, Usage
from rag_api.chat.answer import Answer
from rag_api.chat.event_log import EventLog
from rag_api.chat.events import (
    NothingNew,
    RunEnded,
    RunEvent,
    RunStarted,
    SourceJson,
    SourcesFound,
    TextAppended,
)
from rag_api.chat.ui_stream import render_ui_stream

RUN = UUID("01890000-0000-7000-8000-000000000001")
MESSAGE = UUID("01890000-0000-7000-8000-000000000002")
SOURCE = Source(
    "1", "url", "T", "https://example.com/a", "Quote", "A › B", 0.123456, RUN, 3, "text/html", "d/a.html"
)


async def render(*events: RunEvent) -> str:
    async def replay() -> AsyncIterator[RunEvent]:
        for event in events:
            yield event

    return b"".join([frame async for frame in render_ui_stream(replay())]).decode()


def frame(position: int, json: str) -> str:
    return f"id: {RUN}:{position}\ndata: {json}\n\n"


STARTED = RunStarted(RUN, "c", MESSAGE)
OPENING = (
    ": stream-open\n\n"
    + frame(
        0,
        f'{{"type":"start","messageId":"{MESSAGE}",'
        f'"messageMetadata":{{"conversationId":"c","runId":"{RUN}"}}}}',
    )
    + frame(0, '{"type":"start-step"}')
)


async def test_a_whole_answer_byte_for_byte() -> None:
    usage = '{"inputTokens":1,"outputTokens":2,"estimated":true}'
    rendered = await render(
        STARTED,
        TextAppended("Grüße 👋", 7),
        NothingNew(),
        RunEnded(
            "complete",
            None,
            {
                "name": "a",
                "finishReason": "stop",
                "usage": {"inputTokens": 1, "outputTokens": 2, "estimated": True},
            },
        ),
    )
    assert rendered == (
        OPENING
        + frame(0, '{"type":"text-start","id":"text"}')
        + frame(7, '{"type":"text-delta","id":"text","delta":"Grüße 👋"}')
        + ": keep-alive\n\n"
        + frame(7, '{"type":"text-end","id":"text"}')
        + frame(7, '{"type":"finish-step"}')
        + frame(7, f'{{"type":"finish","finishReason":"stop","messageMetadata":{{"usage":{usage}}}}}')
        + "data: [DONE]\n\n"
    )


@pytest.mark.parametrize(
    ("ending", "last"),
    [
        (RunEnded("stopped", None, {"name": "a"}), '{"type":"abort","reason":"user_stop"}'),
        (RunEnded("stopped", "session_ended", {"name": "a"}), '{"type":"error","errorText":"session_ended"}'),
        (RunEnded("error", "model_timeout", {"name": "a"}), '{"type":"error","errorText":"model_timeout"}'),
        (RunEnded("interrupted", None, {"name": "a"}), '{"type":"error","errorText":"interrupted"}'),
    ],
)
async def test_other_endings_close_the_text_first(ending: RunEnded, last: str) -> None:
    rendered = await render(STARTED, TextAppended("x", 1), ending)
    assert rendered.endswith(
        frame(1, '{"type":"text-end","id":"text"}') + frame(1, last) + "data: [DONE]\n\n"
    )
    assert await render(STARTED, ending) == OPENING + frame(0, last) + "data: [DONE]\n\n"


async def test_a_log_is_read_whole_at_any_time_and_pace() -> None:
    log = EventLog()
    log.append(STARTED)
    early = log.read(60)
    assert await anext(early) == STARTED
    waiting = asyncio.ensure_future(anext(early))
    await asyncio.sleep(0)
    log.append(TextAppended("a", 1))
    assert await waiting == TextAppended("a", 1)
    log.append(TextAppended("b", 2))
    log.close()
    assert [event async for event in early] == [TextAppended("b", 2)]
    assert [event async for event in log.read(60)] == [STARTED, TextAppended("a", 1), TextAppended("b", 2)]


async def test_a_silent_log_shows_that_it_lives() -> None:
    log = EventLog()
    reader = log.read(0.01)
    assert [await anext(reader), await anext(reader)] == [NothingNew(), NothingNew()]
    log.append(STARTED)
    assert await anext(reader) == STARTED


async def test_an_answer_records_what_it_streams() -> None:
    log = EventLog()
    answer = Answer(log, limit=8)
    for event in (SOURCE, Usage(5, 0, True), TextDelta("Hel\0lo"), TextDelta(" world"), TextDelta("never")):
        answer.record(event)
    log.close()
    source: SourceJson = {
        "id": "1",
        "type": "url",
        "title": "T",
        "url": "https://example.com/a",
        "quote": "Quote",
        "heading": "A › B",
        "score": 0.1235,
        "documentId": str(RUN),
        "documentVersion": 3,
        "mediaType": "text/html",
        "uri": "d/a.html",
    }
    assert [event async for event in log.read(60)] == [
        SourcesFound((source,)),
        TextAppended("Hello", 5),
        TextAppended(" wo", 8),
    ]
    assert (answer.text, answer.sources, answer.finish_reason) == ("Hello wo", [source], "length")
    assert answer.usage == {"inputTokens": 5, "outputTokens": 2, "estimated": True}


async def test_a_source_after_the_first_words_is_refused() -> None:
    answer = Answer(EventLog(), limit=100)
    answer.record(TextDelta("x"))
    with pytest.raises(RuntimeError, match="after its first words"):
        answer.record(SOURCE)
    answer.record(Finish("stop", Usage(1, 2, False)))
    assert answer.usage == {"inputTokens": 1, "outputTokens": 2, "estimated": False}
