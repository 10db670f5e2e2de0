"""What Prometheus scrapes, on a loopback port of its own: no metric is reachable from outside."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

# Seconds until an answer begins; a stream may then go on for minutes.
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_HOST: Final = "127.0.0.1"

Reading = Callable[[], float]


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "rag_api_http_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._latency = Histogram(
            "rag_api_http_response_start_seconds",
            "Time from a request to the start of its answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )

    def observe_request(self, method: str, route: str | None, status: int, seconds: float | None) -> None:
        """`route` is the pattern, for a path holds ids; `seconds` is None where no answer began."""
        place = route or "none"
        self._requests.labels(method, place, str(status)).inc()
        if seconds is not None:
            self._latency.labels(method, place).observe(seconds)

    def watch(self, readings: Mapping[str, tuple[str, Reading]]) -> None:
        """Gauges that are read when somebody scrapes: a name, what it says, and where it stands."""
        for name, (description, reading) in readings.items():
            Gauge(name, description, registry=self._registry).set_function(reading)

    @contextmanager
    def serve(self, port: int) -> Iterator[None]:
        """Answers on 127.0.0.1 for the duration of the block. Raises OSError when the port is taken."""
        server, thread = start_http_server(port, _HOST, self._registry)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
