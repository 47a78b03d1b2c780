"""What stands everywhere, read row by row: for papers and files, which ask about every station."""

from typing import Any

from sqlalchemy import Select, and_, func, select

from models.people import STATION_COLUMNS, StationDistrict
from models.tables import ResultRow, StationRow

LAST = (
    select(ResultRow.station_id, ResultRow.contest, func.max(ResultRow.revision).label("revision"))
    .group_by(ResultRow.station_id, ResultRow.contest)
    .subquery("last")
)
IS_LAST = and_(
    LAST.c.station_id == ResultRow.station_id,
    LAST.c.contest == ResultRow.contest,
    LAST.c.revision == ResultRow.revision,
)
AT_A_TIME = {"yield_per": 1000}  # rows: 823,220 stations are read in bounded memory


def standing_query(*more: Any) -> Select[Any]:
    """Rows of what stands, with its station's columns and ``more``; unordered.

    A voided contest has no row, and neither has a station that is no longer on the roster.
    """
    return (
        select(
            *STATION_COLUMNS,
            StationDistrict.c.name.label("district"),
            ResultRow.contest,
            ResultRow.votes,
            ResultRow.stated,
            ResultRow.invalid,
            *more,
        )
        .select_from(ResultRow)
        .join(LAST, IS_LAST)
        .join(StationRow, StationRow.id == ResultRow.station_id)
        .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
        .where(ResultRow.votes.is_not(None), ~StationRow.removed)
    )
