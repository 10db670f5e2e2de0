"""Documents over REST: machine clients write, users read, and deleting one leaves its quotations readable."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from harness.chat import list_messages, make_body, resume, take_turn
from harness.database import ClonedDatabase, Person
from harness.issuer import ABSENT, SigningKey, encode
from harness.pdf import make_pdf
from rag_api.ids import new_id

MARKDOWN = {"content-type": "text/markdown; charset=utf-8"}


class Machine:
    """A client of the gateway's, and its tokens."""

    def __init__(self, database: ClonedDatabase, key: SigningKey, person: Person) -> None:
        self.id = f"svc_{new_id().hex}"
        self.token_id = str(new_id())
        self._key, self._person, self._database = key, person, database
        database.as_migrator(
            "insert into auth.oauth_client (id, client_id, redirect_uris) values (%s, %s, '{}')",
            (new_id(), self.id),
        )

    def token(self, **claims: object) -> str:
        """A token for `documents:write`."""
        usual = {
            "sub": self.id,
            "client_id": self.id,
            "sid": ABSENT,
            "scope": "documents:write",
            "jti": self.token_id,
        }
        return self._key.token(self._person, **(usual | claims))

    def revoke_token(self) -> None:
        """What the gateway's revocation does, for this one token."""
        self._database.as_migrator(
            "insert into auth.revocation (kind, digest, expires_at)"
            " values ('token', %s, now() + interval '1 hour')",
            (encode(hashlib.sha256(self.token_id.encode()).digest()[:16]),),
        )

    def disable(self) -> None:
        """What an operator does to a client that went astray."""
        self._database.as_migrator(
            "update auth.oauth_client set disabled = true where client_id = %s", (self.id,)
        )


@pytest.fixture
def machine(database: ClonedDatabase, signing_key: SigningKey, alice: Person) -> Machine:
    return Machine(database, signing_key, alice)


@pytest_asyncio.fixture
async def robot(base_url: str, machine: Machine) -> AsyncIterator[httpx.AsyncClient]:
    """A machine client that may write."""
    headers = {"authorization": f"Bearer {machine.token()}"}
    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=30) as client:
        yield client


async def upload(robot: httpx.AsyncClient, uri: str, text: str, **params: str) -> httpx.Response:
    return await robot.post("/v1/documents", params={"uri": uri, **params}, content=text, headers=MARKDOWN)


