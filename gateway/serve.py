"""``pantau serve``: web, outbox and schedule, from start to a clean stop."""

import os
import re
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from socket import socket
from types import FrameType
from typing import Any, Literal, NoReturn

import structlog
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from config.errors import OperatorError, StoreError
from config.log import wait_for_no_reader
from config.settings import Settings
from gateway.app import bare_app, create_app
from gateway.carriers import CARRIERS
from gateway.collecting import keep_draining
from gateway.health import Readiness
from gateway.jobs import Jobs
from gateway.listening import alone, check_host, listen, prepare
from gateway.metrics import Metrics
from gateway.server import Application, Server
from gateway.service import Service
from gateway.spool import Spool
from gateway.starting import check_writing, open_service
from gateway.webhooks import keeping_webhooks
from gateway.welcome import greet
from gateway.workers import CANNOT_START, STOPS, supervise
from models import elections, tally
from models.store import is_database_trouble, reason, reason_and_mend, trouble
from notify.pulse import Pulse

Role = Literal["all", "web", "worker"]

HOST, PORT = "127.0.0.1", 8000
# What does not pass, in libpq's words before it has asked anyone, and in the server's: it answers, and will
# not have us. A database that does not exist may be there once it is restored.
_WRONG = re.compile(
    r"^connection is bad: (invalid .*)|(fe_sendauth: no password supplied)"
    r"|FATAL: +(role .* does not exist|\w+ authentication failed .*|no pg_hba\.conf entry .*)"
)
WAIT_SECONDS = 3.0  # between two attempts to reach a database that does not answer

log = structlog.get_logger(__name__)


class Front:
    """The application that the server knows: another one stands behind it once the database answers."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request by whichever application is in place."""
        return self.application(environ, start_response)


def serve(
    settings: Settings,
    *,
    host: str = HOST,
    port: int | None = None,
    role: Role = "all",
    workers: int = 1,
) -> None:
    """Serve until told to stop (SIGTERM, SIGINT, SIGHUP), by one process or by several that share the port.

    A worker listens, for ``/healthz``, ``/readyz`` and ``/metrics``, only where a port is given.
    Raises OperatorError where it cannot start: one line, which the command line prints.
    """
    check_host(settings, host)
    _stop_by_signals()
    prepare()
    with ExitStack() as held:
        try:
            if role != "worker":
                held.enter_context(alone(settings, workers))
            listens = role != "worker" or port is not None
            sockets = listen(host, PORT if port is None else port) if listens else []
            for each in sockets:
                held.enter_context(each)
            if workers == 1:
                _run(_Running(settings, sockets, host=host, role=role))
            else:
                _share(settings, sockets, host=host, role=role, workers=workers)
        except SystemExit:
            log.info("stopping")


def _share(settings: Settings, sockets: list[socket], *, host: str, role: Role, workers: int) -> None:
    """Let several processes serve. The first has the schedule and the outbox: once is enough, and the
    others are there for texts in."""

    def work(number: int, first: bool) -> None:
        part = role if number == 0 else "web"
        running = _Running(settings, sockets, host=host, role=part, announced=not first or number > 0)
        try:
            _run(running)
        except (OperatorError, SQLAlchemyError):
            sys.exit(CANNOT_START)

    def check() -> None:
        """Migrate, and say what is wrong; a database that is away is waited for by each process."""
        if (service := _try_to_open(settings)) is not None:
            service.store.close()

    check()  # before there are several
    supervise(workers, work, check)


def _run(running: "_Running") -> None:
    wait_for_no_reader()
    try:
        running.run()
    except SystemExit:
        log.info("stopping")
    finally:
        running.stop()
    if running.trouble is not None:
        raise running.trouble


