"""HTML to plain text under headings; scripts, styles and comments are no text."""

from itertools import groupby

from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector
from bs4.element import CData, NavigableString, Tag

from rag_api.documents.models import ParsedDocument
from rag_api.documents.outline import Outline
from rag_api.documents.parsers.text import clean_text, decode_text

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = frozenset(_HEADINGS).union(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset
    figcaption figure footer form header hr html legend li main nav ol option p pre section select
    summary table tbody textarea tfoot thead tr ul
    """.split()  # noqa: SIM905 - as a literal it would stand one name a line
)
# What browsers take these names for (encoding.spec.whatwg.org, 4.2).
_MEANT = {"iso-8859-1": "windows-1252", "latin-1": "windows-1252", "us-ascii": "windows-1252"}
# A line separator, because a newline in the source is only white space.
_LINE_BREAK = "\u2028"


def parse_html(content: bytes) -> ParsedDocument:
    declared = EncodingDetector.find_declared_encoding(content, is_html=True) or "utf-8"
    soup = BeautifulSoup(decode_text(content, _MEANT.get(declared, declared)), "html.parser")
    title = soup.title.get_text() if soup.title else None
    if soup.title:
        soup.title.decompose()
    first_h1 = soup.h1.get_text() if soup.h1 else None
    outline = Outline()
    _collect(soup, outline)
    return ParsedDocument(title or first_h1, outline.finish())


def html_to_text(fragment: str) -> str:
    """The visible text of a piece of HTML inside another format."""
    outline = Outline()
    _collect(BeautifulSoup(fragment, "html.parser"), outline)
    return "\n".join(block.text for block in outline.finish())


def _collect(soup: BeautifulSoup, outline: Outline) -> None:
    for line_break in soup.find_all("br"):
        line_break.replace_with(_LINE_BREAK)
    for cell in soup.find_all(["td", "th"]):
        if cell.find_next_sibling(["td", "th"]):
            cell.append(" | ")
    # The exact types only: bs4 has subclasses of NavigableString for comments, scripts, styles and templates.
    strings = [node for node in soup.find_all(string=True) if type(node) in (NavigableString, CData)]
    for _, nodes in groupby(strings, key=lambda node: id(_block_of(node))):
        group = list(nodes)
        block = _block_of(group[0])
        text = clean_text("".join(group))
        name = block.name if block else ""
        if name in _HEADINGS:
            outline.add_heading(_HEADINGS[name], text)
        elif name == "pre":
            outline.add_code(text.replace(_LINE_BREAK, "\n"))
        else:
            outline.add_text(_collapse(text))


def _block_of(node: NavigableString) -> Tag | None:
    parents = list(node.parents)
    heading = next((parent for parent in parents if parent.name in _HEADINGS), None)
    return heading or next((parent for parent in parents if parent.name in _BLOCKS), None)


def _collapse(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split(_LINE_BREAK))
    return "\n".join(line for line in lines if line)
