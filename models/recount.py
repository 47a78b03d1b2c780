"""The running totals built anew from the revisions: after an import, and for the audit."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, case, delete, exists, func, select

from config.election import Election
from models import dialect
from models.tables import CaseRow, Progress, ResultRow, StationRow, Total
from models.tally import ADD_PROGRESS, ADD_TOTAL, SLOTS, difference
from parser.verdict import Tally

Counted = dict[tuple[Any, ...], dict[str, int]]
AT_ONCE = 5_000  # rows in memory while counting anew

_slot = (StationRow.id % SLOTS).label("slot")
_is_held = exists().where(CaseRow.station_id == StationRow.id, CaseRow.status == "open")
_REGISTERED = (
    select(
        StationRow.district_id,
        _slot,
        func.count().label("registered"),
        func.sum(case((_is_held, 1), else_=0)).label("held"),
    )
    .where(~StationRow.removed)
    .group_by(StationRow.district_id, _slot)
)
_last = (
    select(ResultRow.station_id, ResultRow.contest, func.max(ResultRow.revision).label("revision"))
    .group_by(ResultRow.station_id, ResultRow.contest)
    .subquery()
)
_STANDING = (
    select(
        StationRow.district_id,
        _slot,
        StationRow.id,
        ResultRow.contest,
        ResultRow.votes,
        ResultRow.stated,
        ResultRow.invalid,
    )
    .join(
        _last,
        (_last.c.station_id == ResultRow.station_id)
        & (_last.c.contest == ResultRow.contest)
        & (_last.c.revision == ResultRow.revision),
    )
    .join(StationRow, StationRow.id == ResultRow.station_id)
    .where(~StationRow.removed, ResultRow.votes.is_not(None))
    .order_by(StationRow.id)
)


def recount(db: Connection, election: Election) -> None:
    """Build the running totals anew from the revisions: after an import, or another election file."""
    dialect.hold_totals(db)  # a report that comes between the two would be counted twice
    sums, progress = counted(db, election)
    db.execute(delete(Total))
    db.execute(delete(Progress))
    if sums:
        rows = [
            {"district_id": d, "contest": c, "slot": s, **values}
            for (d, c, s), values in sorted(sums.items())
        ]
        db.execute(ADD_TOTAL[db.dialect.name], rows)
    if progress:
        rows = [{"district_id": d, "slot": s, **values} for (d, s), values in sorted(progress.items())]
        db.execute(ADD_PROGRESS[db.dialect.name], rows)


def counted(db: Connection, election: Election) -> tuple[Counted, Counted]:
    """Count the revisions that stand: sums by district, contest and slot, stations by district and slot.

    Only districts and slots are held in memory: there may be 823,220 stations.
    """
    sums: Counted = {}
    progress: Counted = {(row.district_id, row.slot): _registered(row) for row in db.execute(_REGISTERED)}
    expected = {each.code for each in election.contests}
    rows = db.execute(_STANDING, execution_options={"yield_per": AT_ONCE})
    for (district, slot, _), results_here in groupby(rows, key=itemgetter(0, 1, 2)):
        contests = set()
        for row in results_here:
            tally = Tally(row.contest, row.votes, row.stated, row.invalid)
            accumulate(sums.setdefault((district, row.contest, slot), {}), difference(None, tally))
            contests.add(row.contest)
        accumulate(progress[district, slot], {"reported": 1, "complete": int(expected <= contests)})
    return sums, progress


def _registered(row: Row[Any]) -> dict[str, int]:
    return {"registered": row.registered, "held": row.held, "reported": 0, "complete": 0}


def accumulate(into: dict[str, int], values: dict[str, int]) -> None:
    """Add figures to those of the same names."""
    for name, value in values.items():
        into[name] = into.get(name, 0) + value
