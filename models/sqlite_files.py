"""SQLite's files while a process uses them: somebody may remove one, or put a backup in its place."""

import math
import os
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

Inode = tuple[int, int] | None  # what tells a file from any other of its name; None: there is none
# How often the ``-shm`` is looked for, at most: to ask for a file takes a hundredth of a report. The loops of
# a service look about as often where no text comes.
INDEX_SECONDS = 0.1


class Files:
    """The database's file, and the ``-wal`` and ``-shm`` beside it, as the connections of an engine have them
    open.

    What was committed lately is in the ``-wal`` alone until the last connection is closed, which writes it
    into the database, from files without a name, too. Beside such a one no new one may be begun: SQLite has
    one index, the ``-shm``, for all, and who has another writes over what was committed. So the process has
    to end, and ``lost`` is told so.
    """

    def __init__(self, path: str, lost: Callable[[str], None]) -> None:
        self._path, self._log, self._index, self._lost = path, f"{path}-wal", f"{path}-shm", lost
        self._open: dict[int, tuple[Inode, Inode, Inode]] = {}
        self._indexed: Inode = None
        self._looked = -math.inf  # by time.monotonic

    def watch(self, engine: Engine, prepare: Callable[[sqlite3.Connection], None]) -> None:
        """Look at them whenever a connection is opened, which is then prepared, or used."""

        def opened(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
            self._look(self._now())
            prepare(connection)
            self._open[id(connection)] = self._now()

        def used(connection: Any, _record: ConnectionPoolEntry, _proxy: Any) -> None:
            """Let go of a connection whose file was removed, or replaced by a backup: what is written to it
            is nowhere once the process ends."""
            now, had = self._now(), self._open[id(connection)]
            if now[0] != had[0]:
                raise DisconnectionError
            if now != had:  # there are none beside a new database before it is written to
                self._look(now)
                self._open[id(connection)] = now

        event.listen(engine, "connect", opened)
        event.listen(engine, "checkout", used)
        event.listen(engine, "close", lambda connection, _record: self._open.pop(id(connection), None))

    def _now(self) -> tuple[Inode, Inode, Inode]:
        if time.monotonic() - self._looked > INDEX_SECONDS:
            self._indexed, self._looked = inode(self._index), time.monotonic()
        return inode(self._path), inode(self._log), self._indexed

    def _look(self, now: tuple[Inode, Inode, Inode]) -> None:
        """Raise OperationalError where a connection has a ``-wal`` or a ``-shm`` that was removed."""
        for its, *had in tuple(self._open.values()):
            for path, there, theirs in zip((self._log, self._index), now[1:], had, strict=True):
                if its == now[0] and theirs not in {None, there}:
                    trouble = (
                        f"{path} was removed while Pantau uses it; Pantau ends, which writes what was stored"
                        f" into {self._path}: start it again"
                    )
                    self._lost(trouble)
                    raise sqlite3.OperationalError(trouble)


def inode(path: str) -> Inode:
    """Give what tells the file of that name from any other; None where there is none, or none for us."""
    try:
        found = os.stat(path)
    except OSError:  # what is wrong with its folder is SQLite's to say
        return None
    return found.st_dev, found.st_ino
