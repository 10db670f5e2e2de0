"""Collects blocks under the headings above them while a parser walks a document."""

from textwrap import indent

from rag_api.documents.models import Block

MAX_HEADING_CHARACTERS = 200
CODE_INDENT = "    "


class Outline:
    """A heading with nothing under it becomes a block of its own, so that its text is never lost."""

    def __init__(self) -> None:
        self._path: list[tuple[int, str]] = []
        self._blocks: list[Block] = []
        self._bare = False

    def add_heading(self, level: int, text: str) -> None:
        text = " ".join(text.split())
        if not text:
            return
        if self._bare and level <= self._path[-1][0]:
            self._keep_bare_heading()
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        short = text if len(text) <= MAX_HEADING_CHARACTERS else f"{text[: MAX_HEADING_CHARACTERS - 1]}…"
        self._path.append((level, short))
        self._bare = True
        if short != text:
            self.add_text(text)

    def add_text(self, text: str) -> None:
        if text.strip():
            self._blocks.append(Block(tuple(heading for _, heading in self._path), text.strip("\n").rstrip()))
            self._bare = False

    def add_code(self, text: str) -> None:
        """Kept apart from prose the way plain text always did: indented by four spaces."""
        self.add_text(indent(text, CODE_INDENT))

    def finish(self) -> tuple[Block, ...]:
        if self._bare:
            self._keep_bare_heading()
        return tuple(self._blocks)

    def _keep_bare_heading(self) -> None:
        self._blocks.append(Block(tuple(heading for _, heading in self._path[:-1]), self._path[-1][1]))
        self._bare = False
