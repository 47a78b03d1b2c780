"""How many stations had reported, and when: what a chart of the night shows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from config.election import Election
from models.standing import AT_A_TIME, standing_query
from models.tables import ResultRow


@dataclass(frozen=True, slots=True)
class Step:
    """At a moment, the stations that had reported a contest, and those that had reported all."""

    at: datetime
    reported: int
    complete: int


_FIRST = aliased(ResultRow)
_FIRST_AT = (
    select(func.min(_FIRST.at))
    .where(
        _FIRST.station_id == ResultRow.station_id,
        _FIRST.contest == ResultRow.contest,
        _FIRST.votes.is_not(None),
    )
    .correlate(ResultRow)
    .scalar_subquery()
)
_STANDING = standing_query(_FIRST_AT.label("first")).subquery("standing")
_TIMES = select(
    func.min(_STANDING.c.first).label("first"),
    func.max(_STANDING.c.first).label("last"),
    func.count().label("contests"),
).group_by(_STANDING.c.station_id)


def timeline(db: Connection, election: Election) -> list[Step]:
    """Give how the stations that stand now came in, a step for each minute in which one did.

    The last step is what the totals say: a station whose results were taken out is in none.
    """
    codes = [each.code for each in election.contests]
    query = _TIMES.where(_STANDING.c.contest.in_(codes))
    reported: Counter[datetime] = Counter()
    complete: Counter[datetime] = Counter()
    for row in db.execute(query, execution_options=AT_A_TIME):
        reported[_minute(row.first)] += 1
        if row.contests == len(codes):
            complete[_minute(row.last)] += 1
    minutes = sorted(reported | complete)
    sums = (_running(counts, minutes) for counts in (reported, complete))
    return [Step(*each) for each in zip(minutes, *sums, strict=True)]


def _running(counts: Counter[datetime], minutes: list[datetime]) -> Iterable[int]:
    return accumulate(counts[each] for each in minutes)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
