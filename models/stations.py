"""Stations and districts of the roster, found by number, by form, by district."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from models import dialect
from models.columns import word
from models.people import STATION_COLUMNS, District, StationDistrict, as_station
from models.prepared import Prepared
from models.tables import DistrictRow, StationRow
from parser.station import Station


def stations_query() -> Select[Any]:
    """Rows that ``as_station`` reads, by number; filtered by the caller."""
    return (
        select(*STATION_COLUMNS)
        .select_from(StationRow)
        .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
        .where(~StationRow.removed)
        .order_by(StationRow.number)
    )


_BY_NUMBER = stations_query().where(StationRow.number == bindparam("number"))
_BY_ID = stations_query().where(StationRow.id == bindparam("id"))
_LOCKED = Prepared(
    select(StationRow.id).where(StationRow.id == bindparam("id")).with_for_update(key_share=True)
)
# As the index has it: a name is typed with its blanks or without.
_village = func.replace(StationRow.village_key, word(" "), word(""))
_VILLAGES = select(_village).where(_village.in_(bindparam("names", expanding=True))).distinct()
_VILLAGES_OF = (
    select(StationRow.village_key)
    .where(StationRow.district_id.in_(bindparam("districts", expanding=True)))
    .distinct()
)
_BY_FORM = stations_query().where(
    StationRow.form_number == bindparam("number"), _village == bindparam("village")
)
_DISTRICTS = select(DistrictRow.id, DistrictRow.name).order_by(DistrictRow.name)


def station_by_number(db: Connection, number: int) -> Station | None:
    """Give the station whose code is that number, None where there is none."""
    if number >= 2**63:  # no column holds it, so no station has it
        return None
    row = db.execute(_BY_NUMBER, {"number": number}).first()
    return None if row is None else as_station(row)


def station_by_id(db: Connection, station_id: int) -> Station | None:
    """Give a station of the roster by its row."""
    row = db.execute(_BY_ID, {"id": station_id}).first()
    return None if row is None else as_station(row)


def lock_station(db: Connection, station: Station) -> None:
    """Wait for other texts about this station: what stands is read after it."""
    if not dialect.has_one_writer(db):
        _LOCKED.rows(db, {"id": station.id})


def districts(db: Connection) -> list[District]:
    """Give all districts by name."""
    return [District(row.id, row.name) for row in db.execute(_DISTRICTS)]


def all_stations(db: Connection) -> list[Station]:
    """Give every station by number."""
    return [as_station(row) for row in db.execute(stations_query())]


def stations_by_form(db: Connection, number: int, village: str) -> list[Station]:
    """Give the stations with that number printed on the form, in the village of that name."""
    if number >= 2**31:
        return []
    rows = db.execute(_BY_FORM, {"number": number, "village": squeezed(village)})
    return [as_station(row) for row in rows]


def villages(db: Connection, names: Iterable[str]) -> set[str]:
    """Give which of these names are of villages of the roster, squeezed."""
    return set(db.execute(_VILLAGES, {"names": [squeezed(each) for each in names]}).scalars())


def villages_of(db: Connection, districts: Iterable[District]) -> list[str]:
    """Give the names of the villages of districts, in small letters."""
    return list(db.execute(_VILLAGES_OF, {"districts": [each.id for each in districts]}).scalars())


def squeezed(words: str) -> str:
    """Give what is the same for a name in capitals or not, with its blanks or without."""
    return "".join(words.lower().split())


def first_of(db: Connection, districts: Iterable[District] | None) -> Station | None:
    """Give the first station by number, of all or of districts."""
    query = stations_query().limit(1)
    if districts is not None:
        query = query.where(StationRow.district_id.in_([district.id for district in districts]))
    row = db.execute(query).first()
    return None if row is None else as_station(row)
