"""What is measured from outside: the service as a user starts it, texted to as Twilio does."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil
import requests

from bench.load import PART, Loaded, load
from tests.end_to_end.places import election_file
from tests.end_to_end.running import Deployment, Running, eventually, free_port
from tests.end_to_end.services import PUBLIC_URL, twilio_settings
from tests.nation import Nation
from tests.twilio_server import TwilioServer, signature

SENDERS = 8
OPERATOR = "operator"
BOARD_TIMES = 10
PATH = "/twilio/sms"


@dataclass(slots=True)
class Texts:
    """Signed texts, each once: the monitors of a nation, one after the other, and again."""

    nation: Nation
    twilio: TwilioServer
    folder: Path
    made: int = 0

    def write(self, count: int) -> Path:
        """Write so many requests that nobody has sent yet; give their file."""
        path = self.folder / f"requests-{self.made}"
        numbers = range(self.made, self.made + count)
        path.write_bytes(PART.join(self._request(number) for number in numbers))
        self.made += count
        return path

    def _request(self, number: int) -> bytes:
        turn, place = divmod(number, self.nation.stations)
        form = {
            "AccountSid": self.twilio.account_sid,
            "MessageSid": f"SM{number:032x}",
            "From": self.nation.phone(place + 1),
            "To": self.twilio.numbers[0],
            "Body": self.nation.report(place + 1, turn),
            "NumMedia": "0",
        }
        body = urlencode(form)
        lines = [
            f"POST {PATH} HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/x-www-form-urlencoded",
            f"X-Twilio-Signature: {signature(self.twilio.auth_token, PUBLIC_URL + PATH, form)}",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", body]).encode()


@dataclass(slots=True)
class Measured:
    """Rounds of the service and of the bare endpoint, in turn."""

    service: list[Loaded] = field(default_factory=list)
    bare: list[Loaded] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bench:
    """A deployment that is measured, the service, and how many web processes it is."""

    deployment: Deployment
    running: Running
    processes: int
    texts: Texts

    @property
    def ports(self) -> list[int]:
        return [self.running.port]

    def rounds(self, count: int, seconds: float, most_per_second: int) -> Measured:
        """Measure the service and the bare endpoint in turn."""
        found = Measured()
        with bare_endpoints(self.deployment, self.processes) as bare:
            repeated = self.texts.write(2000)
            load(repeated, bare, seconds=1, senders=SENDERS, again=True)
            load(repeated, self.ports, seconds=1, senders=SENDERS)
            for _ in range(count):
                new = self.texts.write(round(seconds * most_per_second))
                found.service.append(load(new, self.ports, seconds=seconds, senders=SENDERS))
                if found.service[-1].answered >= seconds * most_per_second:
                    raise RuntimeError(f"the texts of a round ran out: more than {most_per_second} a second")
                new.unlink()
                found.bare.append(load(repeated, bare, seconds=seconds, senders=SENDERS, again=True))
        return found

    def check_stored(self, measured: Measured) -> None:
        """Raise RuntimeError unless all was answered with 200, and every text so answered counts."""
        answered = sum(each.answered for each in measured.service)
        wrong = sum(each.wrong for each in (*measured.service, *measured.bare))
        reported = self.deployment.asked("tally")["stations"]["reported"]
        if wrong or reported < min(answered, self.texts.nation.stations):
            raise RuntimeError(f"{wrong} wrong answers; {answered} answered, {reported} stations reported")

    def memory(self) -> float:
        """Give the resident memory of all that serve, MiB."""
        service = psutil.Process(self.running.process.pid)
        return float(sum(each.memory_info().rss for each in (service, *service.children())) / 2**20)

    def memory_over(self, messages: int, steps: int) -> list[float]:
        """Give the memory after each step of so many messages in all."""
        found = []
        for _ in range(steps):
            new = self.texts.write(messages // steps)
            load(new, self.ports, senders=SENDERS)
            new.unlink()
            found.append(self.memory())
        return found

    def board(self) -> list[float] | None:
        """Give how long the board takes, ms; None where there is none."""
        address = f"{self.running.url}/board"
        password = self.deployment.settings["PANTAU_OPERATOR_PASSWORD"]
        took = []
        for _ in range(BOARD_TIMES):
            began = time.perf_counter()
            answer = requests.get(address, auth=(OPERATOR, password), timeout=60)
            took.append((time.perf_counter() - began) * 1000)
            if answer.status_code == http.client.NOT_FOUND:
                return None
            answer.raise_for_status()
        return took


@contextmanager
def deployed(folder: Path, url: str, preload: dict[str, str]) -> Iterator[tuple[Deployment, TwilioServer]]:
    """Give a deployment on a Twilio that has nothing else to say."""
    folder.mkdir(exist_ok=True)
    (folder / "election.toml").write_text(election_file(), encoding="utf-8")
    with TwilioServer() as twilio:
        settings = {
            **twilio_settings(twilio),
            "PANTAU_DATABASE_URL": url,
            "PANTAU_OPERATOR_PASSWORD": "bench",
            **preload,
        }
        yield Deployment(folder, settings, anew=True), twilio


@contextmanager
def serving(deployment: Deployment, twilio: TwilioServer, nation: Nation, count: int) -> Iterator[Bench]:
    """Start the service with so many web processes, as a user would."""
    arguments = [] if count == 1 else ["--workers", str(count)]
    with deployment.serving(*arguments) as running:
        yield Bench(deployment, running, count, Texts(nation, twilio, deployment.folder))
        running.session.close()


@contextmanager
def bare_endpoints(deployment: Deployment, count: int) -> Iterator[list[int]]:
    """Start so many bare endpoints; give their ports."""
    ports = [free_port() for _ in range(count)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.bare", str(port)],
            cwd=deployment.environment["PYTHONPATH"],
            env=deployment.environment,
        )
        for port in ports
    ]
    try:
        for port in ports:
            eventually(lambda port=port: _answers(port), within=60)  # type: ignore[misc]  # a default
        yield ports
    finally:
        for each in processes:
            each.terminate()
            each.wait(10)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=5).status_code > 0
    except requests.ConnectionError:
        return False
