"""The agent without a model: quotes the best sentences of the best passages, and cites them."""

import re
from collections.abc import AsyncGenerator, Iterator, Sequence

from rag_api.agents.port import (
    AgentEvent,
    Finish,
    Question,
    Retriever,
    Source,
    TextDelta,
    Usage,
    create_source,
)
from rag_api.agents.relevance import is_relevant
from rag_api.agents.sentences import comparable, list_terms, pick_quote
from rag_api.agents.titles import condense_title
from rag_api.agents.untrusted_text import quote_inertly
from rag_api.documents.service import Passage

NOTHING_FOUND = "I found nothing about this in the documents."

_RETRIEVED = 12
_QUOTED = 3
_DELTA = re.compile(r"\s*\S+\s*")


class ExtractiveAgent:
    @property
    def name(self) -> str:
        return "extractive"

    @property
    def model(self) -> str | None:
        return None

    async def retrieve(self, question: Question, retriever: Retriever) -> Sequence[Passage]:
        passages = await retriever(question.text, _RETRIEVED)
        return [passage for passage in passages if is_relevant(passage)]

    async def generate(self, question: Question, passages: Sequence[Passage]) -> AsyncGenerator[AgentEvent]:
        sources = list(_quote_best(question.text, passages))
        for source in sources:
            yield source
        for piece in _DELTA.findall(_compose(sources)):
            yield TextDelta(piece)
        yield Finish("stop", Usage(input_tokens=0, output_tokens=0, estimated=False))

    async def suggest_title(self, question: Question) -> str:
        return condense_title(question.text)


def _quote_best(question: str, passages: Sequence[Passage]) -> Iterator[Source]:
    ranked = sorted(passages, key=lambda passage: -passage.score * passage.matched / passage.terms)
    terms = list_terms(question)
    candidates = [(passage, pick_quote(terms, passage.heading, passage.body)) for passage in ranked]
    best = max((quote.shared for _, quote in candidates), default=0)
    quoted: list[str] = []
    for passage, quote in candidates:
        key = comparable(quote.text)
        is_known = any(key in other or other in key for other in quoted)
        # Without a word in common the search knew better: it knows the forms of words in other languages.
        is_weak = best > 0 and quote.shared * 2 <= best
        if not quote.text or is_known or is_weak:
            continue
        quoted.append(key)
        yield create_source(len(quoted), passage, quote.text)
        if len(quoted) == _QUOTED:
            return


def _compose(sources: Sequence[Source]) -> str:
    if not sources:
        return NOTHING_FOUND
    quotes = (f"“{quote_inertly(source.quote)}” [{source.id}]" for source in sources)
    return "\n\n".join(["From the documents:", *quotes])
