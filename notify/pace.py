"""How fast texts may leave, and how long to wait after a carrier's trouble."""

from datetime import datetime, timedelta

FIRST_RETRY = timedelta(seconds=5)  # SPEC section 5: the first within 10 seconds
LONGEST_RETRY = timedelta(minutes=5)
LONGEST_REST = timedelta(minutes=1)  # for all texts, where a carrier asks for a rest


def backoff(attempts: int, jitter: float) -> timedelta:
    """Give how long to wait after that many attempts: doubling from 5 seconds to 5 minutes, less
    up to half of it by ``jitter`` (0 to 1), so that a carrier that returns is not met by all at once."""
    doublings: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_RETRY * doublings, LONGEST_RETRY) * (1 - jitter / 2)


def next_turn(free_at: datetime | None, rate: float, now: datetime) -> datetime | None:
    """Give when a carrier is free again once it has got a text now; None where it is too soon.

    A token bucket as one moment: ``rate`` texts a second, and at most a second's worth at once.
    """
    gap = timedelta(seconds=1 / rate)
    saved_up = now - gap * (max(1.0, rate) - 1)
    turn = max(free_at or saved_up, saved_up)
    if turn > now + gap + LONGEST_REST:
        turn = now  # our clock has been set back: no pace is as slow as that
    return None if turn > now else turn + gap
