"""Totals, kept as running sums so that 823,220 stations answer as fast as 326."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from config.contest_table import MOST_CANDIDATES
from config.election import Contest, Election
from models import results
from models.people import District
from models.prepared import PreparedInsert, Values
from models.tables import WHOLE, Total
from parser.station import Station
from parser.verdict import Tally

SLOTS = 4  # rows a district's totals are spread over; measured need: 8 senders at once


def percent(share: float) -> str:
    """Write a share as every text, page and paper does: ``64.4%``, and ``100.0%`` only where it is all, so
    that nobody is called off while a station is missing."""
    return f"{share if share >= 1 else min(round(share, 3), 0.999):.1%}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Stations: registered, with at least one contest, with all, with an open case."""

    registered: int
    reported: int
    complete: int
    held: int

    @property
    def share(self) -> float:
        """The share of the stations with at least one contest, 0 where there are none."""
        return self.reported / self.registered if self.registered else 0.0

    @property
    def all_complete(self) -> bool:
        """Whether there are stations and none lacks a contest."""
        return 0 < self.registered <= self.complete


@dataclass(frozen=True, slots=True)
class ContestTotal:
    """Sums of one contest: ``votes`` by candidate; ``invalid`` is None where no station gave it."""

    contest: Contest
    stations: int
    votes: tuple[int, ...]
    invalid: int | None

    @property
    def valid(self) -> int:
        """The candidates' sum."""
        return sum(self.votes)

    def share(self, number: int) -> float:
        """Give a candidate's share of the valid votes, 0 where there are none."""
        return self.votes[number - 1] / self.valid if self.valid else 0.0


@dataclass(frozen=True, slots=True)
class Totals:
    """What has been counted so far, of the whole or of some districts."""

    stations: Counts
    contests: tuple[ContestTotal, ...]


VOTES = [f"v{number}" for number in range(1, MOST_CANDIDATES + 1)]
SUMS = ["stations", "invalid", "invalid_stations", *VOTES]
COUNTS = ["registered", "reported", "complete", "held"]
_KEYS = ["contest", "district_id", "slot"]
_FIGURES = [*COUNTS, *SUMS]
_OTHERS = {*_FIGURES} - {*VOTES}


def summed(names: Sequence[str]) -> list[Any]:
    """Give the sums of columns of ``totals``, each under its name."""
    return [func.sum(Total.__table__.c[name]).label(name) for name in names]


def _figures(candidates: int) -> list[str]:
    """Name the columns that contests of so many candidates use: the others take most of the time."""
    return _FIGURES[: len(_FIGURES) - len(VOTES) + candidates]


def _summing(candidates: int) -> Select[Any]:
    return select(Total.contest, *summed(_figures(candidates))).group_by(Total.contest)


_TOTALS = [_summing(candidates) for candidates in range(MOST_CANDIDATES + 1)]

_BY_DISTRICT = (
    select(Total.district_id, *summed(["registered", "complete"]))
    .where(Total.contest == WHOLE)
    .group_by(Total.district_id)
    .having(func.sum(Total.registered) > 0)
)


def _adding(candidates: int) -> PreparedInsert:
    """Build the statement that adds rows' figures to what is there."""
    table, figures = Total.__table__, _figures(candidates)

    def adding(insert: Any, rows: Sequence[Values]) -> Any:
        return insert.values(rows).on_conflict_do_update(
            index_elements=_KEYS,
            set_={each: table.c[each] + insert.excluded[each] for each in figures},
        )

    return PreparedInsert(table, [*_KEYS, *figures], adding)


_ADD = [_adding(candidates) for candidates in range(MOST_CANDIDATES + 1)]


def totals(db: Connection, election: Election, districts: Iterable[District] | None = None) -> Totals:
    """Give the totals of the whole, or of the districts."""
    sums = _TOTALS[max(len(each.candidates) for each in election.contests)]
    if districts is not None:
        here = Total.district_id.in_([district.id for district in districts])
        sums = sums.where(Total.contest.in_([WHOLE, *election.by_code]), here)
    found = {row.contest: row for row in db.execute(sums)}
    contests = tuple(contest_total(each, found.get(each.code)) for each in election.contests)
    return Totals(counts(found.get(WHOLE)), contests)


