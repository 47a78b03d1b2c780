"""What ``pantau audit`` tells from the results alone: their chains, and the totals.

Each check goes through its rows once and names the first that does not agree (SPEC section 3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from config.election import Election
from models import recount, tally
from models.results import FIRST, content_hash
from models.tables import DistrictRow, ResultRow, StationRow, Total

AT_ONCE = 1000  # rows in memory
# What a value raises that nobody can have stored: a list that is none, a moment that is missing.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Check:
    """One part of an audit: ``rows`` it looked at, and the first that does not agree, or None."""

    name: str
    rows: int
    finding: str | None = None


_CHAINS = (
    select(ResultRow.__table__, StationRow.code)
    .join(StationRow, StationRow.id == ResultRow.station_id)
    .order_by(ResultRow.station_id, ResultRow.sequence)
)
_TOTALS = select(Total.__table__)


def check_chains(db: Connection) -> Check:
    """Compute every revision's hash anew, and follow each station's chain from its first."""
    rows = 0
    previous: Row[Any] | None = None
    revisions: dict[tuple[int, str], int] = {}
    with db.execute(_CHAINS, execution_options={"yield_per": AT_ONCE}) as found:
        for row in found:
            rows += 1
            before = previous if previous is not None and previous.station_id == row.station_id else None
            key = row.station_id, row.contest
            revisions[key] = revisions.get(key, 0) + 1
            if (fault := _broken(row, before, revisions[key])) is not None:
                return Check("chain", rows, f"results row {row.id} (TPS{row.code} {row.contest}): {fault}")
            previous = row
    return Check("chain", rows)


def check_totals(db: Connection, election: Election) -> Check:
    """Count the totals anew from the revisions that stand, and compare the running ones."""
    anew, running = _of_all_slots(recount.counted(db, election)), _of_all_slots(_running(db))
    names = {row.id: row.name for row in db.execute(select(DistrictRow.id, DistrictRow.name))}
    for (contest, district), name, expected, found in _differences(anew, running):
        where = " ".join(filter(None, (names.get(district, str(district)), contest)))
        finding = f"totals of {where}: {name} is {found}, the revisions give {expected}"
        return Check("totals", len(anew), finding)
    return Check("totals", len(anew))


def _running(db: Connection) -> recount.Counted:
    names = [*tally.COUNTS, *tally.SUMS]
    return {
        (row.contest, row.district_id, row.slot): {name: row._mapping[name] for name in names}
        for row in db.execute(_TOTALS)
    }


def _of_all_slots(counted: recount.Counted) -> recount.Counted:
    found: recount.Counted = {}
    for (*key, _slot), values in counted.items():
        recount.accumulate(found.setdefault(tuple(key), {}), values)
    return found


def _differences(
    anew: recount.Counted, running: recount.Counted
) -> Iterator[tuple[tuple[Any, ...], str, int, int]]:
    for key in sorted({*anew, *running}):
        expected, found = anew.get(key, {}), running.get(key, {})
        for name in sorted({*expected, *found}):
            if expected.get(name, 0) != found.get(name, 0):
                yield key, name, expected.get(name, 0), found.get(name, 0)


def _broken(row: Row[Any], before: Row[Any] | None, revision: int) -> str | None:
    expected = before.sequence + 1 if before is not None else 1
    if row.sequence != expected:
        return f"revision {expected} of the station is gone, {row.sequence} follows"
    if row.previous != (before.hash if before is not None else FIRST):
        return "it does not follow the revision before it"
    if content_hash(dict(row._mapping)) != row.hash:
        return "its content is not what was recorded"
    if row.revision != revision:
        return f"it is the contest's revision {revision}, and says {row.revision}"
    return None
