"""The real Kannel on loopback: bearerbox, smsbox, and its own fakesmsc as the operator and the phones."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus, unquote_plus

import pytest

from tests.end_to_end.running import eventually, free_port

BEARERBOX, SMSBOX = (
    shutil.which("bearerbox") or "/usr/sbin/bearerbox",
    shutil.which("smsbox") or "/usr/sbin/smsbox",
)
FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
STOP_SECONDS = 20
SHORT_CODE = "2345"
needs_kannel = pytest.mark.skipif(
    not all(Path(each).is_file() for each in (BEARERBOX, SMSBOX, FAKESMSC)),
    reason="Kannel is not installed: apt-get install kannel kannel-extras",
)
# A part of a long text has a header, and its words are coded.
GOT = re.compile(r"Got message \d+: <\S+ (\S+) (text|udh \S+ data) (.*)>")

# As docs/carriers.md has it, but for the SMSC, the ports and the haste.
CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = admin
admin-interface = 127.0.0.1
admin-allow-ip = "127.0.0.1"
smsbox-port = {box}
smsbox-interface = 127.0.0.1
store-type = file
store-location = {folder}/kannel.store
sms-combine-concatenated-mo-timeout = 5
log-file = {folder}/bearerbox.log
log-level = 1

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
log-file = {folder}/smsbox.log
log-level = 1
http-request-retry = 60
http-queue-delay = 1

group = sendsms-user
username = pantau
password = rahasia
default-sender = {short_code}
concatenation = true
max-messages = 3

group = sms-service
keyword = default
catch-all = true
get-url = "{pantau}/kannel/sms?secret=kunci&from=%p&to=%P&text=%b&id=%I&time=%T&charset=%C"
accept-x-kannel-headers = true
omit-empty = true
concatenation = true
max-messages = 3
"""


@dataclass(slots=True)
class Kannel:
    """Bearerbox and smsbox, and one phone at a time that texts through the fake operator."""

    folder: Path
    sendsms: int
    smsc: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    phone: subprocess.Popen[bytes] | None = None
    heard: list[Path] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "KANNEL_SENDSMS_URL": f"http://127.0.0.1:{self.sendsms}/cgi-bin/sendsms",
            "KANNEL_USER": "pantau",
            "KANNEL_PASSWORD": "rahasia",
            "KANNEL_SECRET": "kunci",
        }

    def text(self, sender: str, words: str, kind: str = "text") -> None:
        """Let a phone text. What the operator is given from now on is heard by this phone's process:
        the fake operator speaks to one at a time."""
        content = words if kind == "text" else quote_plus(words.encode("utf-16-be"))
        self.say(f"{sender} {SHORT_CODE} {kind} {content}")

    def text_part(self, sender: str, words: str, part: int, parts: int) -> None:
        """Let a part of a long text arrive."""
        self.say(f"{sender} {SHORT_CODE} udh %05%00%03%11%{parts:02X}%{part:02X} {quote_plus(words)}")

    def say(self, line: str) -> None:
        """Let the operator bring what its program is told to in a line."""
        self.hang_up()
        heard = self.folder / f"phone{len(self.heard)}.log"
        self.heard.append(heard)
        command = [str(FAKESMSC), "-H", "127.0.0.1", "-r", str(self.smsc), "-i", "1000", "-m", "1"]
        with heard.open("wb") as file:
            self.phone = subprocess.Popen([*command, line], stdout=file, stderr=file)

    def hang_up(self) -> None:
        if self.phone is not None:
            self.phone.kill()
            self.phone.wait(STOP_SECONDS)
            self.phone = None

    def got(self, number: str) -> list[str]:
        """Give the parts of texts that the operator was given for a number, oldest first."""
        logs = "\n".join(each.read_text(errors="replace") for each in self.heard)
        found = [(kind, words) for to, kind, words in GOT.findall(logs) if to == number]
        return [words if kind == "text" else unquote_plus(words) for kind, words in found]

    def wait_for(self, number: str, count: int = 1) -> list[str]:
        return eventually(lambda: self.got(number), wanted=lambda found: len(found) >= count)

    def start(self) -> None:
        configuration = self.folder / "kannel.conf"
        for program in (BEARERBOX, SMSBOX):
            with (self.folder / f"{Path(program).name}.out").open("ab") as file:
                self.processes.append(
                    subprocess.Popen([program, str(configuration)], stdout=file, stderr=file, cwd=self.folder)
                )
            port = self.smsc if program == BEARERBOX else self.sendsms
            assert eventually(partial(_listens, port)), (self.folder / "bearerbox.log").read_text()

    def end_smsbox(self) -> None:
        """Stop smsbox, as its own stop does; bearerbox runs on."""
        smsbox = self.processes.pop()
        smsbox.terminate()
        smsbox.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End it as a power cut does."""
        self.hang_up()
        for process in self.processes:
            process.kill()
            process.wait(STOP_SECONDS)
        self.processes.clear()


@contextmanager
def running_kannel(folder: Path, pantau: str) -> Iterator[Kannel]:
    """Run Kannel, with Pantau at that address."""
    kannel = Kannel(folder, sendsms=free_port(), smsc=free_port())
    (folder / "kannel.conf").write_text(
        CONFIGURATION.format(
            folder=folder,
            admin=free_port(),
            box=free_port(),
            smsc=kannel.smsc,
            sendsms=kannel.sendsms,
            short_code=SHORT_CODE,
            pantau=pantau,
        )
    )
    try:
        kannel.start()
        yield kannel
    finally:
        kannel.kill()


def _listens(port: int) -> bool:
    """Whether a TCP port is being listened on, by the kernel's own list: to connect would be to text."""
    listening = "0A"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[3] == listening and int(row[1].rpartition(":")[2], 16) == port for row in rows)
