"""The load: prepared requests over kept connections, each answered before the next goes out on it.

wrk sends them where it is installed, else this module as a process of its own: one thread, plain
sockets, nothing parsed but the status line and the length, so that little of the machine's two
cores goes to it.

    python -m bench.load REQUESTS SECONDS SENDERS PORT...
"""

import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parents[1]
LUA = Path(__file__).with_name("load.lua")
PART = b"\0"  # between two requests in a file: no form has it
HEAD_END = b"\r\n\r\n"
OK = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was answered: how often, in how many seconds, how fast (ms), and how many not with 200."""

    answered: int
    seconds: float
    p50: float
    p99: float
    wrong: int

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


def load(
    requests: Path, ports: Sequence[int], *, senders: int, seconds: float | None = None, again: bool = False
) -> Loaded:
    """Send the requests of a file until time is up; ``again``: from the first once more.

    Without a time all are sent, once. That is not wrk's: it waits until its time is up.
    """
    wrk = client() == "wrk" and seconds is not None
    where = [str(port) for port in ports]
    environment = {**os.environ, "BENCH_PORTS": ",".join(where)}
    if wrk and seconds is not None:
        threads = str(len(ports))
        options = ["-t", threads, "-c", str(senders), "-d", f"{max(1, round(seconds))}s", "-s", str(LUA)]
        command = ["wrk", *options, f"http://127.0.0.1:{where[0]}", "--", str(requests), threads]
    else:
        command = [sys.executable, "-m", "bench.load", str(requests), str(seconds or 0), str(senders), *where]
    command += ["again"] * again
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return Loaded(**json.loads(done.stdout.strip().splitlines()[-1]))


def client() -> str:
    """Name what sends the load."""
    return "wrk" if shutil.which("wrk") else "bench.load"


class Connection:
    """A kept connection, on which one request at a time is out."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self._sent = 0.0

    def send(self, request: bytes) -> None:
        """Send a request; its answer is taken by ``receive``."""
        self._received, self._sent = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[float, bool] | None:
        """Give the seconds that the answer took and whether it was 200; None while it is not whole."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the service closed the connection")
        self._received += part
        head, end, body = self._received.partition(HEAD_END)
        if not end or len(body) < _length(head):
            return None
        return time.perf_counter() - self._sent, head.startswith(OK)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _send(requests: Iterator[bytes], connections: Sequence[Connection], seconds: float) -> Loaded:
    selector = selectors.DefaultSelector()
    for each in connections:
        selector.register(each.socket, selectors.EVENT_READ, each)
        each.send(next(requests))
    took: list[float] = []
    wrong, began = 0, time.perf_counter()
    while not seconds or time.perf_counter() - began < seconds:
        for key, _ in selector.select(timeout=1):
            answer = key.data.receive()
            if answer is not None:
                took.append(answer[0] * 1000)
                wrong += not answer[1]
                request = next(requests, None)
                if request is None:
                    return _loaded(took, time.perf_counter() - began, wrong)
                key.data.send(request)
    return _loaded(took, time.perf_counter() - began, wrong)


def _loaded(took: list[float], seconds: float, wrong: int) -> Loaded:
    parts = quantiles(took, n=100)
    return Loaded(len(took), seconds, parts[49], parts[98], wrong)


def main(arguments: Sequence[str]) -> None:
    """Send, and print what came of it as JSON."""
    again = arguments[-1] == "again"
    path, seconds, senders, *ports = arguments[: -1 if again else None]
    requests = Path(path).read_bytes().split(PART)
    connections = [
        Connection(port) for port, _ in zip(cycle(map(int, ports)), range(int(senders)), strict=False)
    ]
    loaded = _send(cycle(requests) if again else iter(requests), connections, float(seconds))
    print(json.dumps({name: getattr(loaded, name) for name in Loaded.__dataclass_fields__}))


if __name__ == "__main__":
    main(sys.argv[1:])
