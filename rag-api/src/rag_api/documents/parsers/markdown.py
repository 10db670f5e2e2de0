"""Markdown to plain text under headings: markup goes, what a reader sees stays."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag_api.documents.models import ParsedDocument
from rag_api.documents.outline import Outline
from rag_api.documents.parsers.html import html_to_text
from rag_api.documents.parsers.text import decode_text

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_HTML_TAG = re.compile(r"</?[a-z][a-z0-9]*[\s/>]|<[!?]")
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def parse_markdown(content: bytes) -> ParsedDocument:
    text = decode_text(content)
    outline = Outline()
    front_matter = _FRONT_MATTER.match(text)
    if front_matter:
        outline.add_text(front_matter[1])
        text = text[front_matter.end() :]
    tokens = _PARSER.parse(text)
    _collect(tokens, outline)
    return ParsedDocument(_first_h1(tokens), outline.finish())


def _collect(tokens: Sequence[Token], outline: Outline) -> None:
    row: list[str] | None = None
    heading_level: int | None = None
    marker = ""
    for token in tokens:
        match token.type:
            case "heading_open":
                heading_level = int(token.tag[1])
            case "heading_close":
                heading_level = None
            case "list_item_open":
                # Only the number of an ordered item is text; a bullet says nothing.
                marker = f"{token.info}{token.markup} " if token.info else ""
            case "tr_open":
                row = []
            case "tr_close":
                outline.add_text(" | ".join(row or []))
                row = None
            case "inline":
                inline = "".join(_inline_text(token.children or []))
                if heading_level is not None:
                    outline.add_heading(heading_level, inline)
                elif row is not None:
                    row.append(inline)
                else:
                    outline.add_text(marker + inline)
                    marker = ""
            case "fence" | "code_block":
                outline.add_code(token.content)
            case "html_block":
                outline.add_text(html_to_text(token.content))


def _inline_text(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image":
            # An image's address never becomes text that a renderer could load again.
            yield "".join(_inline_text(token.children or []))
        elif token.type in ("softbreak", "hardbreak") or _is_line_break(token):
            yield "\n"
        elif token.type in ("text", "code_inline") or _is_placeholder(token):
            yield token.content


def _is_line_break(token: Token) -> bool:
    return token.type == "html_inline" and token.content.lower().startswith("<br")


def _is_placeholder(token: Token) -> bool:
    """`<BASE_URL>` is a tag to the parser and text to the person who wrote it."""
    return token.type == "html_inline" and not _HTML_TAG.match(token.content)


def _first_h1(tokens: Sequence[Token]) -> str | None:
    titles = (
        "".join(_inline_text(inline.children or []))
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open" and opening.tag == "h1"
    )
    return next(titles, None)
