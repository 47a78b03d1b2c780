"""The real Gammu SMSD on its dummy phone, and what people and the network do to that phone."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests.end_to_end.running import eventually

PROGRAM = shutil.which("gammu-smsd")
SCHEMAS = Path("/usr/share/doc/gammu-smsd/examples")
DRIVER = Path("/usr/lib")  # libdbd's, in a folder of the machine's own kind
STOP_SECONDS = 20
needs_smsd = pytest.mark.skipif(
    PROGRAM is None
    or not (SCHEMAS / "sqlite.sql").is_file()
    or not list(DRIVER.glob("*/dbd/libdbdsqlite3.so")),
    reason="Gammu SMSD is not installed: apt-get install gammu gammu-smsd libdbd-sqlite3 libdbd-pgsql",
)

CONFIGURATION = """
[gammu]
model = dummy
connection = none
port = {phone}
gammuloc = /dev/null

[smsd]
service = sql
{database}
phoneid = {name}
commtimeout = 1
receivefrequency = 1
loopsleep = 1
statusfrequency = 5
checksecurity = 0
deliveryreport = sms
logfile = {phone}.log
debuglevel = 4
"""
SQLITE = "driver = sqlite3\ndbdir = {folder}\ndatabase = {name}\nsql = sqlite\nhost = localhost"
POSTGRESQL = "driver = native_pgsql\nhost = {host}\nuser = postgres\ndatabase = {name}"


@dataclass(slots=True)
class Modem:
    """One SMSD process with its phone."""

    folder: Path
    name: str
    database: str
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def phone(self) -> Path:
        return self.folder / self.name

    def start(self) -> None:
        (self.phone / "sms" / "1").mkdir(parents=True, exist_ok=True)
        configuration = self.folder / f"{self.name}.conf"
        configuration.write_text(
            CONFIGURATION.format(phone=self.phone, name=self.name, database=self.database)
        )
        assert PROGRAM is not None
        self.process = subprocess.Popen(
            [PROGRAM, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(STOP_SECONDS)
            self.process = None

    def receive(self, sender: str, words: str, *, parts: int = 1) -> None:
        """Let a text arrive at the phone, in as many parts as the sender's phone made of it."""
        size = -(-len(words) // parts)
        reference = next(self.numbers) % 256
        for part in range(1, parts + 1):
            udh = f"UDH = 050003{reference:02X}{parts:02X}{part:02X}" if parts > 1 else ""
            self._arrive("Deliver", sender, words[(part - 1) * size : part * size], udh)

    def report_delivery(self, recipient: str) -> None:
        """Let the network say that what was sent to a number has arrived."""
        self._arrive("Status_Report", recipient, "Delivered", 'MessageReference = 255\nSMSC = "123456"')

    def _arrive(self, pdu: str, number: str, words: str, more: str) -> None:
        coded = words.encode("utf-16-be").hex().upper()
        lines = [f"Text{at // 200:02d} = {coded[at : at + 200]}" for at in range(0, max(len(coded), 1), 200)]
        head = f"[SMSBackup000]\nPDU = {pdu}\nDateTime = {datetime.now(UTC):%Y%m%dT%H%M%S}\nState = UnRead\n"
        place = f'Number = "{number}"\nCoding = Default_No_Compression\nFolder = 1\n'
        written = self.folder / "arriving"
        written.write_text(head + place + "\n".join([*lines, more]) + "\n")
        written.rename(self.phone / "sms" / "1" / str(next(self.numbers)))


@dataclass(slots=True)
class Pool:
    """The modems of one SMSD database, and its tables."""

    url: str
    modems: list[Modem]
    engine: Engine

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.engine.connect() as db:
            return list(db.execute(text(query), values).all())

    def change(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as db:
            db.execute(text(statement), values)

    def sent_to(self, number: str) -> list[str]:
        """Give the parts that left for a number, oldest first."""
        query = 'SELECT "TextDecoded" FROM sentitems WHERE "DestinationNumber" = :n ORDER BY "ID", "SequencePosition"'
        return [row[0] for row in self.rows(query, n=number)]

    def wait_for(self, number: str, beginning: str) -> list[str]:
        """Wait until a text that begins so has left for a number; give all that has."""
        return eventually(
            lambda: self.sent_to(number),
            wanted=lambda found: any(each.startswith(beginning) for each in found),
        )


@contextmanager
def running_smsd(folder: Path, url: str, *, modems: int = 1) -> Iterator[Pool]:
    """Run SMSD on an empty database, with as many modems as wanted."""
    engine = create_engine(url, poolclass=NullPool)
    _create_tables(engine)
    database = _connection(make_url(url))
    pool = Pool(url, [Modem(folder, f"modem{number}", database) for number in range(1, modems + 1)], engine)
    try:
        for modem in pool.modems:
            modem.start()
        assert eventually(lambda: pool.rows("SELECT * FROM phones"))  # one row: all dummies have one IMEI
        yield pool
    finally:
        for modem in pool.modems:
            modem.kill()


def _create_tables(engine: Engine) -> None:
    schema = (SCHEMAS / ("sqlite.sql" if engine.name == "sqlite" else "pgsql.sql")).read_text()
    with engine.connect() as db:
        raw = db.connection.driver_connection
        assert raw is not None
        if engine.name == "sqlite":
            raw.executescript(schema)
        else:
            raw.execute(schema.replace("CREATE LANGUAGE plpgsql;", "").encode())  # it is there already
            raw.commit()


def _connection(address: Any) -> str:
    if address.get_backend_name() == "sqlite":
        path = Path(address.database)
        return SQLITE.format(folder=path.parent, name=path.name)
    return POSTGRESQL.format(host=address.query["host"], name=address.database)
