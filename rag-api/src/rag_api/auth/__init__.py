"""Who is calling: access tokens checked offline against the gateway's published keys."""
