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
        select(*STATION_COLUMNS, StationDistrict.c.name.label("district"))
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
_VILLAGE_KEY = func.replace(StationRow.village_key, word(" "), word(""))
_VILLAGE = select(StationRow.id).where(bindparam("village") == _VILLAGE_KEY).limit(1)
_BY_FORM = stations_query().where(
    StationRow.form_number == bindparam("number"), bindparam("village") == _VILLAGE_KEY
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
    rows = db.execute(_BY_FORM, {"number": number, "village": _squeezed(village)})
    return [as_station(row) for row in rows]


def is_village(db: Connection, words: str) -> bool:
    """Whether words are the name of a village of the roster."""
    return db.execute(_VILLAGE, {"village": _squeezed(words)}).first() is not None


def _squeezed(words: str) -> str:
    return "".join(words.lower().split())


def first_of(db: Connection, districts: Iterable[District] | None) -> Station | None:
    """Give the first station by number, of all or of districts."""
    query = stations_query().limit(1)
    if districts is not None:
        query = query.where(StationRow.district_id.in_([district.id for district in districts]))
    row = db.execute(query).first()
    return None if row is None else as_station(row)
