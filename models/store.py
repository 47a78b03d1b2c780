"""The one place that opens transactions, and the one that commits."""

import errno
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config.errors import StoreError
from models import dialect, schema

DEADLOCKS = 3  # that a text gives way to before it is an error
AFTER_YOU_SECONDS = 0.05
WROTE_JUST_NOW_SECONDS = 1.0
NO_ROOM_SECONDS = 10.0  # for which a database is full that was too full for something
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
HELD = "database is locked"  # as SQLite says it
BATCH = 50  # items a transaction: reports wait for it
NO_ROOM = ("disk is full", "No space left")  # as SQLite says it, and PostgreSQL
NOT_WRITTEN = (*NO_ROOM, "disk I/O error")  # a quota, a limit on the size of files, a failing disk
# What to do about a database, by what is in its own words; of most of its troubles they tell nothing else.
_TAKEN = "somebody else holds it: end that, or try again"
_MEND = {
    "is locked": _TAKEN,  # SQLite
    "lock timeout": _TAKEN,  # PostgreSQL
    **dict.fromkeys(NO_ROOM, "make room on its disk"),
    "disk I/O error": "make room on its disk; if there is, the disk fails",
    "not a database": "name another file, or restore a backup",
    "malformed": "it is damaged: restore a backup",
    "already exists": "it is another program's: name a new one",
    "": "does it run, and may this user write there?",
}
T = TypeVar("T")
Item = TypeVar("Item")


class OutdatedError(Exception):
    """What a work has read of the database is of two moments: it is done once more. PostgreSQL alone."""


@dataclass(slots=True, eq=False)
class _Piece:
    """Work that waits for the one writer, and what came of it."""

    work: Callable[[Connection], Any]
    done: bool = False
    found: Any = None
    error: BaseException | None = None


