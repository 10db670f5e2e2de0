"""What a document is on its way from a file to the corpus, and what a search gives back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph-like piece of text under the headings above it."""

    headings: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    title: str | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class Document:
    uri: str
    title: str
    media_type: str
    content_hash: str
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came over REST; `title` and `url` of the client's win over the content's own."""

    media_type: str
    content: bytes
    title: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as the database has it, without its content."""

    id: UUID
    uri: str
    title: str
    url: str | None
    media_type: str
    version: int
    passages: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class StoredDocumentRow(DocumentRow):
    """What an upload answers."""

    change: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that a search found; `matched` of the query's `terms` lexemes stand in it."""

    chunk_id: UUID
    document_id: UUID
    document_version: int
    uri: str
    url: str | None
    title: str
    media_type: str
    heading: str
    body: str
    score: float
    matched: int
    terms: int


class UnreadableDocumentError(Exception):
    """A file cannot be ingested; the message tells the operator why."""
