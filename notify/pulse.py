"""The life signs of a loop that must survive whatever happens in it."""

import threading
import time
from collections.abc import Callable


class Pulse:
    """When a loop last went round well, and how often it was in trouble since the start."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.troubles = 0
        self._clock = clock
        self._beat = clock()
        self._lock = threading.Lock()

    def beat(self) -> None:
        """Note that it went round."""
        self._beat = self._clock()

    def trouble(self) -> None:
        """Count an exception that the loop survived."""
        with self._lock:
            self.troubles += 1

    @property
    def seconds(self) -> float:
        """Seconds since it last went round well."""
        return self._clock() - self._beat
