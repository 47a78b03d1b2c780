"""A rehearsed night: who may text, in what order and how fast, and what has been sent so far."""

import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

MINUTE = 61.0  # seconds, with one to spare: the service counts by its own clock


class Edge(Protocol):
    """Where texts go in."""

    def bring(self, sender: str, body: str, text_id: str) -> str | None:
        """Bring a text and give the reply, None where it is not answered. Raises OperatorError."""


class Stopped(Exception):
    """The rehearsal is over before its stories are."""


@dataclass(slots=True)
class _Phone:
    lock: threading.RLock = field(default_factory=threading.RLock)
    times: deque[float] = field(default_factory=deque)


class Night:
    """Brings texts in, one at a time from each phone, never more in a minute than are heard.

    ``sent`` counts them by what they were, ``lost`` those that never arrived; ``broken`` says what
    no service may do. ``coordinators`` are numbers by the district's row.
    """

    def __init__(self, edge: Edge, coordinators: Mapping[int, str], *, a_minute: int, pace: float) -> None:
        self.coordinators = coordinators
        self.sent: Counter[str] = Counter()
        self.lost = 0
        self.broken: list[str] = []
        self.stopping = threading.Event()
        self.prefix = f"SM{uuid.uuid4().hex[:12]}"
        self._edge = edge
        self._a_minute, self._pace = a_minute, pace
        self._phones: dict[str, _Phone] = {}
        self._lock = threading.Lock()
        self._count = 0

    def new_id(self) -> str:
        """Give an id that no text of any rehearsal has."""
        with self._lock:
            self._count += 1
            return f"{self.prefix}{self._count:020d}"

    def bring(self, phone: str, body: str, what: str, text_id: str | None = None) -> str | None:
        """Bring a text and give its reply. ``what`` is what it is counted as. Raises Stopped."""
        with self._turn(phone):
            reply = self._edge.bring(phone, body, text_id or self.new_id())
        with self._lock:
            self.sent[what] += 1
        return reply

    def lose(self) -> None:
        """Count a text that the carrier lost."""
        with self._lock:
            self.lost += 1

    def must(self, holds: bool, what: str) -> None:
        """Keep what the service has done that it may not."""
        if not holds:
            with self._lock:
                self.broken.append(what)

    def pause(self, random: Random, seconds: float) -> None:
        """Let about that many seconds go by, fewer on a fast night. Raises Stopped."""
        if self.stopping.wait(random.uniform(0.3, 1.0) * seconds * self._pace):
            raise Stopped

    @contextmanager
    def _turn(self, phone: str) -> Iterator[None]:
        with self._lock:
            turn = self._phones.setdefault(phone, _Phone())
        with turn.lock:
            while turn.times and time.monotonic() - turn.times[0] > MINUTE:
                turn.times.popleft()
            wait = 0.0
            if len(turn.times) >= self._a_minute:
                wait = turn.times.popleft() + MINUTE - time.monotonic()
            if self.stopping.wait(max(0.0, wait)):
                raise Stopped
            turn.times.append(time.monotonic())
            yield
