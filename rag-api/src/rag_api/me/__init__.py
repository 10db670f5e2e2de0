"""The caller, as the database sees them."""
