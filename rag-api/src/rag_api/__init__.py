"""Authenticated RAG chat: conversations, messages and cited answers behind the auth-gateway's tokens."""
