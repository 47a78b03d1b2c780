"""The worker that sends what is queued (SPEC section 5, transactional outbox).

A text is claimed in one transaction, sent outside any, and settled in another: a process may die
between any two of them, and the row says what is left to do.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from config.election import Sending
from config.phones import is_sample
from config.settings import SANDBOX
from models import messages, opt_outs, outbox
from models.outbox import LONGEST_WAIT, Queued
from models.store import Store, is_database_trouble, trouble
from notify.carrier import Carrier, NeverTold, OutboundText, SendFailed, Sent
from notify.choice import choice_of
from notify.pace import backoff
from notify.pulse import Pulse

LEASE = timedelta(seconds=45)  # another worker takes a dead one's text up within 60 (SPEC section 5)
# From when a lease began, for a text to be out: its process may have stood still (SIGSTOP).
LATEST_SECONDS = 40.0
ASK_AFTER = timedelta(seconds=5)  # a lost connection: time for the carrier to list what it took
ASK_AGAIN = timedelta(seconds=30)
MOST_PUT_BACK = 20  # at once, of those that wait for a carrier's turn and did not say so
IDLE_SECONDS = 0.2
TROUBLE_SECONDS = 2.0

Counted = Callable[[str, str], None]  # carrier and status of a text out

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text of this worker's, the carrier it leaves by, and why it may not leave at all."""

    row: Queued
    carrier: str
    refusal: str | None = None


