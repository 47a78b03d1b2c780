"""What brings texts in and takes texts out, as the rest of Pantau sees it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text as its carrier gave it. ``sender`` is as given, not yet E.164.

    ``sent_at`` is the carrier's own time, where it tells. ``replies_inline`` is true where the
    answer to the carrier's request carries the reply; otherwise it goes through the outbox.
    ``reconciled`` texts were found by asking, not brought: no rate limit holds for them.
    ``stop_answered`` is true where the carrier itself answers ``STOP``, as Twilio does.
    """

    carrier: str
    carrier_id: str
    sender: str
    body: str
    recipient: str | None = None
    sent_at: datetime | None = None
    replies_inline: bool = True
    reconciled: bool = False
    stop_answered: bool = True


@dataclass(frozen=True, slots=True)
class OutboundText:
    """A text to send. ``row_id`` is its row in the log, for the carrier's status reports. ``until`` is when,
    by ``time.monotonic``, all of it has to be out: later another worker may be at it."""

    row_id: int
    recipient: str
    body: str
    until: float = math.inf


@dataclass(frozen=True, slots=True)
class Sent:
    """The carrier took it under its id."""

    carrier_id: str


@dataclass(frozen=True, slots=True)
class SendFailed:
    """The carrier did not take it. ``retry`` whether to try again, ``after`` how soon it asked
    for; ``unsure`` where it may have taken it, as where the connection was lost when the request was out:
    it is asked. ``answered`` where it said itself that it failed: that it cannot be asked either, as in
    trouble of its own, then holds up nothing."""

    code: str
    retry: bool
    after: timedelta | None = None
    unsure: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What a carrier says of a text out; ``status`` in our words, ``row_id`` where it names one.

    ``sent_on``: whether the text has left the carrier. One that leaves its texts lying is passed over.
    """

    carrier_id: str
    status: str
    error_code: str | None = None
    row_id: int | None = None
    sent_on: bool = True


class NeverTold(Exception):
    """A carrier that keeps no list of what it took."""


class Carrier(Protocol):
    """One way for texts out, and for asking what came in."""

    name: str

    def send(self, text: OutboundText) -> Sent | SendFailed:
        """Hand a text over; a carrier's trouble is a value, never an exception."""

    def find_sent(self, recipient: str, body: str, since: datetime) -> tuple[str, ...]:
        """Give the ids under which the carrier took that very text since then, none where it did not.

        The same words may have gone to the same number before: the outbox knows those ids.
        Raises OSError where the carrier cannot be asked, ``NeverTold`` where it never tells.
        """

    def inbound_since(self, since: datetime) -> Iterator[InboundText]:
        """Give the texts that the carrier received since then, oldest first, over all pages.

        Raises OSError where the carrier cannot be asked.
        """
