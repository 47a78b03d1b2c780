"""``pantau compare``: our figures beside the official ones, the largest differences first."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import Connection

from config.election import Candidate, Contest, Election
from gateway.papers.official import Official
from models import listing
from parser.station import Station


@dataclass(frozen=True, slots=True)
class Pair:
    """Votes as we have them and as they are official."""

    ours: int
    official: int

    @property
    def difference(self) -> int:
        """How many more we have; fewer are below zero."""
        return self.ours - self.official


@dataclass(frozen=True, slots=True)
class AtStation:
    """One contest at one station that both have: votes by candidate."""

    station: Station
    contest: str
    votes: tuple[Pair, ...]

    @property
    def size(self) -> int:
        """How many votes differ, whichever way."""
        return sum(abs(each.difference) for each in self.votes)


@dataclass(frozen=True, slots=True)
class OfCandidate:
    """A candidate's votes over the stations that both have."""

    contest: Contest
    candidate: Candidate
    votes: Pair


@dataclass(frozen=True, slots=True)
class InTotal:
    """A contest's votes over the stations that both have."""

    contest: Contest
    stations: int
    votes: Pair


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found, each list with the largest difference first.

    ``stations`` are those that differ. ``not_reported`` are official and not with us,
    ``not_official`` the other way round: a station's code and a contest's. ``unknown`` are numbers
    of stations that the roster does not have; ``other_contests`` counts lines of contests that the
    election does not have.
    """

    agreeing: int
    stations: tuple[AtStation, ...]
    candidates: tuple[OfCandidate, ...]
    totals: tuple[InTotal, ...]
    not_reported: tuple[tuple[str, str], ...]
    not_official: tuple[tuple[str, str], ...]
    unknown: tuple[int, ...]
    other_contests: dict[str, int]


def compare(db: Connection, election: Election, official: Official) -> Comparison:
    """Compare what stands with the official figures."""
    found = _Found(election)
    for each in listing.listed(db, election):
        found.take(each, official.votes.get((each.station.number, each.contest)))
    return Comparison(
        agreeing=found.agreeing,
        stations=tuple(sorted(found.differing, key=lambda each: -each.size)),
        candidates=tuple(sorted(found.by_candidate(), key=lambda each: -abs(each.votes.difference))),
        totals=tuple(sorted(found.in_total(), key=lambda each: -abs(each.votes.difference))),
        not_reported=tuple(found.not_reported),
        not_official=tuple(found.not_official),
        unknown=tuple(sorted({number for number, _ in official.votes} - found.numbers)),
        other_contests=official.other_contests,
    )


class _Found:
    """What has been found while stations are read, one contest after the other."""

    def __init__(self, election: Election) -> None:
        self._election = election
        self._sums = {each.code: [[0, 0] for _ in each.candidates] for each in election.contests}
        self._stations = dict.fromkeys(self._sums, 0)
        self.agreeing = 0
        self.differing: list[AtStation] = []
        self.not_reported: list[tuple[str, str]] = []
        self.not_official: list[tuple[str, str]] = []
        self.numbers: set[int] = set()

    def take(self, each: listing.Listed, official: tuple[int, ...] | None) -> None:
        """Take in one contest of one station."""
        self.numbers.add(each.station.number)
        where = (each.station.code, each.contest)
        if official is None:
            self.not_official += [where] if each.tally else []
        elif each.tally is None:
            self.not_reported.append(where)
        else:
            self._compare(each.station, each.contest, each.tally.votes, official)

    def _compare(
        self, station: Station, contest: str, ours: tuple[int, ...], official: tuple[int, ...]
    ) -> None:
        votes = tuple(Pair(*each) for each in zip_longest(ours, official, fillvalue=0))
        self._stations[contest] += 1
        for sums, each in zip(self._sums[contest], votes, strict=False):
            sums[0] += each.ours
            sums[1] += each.official
        found = AtStation(station, contest, votes)
        if found.size:
            self.differing.append(found)
        else:
            self.agreeing += 1

    def by_candidate(self) -> Iterator[OfCandidate]:
        """Give the sums of every candidate."""
        for contest in self._election.contests:
            for candidate, sums in zip(contest.candidates, self._sums[contest.code], strict=True):
                yield OfCandidate(contest, candidate, Pair(*sums))

    def in_total(self) -> Iterator[InTotal]:
        """Give the sums of every contest."""
        for contest in self._election.contests:
            columns = zip(*self._sums[contest.code], strict=True)
            yield InTotal(contest, self._stations[contest.code], Pair(*map(sum, columns)))
