"""The clockwork of a run, in seconds and characters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunLimits:
    """A run that misses its flushes for `lease` is taken for dead, by its worker and by everyone else."""

    flush: float = 1.0
    lease: int = 15
    retrieve: float = 10.0
    generate: float = 300.0
    idle: float = 15.0
    reap: float = 5.0
    shutdown: float = 5.0
    history_messages: int = 40
    answer_characters: int = 200_000
