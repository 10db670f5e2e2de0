"""Reading in a process of its own: a hostile file costs its time, and the next one is read."""

import asyncio
import os
import signal
import time
import zlib

import pytest

from harness.pdf import assemble_pdf, make_pdf
from rag_api.documents.models import UnreadableDocumentError
from rag_api.documents.reader import DocumentReader, open_reader
from rag_api.errors import DomainError


def make_slow_pdf() -> bytes:
    """Some kilobytes that unpack to text without end."""
    packed = zlib.compress(b"BT /F1 12 Tf 72 720 Td (a) Tj ET\n" * 1_000_000, 9)
    return assemble_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>",
            b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
        ]
    )


async def check_alive(reader: DocumentReader) -> None:
    document = await reader.read("a.md", "text/markdown", b"# A\n\nb", "hash")
    assert (document.title, document.content_hash, document.chunks[0].body) == ("A", "hash", "b")


async def test_a_pdf_without_end_is_given_up_in_time() -> None:
    content = make_slow_pdf()
    assert len(content) < 1_000_000
    async with open_reader(seconds=2) as reader:
        started = time.monotonic()
        with pytest.raises(UnreadableDocumentError, match="took longer than 2 s"):
            await reader.read("slow.pdf", "application/pdf", content, "hash")
        assert time.monotonic() - started < 5
        await check_alive(reader)


async def test_it_reads_what_the_parsers_read_and_says_why_not() -> None:
    async with open_reader() as reader:
        await check_alive(reader)
        pdf = await reader.read("b.pdf", "application/pdf", make_pdf("Words", title="Title"), "hash")
        assert (pdf.title, pdf.chunks[0].heading) == ("Title", "Page 1")
        with pytest.raises(UnreadableDocumentError, match="holds no text"):
            await reader.read("c.html", "text/html", b"<p></p>", "hash")
        await check_alive(reader)


async def test_the_end_of_its_process_is_the_end_of_one_document() -> None:
    async with open_reader() as reader:
        await check_alive(reader)
        process = reader._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(UnreadableDocumentError, match="ended the process"):
            await check_alive(reader)
        await check_alive(reader)


async def test_a_cancelled_reading_does_not_answer_the_next_one() -> None:
    async with open_reader() as reader:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await reader.read("slow.pdf", "application/pdf", make_slow_pdf(), "hash")
        await check_alive(reader)


async def test_a_long_queue_is_refused() -> None:
    async with open_reader() as reader:
        readings = [asyncio.create_task(check_alive(reader)) for _ in range(20)]
        done = await asyncio.gather(*readings, return_exceptions=True)
    refused = [error for error in done if isinstance(error, DomainError)]
    assert {error.code for error in refused} == {"unavailable"}
    assert len(refused) == 12
