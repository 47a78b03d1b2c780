"""Totals, kept as running sums so that 823,220 stations answer as fast as 326."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from config.election import Contest, Election
from models import results
from models.people import District
from models.tables import MOST_CANDIDATES, Progress, Total
from parser.station import Station
from parser.verdict import Tally

SLOTS = 4  # rows a district's totals are spread over; measured need: 8 senders at once


@dataclass(frozen=True, slots=True)
class Counts:
    """Stations: registered, with at least one contest, with all, with an open case."""

    registered: int
    reported: int
    complete: int
    held: int

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


def _summing(candidates: int) -> Select[Any]:
    names = SUMS[: len(SUMS) - len(VOTES) + candidates]
    columns = (func.coalesce(func.sum(Total.__table__.c[name]), 0).label(name) for name in names)
    return select(Total.contest, *columns).group_by(Total.contest)


# By the most candidates of a contest: sums of columns that nobody uses take three quarters of the time.
_TOTALS = [_summing(candidates) for candidates in range(MOST_CANDIDATES + 1)]
_PROGRESS = select(*(func.coalesce(func.sum(Progress.__table__.c[name]), 0).label(name) for name in COUNTS))

_BY_DISTRICT = (
    select(
        Progress.district_id,
        func.sum(Progress.registered).label("registered"),
        func.sum(Progress.complete).label("complete"),
    )
    .group_by(Progress.district_id)
    .having(func.sum(Progress.registered) > 0)
)


def _adding(table: Any, keys: list[str], sums: list[str]) -> dict[str, Any]:
    """Build, for each database, the statement that adds a row's figures to what is there."""
    found = {}
    for name, module in (("sqlite", sqlite), ("postgresql", postgresql)):
        statement = module.insert(table).values({each: bindparam(each) for each in (*keys, *sums)})
        found[name] = statement.on_conflict_do_update(
            index_elements=keys,
            set_={each: table.c[each] + statement.excluded[each] for each in sums},
        )
    return found


ADD_TOTAL = _adding(Total.__table__, ["district_id", "contest", "slot"], SUMS)
ADD_PROGRESS = _adding(Progress.__table__, ["district_id", "slot"], COUNTS)


def totals(db: Connection, election: Election, districts: Iterable[District] | None = None) -> Totals:
    """Give the totals of the whole, or of the districts."""
    sums, progress = _TOTALS[max(len(each.candidates) for each in election.contests)], _PROGRESS
    if districts is not None:
        ids = [district.id for district in districts]
        sums = sums.where(Total.district_id.in_(ids))
        progress = progress.where(Progress.district_id.in_(ids))
    found = {row.contest: row for row in db.execute(sums)}
    counts = Counts(*(int(value) for value in db.execute(progress).one()))
    return Totals(counts, tuple(contest_total(each, found.get(each.code)) for each in election.contests))


def unfinished_districts(db: Connection) -> dict[int, bool]:
    """Give for each district with stations whether any of them lacks a contest."""
    return {row.district_id: row.complete < row.registered for row in db.execute(_BY_DISTRICT)}


def moved(
    db: Connection, station: Station, before: Iterable[Tally], after: Iterable[Tally], election: Election
) -> None:
    """Move the totals of a station from what stood to what stands."""
    old = {each.contest: each for each in before}
    new = {each.contest: each for each in after}
    slot = station.id % SLOTS
    changed = [code for code in sorted({*old, *new}) if old.get(code) != new.get(code)]
    if not changed:
        return
    rows = [
        {
            "district_id": station.district_id,
            "contest": code,
            "slot": slot,
            **difference(old.get(code), new.get(code)),
        }
        for code in changed
    ]
    expected = {each.code for each in election.contests}
    # Counts before totals, always: a decision has locked the district's counts by now, and a report
    # that took them in the other order would wait for it, and it for the report.
    add_progress(
        db,
        station,
        reported=bool(new) - bool(old),
        complete=(expected <= new.keys()) - (expected <= old.keys()),
    )
    db.execute(ADD_TOTAL[db.dialect.name], rows)


def add_progress(
    db: Connection,
    station: Station,
    *,
    registered: int = 0,
    reported: int = 0,
    complete: int = 0,
    held: int = 0,
) -> None:
    """Add to the counts of a station's district."""
    if registered or reported or complete or held:
        db.execute(
            ADD_PROGRESS[db.dialect.name],
            {
                "district_id": station.district_id,
                "slot": station.id % SLOTS,
                "registered": registered,
                "reported": reported,
                "complete": complete,
                "held": held,
            },
        )


def difference(old: Tally | None, new: Tally | None) -> dict[str, int]:
    """Give what a station's figures for a contest add to its row of sums, None standing for nothing."""
    values = dict.fromkeys(SUMS, 0)
    for tally, sign in ((old, -1), (new, 1)):
        if tally is None:
            continue
        values["stations"] += sign
        values["invalid"] += sign * (tally.invalid or 0)
        values["invalid_stations"] += sign * (tally.invalid is not None)
        for name, votes in zip(VOTES, tally.votes, strict=False):
            values[name] += sign * votes
    return values


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
    before = {each.tally.contest: each.tally for each in results.record(history).standing}
    after = dict(before)
    for each in tallies:
        if isinstance(each, Tally):
            after[each.contest] = each
        else:
            after.pop(each, None)
    results.add(db, station, history, tallies, change)
    moved(db, station, before.values(), after.values(), election)
