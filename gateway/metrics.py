"""What Prometheus may know: how many texts and how fast, no results and no numbers."""

from collections.abc import Iterable, Sequence
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from gateway.service import Answer
from notify.pulse import Pulse

# Seconds; a report is to be answered within 0.05 (SPEC section 10).
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counts of one process since its start, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        came = Counter("pantau_texts_in", "Texts in", ["carrier", "outcome"], registry=self._registry)
        left = Counter("pantau_texts_out", "Texts out", ["carrier", "status"], registry=self._registry)
        seconds = Histogram(
            "pantau_answer_seconds",
            "Seconds from a request to its answer",
            ["carrier"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        # The library looks for a label's count under a lock, and checks it, each time.
        self._came, self._left, self._seconds = cache(came.labels), cache(left.labels), cache(seconds.labels)

    def came(self, carrier: str, answer: Answer) -> None:
        """Count a text in, with the reply that left in its answer; one that comes again is no other."""
        if answer.again:
            return
        self._came(carrier, answer.outcome).inc()
        if answer.reply is not None:
            self.left(carrier, "sent")

    def answered(self, carrier: str, seconds: float) -> None:
        """Count how long a request waited for its answer."""
        self._seconds(carrier).observe(seconds)

    def left(self, carrier: str, status: str) -> None:
        """Count a text out that reached a status."""
        self._left(carrier, status).inc()

    def shown(self, pulses: Iterable[Pulse]) -> bytes:
        """Give it all in Prometheus' text format."""
        troubles = CollectorRegistry()
        troubles.register(_Troubles(tuple(pulses)))
        return generate_latest(self._registry) + generate_latest(troubles)


class _Troubles(Collector):
    """What loops survived. They count it themselves: a counter of the library's could not be set to it."""

    def __init__(self, pulses: Sequence[Pulse]) -> None:
        self._pulses = pulses

    def collect(self) -> Iterable[Metric]:
        found = CounterMetricFamily(
            "pantau_loop_troubles", "Exceptions that a loop survived", labels=["loop"]
        )
        for pulse in self._pulses:
            found.add_metric([pulse.name], pulse.troubles)
        yield found
