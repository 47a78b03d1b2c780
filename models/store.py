"""The one place that opens transactions, and the one that commits."""

import errno
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models import dialect, schema

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class Store:
    """A database whose schema is this version's.

    One transaction a text: everything that touches the database gets a ``Connection`` from
    here. SQLite has one writer, so a lock stands before its write transactions: threads wait
    in line for microseconds instead of polling the busy handler for up to 600 ms.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer: AbstractContextManager[object] = (
            threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    @classmethod
    def open(cls, url: str) -> "Store":
        """Open and migrate. Raises StoreError, and SQLAlchemy's OperationalError where the
        database does not answer."""
        store = cls(dialect.open_engine(url))
        try:
            with store.transaction() as db:
                schema.migrate(db)
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection in a write transaction: committed at the end, gone on any error."""
        with self._writer, self.engine.connect() as db:
            dialect.begin_write(db)
            try:
                yield db
            except BaseException:
                db.rollback()
                raise
            db.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database and changes nothing."""
        with self.engine.connect() as db:
            dialect.begin_read(db)
            yield db
            db.rollback()

    def scrub(self) -> bool:
        """Overwrite what was removed, in the files too; False where others are using the database."""
        with self._writer, self.engine.connect() as db:
            return dialect.scrub(db)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def is_database_trouble(error: Exception) -> bool:
    """Whether the database is away, full or too busy, so that trying again later may help."""
    match error:
        case OperationalError() | InterfaceError() | PoolTimeout():
            return True
        case DBAPIError():
            return error.connection_invalidated
        case OSError():
            return error.errno in DISK_FULL
        case _:
            return False
