"""Where a web process serves: the sockets, bound by one and shared by all behind the port, and the SQLite
database that no second one may serve."""

import errno
import fcntl
import ipaddress
import logging
import os
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path

from sqlalchemy.engine import make_url

from config.errors import ConfigError
from config.log import Seldom
from config.settings import SANDBOX, Settings
from models.store import DISK_FULL

BACKLOG = 1024  # connections that wait while a process starts or all are busy
FILES = 1024  # that a process may have open: its connections, and those to the database
ABSENT = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)  # as ::1 of localhost, where IPv6 is switched off
FULL = (errno.EMFILE, errno.ENFILE)
FULL_SECONDS = 0.05  # until a connection is tried to be taken again


class TooManyFiles(logging.Filter):
    """Lets the server say once a minute that it can take no connection, and wait in between: what cannot be
    taken stays there, so it tries at once again, and its log filled a disk by a megabyte a second."""

    def __init__(self) -> None:
        super().__init__()
        self._seldom = Seldom()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is to be logged."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, OSError) or error.errno not in FULL:
            return True
        time.sleep(FULL_SECONDS)
        return self._seldom()


def prepare() -> None:
    """Let this process have the connections that it may be asked for, as far as the system lets it."""
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if few != resource.RLIM_INFINITY and few < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, most))
    logging.getLogger("waitress").addFilter(TooManyFiles())
    waiting = Seldom()  # each request that comes while all threads are at work is a line
    logging.getLogger("waitress.queue").addFilter(lambda _: waiting())


def check_host(settings: Settings, host: str) -> None:
    """Keep the sandbox, which anyone may write to, on this machine. Raises ConfigError."""
    if SANDBOX in settings.carriers and not is_loopback(host):
        raise ConfigError(f"--host {host}: the sandbox listens on loopback only; use 127.0.0.1")


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on every address of the host that this machine has, all on one port: with port 0 on any that is
    free.

    Raises ConfigError where it cannot be had.
    """
    sockets: list[socket.socket] = []
    try:
        for family, address in _addresses(host, port):
            bound = sockets[0].getsockname()[1] if sockets else port
            try:
                sockets.append(socket.create_server((address, bound), family=family, backlog=BACKLOG))
            except OSError as error:
                if error.errno not in ABSENT:
                    raise
                absent = error
        if not sockets:
            raise absent
    except (OSError, ValueError, OverflowError) as error:
        for each in sockets:
            each.close()
        raise ConfigError(_not_bound(error, host, port)) from error
    return sockets


def is_loopback(host: str) -> bool:
    """Whether an address, or a name, is this machine's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _addresses(host: str, port: int) -> list[tuple[int, str]]:
    """Give the family and the address of each that the host has, once."""
    name = None if host == "*" else host.strip("[]")
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _not_bound(error: Exception, host: str, port: int) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return f"port {port} is taken; choose another: pantau serve --port {other}, or make run PORT={other}"
    reason = error.strerror if isinstance(error, OSError) else None
    return f"--host {host} --port {port}: cannot be listened on ({reason or error})"


@contextmanager
def alone(settings: Settings, workers: int) -> Iterator[None]:
    """Be the one web process of a SQLite database; ConfigError where there are others."""
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        yield
        return
    if workers > 1:
        raise ConfigError(
            f"--workers {workers}: SQLite has one writer, so one web process serves {address.database};"
            " use PostgreSQL (PANTAU_DATABASE_URL) for more"
        )
    path = Path(f"{Path(address.database).resolve()}.web.lock")  # one lock, whatever link leads to the file
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = path.open("ab+", buffering=0)
    except OSError as error:
        raise _not_beside(address.database, "made", error) from error
    with file:
        _take(file, address.database)
        yield


def _take(lock: RawIOBase, database: str) -> None:
    """Hold the lock and leave our pid in it; ConfigError, with the other's, where it is held."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        pid = (lock.read() or b"").decode().strip()
        raise ConfigError(
            f"another web process (pid {pid}) serves {database}: SQLite has one writer; stop it, or use"
            " PostgreSQL (PANTAU_DATABASE_URL)"
        ) from None
    try:
        lock.truncate(0)
        lock.write(str(os.getpid()).encode())
    except OSError as error:
        raise _not_beside(database, "written", error) from error


def _not_beside(database: str, done: str, error: OSError) -> ConfigError:
    mend = "; make room" if error.errno in DISK_FULL else ""
    return ConfigError(
        f"PANTAU_DATABASE_URL: no file can be {done} beside {database}: {error.strerror}{mend}"
    )
