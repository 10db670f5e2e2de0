"""How long conversations are kept, and the purge that deletes them."""
