"""SQLite's files while a process uses them: somebody may remove one, or put a backup in its place."""

import os
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

Inode = tuple[int, int] | None  # what tells a file from any other of its name; None: there is none


class Files:
    """The database's file and the ``-wal`` beside it, as the connections of an engine have them open.

    What was committed lately is in the ``-wal`` alone until the last connection is closed, which writes it
    into the database, from a ``-wal`` without a name, too. Beside one of those no new one may be begun:
    SQLite has one index for both. So the process has to end, and ``lost`` is told so.
    """

    def __init__(self, path: str, lost: Callable[[str], None]) -> None:
        self._path, self._log, self._lost = path, f"{path}-wal", lost
        self._open: dict[int, tuple[Inode, Inode]] = {}

    def watch(self, engine: Engine, prepare: Callable[[sqlite3.Connection], None]) -> None:
        """Look at them whenever a connection is opened, which is then prepared, or used."""

        def opened(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
            self._look()
            prepare(connection)
            self._open[id(connection)] = inode(self._path), inode(self._log)

        def used(connection: Any, _record: ConnectionPoolEntry, _proxy: Any) -> None:
            """Let go of a connection whose file was removed, or replaced by a backup: what is written to it
            is nowhere once the process ends."""
            file, log = inode(self._path), inode(self._log)
            its, had = self._open[id(connection)]
            if file != its:
                raise DisconnectionError
            if had is None:  # there is none before the first write to a new database
                self._open[id(connection)] = file, log
            elif had != log:
                self._look()

        event.listen(engine, "connect", opened)
        event.listen(engine, "checkout", used)
        event.listen(engine, "close", lambda connection, _record: self._open.pop(id(connection), None))

    def _look(self) -> None:
        """Raise OperationalError where another connection, or this one, has a ``-wal`` that was removed."""
        file, log = inode(self._path), inode(self._log)
        if any(its == file and had not in {None, log} for its, had in tuple(self._open.values())):
            trouble = (
                f"{self._log} was removed while Pantau uses it; Pantau ends, which writes what was in it into"
                f" {self._path}: start it again"
            )
            self._lost(trouble)
            raise sqlite3.OperationalError(trouble)


def inode(path: str) -> Inode:
    """Give what tells the file of that name from any other; None where there is none."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
