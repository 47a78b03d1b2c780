"""The monitors as papers and files list them: one by one, with what they have done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, func, select

from config.language import Lang
from models.notes import FIRST_PRESENCE
from models.people import STATION_COLUMNS, District, StationDistrict, as_station, in_role
from models.standing import AT_A_TIME
from models.tables import PersonRow, PhoneRow, Practice, RoleRow, StationRow
from parser.station import Station


@dataclass(frozen=True, slots=True)
class Monitor:
    """Someone who reports for a station: one each for several stations. ``present_at`` and
    ``practised_at`` are the station's: when somebody first checked in, and last practised."""

    station: Station
    name: str
    phones: tuple[str, ...]
    lang: Lang | None
    has_pin: bool
    present_at: datetime | None
    practised_at: datetime | None


_PRESENT = FIRST_PRESENCE.subquery("present")
_PRACTISED = (
    select(Practice.station_id, func.max(Practice.at).label("at"))
    .group_by(Practice.station_id)
    .subquery("practised")
)
_MONITORS = (
    select(
        *STATION_COLUMNS,
        RoleRow.id.label("role_id"),
        PersonRow.name,
        PersonRow.language,
        PersonRow.pin_hash.is_not(None).label("has_pin"),
        PhoneRow.number.label("phone"),
        _PRESENT.c.at.label("present_at"),
        _PRACTISED.c.at.label("practised_at"),
    )
    .select_from(RoleRow)
    .join(StationRow, StationRow.id == RoleRow.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .join(PersonRow, PersonRow.id == RoleRow.person_id)
    .outerjoin(PhoneRow, (PhoneRow.person_id == PersonRow.id) & PhoneRow.until.is_(None))
    .outerjoin(_PRESENT, _PRESENT.c.station_id == StationRow.id)
    .outerjoin(_PRACTISED, _PRACTISED.c.station_id == StationRow.id)
    .where(in_role("monitor"), ~StationRow.removed)
    .order_by(StationRow.number, RoleRow.id, PhoneRow.place)
)


def monitors(db: Connection, districts: Iterable[District] | None = None) -> Iterator[Monitor]:
    """Give the monitors by station, of the whole or of districts."""
    query = _MONITORS
    if districts is not None:
        query = query.where(StationRow.district_id.in_([each.id for each in districts]))
    rows = db.execute(query, execution_options=AT_A_TIME)
    for _, group in groupby(rows, key=lambda row: row.role_id):
        numbers = list(group)
        first = numbers[0]
        yield Monitor(
            station=as_station(first),
            name=first.name or "",
            phones=tuple(row.phone for row in numbers if row.phone),
            lang=Lang(first.language) if first.language else None,
            has_pin=first.has_pin,
            present_at=first.present_at,
            practised_at=first.practised_at,
        )
