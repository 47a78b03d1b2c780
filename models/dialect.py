"""The few places where SQLite and PostgreSQL differ."""

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from config.errors import StoreError
from models.prepared import Prepared
from models.sqlite_files import Files

# How long a command waits for the service's write, and the other way round, and either for what a session
# that somebody left open holds on PostgreSQL: without an end to it all threads would stand there.
BUSY_SECONDS = 5
POOL_SIZE = 20
PING_SECONDS = 1.0  # without use, after which a connection is tried first
# How long a transaction that changes something may stand still before PostgreSQL ends it: where a machine
# lost its power the server would hold its locks for hours, and every text for them wait.
IDLE_SECONDS = 20
STANDS_STILL = "SET LOCAL idle_in_transaction_session_timeout = 0"  # in a transaction that may
# A server that does not even acknowledge is gone: seen within 10 seconds, where Linux takes a quarter of an
# hour. Nothing over a socket of the machine itself.
GONE = {"tcp_user_timeout": 8000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}
DEADLOCK_DETECTED = "40P01"
_BEGIN_IMMEDIATE = Prepared(text("BEGIN IMMEDIATE").columns())
# Undefined table, undefined column, insufficient privilege; another type of a column, by what was prepared.
CHANGED = ("42P01", "42703", "42501", "0A000")
LOCKED_SECONDS = 0.01  # between two attempts at what does not wait by itself
START_LOCK = 0x70616E  # "pan": an advisory lock, so that one process migrates


def open_engine(url: str, *, lost: Callable[[str], None] = lambda _: None) -> Engine:
    """Give an engine whose transactions are what ``Store`` expects of them. ``lost`` is told where a file of
    the database is no more, and nothing can be stored until the process has ended.

    Raises StoreError where the address is not one of a database that Pantau knows.
    """
    try:
        address = make_url(url)
    except Exception as error:  # SQLAlchemy's own parse errors are of several kinds
        raise StoreError("PANTAU_DATABASE_URL is not a database address") from error
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(address, lost)
        case "postgresql":
            return _postgresql(address)
        case other:
            raise StoreError(f"PANTAU_DATABASE_URL: {other} is not supported; use sqlite or postgresql")


def begin_write(db: Connection) -> None:
    """Open a write transaction; on SQLite it takes the writer's place at once, so that it never
    fails half way with a stale read."""
    if db.dialect.name == "sqlite":
        _BEGIN_IMMEDIATE.run(db, {})


def begin_read(db: Connection) -> None:
    """Open a transaction that sees one moment of the database."""
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("BEGIN")
    else:
        # Who only reads may take as long as whoever looks at it: it holds up nobody.
        db.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; {STANDS_STILL}")


def has_one_writer(db: Connection | Engine) -> bool:
    """Whether a write transaction is alone, so that no row of it needs a lock."""
    return db.dialect.name == "sqlite"


def insert_once(db: Connection, table: Any) -> Any:
    """Give an insert that can say what becomes of a row that is there already."""
    return (sqlite if has_one_writer(db) else postgresql).insert(table)


def is_deadlock(error: DBAPIError) -> bool:
    """Whether two transactions waited for each other, and this one was ended by PostgreSQL."""
    return getattr(error.orig, "sqlstate", None) == DEADLOCK_DETECTED


def is_changed(error: DBAPIError) -> bool:
    """Whether PostgreSQL lacks a table or a column that was there, or does not let us at it any more."""
    return getattr(error.orig, "sqlstate", None) in CHANGED


def take_time(db: Connection) -> None:
    """Let a write transaction stand still between two statements: an import hashes PINs there."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(STANDS_STILL)


def check(engine: Engine) -> None:
    """Connect once. Raises StoreError where the address has a wrong option, or where the database
    does not keep every character."""
    try:
        with engine.connect() as db:
            kept = "UTF8" if has_one_writer(db) else db.execute(text("SHOW server_encoding")).scalar_one()
    except (ValueError, TypeError) as error:
        raise StoreError(f"PANTAU_DATABASE_URL: {error}") from error
    if kept != "UTF8":
        raise StoreError(
            f"PANTAU_DATABASE_URL: the database is {kept}, which cannot keep every text; "
            "create one with ENCODING 'UTF8' TEMPLATE template0"
        )


def hold_start_lock(db: Connection) -> None:
    """Keep other processes from migrating, and from putting in what every start puts in where it is
    missing, until this transaction ends. On SQLite the one writer does it alone."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("SET LOCAL lock_timeout = 0")  # a migration takes as long as it takes
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": START_LOCK})
        db.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")