async def test_a_document_is_stored_replaced_and_deleted(
    robot: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    created = await upload(robot, "a/brolga.md", "# Brolga\n\nBrolgas dance.")
    assert created.status_code == 201, created.text
    document = created.json()
    assert document["change"] == "created"
    assert (document["title"], document["version"], document["passages"]) == ("Brolga", 1, 1)
    again = await upload(robot, "a/brolga.md", "# Brolga\n\nBrolgas dance.")
    assert (again.status_code, again.json()["change"]) == (200, "unchanged")
    other = await upload(robot, "a/brolga.md", "# Brolga\n\nBrolgas sing.", url="https://birds.example/b")
    assert (other.status_code, other.json()["change"], other.json()["version"]) == (200, "replaced", 2)
    assert other.json()["id"] == document["id"]

    path = f"/v1/documents/{document['id']}"
    pdf = make_pdf("Brolgas fly", title="On brolgas")
    replaced = await robot.put(path, content=pdf, headers={"content-type": "application/pdf"})
    assert replaced.status_code == 200, replaced.text
    assert (replaced.json()["title"], replaced.json()["uri"]) == ("On brolgas", "a/brolga.md")
    assert (replaced.json()["version"], replaced.json()["url"]) == (3, None)
    expected = {name: value for name, value in replaced.json().items() if name != "change"}
    assert (await api.get(path)).json() == (await robot.get(path)).json() == expected

    assert (await robot.delete(path)).status_code == 204
    for response in (
        await api.get(path),
        await robot.delete(path),
        await robot.put(path, content="text", headers=MARKDOWN),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_without_a_title_of_its_own_it_is_called_by_its_uri(robot: httpx.AsyncClient) -> None:
    plain = {"content-type": "text/plain"}
    created = await robot.post("/v1/documents", params={"uri": "x/notes.txt"}, content="words", headers=plain)
    assert created.json()["title"] == "notes.txt"
    path = f"/v1/documents/{created.json()['id']}"
    assert (await robot.put(path, content="others", headers=plain)).json()["title"] == "notes.txt"
    named = await robot.put(path, params={"title": "Mine"}, content="others", headers=plain)
    assert (named.json()["title"], named.json()["change"]) == ("Mine", "replaced")


@pytest.mark.parametrize(
    ("params", "named"),
    [
        # 1,000 characters, but more than an index entry of PostgreSQL's can hold.
        ({"uri": "".join(chr(0x10000 + number) for number in range(1_000))}, "uri"),
        ({"uri": "b.md", "title": "a\x9bb"}, "title"),
    ],
)
async def test_names_that_are_too_much_are_refused(
    params: dict[str, str], named: str, robot: httpx.AsyncClient
) -> None:
    answer = await robot.post("/v1/documents", params=params, content="text", headers=MARKDOWN)
    assert answer.status_code == 422
    assert [finding["parameter"] for finding in answer.json()["errors"]] == [named]


async def test_half_a_surrogate_pair_is_no_failure(robot: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    page = b'<meta charset="unicode_escape"><title>T \\ud800</title><h1>H \\ud800</h1><p>Numbat \\ud800.</p>'
    kind = {"content-type": "text/html"}
    stored = await robot.post("/v1/documents", params={"uri": "numbat.html"}, content=page, headers=kind)
    assert (stored.status_code, stored.json()["title"]) == (201, "T ?")
    answer = await take_turn(api, make_body("numbats", "numbat"))
    assert answer.sources[0]["heading"] == "H ?"


async def test_pages_neither_skip_nor_repeat(robot: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    made = [(await upload(robot, f"page-{number}", f"number {number}")).json()["id"] for number in range(5)]
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = (await api.get("/v1/documents", params={"limit": 2} | cursor)).json()
        found += [item["id"] for item in page["items"]]
        await upload(robot, "page-0", f"changed {len(found)}")
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert [id for id in found if id in made] == made[::-1]
    bad = await api.get("/v1/documents", params={"cursor": "nonsense"})
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid_cursor")


async def test_only_a_machine_with_the_scope_writes(
    robot: httpx.AsyncClient, api: httpx.AsyncClient, anonymous: httpx.AsyncClient, machine: Machine
) -> None:
    path = f"/v1/documents/{new_id()}"
    for method, target in (("POST", "/v1/documents?uri=x"), ("PUT", path), ("DELETE", path)):
        refused = await api.request(method, target, content="x", headers=MARKDOWN)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
        assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'
        stranger = await anonymous.request(method, target, content="x", headers=MARKDOWN)
        assert stranger.status_code == 401
        reading = {"authorization": f"Bearer {machine.token(scope='documents:read')}"} | MARKDOWN
        assert (await robot.request(method, target, content="x", headers=reading)).status_code == 403
    reading = {"authorization": f"Bearer {machine.token(scope='documents:read')}"}
    assert (await robot.get("/v1/documents", headers=reading)).status_code == 200
    reading = {"authorization": f"Bearer {machine.token(scope='other')}"}
    assert (await robot.get("/v1/documents", headers=reading)).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/me"),
        ("GET", "/v1/conversations"),
        ("GET", "/v1/conversations/x/messages"),
        ("POST", "/v1/chat"),
        ("POST", "/v1/chat/completions"),
        ("GET", "/v1/models"),
    ],
)
async def test_a_machines_token_is_none_on_users_routes(
    robot: httpx.AsyncClient, method: str, path: str
) -> None:
    refused = await robot.request(method, path, json={})
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    "claims",
    [
        {"sid": str(new_id())},
        {"sub": str(new_id())},
        {"client_id": "first-party"},
        {"client_id": "svc_other"},
        {"client_id": "SVC_X", "sub": "SVC_X"},
        {"jti": "short"},
    ],
)
async def test_what_is_neither_a_users_nor_a_machines_token_is_none(
    robot: httpx.AsyncClient, machine: Machine, claims: dict[str, object]
) -> None:
    headers = {"authorization": f"Bearer {machine.token(**claims)}"}
    refused = await robot.get("/v1/documents", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")


@pytest.mark.parametrize("end", ["revoke_token", "disable"])
async def test_the_next_request_meets_a_revocation(
    robot: httpx.AsyncClient, machine: Machine, end: str
) -> None:
    document = (await upload(robot, f"revoked-{end}", "Here to stay.")).json()
    getattr(machine, end)()
    path = f"/v1/documents/{document['id']}"
    for response in (
        await upload(robot, f"revoked-{end}", "Changed."),
        await robot.put(path, content="Changed.", headers=MARKDOWN),
        await robot.delete(path),
        await robot.get(path),
        await robot.get("/v1/documents"),
    ):
        assert (response.status_code, response.json()["code"]) == (401, "invalid_token")
        assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_users_sign_out_ends_reading(
    api: httpx.AsyncClient, database: ClonedDatabase, alice: Person
) -> None:
    assert (await api.get("/v1/documents")).status_code == 200
    database.delete_session(alice)
    assert (await api.get("/v1/documents")).json()["code"] == "session_ended"


@pytest.mark.parametrize(
    ("params", "content", "kind", "status", "code"),
    [
        ({}, b"x", "text/plain", 422, "validation_failed"),
        ({"uri": ""}, b"x", "text/plain", 422, "validation_failed"),
        ({"uri": "a\u0000b"}, b"x", "text/plain", 422, "validation_failed"),
        ({"uri": "x", "url": "javascript:alert(1)"}, b"x", "text/plain", 422, "validation_failed"),
        ({"uri": "x", "url": "https://user:pass@a.example/"}, b"x", "text/plain", 422, "validation_failed"),
        ({"uri": "x"}, b"x", "image/png", 415, "unsupported_media_type"),
        ({"uri": "x"}, b" \n", "text/plain", 422, "unreadable_document"),
        ({"uri": "x"}, b"\x00\x01\xff", "text/plain", 422, "unreadable_document"),
        ({"uri": "x"}, b"%PDF-1.4 nonsense", "application/pdf", 422, "unreadable_document"),
        ({"uri": "x"}, b"x" * (20 * 1024 * 1024 + 1), "text/plain", 413, "payload_too_large"),
    ],
)
async def test_a_bad_upload_is_a_problem(
    robot: httpx.AsyncClient, params: dict[str, str], content: bytes, kind: str, status: int, code: str
) -> None:
    refused = await robot.post(
        "/v1/documents", params=params, content=content, headers={"content-type": kind}
    )
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text


async def test_a_deleted_document_leaves_its_quotation(
    robot: httpx.AsyncClient, api: httpx.AsyncClient
) -> None:
    kept = await upload(robot, "kept.md", "Murmurwick lamps burn whale oil.", url="https://lamps.example/m")
    gone = await upload(robot, "gone.md", "Murmurwick lamps burn at night since 1801.")
    assert kept.status_code == gone.status_code == 201
    stream = await take_turn(api, make_body("lamps", "What do Murmurwick lamps burn?"))
    assert {source["uri"] for source in stream.sources} == {"kept.md", "gone.md"}
    assert [chunk["url"] for chunk in stream.chunks if chunk["type"] == "source-url"] == [
        "https://lamps.example/m"
    ]
    assert (await robot.delete(f"/v1/documents/{gone.json()['id']}")).status_code == 204
    answer = (await list_messages(api, "lamps"))[1]
    by_uri = {source["uri"]: source for source in answer["sources"]}
    streamed = {source["uri"]: source for source in stream.sources}
    assert by_uri["kept.md"] == streamed["kept.md"]
    assert by_uri["gone.md"] == streamed["gone.md"] | {"sourceRemoved": True}
    again = await resume(api, "lamps", f"{stream.chunks[0]['messageMetadata']['runId']}:0")
    assert again.sources == answer["sources"]
    assert answer["text"] == stream.text
    later = await take_turn(api, make_body("lamps", "What do Murmurwick lamps burn?"))
    assert [source["uri"] for source in later.sources] == ["kept.md"]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("燈塔", "灯台守燈塔很高。"),
        ("燈塔很高嗎？", "灯台守燈塔很高。"),
        ("とうだい", "とうだいはたかい。"),
        ("등대", "등대는높다."),
        ("Leuchttürme", "Ein Leuchtturm und viele Leuchttürme sind die Zeichen der Küste."),
        ("маяками", "Смотритель и его маяки на море не спят."),  # noqa: RUF001
    ],
)
async def test_questions_find_passages_in_their_language(
    robot: httpx.AsyncClient, api: httpx.AsyncClient, question: str, found: str
) -> None:
    assert (await upload(robot, f"lighthouse-{found[:4]}", found)).is_success
    stream = await take_turn(api, make_body(str(new_id()), question))
    assert [source["quote"] for source in stream.sources] == [found]
