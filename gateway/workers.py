"""Several processes behind one port: forked by one that only looks after them.

They share its listening sockets, so a connection that one has not taken yet outlives it.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess

import structlog

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)  # the last: its terminal is gone
CANNOT_START = 3  # exit status of one that starting again does not help
RESTART_SECONDS = 1.0  # so that one that dies at once does not keep the machine busy

Work = Callable[[int, bool], object]  # its number, and whether it is the first with it

log = structlog.get_logger(__name__)


def supervise(count: int, work: Work, check: Callable[[], object]) -> None:
    """Keep that many processes at work until SystemExit, which the handler of a signal raises; then
    ask each to stop, and wait for it. One that dies is started again.

    Where one exits with ``CANNOT_START``, ``check`` raises what the operator has to know.
    """
    processes: list[ForkProcess] = []
    try:
        for number in range(count):
            _start(processes, number, work, first=True)
        while True:
            wait([each.sentinel for each in processes])
            time.sleep(RESTART_SECONDS)
            for number, process in enumerate(processes):
                if process.exitcode is None:
                    continue
                if process.exitcode == CANNOT_START:
                    check()
                log.warning("process ended; starting another", pid=process.pid, status=process.exitcode)
                _start(processes, number, work, first=False)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def _start(processes: list[ForkProcess], number: int, work: Work, *, first: bool) -> None:
    """Start a process and put it in its place. A signal waits meanwhile: one between the two would
    leave a process that nobody asks to stop. In the new one it waits until ``work`` lets it through."""
    # Forked: it has what is open here, and the modules in memory. Nothing here runs a thread.
    process = multiprocessing.get_context("fork").Process(target=_work, args=(work, number, first))
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    process.start()
    processes[number : number + 1] = [process]
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _work(work: Work, number: int, first: bool) -> None:
    for each in (signal.SIGINT, signal.SIGHUP):  # a terminal's reach all: the parent passes them on, once
        signal.signal(each, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    work(number, first)


def _end_with_parent() -> None:
    """End as the parent did: killed. Otherwise the port would stay taken by those it left behind."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGKILL)