def hold_totals(db: Connection) -> None:
    """Let nobody add to the running totals until this transaction ends; wait for who is at it."""
    if db.dialect.name == "postgresql":
        db.execute(text("LOCK TABLE totals IN SHARE ROW EXCLUSIVE MODE"))


def hold_carrier_id(db: Connection, carrier: str, carrier_id: str) -> None:
    """Keep others from looking for a text by its carrier's id, or writing that id, until this
    transaction ends: there may be no row yet that could be locked."""
    if db.dialect.name == "postgresql":
        key = {"key": f"{carrier} {carrier_id}"}
        db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)


def load(db: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Bring many rows into a table, their cells in its columns' order and as the database keeps them."""
    names = ", ".join(column.name for column in table.columns)
    if not rows:
        return
    if db.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in table.columns)
        db.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", list(rows))
        return
    driver: Any = db.connection.dbapi_connection  # psycopg's, loaded only with PostgreSQL
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def analyze(db: Connection, table: str) -> None:
    """Let PostgreSQL know how large a table has become: it plans for a few rows until then."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"ANALYZE {table}")


def growing(db: Connection, *tables: str) -> Callable[[], None]:
    """Give what is to be called after each part that is brought into tables. PostgreSQL keeps the
    plan of a statement that comes again: one made for an empty table would read all of it each
    time. It plans anew after 1, 2, 4, 8, … parts."""
    parts = 0

    def more() -> None:
        nonlocal parts
        parts += 1
        if parts & (parts - 1) == 0:
            for table in tables:
                analyze(db, table)

    return more


def scrub(db: Connection, tables: Iterable[str]) -> bool:
    """Write the files of the database, or of its tables, anew without what was removed; False where somebody
    else is in the way."""
    db.execution_options(isolation_level="AUTOCOMMIT")
    try:
        if db.dialect.name == "postgresql":  # a plain VACUUM leaves the bytes where they were
            db.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {', '.join(tables)}")
            db.exec_driver_sql("VACUUM (FULL) pg_statistic")  # which had samples of them
            return True
        db.exec_driver_sql("VACUUM")
        busy = db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    except OperationalError:
        return False
    return not busy


def _sqlite(address: URL, lost: Callable[[str], None]) -> Engine:
    if address.database in (None, "", ":memory:"):
        raise StoreError("PANTAU_DATABASE_URL: SQLite needs a file, as in sqlite:///var/pantau.db")
    if address.query:
        raise StoreError(f"PANTAU_DATABASE_URL: SQLite has no option {next(iter(address.query))!r} here")
    assert address.database is not None
    try:
        Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"PANTAU_DATABASE_URL: {error.filename}: {error.strerror}") from error
    engine = create_engine(
        address,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_use_lifo=True,  # a connection that did not write last has to read its pages anew
        hide_parameters=True,  # an error's text goes into the log, a monitor's words do not
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    Files(address.database, lost).watch(engine, _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection) -> None:
    # The driver's own BEGIN would be a deferred one at the first write: Store begins instead.
    connection.isolation_level = None
    _use_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL. On a new file two processes may do so at once, and the switch is the one
    statement that fails at once where another holds the file, whatever the timeout."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(LOCKED_SECONDS)
        else:
            return


def _postgresql(address: URL) -> Engine:
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(
        address,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_use_lifo=True,  # what a connection has prepared, and its server process has read, is used again
        hide_parameters=True,
        # Said, not left to the server: of a database without an encoding psycopg would read bytes.
        connect_args={**waits(address), "application_name": "pantau", "client_encoding": "utf8"},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_ping, engine.dialect))
    return engine


def waits(address: URL) -> dict[str, int]:
    """Give how long to wait for a PostgreSQL server, for its driver, where the address does not say."""
    usual = {"connect_timeout": BUSY_SECONDS, **GONE}
    return {name: value for name, value in usual.items() if name not in address.query}


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    connection.set_autocommit(True)  # what a transaction sets ends with it, where that is taken back
    connection.execute(
        # Whatever the server's own are: of times in a form of other countries psycopg reads none.
        "SET default_transaction_isolation = 'read committed'; SET datestyle = 'ISO';"
        f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'; SET lock_timeout = '{BUSY_SECONDS}s';"
        # What is read a part at a time is read to its end: planned for its first tenth, as is usual, it
        # may go through a table anew for each row.
        "SET cursor_tuple_fraction = 1"
    )
    connection.set_autocommit(False)


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ping(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Try a connection that was not used for a while: a server that was restarted is found again without
    an error to a carrier. SQLAlchemy's own ``pool_pre_ping`` does so each time, an eighth of a report."""
    idle = time.monotonic() - record.info.get("used", float("inf"))
    if idle < PING_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error
