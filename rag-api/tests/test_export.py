"""The export: everything is in it, it imports again, and a broken one is told from a whole one."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from harness.chat import make_body, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import SigningKey
from harness.model_server import ModelServer, say
from harness.service import serve
from rag_api.config import Settings
from rag_api.ids import new_id

ODD = 'RTL עברית \u202eabc\u202c 👩\u200d👧 \U0001d518 e\u0301 \u2028line\u2029 \ufeff \uffff \r\n\t"\\ <b>'
SOURCE = {
    "id": "1",
    "type": "url",
    "title": f"Keys {' '.join(ODD.split())}",
    "url": "https://example.com/keys",
    "quote": f"Keys rotate. {ODD} ![x](https://evil.example/?q=secret)",
    "heading": "A › B",
    "score": 0.1 + 0.2,
    "documentId": "01a1fe37-272e-733b-8779-affd66648874",
    "documentVersion": 2,
    "mediaType": "text/html",
    "uri": "https://example.com/keys",
}


async def fetch_export(api: httpx.AsyncClient) -> bytes:
    answer = await api.get("/v1/me/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def read_lines(archive: bytes) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        names = sorted(name for name in files.namelist() if name.startswith("conversations-"))
        return [json.loads(line) for name in names for line in files.read(name).splitlines()]


def read_json(archive: bytes, path: str) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        found: dict[str, Any] = json.loads(files.read(path))
        return found


async def post_zip(api: httpx.AsyncClient, archive: bytes, **headers: str) -> httpx.Response:
    kind = {"content-type": "application/zip"} | headers
    return await api.post("/v1/conversations/import", content=archive, headers=kind)


def map_ids(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same with ids by place: two exports of the same things are then equal."""
    names: dict[str, str] = {}

    def name(id: str | None) -> str | None:
        return None if id is None else names.setdefault(id, f"#{len(names)}")

    blocks: list[list[dict[str, Any]]] = []
    for line in lines[1:]:
        if line["type"] == "conversation":
            blocks.append([])
        blocks[-1].append(line)
    mapped = []
    for block in sorted(blocks, key=lambda block: str(block[0]["title"])):
        for line in block:
            members = dict(line, id=name(line["id"]))
            for member in ("parentId", "headMessageId"):
                if member in line:
                    members[member] = name(line[member])
            if line.get("run"):
                members["run"] = line["run"] | {"id": name(line["run"]["id"])}
            mapped.append(members)
    return mapped


async def furnish(api: httpx.AsyncClient, alice: Person, database: ClonedDatabase) -> None:
    """Branches, sources, every ending, feedback, a trashed conversation, odd text, and settings."""
    await take_turn(api, make_body("branches", f"How? {ODD}", "m1"))
    await take_turn(api, make_body("branches", "And why?", "m2"))
    await take_turn(api, make_body("branches", "How else?", "m1", messageId="m1"))
    await take_turn(api, {"id": "branches", "messages": [], "trigger": "regenerate-message"})
    path = "/v1/conversations/branches"
    items = (await api.get(f"{path}/messages?branches=all&limit=100")).json()["items"]
    assert len(items) == 7
    for item, (rating, comment) in zip(items, [("up", ODD), ("down", None)], strict=False):
        body = {"rating": rating, "comment": comment}
        assert (await api.put(f"{path}/messages/{item['id']}/feedback", json=body)).status_code == 200
    change = {"title": f"Title {ODD[:100]}", "pinned": True, "metadata": {"ключ": [1, None, {"a": ODD}]}}
    assert (await api.patch(path, json=change | {"retentionDays": 77})).status_code == 200
    await api.post("/v1/conversations", json={"id": "empty", "title": "Empty"})
    for status in ("stopped", "error", "interrupted"):
        await take_turn(api, make_body(status, f"Ends {status}", f"q-{status}"))
        await api.patch(f"/v1/conversations/{status}", json={"title": status, "archived": True})
        database.as_owner(
            alice,
            "update rag.message set status = %s, text = %s, error_code = %s, sources = %s"
            " where conversation_id = %s and role = 'assistant'",
            (
                *(status, f"Half an ans {ODD}", "model_timeout" if status == "error" else None),
                *(json.dumps([SOURCE]), status),
            ),
        )
    database.as_owner(alice, "update rag.conversation set deleted_at = now() where id = 'stopped'")
    await api.put("/v1/me/retention", json={"days": 300})