class _Running:
    """A process that serves: what it has started so far, so that it can stop it."""

    def __init__(
        self,
        settings: Settings,
        sockets: list[socket],
        *,
        host: str,
        role: Role,
        announced: bool = False,
    ) -> None:
        self.trouble: Exception | None = None
        self._settings, self._role = settings, role
        self._sockets, self._host, self._announced = sockets, host, announced
        self._metrics = Metrics()
        self._spool = Spool.of(settings)
        self._front = Front(self._waiting())
        self._service: Service | None = None
        self._jobs: Jobs | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Open the service and serve; where the database does not answer, wait for it meanwhile."""
        # A stop waits until it serves: raised in a callback of a library's, it would be swallowed there.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        service = self._open()
        server = Server(self._front, self._sockets) if self._sockets else None
        if service is not None:
            self._begin(service)
        else:
            threading.Thread(target=self._wait, name="waiting", daemon=True).start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        if server is not None:
            server.run()
        else:
            self._stopping.wait()

    def stop(self) -> None:
        """Stop what was started; requests in flight have been answered by now."""
        self._stopping.set()
        if self._jobs is not None:
            self._jobs.stop()
        if self._service is not None:
            self._service.store.close()

    def _waiting(self) -> Application:
        """Give what answers while there is no database."""
        if self._role == "worker":
            return bare_app(Readiness(store=None), self._metrics)
        carriers = [CARRIERS[name](self._settings) for name in self._settings.carriers]
        return bare_app(Readiness(store=None), self._metrics, keeping_webhooks(carriers, self._spool))

    def _drain(self, service: Service) -> None:
        """Take in what was kept while there was no database, now and later."""
        behind = None if self._jobs is None else self._jobs.behind
        drain = partial(keep_draining, service, self._spool, self._stopping, self._metrics, behind)
        threading.Thread(target=drain, name="spool", daemon=True).start()

    def _open(self) -> Service | None:
        service = _try_to_open(self._settings, self._lost)
        if service is not None:
            try:
                _warn_of_unlisted(service)
            except SQLAlchemyError:
                service.store.close()
                raise
        return service

    def _wait(self) -> None:
        """Open the service as soon as the database answers; end the process where it never can."""
        while not self._stopping.wait(WAIT_SECONDS):
            try:
                service = self._open()
            except OperatorError as error:
                self._give_up(error)
                return
            except (SQLAlchemyError, OSError) as error:
                # As where its user may not read it.
                if isinstance(error, ProgrammingError) or not is_database_trouble(error):
                    self._give_up(error)
                    return
                log.warning("database cannot be used; waiting for it", trouble=trouble(error))
                continue
            if service is not None:
                try:
                    self._begin(service)
                except Exception as error:  # noqa: BLE001 - the process ends with it: half begun it would look well
                    self._give_up(error)
                return

    def _give_up(self, error: Exception) -> None:
        self.trouble = error
        os.kill(os.getpid(), signal.SIGTERM)

    def _lost(self, why: str) -> None:
        self._give_up(StoreError(why))

    def _begin(self, service: Service) -> None:
        """Put the service behind the server, and start its loops."""
        self._service = service
        pulses: tuple[Pulse, ...] = ()
        if self._role != "web":
            self._jobs = Jobs(service, self._metrics, spooled=self._role == "all")
            pulses = self._jobs.pulses
        with service.store.reading() as db:
            readiness = Readiness(service.store, pulses, elections.mark(db, service.election_id))
        if self._role == "worker":
            self._front.application = bare_app(readiness, self._metrics)
        else:
            self._front.application = create_app(service, readiness, self._metrics)
            self._drain(service)
            if not self._announced:
                greet(service, self._host, self._sockets[0].getsockname()[1])
        if self._jobs is not None:
            self._jobs.start()


def _try_to_open(settings: Settings, lost: Callable[[str], None] = lambda _: None) -> Service | None:
    """Open the service; None where the database does not answer yet. StoreError where it never will."""
    try:
        service = open_service(settings, lost=lost)
        check_writing(service)
    except OperationalError as error:
        why = reason(error)
        if isinstance(error.orig, sqlite3.Error) and not _is_busy(error.orig):
            told = reason_and_mend(error)
            raise StoreError(f"PANTAU_DATABASE_URL: the database cannot be opened: {told}") from error
        if wrong := _WRONG.search(why):
            raise StoreError(f"PANTAU_DATABASE_URL: {next(filter(None, wrong.groups()))}") from error
        log.warning("database does not answer; waiting for it", setting="PANTAU_DATABASE_URL", reason=why)
        return None
    return service


def _warn_of_unlisted(service: Service) -> None:
    with service.store.reading() as db:
        if unlisted := tally.unlisted(db, service.election):
            log.warning("has votes, and the election file lacks it: it is in no total", lacks=unlisted)


def _is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds the database, such as a long import: that passes."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _stop_by_signals() -> None:
    for number in STOPS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, _stop)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in STOPS:  # once: systemd and our own parent may both ask, and a second would cut off
        signal.signal(number, signal.SIG_IGN)  # the answers that the first waits for
    sys.exit(0)
