"""How fast texts may leave, and how long to wait after a carrier's trouble."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST_RETRY = timedelta(seconds=5)  # SPEC section 5: the first within 10 seconds
LONGEST_RETRY = timedelta(minutes=5)
FAILURES = 5  # in a row, until a carrier is passed over
PASSED_OVER = timedelta(minutes=5)


def backoff(attempts: int, jitter: float) -> timedelta:
    """Give how long to wait after that many attempts: doubling from 5 seconds to 5 minutes, less
    up to half of it by ``jitter`` (0 to 1), so that a carrier that returns is not met by all at once."""
    doublings: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_RETRY * doublings, LONGEST_RETRY) * (1 - jitter / 2)


@dataclass
class Pace:
    """A token bucket: ``rate`` texts a second, and at most a second's worth at once; None: no limit."""

    rate: float | None
    _tokens: float = field(init=False)
    _at: datetime | None = field(default=None, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._tokens = max(1.0, self.rate or 0.0)

    def take(self, now: datetime) -> bool:
        """Take leave to send one text; False where it is too soon."""
        if self.rate is None:
            return True
        with self._lock:
            passed = (now - (self._at or now)).total_seconds()
            self._at = now
            # A clock that was set back gives nothing, and takes nothing away.
            self._tokens = min(max(1.0, self.rate), self._tokens + max(0.0, passed) * self.rate)
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True

    def give_back(self) -> None:
        """Return leave that was not needed."""
        if self.rate is not None:
            with self._lock:
                self._tokens += 1


class Health:
    """Which carriers keep failing. Each process sees it by itself: it is advice, not a record."""

    def __init__(self, lost: Callable[[str], None]) -> None:
        self._lost = lost
        self._failures: dict[str, int] = {}
        self._until: dict[str, datetime] = {}

    def well(self, carrier: str, now: datetime) -> bool:
        """Whether a carrier is not passed over at the moment."""
        until = self._until.get(carrier)
        return until is None or now >= until

    def worked(self, carrier: str) -> None:
        """Note that a carrier answered as it should, be it with a refusal."""
        self._failures[carrier] = 0
        self._until.pop(carrier, None)

    def failed(self, carrier: str, now: datetime) -> None:
        """Note a failure; after five in a row the carrier is passed over, and after 5 minutes one
        more is enough to pass it over again."""
        self._failures[carrier] = self._failures.get(carrier, 0) + 1
        if self._failures[carrier] >= FAILURES:
            if self.well(carrier, now):
                self._lost(carrier)
            self._until[carrier] = now + PASSED_OVER
