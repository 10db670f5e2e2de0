"""Full-text search over a user's own titles and messages."""
