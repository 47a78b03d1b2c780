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

from gateway.collecting import COLLECT_SECONDS, Collector
from gateway.metrics import Metrics
from gateway.reconcile import reconcile
from gateway.scheduler import Scheduler
from gateway.service import PolledCarrier, Service
from models.store import is_database_trouble, trouble
from notify import outbox
from notify.alarm import Watch
from notify.outbox import Outbox
from notify.pulse import Pulse
from notify.schedule import Schedule

RECONCILE_SECONDS = 120
WATCH_SECONDS = 10
# After a start the outbox and the reconciliation have some catching up to do: that is no alarm.
WATCH_FROM = timedelta(seconds=30)
MOST_SENDERS = 8
# Seconds that a stop waits for what is in hand: what it may take to connect and to be answered.
STOP_SECONDS = 35

log = structlog.get_logger(__name__)


class Jobs:
    """The loops of a worker. Each survives whatever happens in it, and shows that it lives."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        self._service = service
        self._stopping = threading.Event()
        self._outbox, self._scheduled = Pulse("outbox"), Pulse("scheduler")
        self.pulses = (self._outbox, self._scheduled)
        self._in_hand: dict[str, int] = {}  # of all senders
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
        scheduler.every(
            1, _surviving(lambda: schedule.run_due(service.clock()), self._scheduled), name="schedule"
        )
        scheduler.every(
            WATCH_SECONDS,
            _surviving(lambda: watch.look(service.clock()), Pulse("alarm")),
            name="alarm",
            after=WATCH_FROM,
        )
        for carrier in service.carriers.values():
            pulse = Pulse(f"reconciliation {carrier.name}")
            job = _surviving(partial(reconcile, service, carrier, metrics), pulse)
            scheduler.every(RECONCILE_SECONDS, job, name=pulse.name)
        return scheduler

    def _collect(self, collector: Collector, name: str) -> None:
        """Ask a carrier without webhooks every second."""
        pulse = Pulse(f"collection {name}")
        self._scheduler.every(COLLECT_SECONDS, _surviving(collector.collect, pulse), name=pulse.name)


def _senders(service: Service) -> int:
    """Give how many texts may be on their way at once: handing one over takes up to a second."""
    return max(1, min(MOST_SENDERS, round(service.election.sending.messages_per_second)))


def _surviving(job: Callable[[], object], pulse: Pulse) -> Callable[[], None]:
    """Give a job that never raises: what happens is logged and counted, and its next turn tries again. What
    it waits for is said once, and that it waits no more: some come every second."""
    said = ""

    def survive() -> None:
        nonlocal said
        found = ""
        try:
            job()
            pulse.beat()
        except Exception as error:
            pulse.trouble()
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
