"""The worker that sends what is queued (SPEC section 5, transactional outbox).

A text is claimed in one transaction, sent outside any, and settled in another: a process may die
between any two of them, and the row says what is left to do.
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from config.election import Sending
from config.phones import is_sample
from models import outbox
from models.outbox import Queued
from models.store import Store, is_database_trouble
from notify.carrier import Carrier, OutboundText, SendFailed, Sent
from notify.pace import Health, Pace, backoff
from notify.pulse import Pulse

LEASE = timedelta(seconds=45)  # another worker takes a dead one's text up within 60 (SPEC section 5)
ASK_AFTER = timedelta(seconds=5)  # a lost connection: time for the carrier to list what it took
ASK_AGAIN = timedelta(seconds=30)
IDLE_SECONDS = 0.2
TROUBLE_SECONDS = 2.0
SANDBOX = "sandbox"

Counted = Callable[[str, str], None]  # carrier and status of a text out

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text of this worker's, the carrier it leaves by, and why it may not leave at all."""

    row: Queued
    carrier: str
    refusal: str | None


class Outbox:
    """Sends queued texts, one at a time. Several may run, in threads and in processes.

    ``carriers`` are in order of preference. Nothing here is remembered that a restart may not lose.
    """

    def __init__(
        self,
        store: Store,
        carriers: Mapping[str, Carrier],
        sending: Sending,
        *,
        worker: str,
        counted: Counted = lambda _carrier, _status: None,
    ) -> None:
        self._store = store
        self._carriers = carriers
        self._only = frozenset(sending.only)
        self._worker = worker
        self._counted = counted
        self._pace = Pace(None if set(carriers) <= {SANDBOX} else sending.messages_per_second)
        self._health = Health(lambda carrier: log.error("carrier keeps failing", carrier=carrier))

    def step(self, now: datetime) -> bool:
        """Send or settle one text; False where there is nothing to do, or the pace says wait."""
        with self._store.reading() as db:
            if not outbox.waiting(db, now):
                return False
            left = outbox.abandoned(db, now)
        if left and self._settle_abandoned(left, now):
            return True
        if not self._pace.take(now):
            return False
        claimed = self._claim(now)
        if claimed is None or claimed.refusal is not None:
            self._pace.give_back()
        if claimed is not None:
            self._dispatch(claimed, now)
        return claimed is not None

    def _claim(self, now: datetime) -> Claimed | None:
        with self._store.transaction() as db:
            row = outbox.claim(db, self._worker, now, LEASE)
            if row is None:
                return None
            carrier = self._choose(row.carrier or outbox.last_carrier(db, row.recipient), now)
            refused = row.kind != outbox.REPLY and outbox.opted_out(db, row.recipient)
            refusal = "opted_out" if refused else self._refusal(row, carrier)
            if refusal is None:
                outbox.hand_to(db, row.id, carrier)
            return Claimed(row, carrier, refusal)

    def _choose(self, preferred: str | None, now: datetime) -> str:
        """Give the carrier to use: theirs, else the first in order, of those that do not keep failing."""
        order = [each for each in (preferred, *self._carriers) if each is not None and each in self._carriers]
        return next((each for each in order if self._health.well(each, now)), order[0])

    def _refusal(self, row: Queued, carrier: str) -> str | None:
        if self._only and row.recipient not in self._only:
            return "not_in_only"
        if carrier != SANDBOX and is_sample(row.recipient):
            return "sample_number"
        return None

    def _dispatch(self, claimed: Claimed, now: datetime) -> None:
        row, carrier = claimed.row, claimed.carrier
        if claimed.refusal is not None:
            self._settle(row, carrier, "failed", error_code=claimed.refusal)
        elif now >= row.expires_at:
            self._settle(row, carrier, "expired")
        else:
            result = self._carriers[carrier].send(OutboundText(row.id, row.recipient, row.body))
            self._take_result(row, carrier, result, now)

    def _take_result(self, row: Queued, carrier: str, result: Sent | SendFailed, now: datetime) -> None:
        match result:
            case Sent(carrier_id):
                self._health.worked(carrier)
                self._settle(row, carrier, "sent", carrier=carrier, carrier_id=carrier_id, error_code=None)
            case SendFailed(unsure=True):
                self._health.failed(carrier, now)
                # It stays "sending": who finds it after this moment asks the carrier first.
                self._settle(row, carrier, "sending", error_code=result.code, claimed_until=now + ASK_AFTER)
            case SendFailed(retry=True):
                self._health.failed(carrier, now)
                wait = max(backoff(row.attempts, random.random()), result.after or timedelta())
                again = min(now + wait, row.expires_at)
                self._settle(row, carrier, "queued", error_code=result.code, next_attempt=again)
            case SendFailed():
                self._health.worked(carrier)
                self._settle(row, carrier, "failed", error_code=result.code)

    def _settle_abandoned(self, left: Sequence[Queued], now: datetime) -> bool:
        """Find out what became of one text whose sending nobody finished; False where others are at it."""
        with self._store.transaction() as db:
            mine = (each for each in left if outbox.take_over(db, each.id, self._worker, now, LEASE))
            row = next(mine, None)
        if row is None:
            return False
        try:
            taken = self._ask(row)
        except OSError as error:
            self._could_not_ask(row, type(error).__name__, now)
            return True
        carrier = row.carrier or ""
        if taken is not None:
            self._settle(row, carrier, "sent", carrier=carrier, carrier_id=taken, error_code=None)
        elif now >= row.expires_at:
            self._settle(row, carrier, "expired")
        else:
            self._settle(row, carrier, "queued", next_attempt=now)
        return True

    def _ask(self, row: Queued) -> str | None:
        """Give the carrier's id of a text that it took and no other row has. OSError: it cannot be asked."""
        carrier = self._carriers.get(row.carrier or "")
        if carrier is None:
            raise ConnectionError(f"carrier {row.carrier} is not in use")
        found = carrier.find_sent(row.recipient, row.body, row.at)
        with self._store.reading() as db:
            known = outbox.known_ids(db, carrier.name, found)
        return next((each for each in found if each not in known), None)

    def _could_not_ask(self, row: Queued, trouble: str, now: datetime) -> None:
        log.warning(
            "carrier cannot say whether it took a text", row=row.id, carrier=row.carrier, trouble=trouble
        )
        if now >= row.expires_at:
            self._settle(row, row.carrier or "", "unknown")
        else:
            self._settle(row, row.carrier or "", "sending", claimed_until=now + ASK_AGAIN)

    def _settle(self, row: Queued, by: str, status: str, **values: Any) -> None:
        with self._store.transaction() as db:
            mine = outbox.settle(db, row.id, self._worker, status, **values)
        if mine:
            self._counted(by, status)
            log.info("text out", row=row.id, carrier=by, status=status, error=values.get("error_code"))


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
                log.warning("outbox waits for the database", trouble=type(error).__name__)
            else:
                log.error("outbox is in trouble", exc_info=error)
            stop.wait(TROUBLE_SECONDS)
            continue
        if not busy:
            stop.wait(IDLE_SECONDS)
