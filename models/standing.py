"""What stands everywhere, read row by row: for papers and files, which ask about every station."""

from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import aliased

from models.people import STATION_COLUMNS, StationDistrict
from models.tables import ResultRow, StationRow
from parser.verdict import Tally

_OTHER = ResultRow.__table__.alias("other")
# Asked of each row, from the index: a join with all maxima, which SQLite does not index, took half
# a minute for 20,000 stations where rows were wanted for those without results too.
NEWEST = (
    select(func.max(_OTHER.c.revision))
    .where(_OTHER.c.station_id == ResultRow.station_id, _OTHER.c.contest == ResultRow.contest)
    .correlate(ResultRow)
    .scalar_subquery()
)
IS_NEWEST = ResultRow.revision == NEWEST
# The same, where it is asked of a few stations.
_later = aliased(ResultRow)
NONE_LATER = ~exists().where(
    _later.station_id == ResultRow.station_id,
    _later.contest == ResultRow.contest,
    _later.revision > ResultRow.revision,
)
AT_A_TIME = {"yield_per": 1000}  # rows: 823,220 stations are read in bounded memory


def standing_query(*more: Any) -> Select[Any]:
    """Rows of what stands, with its station's columns and ``more``; unordered.

    A voided contest has no row, and neither has a station that is no longer on the roster.
    """
    return (
        select(
            *STATION_COLUMNS,
            ResultRow.contest,
            ResultRow.votes,
            ResultRow.stated,
            ResultRow.invalid,
            *more,
        )
        .select_from(ResultRow)
        .join(StationRow, StationRow.id == ResultRow.station_id)
        .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
        .where(ResultRow.votes.is_not(None), ~StationRow.removed, IS_NEWEST)
    )


def as_tally(row: Row[Any]) -> Tally | None:
    """Read figures from a row of a revision; None where it is void."""
    return None if row.votes is None else Tally(row.contest, row.votes, row.stated, row.invalid)
