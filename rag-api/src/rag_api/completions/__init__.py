"""The chat in the shape of OpenAI's Chat Completions, for stock clients: an adapter over the same runs."""
