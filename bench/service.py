"""The service of a soak: real processes that are killed and started again."""

import subprocess
import sys
import time
from collections import Counter
from random import Random
from typing import IO

import psutil
import requests

from tests.databases import PostgresServer
from tests.end_to_end.running import Deployment

START_SECONDS = 120
STOP_SECONDS = 60


class Service:
    """One web service with schedule and outbox on a port, and a worker beside it.

    With a PostgreSQL server the web service is several processes, and the server is killed too.
    """

    def __init__(self, deployment: Deployment, port: int, server: PostgresServer | None) -> None:
        self.killed: Counter[str] = Counter()
        self._victims = ["service", "service", "worker", *(["one process", "PostgreSQL"] if server else [])]
        self._next: list[str] = []
        self._deployment, self._port, self._server = deployment, port, server
        self._log: IO[bytes] = (deployment.folder / "serve.log").open("ab")
        self._web = self._start_web()
        self._worker = self._serve("--role", "worker")

    def kill(self, random: Random) -> None:
        """End one of the processes, or the database, with -9, and start it again."""
        if not self._next:
            self._next = random.sample(self._victims, len(self._victims))
        victim = self._next.pop()
        self.killed[victim] += 1
        match victim:
            case "service":
                self._end(self._web)
                self._web = self._start_web()
            case "worker":
                self._end(self._worker)
                self._worker = self._serve("--role", "worker")
            case "one process":
                random.choice(psutil.Process(self._web.pid).children()).kill()
            case "PostgreSQL":
                assert self._server is not None
                self._server.kill()
                self._server.start_again()
        self._wait_until_ready()

    def memory(self) -> float:
        """Give the resident memory of the web service, MiB."""
        web = psutil.Process(self._web.pid)
        return float(sum(each.memory_info().rss for each in (web, *web.children())) / 2**20)

    def stop(self) -> None:
        """Stop as an operator does; RuntimeError where it does not stop cleanly."""
        for process in (self._web, self._worker):
            process.terminate()
        statuses = [process.wait(STOP_SECONDS) for process in (self._web, self._worker)]
        self._log.close()
        if statuses != [0, 0]:
            raise RuntimeError(f"the service stopped with {statuses}")

    def _serve(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "gateway.cli", "serve", *arguments]
        return subprocess.Popen(
            command,
            cwd=self._deployment.folder,
            env=self._deployment.environment,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )

    def _start_web(self) -> subprocess.Popen[bytes]:
        workers = ("--workers", "2") if self._server else ()
        self._web = self._serve("--port", str(self._port), *workers)
        self._wait_until_ready()
        return self._web

    def _wait_until_ready(self) -> None:
        """Wait until it is well. One that ended is started again: those whose parent was killed may
        have had the port for a moment more."""
        until = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if time.monotonic() > until:
                raise RuntimeError(f"the service does not start: {self._deployment.folder}/serve.log")
            if self._web.poll() is not None:
                self._web = self._serve(*self._web.args[4:])  # type: ignore[index]  # a list of ours
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self._port}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait(STOP_SECONDS)
