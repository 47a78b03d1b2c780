"""Telling the operator when texts do not leave or do not come, once, and once when it is over.

SPEC section 5. What has been told is in the database: no process, and no restart, tells it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import structlog
from sqlalchemy import Connection

from config.election import Election
from models import alarms, carriers, outbox, reconciliation, tally
from models.outbox import Draft
from models.store import Store
from notify import health
from notify.choice import choice_of
from notify.segments import segments
from notify.texts import alarm as words

LAG = timedelta(minutes=10)
LAG_OVER = timedelta(minutes=5)  # well below it: a queue that hovers at 10 minutes is one alarm
SILENCE = timedelta(minutes=30)
UNANSWERED = timedelta(minutes=10)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watch:
    """What the operator's phones are told of. ``names`` are the carriers in use, ``since`` is when
    this process began to listen to them."""

    store: Store
    election: Election
    names: Sequence[str]
    since: datetime

    def look(self, now: datetime) -> None:
        """Raise the alarms that there is cause for, and end those that there is none for any more."""
        choice_of(self.names, self.election.sending).review(self.store, now, self.since)
        if not self.election.operator_phones:
            return
        with self.store.reading() as db:
            if self._causes(db, now) == alarms.raised(db):
                return
        with self.store.transaction() as db:
            told, causes = alarms.raised(db), self._causes(db, now)
            for cause in sorted(causes - told):
                if alarms.claim(db, cause, now):
                    self._tell(db, cause, now, words.alarm, self._way_out(causes))
            for cause in sorted(told - causes):
                if alarms.end(db, cause) and self._is_watched(cause):
                    alarms.hurry(db, now)  # one that could not leave goes before its end
                    self._tell(db, cause, now, words.alarm_over, self._way_out(causes))

    def _is_watched(self, cause: str) -> bool:
        """Whether a cause may come again: of a carrier that was taken out of use nobody knows whether it is
        over."""
        return cause.partition(" ")[2] in ("", *self.names)

    def _causes(self, db: Connection, now: datetime) -> set[str]:
        states = carriers.states(db, self.names)
        found = {f"carrier {name}" for name, state in states.items() if health.is_in_trouble(state, now)}
        oldest, late = alarms.oldest_waiting(db, now), "outbox" in alarms.raised(db)
        # Where no carrier works, a queue whose texts have expired is no better than it was.
        stuck = late and len(found) == len(self.names)
        if stuck or (oldest is not None and now - oldest > (LAG_OVER if late else LAG)):
            found.add("outbox")
        found |= {f"asking {name}" for name in unanswered_since(db, self.names, now)}
        if silent_since(db, self.election, now) is not None:
            found.add("silence")
        return found

    def _way_out(self, causes: set[str]) -> str | None:
        """Give a carrier that works, None where it does not matter: one whose inbox cannot be read may still
        take a text, and leave it lying."""
        ill = {cause.partition(" ")[2] for cause in causes}
        return next((name for name in self.names if name not in ill), None) if any(ill) else None

    def _tell(
        self, db: Connection, cause: str, now: datetime, compose: words.Compose, way_out: str | None
    ) -> None:
        kind, _, carrier = cause.partition(" ")
        lang = self.election.language
        at = self.election.local(now)
        body = compose(lang, at=at, cause=cast("words.Cause", kind), carrier=carrier)
        log.warning("operator is told", cause=cause, over=compose is words.alarm_over)
        for phone in self.election.operator_phones:
            draft = Draft(
                recipient=phone, body=body, segments=segments(body), kind=outbox.ALARM, carrier=way_out
            )
            outbox.queue(db, draft, now)


def unanswered_since(db: Connection, names: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Give the carriers that could not be asked for a while what came in, and since when."""
    found = reconciliation.unanswered_since(db, names)
    return {name: at for name, at in found.items() if now - at > UNANSWERED}


def silent_since(db: Connection, election: Election, now: datetime) -> datetime | None:
    """Give since when nothing has come in, where that is too long for what there is to expect: from the
    opening, or where there is none from the first text, until every station is complete or reporting
    closes. None where all is well."""
    opens, closes = election.opens, election.closes
    since = max(filter(None, (alarms.last_came(db, now), opens)), default=None)
    if since is None or now - since <= SILENCE or (closes is not None and now >= closes):
        return None
    return since if any(tally.unfinished_districts(db).values()) else None
