"""Files become titles, headings and plain text; what cannot be read says why."""

import pytest

from harness.pdf import encrypt_pdf, make_pdf
from rag_api.documents.models import Block, ParsedDocument, UnreadableDocumentError
from rag_api.documents.parsers import PARSERS
from rag_api.documents.reading import read_document

MARKDOWN = b"""\
# Guide to *keys*

Intro with a [link](https://example.com/a) and ![a picture](https://evil.example/x.png).

## Rotation

1. Publish `next`.
2. Wait.

| kid | state |
|-----|-------|
| a   | active |

<!-- a secret comment --><p>raw <b>HTML</b></p>

```sh
make keys-rotate
  indented
```

Set <BASE_URL>/jwks first<br>then wait.

## Bare heading
### Child
text of child
"""


def parse(media_type: str, content: bytes) -> ParsedDocument:
    return PARSERS[media_type](content)


def test_markdown() -> None:
    parsed = parse("text/markdown", MARKDOWN)
    guide, rotation = ("Guide to keys",), ("Guide to keys", "Rotation")
    assert parsed.title == "Guide to keys"
    assert parsed.blocks == (
        Block(guide, "Intro with a link and a picture."),
        Block(rotation, "1. Publish next."),
        Block(rotation, "2. Wait."),
        Block(rotation, "kid | state"),
        Block(rotation, "a | active"),
        Block(rotation, "raw HTML"),
        Block(rotation, "    make keys-rotate\n      indented"),
        Block(rotation, "Set <BASE_URL>/jwks first\nthen wait."),
        Block(("Guide to keys", "Bare heading", "Child"), "text of child"),
    )


def test_markdown_front_matter_is_text_not_a_heading() -> None:
    parsed = parse("text/markdown", b"---\ntitle: x\n---\n\n# Real\n\nbody\n")
    assert parsed.title == "Real"
    assert parsed.blocks == (Block((), "title: x"), Block(("Real",), "body"))


def test_a_heading_without_text_is_kept_as_text() -> None:
    assert parse("text/markdown", b"# A\n## B\n## C\nx\n").blocks == (
        Block(("A",), "B"),
        Block(("A", "C"), "x"),
    )
    assert parse("text/markdown", b"# A\n").blocks == (Block((), "A"),)


def test_html() -> None:
    parsed = parse(
        "text/html",
        b"<html><head><title>The\n title</title><style>p{}</style></head><body><h1>Head <i>line</i></h1>"
        b"<p>one\n   two<br>three <b>bold</b>.</p><script>alert(1)</script><!-- hidden -->"
        b"<table><tr><th>a</th>\n<th>b</th></tr></table><pre>x\n  y</pre>"
        b"<div>loose<p>inner</p>tail</div><h2>Sub</h2><ul><li>item</li></ul><img alt='no' src='https://e/x.png'>",
    )
    head = ("Head line",)
    assert parsed.title == "The\n title"
    assert parsed.blocks == (
        Block(head, "one two\nthree bold."),
        Block(head, "a | b"),
        Block(head, "    x\n      y"),
        Block(head, "loose"),
        Block(head, "inner"),
        Block(head, "tail"),
        Block((*head, "Sub"), "item"),
    )


def test_html_in_a_declared_encoding() -> None:
    parsed = parse("text/html", '<meta charset="iso-8859-1"><p>Grüße</p>'.encode("iso-8859-1"))
    assert parsed.blocks == (Block((), "Grüße"),)


def test_pdf_has_a_section_a_page() -> None:
    parsed = parse("application/pdf", make_pdf("First words", "Second words", title="A title"))
    assert parsed.title == "A title"
    assert parsed.blocks == (Block(("Page 1",), "First words"), Block(("Page 2",), "Second words"))


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8-sig", "Grüße"), ("utf-16", "Grüße"), ("utf-32", "日本語"), ("utf-8", "日本語")],
)
def test_text_in_known_encodings(encoding: str, text: str) -> None:
    assert parse("text/plain", text.encode(encoding)).blocks == (Block((), text),)


def test_line_ends_and_controls_are_normalised() -> None:
    words = "many words that make one stray control a small share of the whole text, " * 3
    parsed = parse("text/plain", f"a\r\nb\r\r{words}\0\x1b[0m".encode())
    assert [block.text for block in parsed.blocks] == ["a\nb", f"{words}[0m"]


@pytest.mark.parametrize(
    ("media_type", "content", "reason"),
    [
        ("text/plain", b"caf\xe9", r"is not valid UTF-8 \(byte 3\)"),
        ("text/plain", b"\x7fELF\0\xff\xfe\0\0", "is binary"),
        ("text/markdown", b"a\0b\0c\0d\0", "is binary"),
        ("text/html", b"<meta charset='utf-8'><p>\xff\xfe\xfd</p>", "is not valid UTF-8"),
        ("text/html", b"<meta charset='klingon'><p>x</p>", "unknown encoding, 'klingon'"),
        ("text/html", b"<p>\x00\x01\x02\x03</p>", "is binary"),
        ("application/pdf", b"no pdf at all", "broken PDF"),
        ("application/pdf", make_pdf("words")[:300], "broken PDF"),
        ("application/pdf", make_pdf(""), "holds no text"),
        ("application/pdf", encrypt_pdf(make_pdf("words"), "secret"), "encrypted"),
        ("text/markdown", b"<!-- only a comment -->", "holds no text"),
        ("text/html", b"<script>1</script>", "holds no text"),
    ],
)
def test_what_cannot_be_read_says_why(media_type: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=reason):
        read_document("a/file", media_type, content, "hash")


def test_a_pdf_with_an_empty_user_password_is_read() -> None:
    assert parse("application/pdf", encrypt_pdf(make_pdf("words"), "")).blocks == (
        Block(("Page 1",), "words"),
    )


def test_hostile_nesting_ends() -> None:
    deep = b"<div>" * 5_000 + b"core" + b"</div>" * 5_000
    assert parse("text/html", deep).blocks == (Block((), "core"),)


def test_the_title_falls_back_to_the_file_name() -> None:
    assert read_document("docs/guide.txt", "text/plain", b"words", "h").title == "guide.txt"
    assert read_document("docs/x.md", "text/markdown", b"# A  *title*\n\nb", "h").title == "A title"
