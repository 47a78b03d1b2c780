"""The roster as it was when a text came: who a number was, and what a station was."""

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, select, true

from models.people import Person, StationDistrict, as_station, fold, people_query
from models.tables import PersonRow, PhoneRow, RoleRow, StationRow, StationVersion
from parser.commands import Correction, Decision, Report, Void
from parser.station import Station


def _held(table: type[PhoneRow | RoleRow]) -> ColumnElement[bool]:
    then: BindParameter[int] = bindparam("roster")
    return (table.since <= then) & (table.until.is_(None) | (table.until > then))


_OWNER = select(PhoneRow.person_id).where(PhoneRow.number == bindparam("phone"), _held(PhoneRow))
_PERSON = people_query(_held, true()).where(PersonRow.id == _OWNER.scalar_subquery())
_STATION = (
    select(
        StationVersion.station_id,
        StationVersion.code,
        StationRow.number,
        StationVersion.district_id,
        StationVersion.village,
        StationVersion.form_number,
        StationVersion.voters,
        StationVersion.voters_by_contest,
        StationDistrict.c.name.label("district"),
    )
    .join(StationRow, StationRow.id == StationVersion.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationVersion.district_id)
    .where(StationVersion.station_id == bindparam("id"), StationVersion.since <= bindparam("roster"))
    .order_by(StationVersion.since.desc())
    .limit(1)
)


def person_then(db: Connection, phone: str, roster: int) -> Person | None:
    """Give the person whose number it was after so many changes of the roster."""
    return next(iter(fold(db.execute(_PERSON, {"phone": phone, "roster": roster}).all())), None)


def station_then(db: Connection, station_id: int, roster: int) -> Station | None:
    """Give a station as it was after so many changes of the roster."""
    row = db.execute(_STATION, {"id": station_id, "roster": roster}).first()
    return None if row is None else as_station(row)


def names_another(station: Station, command: Report | Correction | Void | Decision) -> bool:
    """Whether a text names a station, and this one neither by its code nor by the number on its form."""
    ref = None if isinstance(command, Decision) else command.station
    return ref is not None and ref.number not in (station.number, station.form_number)
