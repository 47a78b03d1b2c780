"""Totals by district and by village."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row, func, select

from config.election import Contest, Election
from models.people import District
from models.standing import AT_A_TIME, standing_query
from models.stations import districts
from models.tables import WHOLE, StationRow, Total
from models.tally import COUNTS, SUMS, ContestTotal, Totals, contest_total, counts, summed

_TOTALS = select(Total.district_id, Total.contest, *summed([*COUNTS, *SUMS])).group_by(
    Total.district_id, Total.contest
)
_BY_VILLAGE = (StationRow.district_id, StationRow.village)
_REGISTERED = (
    select(*_BY_VILLAGE, func.count().label("registered")).where(~StationRow.removed).group_by(*_BY_VILLAGE)
)


@dataclass(frozen=True, slots=True)
class Village:
    """A village (kelurahan) of a district, its stations and what stands there."""

    district: District
    name: str
    registered: int
    contests: tuple[ContestTotal, ...]


def by_district(db: Connection, election: Election) -> list[tuple[District, Totals]]:
    """Give the totals of every district with stations, by name."""
    sums = {(row.district_id, row.contest): row for row in db.execute(_TOTALS)}
    stations = {each: counts(sums.get((each.id, WHOLE))) for each in districts(db)}
    return [
        (each, Totals(there, _contests(election, each, sums)))
        for each, there in stations.items()
        if there.registered
    ]


def by_village(db: Connection, election: Election) -> list[Village]:
    """Give the totals of every village, by district and name."""
    known = {each.id: each for each in districts(db)}
    sums: dict[tuple[int, str, str], _Sums] = {}
    for row in db.execute(standing_query(), execution_options=AT_A_TIME):
        key = (row.district_id, row.village, row.contest)
        sums.setdefault(key, _Sums()).add(row.votes, row.invalid)
    found = [
        Village(
            known[row.district_id],
            row.village,
            row.registered,
            tuple(
                sums.get((row.district_id, row.village, each.code), _Sums()).total(each)
                for each in election.contests
            ),
        )
        for row in db.execute(_REGISTERED)
    ]
    return sorted(found, key=lambda each: (each.district.name, each.name))


def _contests(election: Election, district: District, sums: dict[Any, Row[Any]]) -> tuple[ContestTotal, ...]:
    return tuple(contest_total(each, sums.get((district.id, each.code))) for each in election.contests)


class _Sums:
    """Votes and invalid votes of some stations, while they are added up."""

    __slots__ = ("invalid", "stations", "votes")

    def __init__(self) -> None:
        self.stations = 0
        self.votes: list[int] = []
        self.invalid: int | None = None

    def add(self, votes: tuple[int, ...], invalid: int | None) -> None:
        self.stations += 1
        self.votes = [old + new for old, new in zip_longest(self.votes, votes, fillvalue=0)]
        if invalid is not None:
            self.invalid = (self.invalid or 0) + invalid

    def total(self, contest: Contest) -> ContestTotal:
        size = len(contest.candidates)
        return ContestTotal(contest, self.stations, tuple([*self.votes, *[0] * size][:size]), self.invalid)
