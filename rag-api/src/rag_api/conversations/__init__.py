"""A user's conversations."""
