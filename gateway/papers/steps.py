"""How far a long file is, for a progress bar."""

from collections.abc import Callable

Step = Callable[[], None]  # called once a row: somebody watches a progress bar

EVERY = 500  # steps between two looks at the bar


class Steps:
    """Counts rows or cards as they are written; ``expected`` of them, as far as that is known."""

    def __init__(self, show: Callable[[int, int], None] | None, expected: int) -> None:
        self._show = show
        self._expected = expected
        self._done = 0

    def __call__(self) -> None:
        """Count one."""
        self._done += 1
        if self._show is not None and self._done % EVERY == 0:
            self._show(self._done, max(self._expected, self._done))
