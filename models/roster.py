"""Changes of the roster on the night: who reports for a station, and how a person is texted.

Every change counts up ``counters.roster`` under its row lock, and closes and opens rows with
that count: what the roster was when a message came can be told for ever.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from config.language import Lang
from models import dialect
from models.messages import CAME
from models.people import ROSTER, Person, monitors_of, person_by_phone
from models.tables import Counter, MessageRow, PersonRow, PhoneRow, RoleRow
from parser.station import Station

_REPLACED_AT = (
    select(CAME)
    .join(RoleRow, RoleRow.message_id == MessageRow.id)
    .where(RoleRow.station_id == bindparam("station"))
    .order_by(RoleRow.id.desc())
    .limit(1)
)
_ONCE_HERE = (
    select(PersonRow.name, PersonRow.language)
    .join(PhoneRow, PhoneRow.person_id == PersonRow.id)
    .join(RoleRow, RoleRow.person_id == PersonRow.id)
    .where(RoleRow.station_id == bindparam("station"), PhoneRow.number == bindparam("phone"))
    .order_by(PhoneRow.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A new monitor of a station, and the people who were it before."""

    person: Person
    before: tuple[Person, ...]


def hold(db: Connection) -> None:
    """Let others who change the roster wait until this transaction ends, before its first change too."""
    _count_up(db, by=0)


def next_version(db: Connection) -> int:
    """Count up the roster's changes; others who change it wait here."""
    return _count_up(db, by=1)


def _count_up(db: Connection, *, by: int) -> int:
    counted = dialect.insert_once(db, Counter).values(name=ROSTER, value=by)
    counted = counted.on_conflict_do_update(
        index_elements=["name"], set_={"value": Counter.__table__.c.value + by}
    )
    return int(db.execute(counted.returning(Counter.value)).scalar_one())


def appoint(
    db: Connection, *, phone: str, name: str, station: Station, message_id: int, beside: bool = False
) -> Appointment:
    """Make a number the only monitor of a station (``GANTI``), or one ``beside`` those that it has
    (a held unknown number accepted: nobody said that the others are gone).

    A number on the roster keeps its other roles and its name; who comes back to a station is texted as
    before. Who has no role left is no longer on the roster.
    """
    version = next_version(db)
    others = tuple(each for each in monitors_of(db, station.id) if phone not in each.phones)
    before = () if beside else others
    for person in before:
        _relieve(db, person, station, version)
    person_id = _person_for(db, phone, name, station, version)
    values = {"person_id": person_id, "role": "monitor", "station_id": station.id, "since": version}
    if not any(each.id == person_id for each in monitors_of(db, station.id)):
        db.execute(insert(RoleRow), {**values, "message_id": message_id})
    appointed = person_by_phone(db, phone)
    assert appointed is not None
    return Appointment(appointed, before)


def set_language(db: Connection, person: Person, lang: Lang) -> None:
    """Keep the language of a person's texts."""
    db.execute(update(PersonRow).where(PersonRow.id == person.id).values(language=lang.value))


def set_paused(db: Connection, person: Person, *, paused: bool) -> None:
    """Stop, or resume, an official's scheduled summaries."""
    db.execute(update(PersonRow).where(PersonRow.id == person.id).values(paused=paused))


def _person_for(db: Connection, phone: str, name: str, station: Station, version: int) -> int:
    found = person_by_phone(db, phone)
    if found is not None:
        return found.id
    before = db.execute(_ONCE_HERE, {"station": station.id, "phone": phone}).first()
    values = {
        "name": name or (before.name if before else None),
        "language": before.language if before else None,
    }
    person_id = int(db.execute(insert(PersonRow).values(values).returning(PersonRow.id)).scalar_one())
    db.execute(insert(PhoneRow), {"person_id": person_id, "number": phone, "place": 1, "since": version})
    return person_id


def _relieve(db: Connection, person: Person, station: Station, version: int) -> None:
    here = (RoleRow.person_id == person.id, RoleRow.until.is_(None))
    db.execute(update(RoleRow).where(*here, RoleRow.station_id == station.id).values(until=version))
    close_phones(db, person.id, version)


def close_phones(db: Connection, person_id: int, version: int) -> None:
    """Take the numbers of a person who has no role left off the roster."""
    if db.execute(select(RoleRow.id).where(RoleRow.person_id == person_id, RoleRow.until.is_(None))).first():
        return
    numbers = (PhoneRow.person_id == person_id, PhoneRow.until.is_(None))
    db.execute(update(PhoneRow).where(*numbers).values(until=version))


def changed_since(db: Connection, station: Station, message_id: int) -> bool:
    """Whether the monitors of a station have changed after a message's own change."""
    own = select(RoleRow.since).where(RoleRow.message_id == message_id).scalar_subquery()
    at_arrival = select(MessageRow.roster).where(MessageRow.id == message_id).scalar_subquery()
    then = func.coalesce(own, at_arrival)  # a command that found it done already changed nothing
    here = (RoleRow.station_id == station.id, RoleRow.role == "monitor")
    newer = select(RoleRow.id).where(*here, (RoleRow.since > then) | (RoleRow.until > then))
    return db.execute(newer).first() is not None


def replaced_at(db: Connection, station: Station) -> datetime | None:
    """Give when the last GANTI of a station was sent, as its carrier tells, else when it came; None where
    there was none."""
    return db.execute(_REPLACED_AT, {"station": station.id}).scalar()
