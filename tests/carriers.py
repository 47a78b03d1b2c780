"""A carrier at the edge: the only double in the tests."""

from collections.abc import Iterator
from datetime import datetime

from notify.carrier import InboundText, NeverTold, OutboundText, SendFailed, Sent


class FakeCarrier:
    """Gives what it was told to, in order, and then takes every text.

    ``took`` is what it answers when asked what it has, ``received`` what came in; an exception
    is raised.
    """

    def __init__(
        self,
        name: str,
        *results: Sent | SendFailed,
        took: tuple[str, ...] | OSError | NeverTold = (),
        received: tuple[InboundText, ...] = (),
    ) -> None:
        self.name = name
        self.results = list(results)
        self.took = took
        self.received = received
        self.sent: list[OutboundText] = []
        self.asked: list[tuple[str, str, datetime]] = []
        self.listed: list[datetime] = []

    def send(self, text: OutboundText) -> Sent | SendFailed:
        self.sent.append(text)
        return self.results.pop(0) if self.results else Sent(f"{self.name}-{text.row_id}")

    def find_sent(self, recipient: str, body: str, since: datetime) -> tuple[str, ...]:
        self.asked.append((recipient, body, since))
        if isinstance(self.took, Exception):
            raise self.took
        return self.took

    def inbound_since(self, since: datetime) -> Iterator[InboundText]:
        self.listed.append(since)
        yield from self.received
