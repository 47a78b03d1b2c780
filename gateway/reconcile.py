"""Asking a carrier what it received, for texts whose webhook never came (SPEC section 4)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import structlog

from gateway.inbox import receive
from gateway.metrics import Metrics
from gateway.service import Answer, PolledCarrier, Service
from models import messages, reconciliation
from models.store import is_database_trouble
from notify.carrier import Carrier, InboundText

OVERLAP = timedelta(hours=1)
FIRST_TIME = timedelta(days=1)  # before opening
AT_ONCE = 500  # ids that are looked up in one question

log = structlog.get_logger(__name__)


def reconcile(service: Service, carrier: Carrier, metrics: Metrics | None = None) -> int:
    """Take in what the carrier received and we did not, oldest first; give how many texts.

    OSError where the carrier cannot be asked, and where nothing more can come in by it, once what did was
    taken in. A text that fails does not keep the later ones out: it is logged, and all are asked for again
    from the same moment.
    """
    began = service.clock()
    try:
        missed = list(_missed(service, carrier, ask_since(service, carrier, began)))
        silence = carrier.silence() if isinstance(carrier, PolledCarrier) else ""
    except OSError:
        with service.store.transaction() as db:
            reconciliation.unanswered(db, carrier.name, began)
        raise
    with service.store.transaction() as db:  # before they are taken in, which may take a while
        if silence:
            reconciliation.unanswered(db, carrier.name, began)
        else:
            reconciliation.answered(db, carrier.name)
    counts = metrics or Metrics()
    failed = sum(take_in(service, text, counts) is None for text in missed)
    if not failed:
        with service.store.transaction() as db:
            reconciliation.asked(db, carrier.name, began)
    if missed:
        log.info("reconciled", carrier=carrier.name, taken_in=len(missed) - failed, failed=failed)
    if silence:
        raise ConnectionError(silence)
    return len(missed) - failed


def ask_since(service: Service, carrier: Carrier, now: datetime) -> datetime:
    """Give the moment to ask from: an hour before the last text known; before the last time that was
    asked, if that is longer ago, so that a text after an outage does not hide those during it. Where it
    never was, no text that came by itself may hide those of before it."""
    with service.store.reading() as db:
        known = messages.last_inbound(db, carrier.name, now)
        asked = reconciliation.last_asked(db, carrier.name)
    if known is None or asked is None:
        return min(service.election.opens or now, now) - FIRST_TIME
    return min(known, asked) - OVERLAP


def _missed(service: Service, carrier: Carrier, since: datetime) -> Iterator[InboundText]:
    for part in _parts(carrier.inbound_since(since)):
        with service.store.reading() as db:
            ids = [text.carrier_id for text in part]
            known = messages.known_ids(db, carrier.name, ids, direction="in")
        yield from (text for text in part if text.carrier_id not in known)


def _parts(texts: Iterable[InboundText]) -> Iterator[list[InboundText]]:
    part: list[InboundText] = []
    for text in texts:
        part.append(text)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def take_in(service: Service, text: InboundText, metrics: Metrics) -> Answer | None:
    """Take in a text that nobody waits for the answer of; None where that fails, which is logged.

    Raises what the database raises where it is in trouble: so it will be for the next text.
    """
    try:
        answer = receive(service, text)
    except Exception as error:
        if is_database_trouble(error):
            raise
        log.exception("reconciled text failed", carrier=text.carrier, id=text.carrier_id)
        return None
    metrics.came(text.carrier, answer)
    return answer
