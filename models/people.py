"""Who is on the roster now: the person behind a number, and the people of a station or district."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select, bindparam, select

from config.election import Election
from config.language import Lang
from models.tables import Counter, DistrictRow, PersonRow, PhoneRow, RoleRow, StationRow
from parser.station import Station

ROSTER = "roster"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class District:
    """A district; ``id`` is the database's."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on the roster, with every role of theirs.

    ``phones`` are their numbers, the first SIM first. An official of the whole has
    ``everywhere``; ``watches`` are the districts of an official.
    """

    id: int
    name: str
    lang: Lang | None
    pin_hash: str | None
    paused: bool
    phones: tuple[str, ...]
    stations: tuple[Station, ...] = ()
    districts: tuple[District, ...] = ()
    watches: tuple[District, ...] = ()
    everywhere: bool = False

    @property
    def is_monitor(self) -> bool:
        """Whether they report for a station."""
        return bool(self.stations)

    @property
    def is_coordinator(self) -> bool:
        """Whether they look after a district."""
        return bool(self.districts)

    @property
    def only_reports(self) -> bool:
        """Whether they change nothing but results of their own stations, locked for their text already
        (``models.sender``)."""
        return self.is_monitor and not self.is_coordinator

    @property
    def may_report(self) -> bool:
        """Whether results are theirs to send: as a monitor's or a coordinator's."""
        return self.is_monitor or self.is_coordinator

    @property
    def is_official(self) -> bool:
        """Whether they receive totals."""
        return self.everywhere or bool(self.watches)

    def needs_pin(self, election: Election) -> bool:
        """Whether their reports and commands need a PIN."""
        return election.rules.pin and self.pin_hash is not None

    def looks_after(self, station: Station) -> bool:
        """Whether the station is in a district that they coordinate."""
        return any(district.id == station.district_id for district in self.districts)

    def may_see(self, station: Station) -> bool:
        """Whether the station is in what they coordinate or watch."""
        return (
            self.everywhere
            or self.looks_after(station)
            or any(district.id == station.district_id for district in self.watches)
        )


StationDistrict = DistrictRow.__table__.alias("station_district")
STATION_COLUMNS = (
    StationRow.id.label("station_id"),
    StationRow.code,
    StationRow.number,
    StationRow.district_id,
    StationRow.village,
    StationRow.form_number,
    StationRow.voters,
    StationRow.voters_by_contest,
    StationDistrict.c.name.label("district"),
)


def in_role(role: str | BindParameter[str]) -> ColumnElement[bool]:
    """Say of a row of ``roles`` that it is of this role, and that its person has it now."""
    return (RoleRow.role == role) & _is_now(RoleRow)


def _is_now(table: type[PhoneRow | RoleRow]) -> ColumnElement[bool]:
    return table.until.is_(None)


def people_query(
    holds: Callable[[type[PhoneRow | RoleRow]], ColumnElement[bool]], station: ColumnElement[bool]
) -> Select[Any]:
    """Rows of person, number, role and place for people with a number; filtered by the caller.

    ``holds`` tells which numbers and roles count, ``station`` which stations.
    """
    return (
        select(
            PersonRow.id,
            PersonRow.name,
            PersonRow.language,
            PersonRow.pin_hash,
            PersonRow.paused,
            PhoneRow.number.label("phone"),
            RoleRow.role,
            RoleRow.district_id.label("role_district_id"),
            DistrictRow.name.label("role_district"),
            *STATION_COLUMNS,
        )
        .select_from(PersonRow)
        .join(PhoneRow, (PhoneRow.person_id == PersonRow.id) & holds(PhoneRow))
        .outerjoin(RoleRow, (RoleRow.person_id == PersonRow.id) & holds(RoleRow))
        .outerjoin(DistrictRow, DistrictRow.id == RoleRow.district_id)
        .outerjoin(StationRow, (StationRow.id == RoleRow.station_id) & station)
        .outerjoin(StationDistrict, StationDistrict.c.id == StationRow.district_id)
        .order_by(PersonRow.id, PhoneRow.place, RoleRow.id)
    )


def _people() -> Select[Any]:
    return people_query(_is_now, ~StationRow.removed)


ROSTER_NOW = select(Counter.value).where(Counter.name == ROSTER)
OWNER = select(PhoneRow.person_id).where(PhoneRow.number == bindparam("phone"), PhoneRow.until.is_(None))
BY_PHONE = _people().where(PersonRow.id == OWNER.scalar_subquery())
_OF_STATION = _people().where(
    PersonRow.id.in_(
        select(RoleRow.person_id).where(RoleRow.station_id == bindparam("station_id"), in_role("monitor"))
    )
)
_WITH_ROLE = _people().where(PersonRow.id.in_(select(RoleRow.person_id).where(in_role(bindparam("wanted")))))
_COORDINATORS = _people().where(
    PersonRow.id.in_(
        select(RoleRow.person_id).where(RoleRow.district_id == bindparam("district"), in_role("coordinator"))
    )
)
_BY_IDS = _people().where(PersonRow.id.in_(bindparam("ids", expanding=True)))
_EVERYONE = _people().where(RoleRow.id.is_not(None))


def roster_version(db: Connection) -> int:
    """Give how often the roster has changed."""
    return int(db.execute(ROSTER_NOW).scalar() or 0)


def person_by_phone(db: Connection, phone: str) -> Person | None:
    """Give the person whose number it is now, None where it is not on the roster."""
    return next(iter(fold(db.execute(BY_PHONE, {"phone": phone}).all())), None)


def monitors_of(db: Connection, station_id: int) -> list[Person]:
    """Give the people who report for a station."""
    return fold(db.execute(_OF_STATION, {"station_id": station_id}).all())


def coordinators_of(db: Connection, district_id: int) -> list[Person]:
    """Give the people who look after a district."""
    return fold(db.execute(_COORDINATORS, {"district": district_id}).all())


def people_with(db: Connection, role: str) -> list[Person]:
    """Give the people with a role: monitor, coordinator or official."""
    return fold(db.execute(_WITH_ROLE, {"wanted": role}).all())


def monitors_in(db: Connection, districts: Iterable[District]) -> list[Person]:
    """Give the people who report for a station of the districts."""
    ids = [district.id for district in districts]
    here = (
        select(RoleRow.person_id)
        .join(StationRow, StationRow.id == RoleRow.station_id)
        .where(StationRow.district_id.in_(ids), in_role("monitor"))
    )
    return fold(db.execute(_people().where(PersonRow.id.in_(here))).all())


def people_by_id(db: Connection, ids: Iterable[int]) -> list[Person]:
    """Give people by their rows, by id; who has no number left is not among them."""
    return fold(db.execute(_BY_IDS, {"ids": list(ids)}).all())


def everyone(db: Connection) -> list[Person]:
    """Give everyone with a role, by id."""
    return fold(db.execute(_EVERYONE).all())


def as_station(row: Row[Any]) -> Station:
    """Read a station from a row with ``STATION_COLUMNS``."""
    return Station(
        id=row.station_id,
        code=row.code,
        number=row.number,
        district_id=row.district_id,
        district=row.district,
        village=row.village,
        form_number=row.form_number,
        voters=row.voters,
        voters_by_contest=tuple(row.voters_by_contest.items()),
    )


def fold(rows: Sequence[Row[Any]]) -> list[Person]:
    """Read people from rows of ``people_query``."""
    grouped: dict[int, list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    return [_person(each) for each in grouped.values()]


def _person(rows: list[Row[Any]]) -> Person:
    first = rows[0]
    return Person(
        id=first.id,
        name=first.name or "",
        lang=Lang(first.language) if first.language else None,
        pin_hash=first.pin_hash,
        paused=first.paused,
        phones=_distinct(row.phone for row in rows),
        stations=_distinct(as_station(row) for row in rows if row.role == "monitor" and row.station_id),
        districts=_distinct(_district(row) for row in rows if row.role == "coordinator"),
        watches=_distinct(_district(row) for row in rows if row.role == "official" and row.role_district_id),
        everywhere=any(row.role == "official" and row.role_district_id is None for row in rows),
    )


def _district(row: Row[Any]) -> District:
    return District(row.role_district_id, row.role_district)


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
