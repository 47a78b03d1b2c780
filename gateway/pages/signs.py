"""What is wrong with the service, for those who look at its figures (SPEC section 9)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.health import Readiness
from gateway.service import Service
from models import carriers, traffic
from models.carriers import CarrierState
from models.tally import Counts

# As the alarm to the operator's phones has it (SPEC section 5).
OLDEST_QUEUED = timedelta(minutes=10)
LONGEST_SILENCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that is not well: its words' key and what fills them in."""

    key: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traffic:
    """When each carrier in use last brought a text, how each does, and what waits to leave."""

    last_in: dict[str, datetime | None]
    queue: traffic.Queue
    carriers: tuple[CarrierState, ...] = ()

    @property
    def last(self) -> datetime | None:
        """When the last text came in by any of them."""
        return max((each for each in self.last_in.values() if each is not None), default=None)


def traffic_now(db: Connection, service: Service) -> Traffic:
    """Give how texts come and go."""
    names = list(service.carriers)
    last_in = {name: traffic.last_in(db, name) for name in names}
    return Traffic(last_in, traffic.queue(db), tuple(carriers.states(db, names).values()))


def signs(
    service: Service, readiness: Readiness, found: Traffic, counts: Counts, now: datetime
) -> tuple[Sign, ...]:
    """Give what is not well, the worst first."""
    parts = [Sign(f"sign_{part}") for part in readiness.stopped()]
    failing = [
        Sign(f"sign_{each.trouble}", {"carrier": each.name}) for each in found.carriers if each.trouble
    ]
    return (*parts, *failing, *_queue_signs(found.queue, now), *_silence(service, found, counts, now))


def _queue_signs(queue: traffic.Queue, now: datetime) -> list[Sign]:
    found = []
    if queue.oldest is not None and now - queue.oldest > OLDEST_QUEUED:
        found.append(Sign("sign_outbox_late", {"count": queue.waiting, "at": queue.oldest}))
    if queue.retried:
        found.append(Sign("sign_retried", {"count": queue.retried, "error": queue.error}))
    return found


def _silence(service: Service, found: Traffic, counts: Counts, now: datetime) -> list[Sign]:
    """Say that nothing comes in, where something has and more is awaited."""
    closes = service.election.closes
    awaited = counts.complete < counts.registered and not (closes and now > closes)
    if counts.reported and awaited and found.last is not None and now - found.last > LONGEST_SILENCE:
        return [Sign("sign_silence", {"at": found.last})]
    return []
