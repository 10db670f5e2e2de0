"""Puts documents into a test's corpus."""

from harness.database import ClonedDatabase
from rag_api.db.pool import open_database
from rag_api.documents.models import Document
from rag_api.documents.reading import read_document
from rag_api.documents.service import ingest_content


class _InProcess:
    """Spares the tests a process for a few words of Markdown."""

    async def read(self, uri: str, media_type: str, content: bytes, content_hash: str) -> Document:
        return read_document(uri, media_type, content, content_hash)


async def put_documents(database: ClonedDatabase, **documents: str) -> None:
    """Each keyword is a Markdown file's name without its ending."""
    async with open_database(database.rag_api_url, size=1) as connection:
        for name, text in documents.items():
            await ingest_content(connection, _InProcess(), f"{name}.md", "text/markdown", text.encode())
