"""What runs beside the web: outbox, schedule, reconciliation (SPEC sections 4 and 5)."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from gateway.behind import Behind
from gateway.collecting import COLLECT_SECONDS, SPOOL, Collector
from gateway.metrics import Metrics
from gateway.reconcile import reconcile
from gateway.scheduler import Scheduler
from gateway.service import PolledCarrier, Service, WebCarrier
from models.store import is_database_trouble, trouble
from notify import outbox
from notify.alarm import Watch
from notify.carrier import Carrier
from notify.outbox import Outbox
from notify.pulse import Pulse
from notify.schedule import Schedule

RECONCILE_SECONDS = 120
SOON = timedelta(seconds=5)  # a carrier is asked after trouble with the database: the schedule waits for it
WATCH_SECONDS = 10
# After a start the outbox and the reconciliation have some catching up to do: that is no alarm.
WATCH_FROM = timedelta(seconds=30)
MOST_SENDERS = 8
# Seconds that a stop waits for what is in hand: what it may take to connect and to be answered.
STOP_SECONDS = 35

log = structlog.get_logger(__name__)


class Jobs:
    """The loops of a worker. Each survives whatever happens in it, and shows that it lives. ``spooled``: its
    process drains the spool, too, and says so to ``behind``."""

    def __init__(self, service: Service, metrics: Metrics, *, spooled: bool = False) -> None:
        self._service = service
        carriers = service.carriers.values()
        keeps = spooled and any(isinstance(each, WebCarrier) and each.spooled for each in carriers)
        self.behind = Behind([*service.carriers, *([SPOOL] if keeps else [])])
        self._stopping = threading.Event()
        self._outbox, self._scheduled = Pulse("outbox"), Pulse("scheduler")
        self.pulses = (self._outbox, self._scheduled)
        self._in_hand: dict[str, int] = {}  # of all senders
        self._began: dict[str, float] = {}  # when each carrier was last asked, by the clock of ``behind``
        self._senders = [self._sender(number, metrics) for number in range(_senders(service))]
        self._scheduler = self._schedule(metrics)
        for carrier in service.carriers.values():
            if isinstance(carrier, PolledCarrier):
                self._collect(Collector(service, carrier, metrics), carrier.name)

    def start(self) -> None:
        """Start sending, scheduling and reconciling; the last at once."""
        for sender in self._senders:
            sender.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Stop when the texts in hand are settled and the running jobs are done, or cannot be waited
        for any longer: whoever starts next finds what they left."""
        self._stopping.set()
        until = time.monotonic() + STOP_SECONDS
        for thread in (*self._scheduler.stop(), *self._senders):
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))

    def _sender(self, number: int, metrics: Metrics) -> threading.Thread:
        service = self._service
        box = Outbox(
            service.store,
            service.carriers,
            service.election.sending,
            # Machines may have the same name, and in containers the same process id.
            worker=f"{socket.gethostname()}:{os.getpid()}:{number}:{secrets.token_hex(4)}",
            counted=metrics.left,
            in_hand=self._in_hand,
        )
        arguments = (box, service.clock, self._stopping, self._outbox)
        return threading.Thread(target=outbox.run, args=arguments, name=f"outbox-{number}", daemon=True)

    def _schedule(self, metrics: Metrics) -> Scheduler:
        service = self._service
        schedule = Schedule(service.store, service.election)
        watch = Watch(service.store, service.election, tuple(service.carriers), service.clock())
        scheduler = Scheduler()
        due = _surviving(partial(self._run_due, schedule), self._scheduled, self._scheduled_or_not)
        scheduler.every(1, due, name="schedule")
        scheduler.every(
            WATCH_SECONDS,
            _surviving(lambda: watch.look(service.clock()), Pulse("alarm")),
            name="alarm",
            after=WATCH_FROM,
        )
        for carrier in service.carriers.values():
            pulse = Pulse(_reconciliation(carrier))
            ask = partial(self._reconcile, carrier, metrics)
            job = _surviving(ask, pulse, partial(self._reconciled_or_not, carrier))
            scheduler.every(RECONCILE_SECONDS, job, name=pulse.name)
        return scheduler

    def _run_due(self, schedule: Schedule) -> None:
        """Queue what is due, once all is taken in that came while nothing could be."""
        if not self.behind:
            schedule.run_due(self._service.clock())

    def _scheduled_or_not(self, error: Exception | None) -> None:
        if error is not None and is_database_trouble(error):
            self.behind.again()
            for carrier in self._service.carriers.values():
                self._scheduler.soon(_reconciliation(carrier), SOON)

    def _reconcile(self, carrier: Carrier, metrics: Metrics) -> None:
        self._began[carrier.name] = self.behind.now()
        reconcile(self._service, carrier, metrics)

    def _reconciled_or_not(self, carrier: Carrier, error: Exception | None) -> None:
        """Note that a carrier was asked, or cannot be: then it is not waited for. It is asked again soon
        after trouble with the database, and where that came meanwhile."""
        in_trouble = error is not None and is_database_trouble(error)
        if in_trouble or not self.behind.asked(carrier.name, self._began[carrier.name]):
            self._scheduler.soon(_reconciliation(carrier), SOON)

    def _collect(self, collector: Collector, name: str) -> None:
        """Ask a carrier without webhooks every second."""
        pulse = Pulse(f"collection {name}")
        self._scheduler.every(COLLECT_SECONDS, _surviving(collector.collect, pulse), name=pulse.name)


def _reconciliation(carrier: Carrier) -> str:
    return f"reconciliation {carrier.name}"


def _senders(service: Service) -> int:
    """Give how many texts may be on their way at once: handing one over takes up to a second."""
    return max(1, min(MOST_SENDERS, round(service.election.sending.messages_per_second)))


def _surviving(
    job: Callable[[], object], pulse: Pulse, ended: Callable[[Exception | None], None] = lambda _: None
) -> Callable[[], None]:
    """Give a job that never raises: what happens is logged and counted, and its next turn tries again. What
    it waits for is said once, and that it waits no more: some come every second. ``ended`` is told how each
    turn did."""
    said = ""

    def survive() -> None:
        nonlocal said
        found = ""
        try:
            job()
            pulse.beat()
            ended(None)
        except Exception as error:
            pulse.trouble()
            ended(error)
            if not (is_database_trouble(error) or isinstance(error, OSError)):
                log.error("job is in trouble", job=pulse.name, exc_info=error)
                return
            found = trouble(error)
        if found and found != said:
            log.warning("job has to wait", job=pulse.name, trouble=found)
        elif said and not found:
            log.info("job goes on", job=pulse.name)
        said = found

    return survive
