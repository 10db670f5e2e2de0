"""Real parts for the tests: a cloned database, a token issuer, a JWKS server, a running service."""
