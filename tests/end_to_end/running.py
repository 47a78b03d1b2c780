"""A deployment in a folder of its own: its commands, and the service while it runs."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

import requests

import gateway
from tests.end_to_end.forked import Forked

ROOT = Path(gateway.__file__ or "").parents[1]
START_SECONDS = 60.0
STOP_SECONDS = 45.0
COMMAND_SECONDS = 60.0
PATIENCE = 60.0  # for what the outbox or the schedule does in its own time
BELOW_CLIENTS = range(15_000, 32_000)  # ports that no outgoing connection is given

T = TypeVar("T")
Process = subprocess.Popen[bytes] | Forked


@dataclass(frozen=True, slots=True)
class Reply:
    """What a webhook answered: ``text`` is the reply that it carries, None for none."""

    status: int
    content: str
    text: str | None = None


@dataclass(slots=True)
class Running:
    """A process that serves, and a phone that texts to it."""

    process: Process
    port: int
    log: Path
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False  # a proxy of the machine's has no business here

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=COMMAND_SECONDS)

    def post(
        self, path: str, form: Mapping[str, str] | bytes, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        return requests.post(self.url + path, data=form, headers=headers, timeout=COMMAND_SECONDS)

    def text(self, sender: str, body: str, sid: str | None = None) -> Reply:
        """Text to the sandbox."""
        form = {"From": sender, "Body": body} | ({} if sid is None else {"MessageSid": sid})
        return reply_of(self.post("/sandbox/sms", form))

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return status_of(self, "/readyz") == 200

        assert eventually(ready, within=START_SECONDS), self.log.read_text()

    def kill(self) -> None:
        """End the process as a power cut does."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)
        self.session.close()

    def stop(self) -> None:
        """Ask the process to stop; it must do so cleanly, whoever is still connected, and have logged
        nothing that is a bug."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(STOP_SECONDS) == 0, self.log.read_text()
        assert self.troubles() == []

    def troubles(self) -> list[str]:
        """Give what was logged as an error, and what was written past the log, such as a warning."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if not line.startswith("{") or json.loads(line)["level"] == "error"]


@dataclass(slots=True)
class Deployment:
    """A folder with its files, and the settings of its environment.

    Its processes are forked from one that has imported everything; ``anew`` starts Python for each.
    """

    folder: Path
    settings: dict[str, str]
    command_seconds: float = COMMAND_SECONDS
    anew: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """Give a process the settings and nothing else of ours."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **self.settings}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever that is."""
        with tempfile.TemporaryDirectory() as name:
            out, err = Path(name, "out"), Path(name, "err")
            process = self._process(arguments, out, err)
            try:
                code = process.wait(self.command_seconds)
            finally:
                process.kill()
                process.wait()
            return subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())

    def done(self, *arguments: str) -> str:
        """Run a command that must succeed without a word on standard error; give what it prints."""
        result = self.run(*arguments)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout

    def asked(self, *arguments: str) -> Any:
        """Give what a command prints as JSON."""
        return json.loads(self.done(*arguments, "--json"))

    def messages(self, *arguments: str) -> list[dict[str, Any]]:
        """Give the log of texts, oldest first."""
        return [json.loads(line) for line in self.done("messages", "--json", *arguments).splitlines()]

    def start(self, *arguments: str, port: int | None = None) -> Running:
        """Start to serve; the caller stops it."""
        port = port or free_port()
        log = self.folder / f"serve-{port}.log"
        process = self._process(["serve", "--port", str(port), *arguments], Path(os.devnull), log)
        return Running(process, port, log)

    def _process(self, arguments: Sequence[str], out: Path, err: Path) -> Process:
        if not self.anew:
            return Forked(arguments, self.folder, self.environment, out, err)
        command = [sys.executable, "-m", "gateway.cli", *arguments]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            return subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=stdout, stderr=stderr
            )

    @contextmanager
    def serving(self, *arguments: str, port: int | None = None) -> Iterator[Running]:
        """Serve until the block ends, and then stop cleanly; one that the block ended is let be."""
        running = self.start(*arguments, port=port)
        try:
            running.wait_until_ready()
            yield running
            if running.process.returncode is None:
                running.stop()
        finally:
            running.kill()


def reply_of(response: requests.Response) -> Reply:
    """Read a webhook's answer. One that is a 200 must be TwiML."""
    if response.status_code != 200:
        return Reply(response.status_code, response.text)
    assert response.headers["Content-Type"].startswith("application/xml")
    document = ElementTree.fromstring(response.content)
    assert document.tag == "Response"
    return Reply(200, response.text, document.findtext("Message"))


def unasked(log: Sequence[Mapping[str, Any]], phone: str) -> list[Mapping[str, Any]]:
    """Give the texts out to a number that are no replies to its own, oldest first."""
    own = {each["id"] for each in log if each["direction"] == "in" and each["from"] == phone}
    return [
        each
        for each in log
        if each["direction"] == "out" and each["to"] == phone and each["in_reply_to"] not in own
    ]


def status_of(running: Running, path: str) -> int | None:
    """Give the status of an answer; None where nobody listens yet."""
    try:
        return running.get(path).status_code
    except requests.ConnectionError:
        return None


def eventually(
    found: Callable[[], T], *, within: float = PATIENCE, wanted: Callable[[T], object] = bool
) -> T:
    """Ask until the answer is the one wanted, or time is up; give the last answer. A question that is a
    command takes a second of a core: as long is waited, for what is asked about needs the core, too."""
    until = time.monotonic() + within
    while True:
        began = time.monotonic()
        answer = found()
        if wanted(answer) or time.monotonic() > until:
            return answer
        time.sleep(max(0.05, time.monotonic() - began))


def _own_ports() -> Iterator[int]:
    """Give the ports of this worker of the tests, in any order: no other worker's, and each once, for
    some are given seconds before they are listened on."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = BELOW_CLIENTS[number :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]
    return iter(random.sample(own, len(own)))


_PORTS = _own_ports()


def free_port() -> int:
    """Give a port that nobody has."""
    for port in _PORTS:
        with socket.socket() as attempt:
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no port is left of {BELOW_CLIENTS}")
