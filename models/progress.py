"""How far the count is: by district, and over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal_column, select

from config.election import Contest, Election
from models.people import District
from models.tables import WHOLE, DistrictRow, ResultRow, StationRow, Total
from models.tally import COUNTS, VOTES, ContestTotal, Counts, counts, summed


@dataclass(frozen=True, slots=True)
class DistrictProgress:
    """A district and the counts of its stations."""

    district: District
    counts: Counts


# The planner takes a partial index only where its condition stands in the query as written.
_FIRST = ResultRow.sequence == literal_column("1")
_FIRST_AT = select(func.min(ResultRow.at)).where(_FIRST)
_FIRSTS = select(func.count()).where(
    _FIRST, ResultRow.at > bindparam("since"), ResultRow.at <= bindparam("until")
)
_DISTRICTS = (
    select(DistrictRow.id, DistrictRow.name, *summed(COUNTS))
    .join(Total, Total.district_id == DistrictRow.id)
    .where(Total.contest == WHOLE)
    .group_by(DistrictRow.id, DistrictRow.name)
    .having(func.sum(Total.registered) > 0)
    .order_by(DistrictRow.name)
)
_DISTRICT = select(DistrictRow.id, DistrictRow.name).where(DistrictRow.name == bindparam("name"))
_SUMS = (
    select(Total.district_id, Total.contest, *summed(["stations", *VOTES]))
    .where(
        Total.contest.in_(bindparam("contests", expanding=True)),
        Total.district_id.in_(bindparam("districts", expanding=True)),
    )
    .group_by(Total.district_id, Total.contest)
)
_DISTRICT_OF = select(StationRow.district_id).where(StationRow.number == bindparam("number"))


def district_progress(db: Connection) -> list[DistrictProgress]:
    """Give every district that has stations, by name."""
    return [DistrictProgress(District(row.id, row.name), counts(row)) for row in db.execute(_DISTRICTS)]


def district_by_name(db: Connection, name: str) -> District | None:
    """Give the district of that very name; None where there is none."""
    if "\x00" in name:  # PostgreSQL refuses to look for it
        return None
    row = db.execute(_DISTRICT, {"name": name}).first()
    return None if row is None else District(row.id, row.name)


def district_of(db: Connection, number: int) -> int | None:
    """Give the district of the station with that number."""
    return db.execute(_DISTRICT_OF, {"number": number}).scalar()


def district_sums(
    db: Connection, election: Election, districts: Sequence[District]
) -> dict[tuple[int, str], ContestTotal]:
    """Give the totals of districts by their id and the contest's code; none where nothing stands."""
    contests = election.by_code
    here = {"contests": list(contests), "districts": [each.id for each in districts]}
    return {
        (row.district_id, row.contest): _total(contests[row.contest], row._mapping)
        for row in db.execute(_SUMS, here)
    }


def _total(contest: Contest, sums: Any) -> ContestTotal:
    votes = tuple(int(sums[name]) for name in VOTES[: len(contest.candidates)])
    return ContestTotal(contest, int(sums["stations"]), votes, None)


class Pace:
    """How many stations had sent a first result by when.

    What is past does not change, results only grow: each process remembers its counts of spans
    that are over, so that 823,220 stations are counted once and not at every look.
    """

    LATE = timedelta(minutes=2)  # a transaction that began in a span may still commit after it
    MOST_SPANS = 2000  # remembered

    def __init__(self) -> None:
        self._over: dict[tuple[datetime, datetime], int] = {}

    def over_time(self, db: Connection, now: datetime) -> list[tuple[datetime, int]]:
        """Give moments and the stations by then, from just before the first result; empty without one."""
        first = db.execute(_FIRST_AT).scalar()
        if first is None:
            return []
        step = _step(now - first)
        moment = datetime.fromtimestamp(first.timestamp() // step * step, tz=first.tzinfo)
        moment -= timedelta(seconds=1) if moment == first else timedelta()
        points = [(moment, 0)]
        while moment < now:
            until = min(moment + timedelta(seconds=step), now)
            points.append((until, points[-1][1] + self._count(db, moment, until, now)))
            moment = until
        return points

    def _count(self, db: Connection, since: datetime, until: datetime, now: datetime) -> int:
        if (since, until) in self._over:
            return self._over[since, until]
        found = int(db.execute(_FIRSTS, {"since": since, "until": until}).scalar_one())
        if until < now - self.LATE:
            if len(self._over) >= self.MOST_SPANS:
                self._over.clear()
            self._over[since, until] = found
        return found


STEPS = (2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)  # seconds
MOST_POINTS = 60


def _step(span: timedelta) -> int:
    """Give the seconds between two points, so that there are at most 60 of them."""
    wanted = span.total_seconds() / MOST_POINTS
    return next((step for step in STEPS if step >= wanted), int(wanted // 86400 + 1) * 86400)
