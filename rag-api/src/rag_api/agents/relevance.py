"""Which retrieved passages bear on a question at all."""

from rag_api.documents.service import Passage

_SHORT_QUERY_TERMS = 2


def is_relevant(passage: Passage) -> bool:
    """A short question must be met in every term, a longer one in half: one shared word is no answer."""
    if passage.terms <= _SHORT_QUERY_TERMS:
        return passage.terms > 0 and passage.matched >= passage.terms
    return passage.matched >= max(_SHORT_QUERY_TERMS, -(-passage.terms // 2))