class Store:
    """A database whose schema is this version's.

    One transaction a text: everything that touches the database gets a ``Connection`` from
    here. SQLite has one writer, so a lock stands before its write transactions: threads wait
    in line for microseconds instead of polling the busy handler for up to 600 ms, and no longer than for
    another process: where one of those holds the file, each who tries does so for seconds.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._one_writer = dialect.has_one_writer(engine)
        self._writer = threading.Lock()
        self._waiting: deque[_Piece] = deque()
        self._wrote_at = -math.inf  # by time.monotonic
        self._no_room: tuple[float, OperationalError] | None = None  # when, by that clock, and for what error

    @classmethod
    def open(cls, url: str, *, lost: Callable[[str], None] = lambda _: None) -> "Store":
        """Open and migrate; ``lost`` as of ``dialect.open_engine``. Raises StoreError, and SQLAlchemy's
        OperationalError where the database does not answer."""
        store = cls(dialect.open_engine(url, lost=lost))
        try:
            dialect.check(store.engine)
            with store.reading() as db:
                ready = schema.is_ready(db)
            if not ready:  # else a command that only reads would wait for whoever writes
                with store.transaction() as db:
                    schema.migrate(db)
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection in a write transaction: committed at the end, gone on any error."""
        with self._alone(), self._begun() as db:
            yield db

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do what one text asks of the database, durably: give what it gives, raise what it raises.

        On SQLite the texts that wait for the writer are committed together, with one wait for the
        disk. Where one of them raises, all of that is taken back and each is done once more alone; on
        PostgreSQL a text is done once more where another waited for it and it for the other, or where it
        raises OutdatedError. So ``work`` may do nothing but ask the database.
        """
        if not self._one_writer:
            return self._write_beside_others(work)
        piece = _Piece(work)
        self._waiting.append(piece)
        if self._has_turn(piece):
            try:
                if not piece.done:  # nobody who had the lock before has done it
                    time.sleep(0)  # lets threads that have a text read come in with it: a tenth more a second
                    self._write_together(self._all_waiting())
            finally:
                self._writer.release()
        if piece.error is not None:
            raise piece.error
        found: T = piece.found
        return found

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the one writer's place, where there is one. PoolTimeout where it cannot be had."""
        if not self._one_writer:
            yield
            return
        if not self._writer.acquire(timeout=dialect.BUSY_SECONDS):
            raise PoolTimeout(HELD)
        try:
            yield
        finally:
            self._writer.release()

    def _has_turn(self, piece: _Piece) -> bool:
        """Take the one writer's place; False where another, who had it, has done the piece. PoolTimeout where
        the place cannot be had: then nobody will do it any more."""
        if self._writer.acquire(timeout=dialect.BUSY_SECONDS):
            return True
        try:
            self._waiting.remove(piece)
        except ValueError:  # another has it in hand: what comes of it has to be known
            while not piece.done:
                if self._writer.acquire(timeout=AFTER_YOU_SECONDS):
                    return True
            return False
        raise PoolTimeout(HELD)

    def _all_waiting(self) -> list[_Piece]:
        """Take all pieces in hand; those who wait may take theirs back meanwhile."""
        pieces = []
        with suppress(IndexError):
            while self._waiting:
                pieces.append(self._waiting.popleft())
        return pieces

    def _write_beside_others(self, work: Callable[[Connection], T]) -> T:
        deadlocks = 0
        while True:
            try:
                with self.transaction() as db:
                    found = work(db)
                self._no_room = None
                return found
            except OperationalError as error:
                deadlocks += 1
                if deadlocks > DEADLOCKS or not dialect.is_deadlock(error):
                    raise
            except OutdatedError:
                pass  # taken back: the next attempt reads what there is by then
            time.sleep(AFTER_YOU_SECONDS)  # until the other has what it waited for

    def _write_together(self, pieces: Sequence[_Piece]) -> None:
        try:
            with self._begun() as db:
                for each in pieces:
                    each.found = each.work(db)
            self._no_room = None
        except BaseException as error:  # noqa: BLE001 - raised again in every thread that waits for it
            if len(pieces) > 1 and isinstance(error, Exception) and not is_database_trouble(error):
                for each in pieces:
                    self._write_together([each])
                return
            for each in pieces:
                each.error = error
        for each in pieces:
            each.done = True

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self.engine.connect() as db:
            db.begin()
            dialect.begin_write(db)
            try:
                yield db
            except BaseException as error:
                self._note_room(error)
                db.rollback()
                raise
            try:
                db.commit()
            except BaseException as error:
                self._note_room(error)
                db.invalidate()  # it may still be in the transaction, and the pool would not know
                raise
            self._wrote_at = time.monotonic()

    def _note_room(self, error: BaseException) -> None:
        if isinstance(error, OperationalError) and any(words in str(error.orig) for words in NOT_WRITTEN):
            self._no_room = time.monotonic(), error

    def in_batches(self, items: Sequence[Item], work: Callable[[Connection, Item], bool]) -> int:
        """Do a work of many items, some in each transaction; give how many of them it was done for."""
        done = 0
        for start in range(0, len(items), BATCH):
            with self.transaction() as db:
                done += sum(work(db, each) for each in items[start : start + BATCH])
        return done

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database and changes nothing."""
        with self.engine.connect() as db:
            dialect.begin_read(db)
            yield db
            db.rollback()

    def touch(self) -> None:
        """Write a row as it is. Raises what the database raises where no text could be stored: it is away,
        full, locked or may only be read."""
        with self.transaction() as db:
            schema.touch(db)

    def try_to_write(self) -> None:
        """Touch it, unless something was written just now. Where it had no room for a text lately it is full
        until one is stored: a row that is there already still fits where a text does not."""
        if self._no_room and time.monotonic() - self._no_room[0] < NO_ROOM_SECONDS:
            raise self._no_room[1]
        if time.monotonic() - self._wrote_at > WROTE_JUST_NOW_SECONDS:
            self.touch()

    def scrub(self) -> bool:
        """Overwrite what was removed, in the files too; False where others are using the database."""
        with self._alone(), self.engine.connect() as db:
            return dialect.scrub(db, schema.tables())

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def is_database_trouble(error: Exception) -> bool:
    """Whether the database is away, full, too busy, damaged, changed or replaced by somebody, or may only be
    read, as PostgreSQL that stands by for another: so that trying again later may help."""
    match error:
        case OperationalError() | InterfaceError() | InternalError() | PoolTimeout() | StoreError():
            return True
        case DBAPIError():  # of a damaged file SQLite says no more than that there is an error
            damaged = type(error) is DatabaseError
            return error.connection_invalidated or damaged or dialect.is_changed(error)
        case OSError():
            return error.errno in DISK_FULL
        case _:
            return False


def reason(error: Exception) -> str:
    """Give the first line of what the database, or else SQLAlchemy, says of an error."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


def mend(error: Exception) -> str:
    """Give what to do about an error, by the reason."""
    return next(words for part, words in _MEND.items() if part in reason(error))


def reason_and_mend(error: Exception) -> str:
    """Give the reason, and what to do about it."""
    return f"{reason(error)}; {mend(error)}"


def trouble(error: Exception) -> str:
    """Name an error for the log: its kind and the first line of what it says, not what was being stored."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = str(cause).strip().splitlines()
    return ": ".join([type(cause).__name__, *said[:1]])
