"""By which carrier a text leaves, and whether now: preference, health and pace, for all processes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from config.election import Sending
from config.settings import SANDBOX
from models import carriers, outbox
from models.carriers import CarrierState
from models.outbox import Queued
from models.store import Store
from notify import health
from notify.pace import LONGEST_REST, next_turn

Held = dict[str, CarrierState]

log = structlog.get_logger(__name__)


class Choice:
    """The carriers in order of preference, and the rate of each in texts a second; None: no limit,
    and nobody that could fail (the sandbox)."""

    def __init__(self, names: Sequence[str], rate: float | None) -> None:
        self._names = tuple(names)
        self._rate = rate

    def ready(self, db: Connection, now: datetime) -> bool:
        """Whether any carrier may get a text now; it takes no writer's place to ask."""
        if self._rate is None:
            return True
        known = carriers.states(db, self._names)
        return any(
            name not in known or next_turn(known[name].free_at, self._rate, now) for name in self._names
        )

    def hold(self, db: Connection) -> Held:
        """Give how the carriers do, held: first of all, so that two never wait for each other."""
        return {} if self._rate is None else carriers.hold(db, self._names)

    def busy(self, held: Held, now: datetime) -> list[str]:
        """Give the carriers whose texts must wait: those behind them need not."""
        if self._rate is None:
            return []
        chosen = {name: _chosen(held, name, now) for name in held}
        return [name for name, each in chosen.items() if next_turn(each.free_at, self._rate, now) is None]

    def own(self, db: Connection, row: Queued) -> str | None:
        """Give the carrier that a text is for: the one that its recipient last wrote through. None where
        that is not in use any more."""
        own = row.carrier or outbox.last_carrier(db, row.recipient)
        return own if own in self._names else None

    def give(self, db: Connection, held: Held, row: Queued, own: str | None, now: datetime) -> str | None:
        """Take a turn of the carrier that a text is to leave by; None where that must wait.

        Its ``own`` comes first, then the order of preference.
        """
        if self._rate is None:
            return own or self._names[0]
        state = _chosen(held, own, now, alarm=row.kind == outbox.ALARM)
        turn = next_turn(state.free_at, self._rate, now)
        if turn is None:
            return None
        if health.is_due_for_trial(state, now):
            state = health.tried(state, now)
        carriers.save(db, replace(state, free_at=turn))
        return state.name

    def worked(self, db: Connection, carrier: str, handed_at: datetime) -> None:
        """Note that a carrier answered as it should to a text that it was handed at that moment."""
        state = None if self._rate is None else carriers.states(db, self._names).get(carrier)
        if state is None or health.worked(state, handed_at) == state:
            return  # almost always: nobody waits for the row
        state = self.hold(db)[carrier]
        _change(db, state, health.worked(state, handed_at))

    def failed(
        self, db: Connection, held: Held, carrier: str, now: datetime, *, rest: timedelta | None
    ) -> None:
        """Note a failure, and the ``rest`` that the carrier asked for. Where another may be used
        instead, what waits for this one waits no longer."""
        if carrier not in held:
            return
        state = health.failed(held[carrier], now)
        if rest is not None:
            state = replace(state, free_at=max(state.free_at or now, now + min(rest, LONGEST_REST)))
        _change(db, held[carrier], state)
        others = (each for name, each in held.items() if name != carrier)
        if state.passed_until is not None and any(each.passed_until is None for each in others):
            outbox.free(db, carrier, now)

    def review(self, store: Store, now: datetime, since: datetime) -> None:
        """Find the carriers that leave their texts lying, and those that do so no more.

        ``since`` is when we began to listen: what was said of a text before may have been lost.
        """
        if self._rate is None:
            return
        with store.reading() as db:
            found = [_reviewed(db, each, now, since) for each in carriers.states(db, self._names).values()]
        if not any(found):
            return
        with store.transaction() as db:
            for state in self.hold(db).values():
                _change(db, state, _reviewed(db, state, now, since) or state)


def choice_of(names: Iterable[str], sending: Sending) -> Choice:
    """Give the choice among carriers in order of preference; the sandbox alone has no pace."""
    found = tuple(names)
    return Choice(found, None if set(found) <= {SANDBOX} else sending.messages_per_second)


def _chosen(held: Held, own: str | None, now: datetime, *, alarm: bool = False) -> CarrierState:
    due = [] if alarm else [each for each in held.values() if health.is_due_for_trial(each, now)]
    # Whoever has no carrier of their own may be the trial of any that is due.
    order = [held[own], *held.values()] if own in held else [*due, *held.values()]
    return next((each for each in order if each.passed_until is None or each in due), order[0])


def _reviewed(db: Connection, state: CarrierState, now: datetime, since: datetime) -> CarrierState | None:
    """Give what a carrier's texts say of it, None where that is nothing new."""
    until = now - health.SENT_WITHIN
    if state.trouble == health.LYING:
        from_then = max(state.judged_from or until, until)
        return health.recovered(state, now) if carriers.sent_on_since(db, state.name, from_then) else None
    earliest = max(since, state.judged_from or since, until - health.LOOKED_AT)
    taken, unsent = carriers.taken(db, state.name, earliest, until)
    if state.trouble is not None or unsent * 100 < max(taken, 1) * health.UNSENT_PERCENT:
        return None
    return health.lies(state, now)


def _change(db: Connection, before: CarrierState, after: CarrierState) -> None:
    if after != before:
        carriers.save(db, after)
    if after.trouble is not None and before.trouble != after.trouble:
        log.warning("carrier is passed over", carrier=after.name, trouble=after.trouble)
    if after.trouble is None and before.trouble is not None:
        log.info("carrier is used again", carrier=after.name)
