"""Whether all was asked for that came while texts could not be taken in: before that, what the schedule would
text is of before the outage. It would remind monitors who have reported, and give officials old totals.
"""

import time
from collections.abc import Callable, Iterable

LONGEST_SECONDS = 60.0  # what is due does not wait longer for a carrier that does not come to an end


class Behind:
    """The sources of texts in that were not asked since the start, or since the database was away."""

    def __init__(self, sources: Iterable[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._sources = frozenset(sources)
        self._clock = clock
        self.again()

    def again(self) -> None:
        """Note that texts could not be taken in."""
        self._left, self._since = self._sources, self._clock()

    def now(self) -> float:
        """Give the moment, as ``asked`` wants to know it."""
        return self._clock()

    def asked(self, source: str, began: float) -> bool:
        """Note that a source was asked from then on, and what it had taken in; or that it cannot be asked.
        False where it has to be asked again: texts could not be taken in since it began."""
        if began < self._since and source in self._left:
            return False
        self._left -= {source}
        return True

    def waits(self, source: str) -> None:
        """Note that a source has what cannot be taken in yet. What is waited for already is so no longer for
        that: one that always fails would stop the schedule for good."""
        if self._left:
            self._left |= {source} & self._sources

    def __bool__(self) -> bool:
        return bool(self._left) and self._clock() - self._since < LONGEST_SECONDS
