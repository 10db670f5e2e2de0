"""Documents on the wire."""

import unicodedata
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic.config import JsonDict

from rag_api.examples import with_example
from rag_api.validation import InvalidValue
from rag_api.wire import Text, Time, Title, WireModel, require_no_controls

# What an entry of PostgreSQL's index can hold is 2,704 bytes.
_MAX_URI_BYTES: Final = 2_000
_EXAMPLE: Final[JsonDict] = {
    "id": "019c13ec-9e00-7c5e-9d41-3b7a2f6e8c10",
    "uri": "README.md",
    "title": "Read me",
    "url": "https://example.com/readme",
    "mediaType": "text/markdown",
    "version": 1,
    "passages": 8,
    "createdAt": "2026-01-31T12:00:00.000000Z",
    "updatedAt": "2026-01-31T12:00:00.000000Z",
}


class Document(WireModel):
    """A document of the corpus; `version` rises with each new content, `passages` are what answers quote."""

    model_config = with_example(_EXAMPLE)

    id: UUID
    uri: str
    title: str
    url: str | None
    media_type: str
    version: int
    passages: int
    created_at: Time
    updated_at: Time


class StoredDocument(Document):
    """A document and what the upload did to it."""

    model_config = with_example(_EXAMPLE | {"change": "created"})

    change: Literal["created", "replaced", "unchanged"]


class DocumentPage(WireModel):
    """A page of documents, newest first; `nextCursor` is null on the last one."""

    model_config = with_example({"items": [_EXAMPLE], "nextCursor": None})

    items: list[Document]
    next_cursor: str | None


def _require_web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        raise InvalidValue("is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise InvalidValue("must be an http(s) URL without credentials")
    if any(not character.isprintable() or character.isspace() for character in value):
        raise InvalidValue("must not contain spaces or control characters")
    return value


def _require_printable(value: str) -> str:
    if not value.isprintable() or not value.strip():
        raise InvalidValue("must be printable text")
    # As `make ingest` does: the same name stays the same document.
    name = unicodedata.normalize("NFC", value)
    if len(name.encode()) > _MAX_URI_BYTES:
        raise InvalidValue(f"must have at most {_MAX_URI_BYTES} bytes of UTF-8")
    return name


DocumentTitle = Annotated[Title, AfterValidator(require_no_controls)]
Uri = Annotated[Text, Field(min_length=1, max_length=1_024), AfterValidator(_require_printable)]
WebAddress = Annotated[Text, Field(max_length=2_048), AfterValidator(_require_web_address)]
