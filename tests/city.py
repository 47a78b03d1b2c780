"""A small city for tests: 20 stations in two districts, with everyone who has a role there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, text

from config.election import Election
from config.settings import read_settings
from gateway import inbox
from gateway.service import Answer, Service
from models import elections, messages, results, roster, stations, tally
from models.audit_parts import audited
from models.messages import Message
from models.pins import hash_pin
from models.store import Store
from models.tables import Base, DistrictRow, PersonRow, PhoneRow, RoleRow, StationRow, StationVersion
from notify.carrier import InboundText
from tests.elections import NOON, REFERENCE

T = TypeVar("T")
MONITOR, NEIGHBOUR = "+628410000012", "+628410000013"
COORDINATOR, OTHER_COORDINATOR, DEPUTY = "+628420000001", "+628420000002", "+628420000003"
MAYOR, DISTRICT_OFFICIAL = "+628430000001", "+628430000002"
NO_SETTINGS = read_settings({}, Path("nowhere"), known_carriers=["sandbox"])
REPORT = "TPS012 G:120,98,77 W:140,155 SAH:295"


def settle(url: str, election: Election = REFERENCE) -> None:
    """Put the city into a new database, without the import's help."""
    store = Store.open(url)
    with store.transaction() as db:
        version = roster.next_version(db)
        east, west = (_add(db, DistrictRow, name=name) for name in ("Timur I", "Barat I"))
        for number in range(1, 21):
            station = _add_station(db, number, east if number < 15 else west, version)
            monitor = _add_person(db, f"Monitor {number}", f"+628410000{number:03d}", version)
            _add_role(db, monitor, "monitor", version, station_id=station)
        for phone, name, lang, district in (
            (COORDINATOR, "Koordinator Timur", None, east),
            (OTHER_COORDINATOR, "Koordinator Barat", None, west),
            (DEPUTY, "Wakil Timur", "en", east),
        ):
            person = _add_person(db, name, phone, version, lang)
            _add_role(db, person, "coordinator", version, district_id=district)
        _add_role(db, _add_person(db, "Wali Kota", MAYOR, version), "official", version)
        official = _add_person(db, "Camat Timur", DISTRICT_OFFICIAL, version)
        _add_role(db, official, "official", version, district_id=east)
        elections.remember(db, election, NOON.astimezone(UTC))  # and so counts
    store.close()


def _add(db: Connection, table: type[Base], **values: Any) -> int:
    return int(db.execute(insert(table).values(values).returning(table.__table__.c.id)).scalar_one())


def _add_station(db: Connection, number: int, district: int, version: int) -> int:
    early = number < 10
    columns = {
        "code": f"{number:03d}",
        "district_id": district,
        "village": "Air Kuti" if early else "Cereme Taba",
        "form_number": number if early else number - 9,
        "voters": 480,
        "voters_by_contest": {"W": 100} if number == 20 else {},
    }
    station = _add(db, StationRow, number=number, **columns)
    db.execute(insert(StationVersion), {"station_id": station, "since": version, "removed": False, **columns})
    return station


def _add_person(db: Connection, name: str, phone: str, version: int, lang: str | None = None) -> int:
    person = _add(db, PersonRow, name=name, language=lang)
    _add(db, PhoneRow, person_id=person, number=phone, place=1, since=version)
    return person


def _add_role(db: Connection, person: int, role: str, version: int, **place: int) -> None:
    _add(db, RoleRow, person_id=person, role=role, since=version, **place)


@dataclass
class City:
    """A service on the city, and a hand on its clock. Each text moves the clock on by a second."""

    service: Service
    now: datetime
    ids: Any = None

    def __post_init__(self) -> None:
        self.ids = map("SM{:032d}".format, count(1))  # not a generator: several threads may ask for one
        self.service = replace(self.service, clock=lambda: self.now)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def text(self, sender: str, body: str, *, carrier_id: str | None = None, **given: Any) -> Answer:
        """Bring a text, as a webhook would."""
        self.wait(seconds=1)
        carrier = given.pop("carrier", "sandbox")
        found = InboundText(carrier, carrier_id or next(self.ids), sender, body, **given)
        return inbox.receive(self.service, found)

    def message(self, answer: Answer) -> Message:
        return self.read(lambda db: messages.message(db, answer.message_id))

    def said(self, sender: str, body: str, **given: Any) -> tuple[str, tuple[str, ...], str | None]:
        """Bring a text and give its outcome, codes and reply."""
        answer = self.text(sender, body, **given)
        found = self.message(answer)
        return answer.outcome, found.codes, answer.reply

    def texted(self, phone: str) -> list[str]:
        """Give the texts to a number that were no replies, oldest first."""
        query = "SELECT body FROM messages WHERE recipient = :phone AND kind <> 'reply' ORDER BY id"
        return self.read(lambda db: list(db.execute(text(query), {"phone": phone}).scalars()))

    def give_pin(self, phone: str, pin: str) -> None:
        """Give the owner of a number a PIN."""
        owner = "(SELECT person_id FROM phones WHERE number = :phone)"
        with self.service.store.transaction() as db:
            set_pin = text(f"UPDATE people SET pin_hash = :pin WHERE id = {owner}")
            db.execute(set_pin, {"pin": hash_pin(pin), "phone": phone})

    def totals(self) -> tally.Totals:
        return self.read(lambda db: tally.totals(db, self.service.election))

    def votes(self, contest: str = "G") -> tuple[int, ...]:
        return next(each.votes for each in self.totals().contests if each.contest.code == contest)

    def history(self, number: int = 12) -> list[results.Revision]:
        def read(db: Connection) -> list[results.Revision]:
            station = stations.station_by_number(db, number)
            assert station is not None
            return results.history(db, station)

        return self.read(read)

    def count(self, table: str) -> int:
        return self.read(lambda db: int(db.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()))

    def audited(self, elections: dict[int, Election] | None = None) -> list[str]:
        """Audit what is stored; give what does not agree."""
        election = self.service.election
        with self.service.store.reading() as db:
            kept = elections or {self.service.election_id: election}
            checks = audited(db, election, lambda: kept)
        return [f"{each.name}: {each.finding}" for each in checks if each.finding is not None]

    def read(self, question: Callable[[Connection], T]) -> T:
        with self.service.store.reading() as db:
            return question(db)


def city_at(url: str, election: Election = REFERENCE, now: datetime = NOON) -> City:
    """Open the city that ``settle`` has put into a database."""
    store = Store.open(url)
    with store.transaction() as db:
        election_id = elections.remember(db, election, now.astimezone(UTC))
    service = Service(
        store=store,
        settings=NO_SETTINGS,
        election=election,
        election_id=election_id,
        carriers={},
        own_numbers=frozenset({"+628449999999"}),
    )
    return City(service, now.astimezone(UTC))
