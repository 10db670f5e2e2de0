"""The port that writes answers, and the agents behind it."""
