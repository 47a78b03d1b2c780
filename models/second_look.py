"""What deserves a second look (SPEC section 6): figures that were accepted and may still be wrong.

Nothing here accuses anyone: a small station may well give all its votes to one candidate.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, FunctionElement, Over, Row, func, select

from config.election import Election
from models.people import District, as_station, roster_version
from models.standing import AT_A_TIME, standing_query
from models.tables import ResultRow, StationRow
from parser.station import Station
from parser.verdict import Tally


class Reason(StrEnum):
    """Why figures deserve a second look; the values are stable."""

    SUM = "sum"  # the form does not add up
    EQUAL = "equal"  # the same votes as at another station
    ALL_FOR_ONE = "all_for_one"  # all votes are one candidate's
    NONE_FOR_ONE = "none_for_one"  # a candidate has no vote
    TURNOUT = "turnout"  # more ballots than registered voters (DPT)


@dataclass(frozen=True, slots=True)
class Look:
    """Figures that stand, and why they deserve a second look.

    Where they are equal to other stations' ``others`` says to how many and ``same_as`` is the
    code of the first of those.
    """

    station: Station
    tally: Tally
    reasons: tuple[Reason, ...]
    same_as: str | None = None
    others: int = 0


def reasons(tally: Tally, voters: int | None) -> tuple[Reason, ...]:
    """Say what is odd in figures by themselves; ``voters`` are those registered for the contest.

    A contest with one candidate has all its votes there.
    """
    found = []
    if not tally.adds_up:
        found.append(Reason.SUM)
    if len(tally.votes) > 1 and tally.valid and max(tally.votes) == tally.valid:
        found.append(Reason.ALL_FOR_ONE)
    if 0 in tally.votes:
        found.append(Reason.NONE_FOR_ONE)
    if voters is not None and tally.valid + (tally.invalid or 0) > voters:
        found.append(Reason.TURNOUT)
    return tuple(found)


def _alike(function: FunctionElement[Any]) -> Over[Any]:
    """Ask something of all that stands with the same votes, in the order of stations."""
    same = (ResultRow.contest, ResultRow.votes)
    return function.over(partition_by=same, order_by=StationRow.number, range_=(None, None))


_ALIKE = standing_query(
    _alike(func.count()).label("alike"),
    _alike(func.first_value(StationRow.code)).label("first_alike"),
    _alike(func.nth_value(StationRow.code, 2)).label("second_alike"),
).subquery("alike")
_LAST = select(func.max(ResultRow.id))
_BY_STATION = select(_ALIKE).order_by(_ALIKE.c.number, _ALIKE.c.contest)


def second_look(
    db: Connection, election: Election, districts: Iterable[District] | None = None
) -> Iterator[Look]:
    """Give what deserves a second look, by station and contest, read as it is taken; of the whole
    or of districts, but always compared with every station.

    Reads everything that stands, about a second for 20,000 stations: a page that is asked for often
    has to keep what it was given.
    """
    query = _BY_STATION
    if districts is not None:
        query = query.where(_ALIKE.c.district_id.in_([each.id for each in districts]))
    rows = db.execute(query, execution_options=AT_A_TIME)
    for _, here in groupby(rows, key=lambda row: row.station_id):
        by_contest = {row.contest: row for row in here}
        for contest in election.contests:
            row = by_contest.get(contest.code)
            if row is not None and (look := _look(row)):
                yield look


def second_look_version(db: Connection) -> tuple[int, int]:
    """Give what is another once a result or the roster has changed: the last revision, and the roster's."""
    return db.execute(_LAST).scalar() or 0, roster_version(db)


def _look(row: Row[Any]) -> Look | None:
    station, tally = as_station(row), Tally(row.contest, row.votes, row.stated, row.invalid)
    others = row.alike - 1
    equal = (Reason.EQUAL,) if others else ()
    why = sorted((*reasons(tally, station.voters_for(tally.contest)), *equal), key=list(Reason).index)
    if not why:
        return None
    first = row.second_alike if row.first_alike == row.code else row.first_alike
    return Look(station, tally, tuple(why), first if others else None, others)
