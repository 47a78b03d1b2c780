"""The stations of a district, a page at a time, with what stands there and what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, not_, select

from models.attention import Contact, contacts
from models.columns import word
from models.notes import SILENT
from models.people import District, as_station
from models.standing import NONE_LATER
from models.stations import stations_query
from models.tables import CaseRow, ResultRow, StationRow
from parser.station import Station
from parser.verdict import Tally


@dataclass(frozen=True, slots=True)
class Stands:
    """The newest figures of a contest at a station, and when they came."""

    tally: Tally
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StationNow:
    """A station with what stands (by contest), its open cases, its monitors, and whether any word came."""

    station: Station
    stands: dict[str, Stands]
    cases: tuple[int, ...]
    monitors: tuple[Contact, ...]
    present: bool


_PAGE = (
    stations_query()
    .where(StationRow.district_id == bindparam("district"), StationRow.number > bindparam("after"))
    .limit(bindparam("most"))
)
_STANDS = select(
    ResultRow.station_id,
    ResultRow.contest,
    ResultRow.votes,
    ResultRow.stated,
    ResultRow.invalid,
    ResultRow.revision,
    ResultRow.at,
).where(
    ResultRow.station_id.in_(bindparam("stations", expanding=True)),
    ResultRow.votes.is_not(None),
    NONE_LATER,
)
_CASES = (
    select(CaseRow.station_id, CaseRow.id)
    .where(
        CaseRow.station_id.in_(bindparam("stations", expanding=True)),
        CaseRow.status == word("open"),
    )
    .order_by(CaseRow.id)
)
_PRESENT = select(StationRow.id).where(StationRow.id.in_(bindparam("stations", expanding=True)), not_(SILENT))


def stations_now(db: Connection, district: District, after: int, most: int) -> list[StationNow]:
    """Give stations of a district by number, after a number."""
    rows = db.execute(_PAGE, {"district": district.id, "after": after, "most": most})
    return as_they_are(db, [as_station(row) for row in rows])


def as_they_are(db: Connection, stations: Sequence[Station]) -> list[StationNow]:
    """Give stations with what stands there now."""
    asked = {"stations": [each.id for each in stations]}
    stands: dict[int, dict[str, Stands]] = {}
    for row in db.execute(_STANDS, asked):
        tally = Tally(row.contest, row.votes, row.stated, row.invalid)
        stands.setdefault(row.station_id, {})[row.contest] = Stands(tally, row.revision, row.at)
    cases: dict[int, tuple[int, ...]] = {}
    for row in db.execute(_CASES, asked):
        cases[row.station_id] = (*cases.get(row.station_id, ()), row.id)
    present = set(db.execute(_PRESENT, asked).scalars())
    monitors = contacts(db, asked["stations"])
    return [
        StationNow(
            station=each,
            stands=stands.get(each.id, {}),
            cases=cases.get(each.id, ()),
            monitors=monitors.get(each.id, ()),
            present=each.id in present,
        )
        for each in stations
    ]