class Outbox:
    """Sends queued texts, one at a time. Several may run, in threads and in processes.

    ``carriers`` are in order of preference. What they do and how fast they may be given texts is in
    the database, the same for all; only what was just asked in vain is remembered here, and by all
    workers of a process together which row each of them has ``in_hand``: when the clock leaps ahead,
    it looks as if nobody had it any more.
    """

    def __init__(
        self,
        store: Store,
        carriers: Mapping[str, Carrier],
        sending: Sending,
        *,
        worker: str,
        counted: Counted = lambda _carrier, _status: None,
        in_hand: dict[str, int] | None = None,
    ) -> None:
        self._store = store
        self._carriers = carriers
        self._only = frozenset(sending.only)
        self._worker = worker
        self._counted = counted
        self._in_hand = {} if in_hand is None else in_hand
        self._choice = choice_of(carriers, sending)
        self._asks_first = False
        self._mute_until: dict[str, datetime] = {}  # carriers that did not say what they took

    def step(self, now: datetime) -> bool:
        """Send or settle one text; False where there is nothing to do, or the pace says wait."""
        self._in_hand.pop(self._worker, None)
        until = time.monotonic() + LATEST_SECONDS
        with self._store.reading() as db:
            if not outbox.waiting(db, now):
                return False
            found = outbox.abandoned(db, now)
            ready = self._choice.ready(db, now)
        left = [each for each in found if self._may_settle(each, now)]
        # In turn: a carrier that does not say what it took must not keep the others from sending.
        self._asks_first = not self._asks_first
        if self._asks_first and self._settle_abandoned(left, now):
            return True
        claimed = self._claim(now) if ready else None
        if claimed is not None:
            self._dispatch(claimed, now, until)
            return True
        return not self._asks_first and self._settle_abandoned(left, now)

    def _claim(self, now: datetime) -> Claimed | None:
        """Take the next text whose carrier may get one now."""
        with self._store.transaction() as db:
            held = self._choice.hold(db)
            busy = self._choice.busy(held, now)
            for _ in range(MOST_PUT_BACK):
                row = outbox.claim(db, self._worker, now, LEASE, busy)
                if row is None:
                    return None
                refusal = self._refusal(db, row)
                if refusal is not None or now >= row.expires_at:
                    return Claimed(row, row.carrier or next(iter(self._carriers)), refusal)
                own = self._choice.own(db, row)
                carrier = self._choice.give(db, held, row, own, now)
                if carrier is not None:
                    outbox.hand_to(db, row.id, carrier, now)
                    self._in_hand[self._worker] = row.id  # before anyone else can see the claim
                    return Claimed(row, carrier)
                outbox.put_back(db, row.id, own or next(iter(self._carriers)))
            return None

    def _refusal(self, db: Connection, row: Queued) -> str | None:
        if row.kind != outbox.REPLY and opt_outs.opted_out(db, row.recipient):
            return "opted_out"
        if self._only and row.recipient not in self._only:
            return outbox.NOT_IN_ONLY
        return "sample_number" if SANDBOX not in self._carriers and is_sample(row.recipient) else None

    def _dispatch(self, claimed: Claimed, now: datetime, until: float) -> None:
        row, carrier = claimed.row, claimed.carrier
        if claimed.refusal is not None:
            self._settle(row, carrier, "failed", error_code=claimed.refusal)
            return
        if now >= row.expires_at:
            self._settle(row, carrier, "expired")
            return
        began = time.monotonic()
        if began > until:  # another may have it by now
            self._settle(row, carrier, "queued")
            return
        result = self._carriers[carrier].send(OutboundText(row.id, row.recipient, row.body, until))
        took = timedelta(seconds=time.monotonic() - began)
        match result:
            case Sent(carrier_id):
                self._took(row, carrier, now, "sent", carrier=carrier, carrier_id=carrier_id, error_code=None)
            case SendFailed(retry=False, unsure=False):
                self._took(row, carrier, now, "failed", error_code=result.code)
            case SendFailed():
                self._failed(row, carrier, result, now, **_left_to_do(row, result, now, took))

    def _took(self, row: Queued, by: str, now: datetime, status: str, **values: Any) -> None:
        with self._store.transaction() as db:
            self._choice.worked(db, by, now)
            mine = outbox.settle(db, row.id, self._worker, status, **values)
        self._note(row, by, status, values, mine=mine)

    def _failed(
        self, row: Queued, by: str, failure: SendFailed, now: datetime, *, status: str, **values: Any
    ) -> None:
        values["error_code"] = failure.code
        with self._store.transaction() as db:
            held = self._choice.hold(db)
            mine = outbox.settle(db, row.id, self._worker, status, **values)
            self._choice.failed(db, held, by, now, rest=failure.after)
        self._note(row, by, status, values, mine=mine)

    def _settle_abandoned(self, left: Sequence[Queued], now: datetime) -> bool:
        """Find out what became of one text whose sending nobody finished; False where others are at it."""
        with self._store.transaction() as db:
            mine = (each for each in left if outbox.take_over(db, each.id, self._worker, now, LEASE))
            row = next(mine, None)
            if row is None:
                return False
            self._in_hand[self._worker] = row.id
        if self._is_mute(row, now):
            self._not_known(row, now)
            return True
        began = time.monotonic()
        try:
            taken = self._ask(row)
        except (OSError, NeverTold) as error:
            self._could_not_ask(row, now, error, timedelta(seconds=time.monotonic() - began))
            return True
        carrier = row.carrier or ""
        if taken is not None:
            self._settle(row, carrier, "sent", carrier=carrier, carrier_id=taken, error_code=None)
        elif now >= row.expires_at:
            self._settle(row, carrier, "expired")
        else:
            self._try_again(row, now)
        return True

    def _try_again(self, row: Queued, now: datetime) -> None:
        """Queue what its carrier has not; where it said when it failed that it did, for the time set then."""
        again = {} if row.answered else {"next_attempt": now}
        self._settle(row, row.carrier or "", "queued", **again)

    def _ask(self, row: Queued) -> str | None:
        """Give the carrier's id of a text that it took and no other row has. Raises as ``find_sent``."""
        carrier = self._carriers.get(row.carrier or "")
        if carrier is None:
            raise ConnectionError(f"carrier {row.carrier} is not in use")
        found = carrier.find_sent(row.recipient, row.body, row.at)
        with self._store.reading() as db:
            known = messages.known_ids(db, carrier.name, found, direction="out")
        return next((each for each in found if each not in known), None)

    def _could_not_ask(self, row: Queued, now: datetime, error: Exception, took: timedelta) -> None:
        """Leave a text in doubt, and its carrier for a while: a question that is not answered takes
        as long as a text. Of one that would be too late by now nobody knows what became of it, nor where
        the carrier never tells, which is no failure of it. What it said itself that it failed with is sent
        again: it fails at all that it is asked."""
        if isinstance(error, NeverTold):
            self._settle(row, row.carrier or "", "unknown")
            return
        log.warning(
            "carrier cannot say whether it took a text",
            row=row.id,
            carrier=row.carrier,
            trouble=trouble(error),
        )
        again = self._mute_until[row.carrier or ""] = now + took + ASK_AGAIN
        with self._store.transaction() as db:
            self._choice.failed(db, self._choice.hold(db), row.carrier or "", now, rest=None)
            if now < row.expires_at and not row.answered:
                outbox.settle(db, row.id, self._worker, "sending", claimed_until=again)
                return
        self._not_known(row, now)

    def _not_known(self, row: Queued, now: datetime) -> None:
        if row.answered and now < row.expires_at:
            self._try_again(row, now)
        else:
            self._settle(row, row.carrier or "", "unknown")

    def _may_settle(self, row: Queued, now: datetime) -> bool:
        if row.id in tuple(self._in_hand.values()):
            return False
        return now >= row.expires_at or bool(row.answered) or not self._is_mute(row, now)

    def _is_mute(self, row: Queued, now: datetime) -> bool:
        # No carrier is for longer: our clock has been set back.
        return now < self._mute_until.get(row.carrier or "", now) <= now + LONGEST_WAIT

    def _settle(self, row: Queued, by: str, status: str, **values: Any) -> None:
        with self._store.transaction() as db:
            mine = outbox.settle(db, row.id, self._worker, status, **values)
        self._note(row, by, status, values, mine=mine)

    def _note(self, row: Queued, by: str, status: str, values: Mapping[str, Any], *, mine: bool) -> None:
        if mine:
            self._counted(by, status)
            log.info("text out", row=row.id, carrier=by, status=status, error=values.get("error_code"))


def _left_to_do(row: Queued, failure: SendFailed, now: datetime, took: timedelta) -> dict[str, Any]:
    """Give what a row says of an attempt that began ``now`` and failed for the time being. In doubt it stays
    "sending": who finds it then asks the carrier first. A slow one has twice as long again to take it."""
    asked = min(failure.after or timedelta(), LONGEST_WAIT)
    again = min(now + max(backoff(row.attempts, random.random()), asked), row.expires_at)
    if not failure.unsure:
        return {"status": "queued", "next_attempt": again}
    doubt = {"status": "sending", "claimed_until": now + 3 * took + ASK_AFTER}
    return {**doubt, "next_attempt": again} if failure.answered else doubt


def run(box: Outbox, clock: Callable[[], datetime], stop: threading.Event, pulse: Pulse) -> None:
    """Send until told to stop; the text in hand is finished first.

    Whatever happens is logged, counted and tried again: a text in hand is found by its lease.
    """
    while not stop.is_set():
        try:
            busy = box.step(clock())
            pulse.beat()
        except Exception as error:
            pulse.trouble()
            if is_database_trouble(error):
                log.warning("outbox waits for the database", trouble=trouble(error))
            else:
                log.error("outbox is in trouble", exc_info=error)
            stop.wait(TROUBLE_SECONDS)
            continue
        if not busy:
            stop.wait(IDLE_SECONDS)
