"""Puts documents into a test's corpus."""

from harness.database import ClonedDatabase
from rag_api.db.pool import open_database
from rag_api.documents.service import ingest_content


async def put_documents(database: ClonedDatabase, **documents: str) -> None:
    """Each keyword is a Markdown file's name without its ending."""
    async with open_database(database.rag_api_url, size=1) as connection:
        for name, text in documents.items():
            await ingest_content(connection, f"{name}.md", "text/markdown", text.encode())
