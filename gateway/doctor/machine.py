"""The machine under it: database, clock, disk, and the service itself."""

import ctypes
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import requests
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from config.settings import SANDBOX, Settings
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.health import ELECTION
from gateway.service import Service
from models import elections, schema
from models.store import reason

GIGABYTE = 1 << 30
LITTLE, TOO_LITTLE = GIGABYTE, GIGABYTE // 10  # of disk; 10,000 texts are 10 MB
SKEW_SECONDS = 30.0
WITH_A_SIM = frozenset({"gammu", "smsgate"})  # Twilio's number is a setting, and Kannel's no person's
UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)
SECONDS = 10
_RESTORE = "stop Pantau, move pantau.db, pantau.db-wal and pantau.db-shm away, put the last backup there"


def look(service: Service, url: str) -> Iterator[Finding]:
    """Look at what everything else stands on; ``url`` is where the service should be."""
    yield from _writing(service)
    with service.store.reading() as db:
        yield from _database(db)
        yield ok("schema", f"{schema.head()}, of this version")
    yield _clock()
    yield _board(service)
    yield from _secrets(service)
    yield from _own_numbers(service)
    yield _serving(service, url)


def disk(settings: Settings) -> Finding:
    """Look at the room where the database is, or will be: that needs no database."""
    address = make_url(settings.database_url)
    folder = settings.folder
    if address.get_backend_name() == "sqlite" and address.database:
        folder = Path(address.database).resolve().parent
    while not folder.is_dir():  # before the first start
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    shown, mend = f"{free / GIGABYTE:.1f} GB free in {folder}", "make room, or move var/ to another disk"
    if free < TOO_LITTLE:
        return fail("disk", shown, mend)
    return warn("disk", shown, mend) if free < LITTLE else ok("disk", shown)


def _board(service: Service) -> Finding:
    if service.settings.operator_password is None and SANDBOX not in service.settings.carriers:
        return warn("board", "there is none without a password", "set PANTAU_OPERATOR_PASSWORD")
    return ok("board", "at /board")


def _secrets(service: Service) -> Iterator[Finding]:
    path = service.settings.folder / ".env"
    if SANDBOX not in service.settings.carriers and path.is_file() and path.stat().st_mode & 0o077:
        yield warn("secrets", f"others may read {path}", f"chmod 600 {path}")


def _own_numbers(service: Service) -> Iterator[Finding]:
    if not service.own_numbers and not WITH_A_SIM.isdisjoint(service.settings.carriers):
        said = (
            "the SIM's is not known: a text of ours that comes back to it would be answered, and that again"
        )
        yield warn("own numbers", said, "set PANTAU_OWN_NUMBERS")


def _writing(service: Service) -> Iterator[Finding]:
    try:
        service.store.touch()
    except DBAPIError as error:
        mend = "let the user that the service runs as write there; make room on its disk"
        yield fail("database", f"nothing can be written: {reason(error)}", mend)


def _database(db: Connection) -> Iterator[Finding]:
    if db.dialect.name == "sqlite":
        answer = str(db.execute(text("PRAGMA quick_check(1)")).scalar())
        if answer != "ok":
            yield fail("database", f"SQLite is damaged: {answer}", _RESTORE)
        else:
            yield ok("database", "SQLite, whole; one web process")
        return
    version = db.execute(text("SHOW server_version")).scalar()
    yield ok("database", f"PostgreSQL {version}")
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if db.execute(text(f"SHOW {name}")).scalar() == "off":
            mend = f"ALTER SYSTEM SET {name} = on; then reload"
            yield fail("database", f"{name} is off: a power cut loses what was answered", mend)
    skew = abs((db.execute(text("SELECT now()")).scalar_one() - datetime.now().astimezone()).total_seconds())
    if skew > SKEW_SECONDS:
        yield warn("clock", f"{skew:.0f} seconds apart from the database's", "let both machines use NTP")


def _clock() -> Finding:
    synchronised = _kernel_is_synchronised()
    if synchronised is False:
        return warn("clock", "nothing keeps it right", "switch on NTP: timedatectl set-ntp true")
    return ok("clock", "kept right by NTP" if synchronised else "cannot be asked whether it is kept right")


def _kernel_is_synchronised() -> bool | None:
    """Ask the kernel, whichever program keeps its clock; None where it does not say."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != UNSYNCHRONISED


def _serving(service: Service, url: str) -> Finding:
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{url.rstrip('/')}/readyz", timeout=SECONDS)
    except (requests.RequestException, ValueError):
        mend = "start pantau serve, and see that it starts with the machine; --url if it is elsewhere"
        return warn("service", f"nothing answers at {url}", mend)
    if answer.status_code != 200:
        return fail("service", f"not ready: {answer.text.strip()[:100]}", "see its log")
    with service.store.reading() as db:
        ours = elections.mark(db, service.election_id)
    if answer.headers.get(ELECTION) != ours:
        found = "it judges by another election file, or on another database, as a rehearsal's does"
        return warn("service", found, "stop what runs there, and start pantau serve in this folder")
    if SANDBOX in service.settings.carriers:
        return ok("service", f"ready at {url}; the sandbox: nothing leaves this machine")
    return ok("service", f"ready at {url}")
