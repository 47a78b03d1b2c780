"""Which stations have not reported every contest."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from config.election import Election
from models.columns import word
from models.people import District, as_station, in_role
from models.standing import IS_NEWEST
from models.stations import stations_query
from models.tables import CaseFigures, CaseRow, PhoneRow, ResultRow, RoleRow, StationRow
from parser.station import Station


@dataclass(frozen=True, slots=True)
class Missing:
    """A station and the codes of the contests that do not stand there."""

    station: Station
    contests: tuple[str, ...]


_STANDS = (
    select(ResultRow.station_id, ResultRow.contest)
    .join(StationRow, StationRow.id == ResultRow.station_id)
    .where(ResultRow.votes.is_not(None), IS_NEWEST)
)
_HELD = (
    select(CaseRow.station_id, CaseFigures.contest)
    .join(CaseFigures, CaseFigures.case_id == CaseRow.id)
    .where(CaseRow.status == word("open"), CaseRow.person_id.is_not(None))  # not of an unknown number
)


def missing(db: Connection, election: Election, districts: Iterable[District] | None = None) -> list[Missing]:
    """Give the stations where a contest does not stand, by number; of all or of districts."""
    query, stands = stations_query(), _STANDS
    if districts is not None:
        here = StationRow.district_id.in_([district.id for district in districts])
        query, stands = query.where(here), stands.where(here)
    standing: dict[int, set[str]] = {}
    for row in db.execute(stands):
        standing.setdefault(row.station_id, set()).add(row.contest)
    return list(_lacking(election, [as_station(row) for row in db.execute(query)], standing))


def awaited(db: Connection, election: Election, districts: Iterable[District] | None = None) -> list[Missing]:
    """Give what monitors are still to send: what is missing, but for what a coordinator is to decide, whose
    sender was told that it need not be sent again."""
    held = {(row.station_id, row.contest) for row in db.execute(_HELD)}
    found = (
        replace(each, contests=tuple(code for code in each.contests if (each.station.id, code) not in held))
        for each in missing(db, election, districts)
    )
    return [each for each in found if each.contests]


def held_at(db: Connection, station: Station) -> set[str]:
    """Give the codes of the contests that a coordinator is to decide at a station."""
    return {row.contest for row in db.execute(_HELD.where(CaseRow.station_id == station.id))}


def monitor_phones(db: Connection) -> dict[int, tuple[str, ...]]:
    """Give the monitors' numbers of every station that has any, by the station's id."""
    rows = db.execute(
        select(RoleRow.station_id, PhoneRow.number)
        .join(PhoneRow, (PhoneRow.person_id == RoleRow.person_id) & PhoneRow.until.is_(None))
        .where(in_role("monitor"))
        .order_by(RoleRow.station_id, RoleRow.id, PhoneRow.place)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row.station_id] = (*found.get(row.station_id, ()), row.number)
    return found


def _lacking(election: Election, stations: list[Station], standing: dict[int, set[str]]) -> Iterable[Missing]:
    for station in stations:
        stands = standing.get(station.id, set())
        lacks = tuple(each.code for each in election.contests if each.code not in stands)
        if lacks:
            yield Missing(station, lacks)
