"""The way to PostgreSQL: one pool, one statement a call, errors translated once."""
