"""Counts tokens without a tokenizer: every model has its own, and a budget needs an upper bound only."""


def estimate_tokens(text: str) -> int:
    """A token for four ASCII characters or for one other: about right for English, rather high for others."""
    ascii_characters = len(text.encode("ascii", "ignore"))
    return -(-ascii_characters // 4) + len(text) - ascii_characters
