"""Turns of a chat: runs that outlive their request, and streams that follow them."""
