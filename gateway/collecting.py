"""Taking in what no request brings: the news of a carrier that is asked, and what the spool keeps."""

import threading
import time
from pathlib import Path

import structlog

from gateway.behind import Behind
from gateway.metrics import Metrics
from gateway.reconcile import ask_since, take_in
from gateway.service import PolledCarrier, Service
from gateway.spool import Kept, Spool
from models import answering, delivery
from models.store import is_database_trouble, trouble
from notify.carrier import InboundText, StatusReport

SPOOL = "spool"  # as the schedule waits for it
COLLECT_SECONDS = 1
DRAIN_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
FAILED_SECONDS = 120.0

log = structlog.get_logger(__name__)


class Collector:
    """Takes in what waits at a carrier without webhooks. A text that fails is left to the
    reconciliation, which comes every two minutes: every second would fill the log."""

    def __init__(self, service: Service, carrier: PolledCarrier, metrics: Metrics) -> None:
        self._service = service
        self._carrier = carrier
        self._metrics = metrics
        self._failed: set[str] = set()

    def collect(self) -> None:
        """Ask once. OSError where the carrier cannot be asked."""
        since = ask_since(self._service, self._carrier, self._service.clock())
        for found in self._carrier.waiting(since):
            match found:
                case StatusReport():
                    take_report(self._service, self._carrier.name, found, self._metrics)
                case InboundText() if found.carrier_id not in self._failed:
                    self._take_in(found)

    def _take_in(self, text: InboundText) -> None:
        began = time.perf_counter()
        answer = take_in(self._service, text, self._metrics)
        if answer is None:
            self._failed.add(text.carrier_id)
            return
        self._carrier.taken_in(text)
        self._metrics.answered(self._carrier.name, time.perf_counter() - began)


def take_report(service: Service, carrier: str, report: StatusReport, metrics: Metrics) -> None:
    """Take in a delivery report, whatever the order: a status never goes back. It counts where it says
    anything new."""
    with service.store.transaction() as db:
        is_new = delivery.report(
            db,
            carrier=carrier,
            carrier_id=report.carrier_id,
            status=report.status,
            error_code=report.error_code,
            at=service.clock(),
            row_id=report.row_id,
            sent_on=report.sent_on,
        )
    if is_new:
        metrics.left(carrier, report.status)


def drain(
    service: Service, spool: Spool, metrics: Metrics | None = None, failed: set[Path] | None = None
) -> None:
    """Take in what the spool keeps, oldest first; leave there what ``failed``, and what fails now, which is
    added to it.

    Raises what the database raises where it is in trouble.
    """
    counts, left = metrics or Metrics(), set() if failed is None else failed
    for kept in spool.kept():
        if kept.path in left:
            continue
        if _taken(service, kept, counts):
            spool.drop(kept)
            log.info("taken in from the spool", carrier=kept.carrier)
        else:
            left.add(kept.path)


def keep_draining(
    service: Service,
    spool: Spool,
    stop: threading.Event,
    metrics: Metrics,
    behind: Behind | None = None,
) -> None:
    """Drain until told to stop: the spool is on the disk of the process whose webhook filled it. A text that
    meets a bug is tried again when the reconciliation would: every second would fill the log."""
    behind = Behind([SPOOL]) if behind is None else behind
    wait, failed, forget_at = DRAIN_SECONDS, set[Path](), time.monotonic() + FAILED_SECONDS
    while not stop.wait(wait):
        if time.monotonic() > forget_at:
            failed, forget_at = set(), time.monotonic() + FAILED_SECONDS
        began = behind.now()
        try:
            drain(service, spool, metrics, failed)
            behind.asked(SPOOL, began)
            wait = DRAIN_SECONDS
        except Exception as error:
            wait = TROUBLE_SECONDS
            behind.waits(SPOOL)
            bug = None if is_database_trouble(error) else error
            log.warning("the spool has to wait", trouble=trouble(error), exc_info=bug)


def _taken(service: Service, kept: Kept, metrics: Metrics) -> bool:
    match kept.found:
        case StatusReport():
            take_report(service, kept.carrier, kept.found, metrics)
            return True
        case InboundText():
            answer = take_in(service, kept.found, metrics)
            if answer is not None and answer.reply_id is not None:
                _answer_after_all(service, answer.reply_id, kept)
            return answer is not None


def _answer_after_all(service: Service, reply_id: int, kept: Kept) -> None:
    """Let a reply leave by the outbox that was stored to leave in an answer, of which then nobody knew
    that it was stored, as where the connection to the database broke off after the commit."""
    with service.store.transaction() as db:
        answering.leave_after_all(db, reply_id, kept.at, service.clock())
