"""What a roster lacks: stations that nobody reports for, people who cannot be texted to."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select

from config.phones import SAMPLE_PREFIX
from models.people import in_role
from models.tables import DistrictRow, OptOutRow, PersonRow, PhoneRow, RoleRow, StationRow

NAMED = 5  # of those that lack something; the rest are counted


@dataclass(frozen=True, slots=True)
class Gap:
    """How many there are, and some of them by name."""

    count: int
    some: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.some) + (" .." if self.count > len(self.some) else "")


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is there, and what is not."""

    stations: int
    monitors: int
    coordinators: int
    officials: int
    without_monitor: Gap
    without_voters: Gap
    of_no_voters: Gap
    of_many_voters: Gap
    idle_people: Gap
    without_coordinator: Gap
    sample_numbers: Gap
    opted_out: Gap
    monitors_without_pin: Gap
    coordinators_without_pin: Gap


_here = ~StationRow.removed
_current = PhoneRow.until.is_(None)
_reporting = exists().where(RoleRow.station_id == StationRow.id, in_role("monitor"))
_looked_after = exists().where(RoleRow.district_id == DistrictRow.id, in_role("coordinator"))
_has_stations = exists().where(StationRow.district_id == DistrictRow.id, _here)
_serves = exists().where(
    RoleRow.person_id == PhoneRow.person_id,
    RoleRow.until.is_(None),
    RoleRow.station_id.is_(None) | RoleRow.station_id.in_(select(StationRow.id).where(_here)),
)
_silent = exists().where(OptOutRow.phone == PhoneRow.number)
_pinless = exists().where(PersonRow.id == PhoneRow.person_id, PersonRow.pin_hash.is_(None))
_monitor = exists().where(RoleRow.person_id == PhoneRow.person_id, in_role("monitor"))
_coordinator = exists().where(RoleRow.person_id == PhoneRow.person_id, in_role("coordinator"))


def gaps(db: Connection, station_cap: int) -> Gaps:
    """Look for what a roster lacks, and for stations whose voters are more than ``station_cap``."""
    return Gaps(
        stations=_count(db, StationRow.id, _here),
        monitors=_with_role(db, "monitor"),
        coordinators=_with_role(db, "coordinator"),
        officials=_with_role(db, "official"),
        without_monitor=_gap(db, StationRow.code, _here, ~_reporting),
        without_voters=_gap(db, StationRow.code, _here, StationRow.voters.is_(None)),
        of_no_voters=_gap(db, StationRow.code, _here, StationRow.voters == 0),
        of_many_voters=_gap(db, StationRow.code, _here, StationRow.voters > station_cap),
        idle_people=_gap(db, PhoneRow.number, _current, ~_serves),
        without_coordinator=_gap(db, DistrictRow.name, _has_stations, ~_looked_after),
        sample_numbers=_gap(db, PhoneRow.number, _current, PhoneRow.number.like(f"{SAMPLE_PREFIX}%")),
        opted_out=_gap(db, PhoneRow.number, _current, _silent),
        monitors_without_pin=_gap(db, PhoneRow.number, _current, _monitor, _pinless),
        coordinators_without_pin=_gap(db, PhoneRow.number, _current, _coordinator, _pinless),
    )


def _gap(db: Connection, column: Any, *where: ColumnElement[bool]) -> Gap:
    some = db.execute(select(column).where(*where).order_by(column).limit(NAMED)).scalars()
    return Gap(_count(db, column, *where), tuple(map(str, some)))


def _with_role(db: Connection, role: str) -> int:
    return _count(db, RoleRow.person_id.distinct(), in_role(role))


def _count(db: Connection, column: Any, *where: ColumnElement[bool]) -> int:
    return int(db.execute(select(func.count(column)).where(*where)).scalar_one())