async def test_an_export_imports_into_an_empty_account_and_is_equal_then(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    await furnish(api, alice, database)
    first = await fetch_export(api)
    answer = await post_zip(bobs_api, first)
    assert answer.status_code == 201, answer.text
    assert (len(answer.json()["conversations"]), answer.json()["messages"]) == (5, 13)
    second = await fetch_export(bobs_api)
    one, other = map_ids(read_lines(first)), map_ids(read_lines(second))
    assert len(one) == 18
    assert one == other
    assert read_json(first, "preferences.json") == read_json(second, "preferences.json")
    assert read_json(first, "manifest.json")["counts"] == read_json(second, "manifest.json")["counts"]
    # It works, too: a repeat of the question meets the answer that came over.
    new_id_of = {item["importedId"]: item["id"] for item in answer.json()["conversations"]}
    branch = (await bobs_api.get(f"/v1/conversations/{new_id_of['error']}/messages")).json()["items"]
    assert [item["status"] for item in branch] == ["error", "complete"]
    repeat = await take_turn(
        bobs_api, make_body(new_id_of["interrupted"], "Ends interrupted", "q-interrupted")
    )
    assert repeat.text == f"Half an ans {ODD}"


async def test_the_manifest_names_every_file_with_its_sum(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    await furnish(api, alice, database)
    archive = await fetch_export(api)
    manifest = read_json(archive, "manifest.json")
    assert manifest["counts"] == {"conversations": 5, "messages": 13, "feedback": 2, "runs": 7}
    assert manifest["userId"] == str(alice.user_id)
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        names = files.namelist()
        assert names[-1] == "manifest.json"
        assert [item["path"] for item in manifest["files"]] == names[:-1]
        for item in manifest["files"]:
            content = files.read(item["path"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (item["bytes"], item["sha256"])
        read = {name: files.read(name).decode() for name in names if name.startswith("markdown/")}
    assert len(read) == 5
    (branches,) = (text for text in read.values() if "How else?" in text)
    assert branches.count("another branch") == 5
    assert "you rated it up" in branches
    everything = "".join(read.values())
    assert "in the trash" in everything
    assert "ended by an error" in everything
    # A viewer would otherwise ask that address.
    assert "![" not in everything
    assert "<b>" not in everything


async def test_nothing_of_anothers_is_in_it(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    await furnish(api, alice, database)
    await bobs_api.post("/v1/conversations", json={"id": "branches", "title": "Bob's own"})
    archive = await fetch_export(bobs_api)
    assert [line.get("title") for line in read_lines(archive)] == [None, "Bob's own"]


async def test_pages_neither_lose_nor_mix_anything(
    api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    """More conversations and messages than a page has, some of them without messages."""
    sizes = {f"c{number:03d}": 0 if number % 3 else 1 + number * 7 % 330 for number in range(75)}
    database.insert_as_owner(
        alice,
        "insert into rag.conversation (user_id, id, title, title_source) values (%s, %s, %s, 'user')",
        [(alice.user_id, name, name) for name in sizes],
    )
    ids = {name: [new_id() for _ in range(size)] for name, size in sizes.items()}
    database.insert_as_owner(
        alice,
        "insert into rag.message"
        " (user_id, id, conversation_id, parent_id, role, status, text, client_message_id)"
        " select u, i, c, p, r, 'complete', t, case r when 'user' then i::text end"
        " from (values (%s::uuid, %s::uuid, %s, %s::uuid, %s, %s)) v(u, i, c, p, r, t)",
        [
            (alice.user_id, id, name, of[turn - 1] if turn else None, ("user", "assistant")[turn % 2], name)
            for name, of in ids.items()
            for turn, id in enumerate(of)
        ],
    )
    found: dict[str, list[str]] = {}
    current = ""
    for line in read_lines(await fetch_export(api))[1:]:
        if line["type"] == "conversation":
            current = line["id"]
            found[current] = []
        else:
            assert line["text"] == current
            found[current].append(line["id"])
    assert found == {name: [str(id) for id in of] for name, of in ids.items()}


async def test_a_session_that_ends_breaks_it_off_before_the_manifest(
    base_url: str, signing_key: SigningKey, alice: Person, database: ClonedDatabase
) -> None:
    database.insert_as_owner(
        alice,
        "insert into rag.conversation (user_id, id, title, title_source) values (%s, %s, %s, 'user')",
        [(alice.user_id, f"c{number}", "x" * 100) for number in range(3000)],
    )
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    received = bytearray()

    async def download(api: httpx.AsyncClient) -> None:
        async with api.stream("GET", "/v1/me/export") as response:
            async for chunk in response.aiter_raw():
                if not received:
                    database.delete_session(alice)
                received.extend(chunk)

    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=30) as api:
        with pytest.raises(httpx.RemoteProtocolError):
            await download(api)
        assert (await api.get("/v1/me/export")).json()["code"] == "session_ended"
    assert received.startswith(b"PK")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(bytes(received)))


async def test_one_at_a_time_for_each_user(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, alice: Person, database: ClonedDatabase
) -> None:
    database.insert_as_owner(
        alice,
        "insert into rag.conversation (user_id, id, title, title_source, metadata)"
        " values (%s, %s, 'x', 'user', %s)",
        [(alice.user_id, f"c{number}", json.dumps({"a": new_id().hex * 400})) for number in range(1500)],
    )
    async with api.stream("GET", "/v1/me/export") as response:
        chunks = response.aiter_raw()
        await anext(chunks)
        refused = await api.get("/v1/me/export")
        assert (refused.status_code, refused.json()["limit"]["name"]) == (429, "transfers")
        assert (await bobs_api.get("/v1/me/export")).status_code == 200
    # The reader left; its place is free again.
    async with asyncio.timeout(5):
        while True:
            again = await api.get("/v1/me/export")
            if again.status_code == 200:
                break
            await asyncio.sleep(0.1)
    assert zipfile.ZipFile(io.BytesIO(again.content)).testzip() is None


async def test_a_zip_with_a_fault_is_refused_and_nothing_is_stored(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, alice: Person, bob: Person, database: ClonedDatabase
) -> None:
    await take_turn(api, make_body("c", "How?"))
    archive = await fetch_export(api)

    def rewrite(**changed: bytes | None) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(archive)) as files, zipfile.ZipFile(out, "w") as written:
            for name in files.namelist():
                content = changed.get(name.partition("-")[0].partition(".")[0], files.read(name))
                if content is not None:
                    written.writestr(name, content)
        return out.getvalue()

    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        lines = files.read("conversations-0001.jsonl")
    for body in (
        b"",
        b"no zip",
        archive[: len(archive) // 2],
        rewrite(manifest=None),
        rewrite(manifest=b"[" * 5000),
        rewrite(manifest=b'{"format": "rag-api-export", "version": 2}'),
        rewrite(preferences=b'{"retentionDays": "x"}'),
        rewrite(conversations=None),
        rewrite(conversations=lines.replace(b"How?", b"Who?")),
        rewrite(conversations=lines[:-20]),
    ):
        answer = await post_zip(bobs_api, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
        assert all(rows == [] for rows in database.dump_rows(bob).values())
    nul = lines.replace(b'"text":"How?"', b'"text":"a\\u0000"')
    answer = await post_zip(bobs_api, rewrite(conversations=nul))
    assert answer.json()["errors"][0]["pointer"] == "#/conversations-0001.jsonl/3/text"
    surrogate = lines.replace(b'"text":"How?"', b'"text":"a\\ud800"')
    assert (await post_zip(bobs_api, rewrite(conversations=surrogate))).status_code == 422


async def test_a_repeat_under_a_key_stores_nothing_more(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient, bob: Person, database: ClonedDatabase
) -> None:
    await take_turn(api, make_body("c", "How?"))
    archive = await fetch_export(api)
    first = await post_zip(bobs_api, archive, **{"idempotency-key": "zip"})
    before = database.dump_rows(bob)
    again = await post_zip(bobs_api, archive, **{"idempotency-key": "zip"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert database.dump_rows(bob) == before


async def test_an_import_does_not_change_a_choice_that_was_made(
    api: httpx.AsyncClient, bobs_api: httpx.AsyncClient
) -> None:
    await api.put("/v1/me/retention", json={"days": 3})
    await bobs_api.put("/v1/me/retention", json={"days": 200})
    await post_zip(bobs_api, await fetch_export(api))
    assert (await bobs_api.get("/v1/me/retention")).json()["days"] == 200


@pytest.fixture
async def slow_api(
    model_settings: Settings, model: ModelServer, signing_key: SigningKey, alice: Person
) -> AsyncIterator[httpx.AsyncClient]:
    model.script = say(*["tick "] * 400, pause=0.05)
    headers = {"authorization": f"Bearer {signing_key.token(alice)}"}
    async with (
        serve(model_settings) as url,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client,
    ):
        yield client


async def test_what_is_being_written_comes_over_as_interrupted(
    slow_api: httpx.AsyncClient, bobs_api: httpx.AsyncClient
) -> None:
    async with slow_api.stream("POST", "/v1/chat", json=make_body("c", "Count")) as response:
        await anext(response.aiter_lines())
        archive = await fetch_export(slow_api)
        await slow_api.post("/v1/chat/c/stop")
    assert read_lines(archive)[-1]["status"] in ("queued", "streaming")
    new = (await post_zip(bobs_api, archive)).json()["conversations"][0]["id"]
    answer = (await bobs_api.get(f"/v1/conversations/{new}/messages")).json()["items"][0]
    assert answer["status"] == "interrupted"
