"""The people of the roster as they are, some thousand at a time, for an import to compare with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, exists, or_, select

from models import staging
from models.people_batches import HERE, Batch
from models.people_match import Place
from models.staging import PEOPLE, PHONES
from models.tables import PersonRow, PhoneRow, RoleRow, StationRow

Role = tuple[str, int | None, int | None]  # role, station's row, district's row

_theirs = PhoneRow.person_id.in_(bindparam("people", expanding=True))
_current = (PhoneRow.until.is_(None), PhoneRow.number.is_not(None))
_TOUCHED = (
    select(PhoneRow.person_id)
    .join(PHONES, PHONES.c.phone == PhoneRow.number)
    .join(PEOPLE, PEOPLE.c.line == PHONES.c.line)
    .where(*HERE, PhoneRow.until.is_(None))
    .distinct()
)
_PHONES = (
    select(PhoneRow.person_id, PhoneRow.number)
    .where(*_current, _theirs)
    .order_by(PhoneRow.person_id, PhoneRow.place)
)
_lost_station = or_(
    exists().where(StationRow.id == RoleRow.station_id, StationRow.removed),
    exists().where(StationRow.id == RoleRow.station_id, PEOPLE.c.station == StationRow.number),
)
_ROLES = select(
    RoleRow.id,
    RoleRow.person_id,
    RoleRow.role,
    RoleRow.station_id,
    RoleRow.district_id,
    _lost_station.label("lost"),
).where(RoleRow.until.is_(None), RoleRow.person_id.in_(bindparam("people", expanding=True)))
_DETAILS = select(PersonRow.id, PersonRow.name, PersonRow.language, PersonRow.pin_hash).where(
    PersonRow.id.in_(bindparam("people", expanding=True))
)
_STATIONS = (
    select(StationRow.number, StationRow.id)
    .join(PEOPLE, PEOPLE.c.station == StationRow.number)
    .where(*HERE, ~StationRow.removed)
)
_q = PhoneRow.__table__.alias("q")
_in_file = (
    exists()
    .where(_q.c.person_id == PhoneRow.person_id, _q.c.until.is_(None), PHONES.c.phone == _q.c.number)
    .correlate(PhoneRow)
)
_loses = (
    exists()
    .where(RoleRow.person_id == PhoneRow.person_id, RoleRow.until.is_(None), _lost_station)
    .correlate(PhoneRow)
)
_OTHERS = (
    select(PhoneRow.person_id)
    .where(*_current, PhoneRow.person_id > bindparam("after"), ~_in_file)
    .distinct()
    .order_by(PhoneRow.person_id)
    .limit(bindparam("most"))
)
_LOSERS = _OTHERS.where(_loses)


@dataclass(frozen=True, slots=True)
class Details:
    """What is kept of a person without a history."""

    name: str | None
    language: str | None
    pin_hash: str | None


@dataclass(slots=True)
class Now:
    """Some people of the roster, by their rows: numbers, roles with theirs, details; ``lost`` are
    the rows of stations where they report no more."""

    phones: dict[int, tuple[str, ...]] = field(default_factory=dict)
    roles: dict[int, dict[Role, int]] = field(default_factory=dict)
    details: dict[int, Details] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, db: Connection, batch: Batch) -> "Now":
        """Read the people who have a number that a batch of a file names."""
        return cls.read(db, list(db.execute(_TOUCHED, batch.bounds).scalars()))

    @classmethod
    def read(cls, db: Connection, people: Sequence[int]) -> "Now":
        """Read people by their rows."""
        now = cls()
        if not people:
            return now
        these = {"people": people}
        for phone in db.execute(_PHONES, these):
            now.phones[phone.person_id] = (*now.phones.get(phone.person_id, ()), phone.number)
        for role in db.execute(_ROLES, these):
            roles = now.roles.setdefault(role.person_id, {})
            roles[role.role, role.station_id, role.district_id] = role.id
            if role.lost:
                now.lost.add(role.station_id)
        for person in db.execute(_DETAILS, these):
            now.details[person.id] = Details(person.name, person.language, person.pin_hash)
        return now


@dataclass(frozen=True, slots=True)
class Places:
    """The rows of stations by number, of districts by key."""

    stations: dict[int, int]
    districts: dict[str, int]

    @classmethod
    def of(cls, db: Connection, batch: Batch, districts: dict[str, int]) -> "Places":
        """Read the stations that a batch of a file names."""
        return cls({row.number: row.id for row in db.execute(_STATIONS, batch.bounds)}, districts)

    def role(self, place: Place) -> Role:
        """Give a role of a file as the roster has it."""
        name, station, district = place
        return (
            name,
            None if station is None else self.stations[station],
            None if district is None else self.districts[district],
        )


def others_to_change(db: Connection, *, everyone: bool) -> Iterator[Now]:
    """Give the people whom the file does not name: those who lose a station, or ``everyone``.

    What the caller does to them is done before the next are read.
    """
    query, after = _OTHERS if everyone else _LOSERS, 0
    while others := list(db.execute(query, {"after": after, "most": staging.CHUNK}).scalars()):
        yield Now.read(db, others)
        after = others[-1]
