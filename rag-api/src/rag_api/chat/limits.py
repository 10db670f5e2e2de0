"""The clockwork of a run, in seconds and characters."""

from dataclasses import dataclass, field

from rag_api.config import TurnLimits


@dataclass(frozen=True, slots=True)
class RunLimits:
    """A run that misses its flushes for `lease` is taken for dead, by its worker and by everyone else."""

    flush: float = 0.9
    flush_gather: float = 0.1
    lease: int = 15
    retrieve: float = 10.0
    generate: float = 300.0
    idle: float = 15.0
    session_check: float = 2.0
    stop_wait: float = 5.0
    reap: float = 5.0
    shutdown: float = 5.0
    title_wait: float = 2.0
    title: float = 20.0
    history_messages: int = 40
    answer_characters: int = 200_000
    turns: TurnLimits = field(default_factory=TurnLimits)
