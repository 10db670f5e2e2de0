"""Import of conversations that this service, or another one, has exported."""
