"""What is wrong with the service, for those who look at its figures (SPEC section 9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.health import LONGEST_SILENCE
from gateway.service import Service
from models import carriers, traffic
from models.carriers import CarrierState
from notify.alarm import LAG, silent_since, unanswered_since


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


def traffic_now(db: Connection, service: Service) -> Traffic:
    """Give how texts come and go."""
    names = list(service.carriers)
    last_in = {name: traffic.last_in(db, name) for name in names}
    return Traffic(last_in, traffic.queue(db), tuple(carriers.states(db, names).values()))


def signs(
    db: Connection, service: Service, not_well: Iterable[str], found: Traffic, now: datetime
) -> tuple[Sign, ...]:
    """Give what is not well, the worst first: ``not_well`` are the parts that ``/readyz`` names, the rest
    is what the operator's phones are told."""
    stopped = ["outbox"] if _nobody_sends(found, now) else []  # another process has it, or none
    parts = [Sign(f"sign_{part}") for part in dict.fromkeys([*not_well, *stopped])]
    failing = [
        Sign(f"sign_{each.trouble}", {"carrier": each.name}) for each in found.carriers if each.trouble
    ]
    unanswered = unanswered_since(db, list(service.carriers), now)
    failing += [Sign("sign_asking", {"carrier": name, "at": at}) for name, at in unanswered.items()]
    silent = silent_since(db, service.election, now)
    silence = [] if silent is None else [Sign("sign_silence", {"at": silent})]
    return (*parts, *failing, *_queue_signs(found.queue, now), *silence)


def _nobody_sends(found: Traffic, now: datetime) -> bool:
    """Whether a text might have left a while ago, and no carrier has been given any since."""
    since = now - timedelta(seconds=LONGEST_SILENCE["outbox"])
    given = [each.free_at for each in found.carriers if each.free_at is not None]
    return found.queue.due is not None and max([found.queue.due, *given]) < since


def _queue_signs(queue: traffic.Queue, now: datetime) -> list[Sign]:
    found = []
    if queue.oldest is not None and now - queue.oldest > LAG:
        found.append(Sign("sign_outbox_late", {"count": queue.waiting, "at": queue.oldest}))
    if queue.retried:
        found.append(Sign("sign_retried", {"count": queue.retried, "error": queue.error}))
    return found