def unlisted(db: Connection, election: Election) -> list[str]:
    """Give what has votes and is not in the election file, so in no total: contests, candidates as ``G3``."""
    found = []
    for row in db.execute(_TOTALS[MOST_CANDIDATES].where(Total.contest != WHOLE).order_by(Total.contest)):
        contest = election.by_code.get(row.contest)
        if contest is None:
            found += [row.contest] if row.stations else []
        else:
            votes = [row._mapping[name] for name in VOTES]
            listed = len(contest.candidates)
            found += [
                f"{row.contest}{number}" for number, had in enumerate(votes, 1) if number > listed and had
            ]
    return found


def unfinished_districts(db: Connection) -> dict[int, bool]:
    """Give for each district with stations whether any of them lacks a contest."""
    return {row.district_id: row.complete < row.registered for row in db.execute(_BY_DISTRICT)}


def moved(
    db: Connection, station: Station, before: Iterable[Tally], after: Iterable[Tally], election: Election
) -> None:
    """Move the totals of a station from what stood to what stands."""
    old = {each.contest: each for each in before}
    new = {each.contest: each for each in after}
    changed = [code for code in sorted({*old, *new}) if old.get(code) != new.get(code)]
    if not changed:
        return
    expected = {each.code for each in election.contests}
    reported = bool(expected & new.keys()) - bool(expected & old.keys())
    complete = (expected <= new.keys()) - (expected <= old.keys())
    figures = {code: difference(old.get(code), new.get(code)) for code in changed}
    if reported or complete:
        # Stations before contests, always: a decision has locked the district's row of them by now, and
        # a report that took the rows in the other order would wait for it, and it for the report.
        figures = {WHOLE: {"reported": reported, "complete": complete}, **figures}
    place = (station.district_id, station.id % SLOTS)
    add(db, {(code, *place): values for code, values in figures.items()})


def add_held(db: Connection, station: Station, count: int) -> None:
    """Count a station as one with an open case, or no longer."""
    add(db, {(WHOLE, station.district_id, station.id % SLOTS): {"held": count}})


def add(db: Connection, figures: Mapping[tuple[Any, ...], Mapping[str, int]]) -> None:
    """Add figures to the rows of (contest, district, slot); a name left out adds nothing."""
    candidates = max((len(values.keys() - _OTHERS) for values in figures.values()), default=0)
    nothing = dict.fromkeys(_figures(candidates), 0)
    rows = [{**nothing, **dict(zip(_KEYS, key, strict=True)), **values} for key, values in figures.items()]
    if rows:
        _ADD[candidates].run(db, rows)


def difference(old: Tally | None, new: Tally | None) -> dict[str, int]:
    """Give what a station's figures for a contest add to its row of sums, None standing for nothing."""
    before, after = _sums_of(old), _sums_of(new)
    if not before:
        return after  # most reports are the first
    return {name: after.get(name, 0) - before.get(name, 0) for name in {**before, **after}}


def _sums_of(tally: Tally | None) -> dict[str, int]:
    if tally is None:
        return {}
    invalid = {"invalid": tally.invalid or 0, "invalid_stations": int(tally.invalid is not None)}
    return {"stations": 1, **invalid, **dict(zip(VOTES, tally.votes, strict=False))}


def counts(row: Row[Any] | None) -> Counts:
    """Give the counts of stations from a row of their sums, zeros where there is none."""
    return Counts(*(0 if row is None else int(row._mapping[name]) for name in COUNTS))


def contest_total(contest: Contest, row: Row[Any] | None) -> ContestTotal:
    """Give the sums of a contest from a row of them, zeros where there is none."""
    size = len(contest.candidates)
    if row is None:
        return ContestTotal(contest, 0, (0,) * size, None)
    sums = row._mapping
    votes: Sequence[int] = [int(sums[name]) for name in VOTES[:size]]
    invalid = int(sums["invalid"]) if sums["invalid_stations"] else None
    return ContestTotal(contest, int(sums["stations"]), tuple(votes), invalid)


def record_change(
    db: Connection,
    station: Station,
    history: Sequence[results.Revision],
    tallies: Sequence[Tally | str],
    *,
    change: results.Change,
    election: Election,
) -> None:
    """Append revisions and move the totals with them: the one way a result changes."""
    before = results.record(history).tallies
    after = dict(before)
    for each in tallies:
        if isinstance(each, Tally):
            after[each.contest] = each
        else:
            after.pop(each, None)
    results.add(db, station, history, tallies, change)
    moved(db, station, before.values(), after.values(), election)
