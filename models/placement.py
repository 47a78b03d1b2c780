"""Are there the stations and districts that a file of people names?"""

from difflib import get_close_matches

from sqlalchemy import Connection, exists, func, or_, select

from models.roster_files import Problems, district_key
from models.staging import PEOPLE, STATIONS
from models.station_import import REMOVE
from models.tables import DistrictRow, StationRow

# Stations as they will be: those of the file, and those of the roster that it does not name.
_in_file = (STATIONS.c.number.is_not(None), STATIONS.c.action.is_distinct_from(REMOVE))
_on_roster = (~StationRow.removed, ~exists().where(STATIONS.c.number == StationRow.number))
_ANY = select(
    or_(
        select(STATIONS.c.line).where(*_in_file).exists(),
        select(StationRow.id).where(*_on_roster).exists(),
    )
)
_said = func.coalesce(PEOPLE.c.station, PEOPLE.c.named)
_NO_STATION = (
    select(PEOPLE.c.line, _said.label("station"))
    .where(
        _said.is_not(None),
        ~exists().where(STATIONS.c.number == _said, *_in_file).correlate(PEOPLE),
        ~exists().where(StationRow.number == _said, *_on_roster).correlate(PEOPLE),
    )
    .order_by(PEOPLE.c.line)
)
_DISTRICTS_OF_FILE = (
    select(STATIONS.c.district_key, func.max(STATIONS.c.district).label("name"))
    .where(STATIONS.c.district_key.is_not(None), STATIONS.c.action.is_distinct_from(REMOVE))
    .group_by(STATIONS.c.district_key)
)
_DISTRICTS_OF_ROSTER = select(DistrictRow.name).where(
    exists().where(StationRow.district_id == DistrictRow.id, *_on_roster)
)
_NAMED = select(PEOPLE.c.district).where(PEOPLE.c.district.is_not(None)).distinct()
_WHO = select(PEOPLE.c.line, PEOPLE.c.district).where(PEOPLE.c.district.is_not(None)).order_by(PEOPLE.c.line)


def any_station(db: Connection) -> bool:
    """Whether there will be any station."""
    return bool(db.execute(_ANY).scalar_one())


def find_misplaced(db: Connection, problems: Problems) -> None:
    """Find the people whose station or district there will not be."""
    for row in db.execute(_NO_STATION):
        problems.add(row.line, f"there is no station {row.station}")
    known = {district_key(row.name): row.name for row in db.execute(_DISTRICTS_OF_ROSTER)}
    known |= {row.district_key: row.name or row.district_key for row in db.execute(_DISTRICTS_OF_FILE)}
    named = db.execute(_NAMED).scalars()
    unknown = {name: _no_district(name, known) for name in named if district_key(name) not in known}
    if unknown:
        for row in db.execute(_WHO):
            if row.district in unknown:
                problems.add(row.line, unknown[row.district])


def _no_district(name: str, known: dict[str, str]) -> str:
    near = get_close_matches(district_key(name), known, 1)
    hint = f"; did you mean '{known[near[0]]}'?" if near else ""
    return f"there is no district '{name[:40]}'{hint}"
