"""What a model or a document says loads nothing and fakes no citation, however it is cut into pieces."""

import httpx
import pytest

from harness.chat import list_messages, make_body, take_turn
from harness.model_server import ModelServer, say
from rag_api.agents.untrusted_text import StreamDisarmer, disarm, quote_inertly

EVIL = "https://evil.example"
HOSTILE = {
    f"see ![a]({EVIL})": f"see ! [a]({EVIL})",
    f"<img src={EVIL}>": f"< img src={EVIL}>",
    f"<IMG/src={EVIL}>": f"< IMG/src={EVIL}>",
    f"a <svg\nonload=x> <iframe src={EVIL}>": f"a < svg\nonload=x> < iframe src={EVIL}>",
    "<style>x</style><script>": "< style>x</style>< script>",
    f"So it is [1]({EVIL}).": f"So it is [1] ({EVIL}).",
    f"So it is [1].\n\n[1]: {EVIL}": f"So it is [1].\n\n[1] : {EVIL}",
    f"[ \n1 ]: {EVIL}": f"[ \n1 ] : {EVIL}",
    f"[1][x]\n\n[x]: {EVIL}": f"[1] [x]\n\n[x]: {EVIL}",
    f"[[1]]({EVIL}) and [**2**]({EVIL})": f"[[1]] ({EVIL}) and [**2**] ({EVIL})",
    f"[{' ' * 900}1]: {EVIL}": f"[{' ' * 900}1] : {EVIL}",
    f"<\0img src={EVIL}> !\0[a]({EVIL}) [1]\0({EVIL})": f"< img src={EVIL}> ! [a]({EVIL}) [1] ({EVIL})",
}
HARMLESS = [
    "It is so [1]. And so [2], [3].",
    "Stop! Vec<T> a[0] <b>x</b> <images> x<y [link](https://example.com) <https://example.com>",
    "[1, 2, 3] and [",
    "at the end: <img",
    "at the end: [1]",
    "[]( []: [x](y) [-](z)",
]


def _stream(pieces: list[str]) -> str:
    inert = StreamDisarmer()
    return "".join(map(inert.feed, pieces)) + inert.finish()


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_forms_across_pieces(text: str) -> None:
    expected = HOSTILE[text]
    assert _stream([text]) == _stream(list(text)) == expected
    for cut in range(len(text)):
        assert _stream([text[:cut], text[cut:]]) == expected
    # What has been disarmed is left alone, also when it breaks off.
    assert all(disarm(expected[:end]) == expected[:end] for end in range(len(expected) + 1))


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert disarm(text) == _stream([text]) == _stream(list(text)) == text


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS, f"[1.0]: {EVIL} [a][2]"])
def test_a_quotation_is_disarmed_already(text: str) -> None:
    quoted = quote_inertly(text)
    assert disarm(quoted) == quoted


def test_what_is_held_back_is_bounded() -> None:
    inert = StreamDisarmer()
    sent = inert.feed("[" + "1 " * 1_000)
    assert len(sent) > 900
    assert sent + inert.feed("x") + inert.finish() == "[" + "1 " * 1_000 + "x"


async def test_a_models_answer_is_inert_live_and_reloaded(
    model_api: httpx.AsyncClient, model: ModelServer
) -> None:
    hostile, expected = "".join(HOSTILE), disarm("".join(HOSTILE).replace("\0", ""))
    model.script = say(*(hostile[start : start + 3] for start in range(0, len(hostile), 3)))
    stream = await take_turn(model_api, make_body("inert", "Show it"))
    stored = (await list_messages(model_api, "inert"))[-1]["text"]
    assert stream.text == stored == expected
    for sign in ("![", "<img", "<IMG", "<svg", "<iframe", "<style", "<script", "[1](", "[1]:", "[1]["):
        assert sign not in stored
