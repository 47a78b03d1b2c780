"""``pantau`` forked from a process that has imported everything: the imports take a second of a core,
and the tests start hundreds. What is lost is what a start of Python's own does, and its end's ``atexit``.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from multiprocessing import connection
from pathlib import Path

from gateway.commands.group import COMMANDS, main

# Every command, and what only some of their runs import.
IMPORTED = [f"gateway.commands.{each}" for each in sorted(set(COMMANDS.values()))]
IMPORTED += [f"gateway.carriers.{each}" for each in ("gammu", "kannel", "sandbox", "smsgate", "twilio")]
IMPORTED += ["alembic.command", "gateway.papers", "openpyxl", "psycopg", __name__]

_ONE_AT_A_TIME = threading.Lock()  # of two threads that ask for the same end each must be told it
_PYTHON = multiprocessing.get_context("forkserver")
_PYTHON.set_forkserver_preload(IMPORTED)


class Forked:
    """A command that runs: as much of ``subprocess.Popen`` as its tests need."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], out: Path, err: Path
    ) -> None:
        """Run it in a folder, and write what it prints to these files."""
        self._process = _PYTHON.Process(target=_run, args=(arguments, folder, dict(environ), (out, err)))
        with _ONE_AT_A_TIME:
            self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        with _ONE_AT_A_TIME:
            return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        connection.wait([self._process.sentinel], timeout)
        code = self.returncode
        if code is None:
            raise subprocess.TimeoutExpired("pantau", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(
    arguments: Sequence[str], folder: Path, environ: Mapping[str, str], files: tuple[Path, Path]
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    for number, name in enumerate(files, start=1):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(file, number)
        os.close(file)
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, TextIOWrapper)
        stream.reconfigure(write_through=True)
    sys.argv = ["pantau", *arguments]
    main()
