"""``pantau serve``: web, outbox and schedule in one process, from start to a clean stop."""

import errno
import fcntl
import ipaddress
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Literal, NoReturn

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from waitress.server import create_server

from config.errors import ConfigError, OperatorError, StoreError
from config.settings import SANDBOX, Settings
from gateway.app import bare_app, create_app, waiting_app
from gateway.carriers import CARRIERS
from gateway.collecting import keep_draining
from gateway.health import Readiness
from gateway.jobs import Jobs
from gateway.metrics import Metrics
from gateway.service import Service
from gateway.spool import Spool
from gateway.starting import open_service
from gateway.welcome import welcome
from notify.pulse import Pulse

Role = Literal["all", "web", "worker"]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

HOST, PORT = "127.0.0.1", 8000
THREADS = 16  # requests at once; those beyond wait in line
WAIT_SECONDS = 3.0  # between two attempts to reach a database that does not answer

log = structlog.get_logger(__name__)


class Front:
    """The application that the server knows: another one stands behind it once the database answers."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request by whichever application is in place."""
        return self.application(environ, start_response)


def serve(settings: Settings, *, host: str = HOST, port: int | None = None, role: Role = "all") -> None:
    """Serve until told to stop (SIGTERM, SIGINT).

    A worker listens, for ``/healthz``, ``/readyz`` and ``/metrics``, only where a port is given.
    Raises OperatorError where it cannot start: one line, which the command line prints.
    """
    _check_host(settings, host)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    with _alone(settings) if role != "worker" else nullcontext():
        running = _Running(settings, host=host, port=port, role=role)
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

    def __init__(self, settings: Settings, *, host: str, port: int | None, role: Role) -> None:
        self.trouble: OperatorError | None = None
        self._settings, self._role = settings, role
        self._host, self._port = host, port
        self._metrics = Metrics()
        self._spool = Spool.of(settings)
        self._front = Front(self._waiting())
        self._service: Service | None = None
        self._jobs: Jobs | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Open the service and serve; where the database does not answer, wait for it meanwhile."""
        service = self._try_to_open()
        listens = self._role != "worker" or self._port is not None
        server = _listen(self._front, self._host, self._port or PORT) if listens else None
        if service is not None:
            self._begin(service)
        else:
            threading.Thread(target=self._wait, name="waiting", daemon=True).start()
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
        return waiting_app(Readiness(store=None), self._metrics, self._spool, carriers)

    def _drain(self, service: Service) -> None:
        """Take in what was kept while there was no database, now and later."""
        drain = partial(keep_draining, service, self._spool, self._stopping)
        threading.Thread(target=drain, name="spool", daemon=True).start()

    def _try_to_open(self) -> Service | None:
        try:
            return open_service(self._settings)
        except OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0]
            if make_url(self._settings.database_url).get_backend_name() == "sqlite":
                raise StoreError(f"PANTAU_DATABASE_URL: the database cannot be opened: {reason}") from error
            log.warning("database does not answer; waiting for it", reason=reason)
            return None

    def _wait(self) -> None:
        """Open the service as soon as the database answers; end the process where it never can."""
        while not self._stopping.wait(WAIT_SECONDS):
            try:
                service = self._try_to_open()
            except OperatorError as error:
                self.trouble = error
                os.kill(os.getpid(), signal.SIGTERM)
                return
            if service is not None:
                self._begin(service)
                return

    def _begin(self, service: Service) -> None:
        """Put the service behind the server, and start its loops."""
        self._service = service
        pulses: tuple[Pulse, ...] = ()
        if self._role != "web":
            self._jobs = Jobs(service, self._metrics)
            pulses = self._jobs.pulses
        readiness = Readiness(service.store, pulses)
        if self._role == "worker":
            self._front.application = bare_app(readiness, self._metrics)
        else:
            self._front.application = create_app(service, readiness, self._metrics)
            self._drain(service)
            print(welcome(service, self._host, self._port or PORT), flush=True)
        if self._jobs is not None:
            self._jobs.start()


def _check_host(settings: Settings, host: str) -> None:
    """Keep the sandbox, which anyone may write to, on this machine."""
    if SANDBOX in settings.carriers and not _is_loopback(host):
        raise ConfigError(f"--host {host}: the sandbox listens on loopback only; use 127.0.0.1")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(application: Application, host: str, port: int) -> Any:
    """Give the server, bound and not yet serving; ConfigError where it cannot have the port."""
    try:
        return create_server(
            application, host=host, port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=True
        )
    except OSError as error:
        raise ConfigError(_not_bound(error, host, port)) from error
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"--host {host} --port {port}: cannot be listened on ({error})") from error


def _not_bound(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return f"port {port} is taken; choose another: pantau serve --port {other}, or make run PORT={other}"
    return f"--host {host} --port {port}: cannot be listened on ({error.strerror or error})"


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Be the one web process of a SQLite database; ConfigError where there is one already."""
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        yield
        return
    path = Path(f"{address.database}.web.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ConfigError(
                f"another web process (pid {file.read().strip()}) serves {address.database}: SQLite has one"
                " writer; stop it, or use PostgreSQL (PANTAU_DATABASE_URL)"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
