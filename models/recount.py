"""The running totals built anew from the revisions: after an import, and for the audit."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, case, delete, exists, func, select

from config.election import Election
from models import dialect, tally
from models.columns import word
from models.standing import IS_NEWEST, as_tally
from models.tables import WHOLE, CaseRow, ResultRow, StationRow, Total
from models.tally import SLOTS, difference

Counted = dict[tuple[Any, ...], dict[str, int]]
AT_ONCE = 5_000  # rows in memory while counting anew

_slot = (StationRow.id % SLOTS).label("slot")
_is_held = exists().where(CaseRow.station_id == StationRow.id, CaseRow.status == word("open"))
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
    .join(StationRow, StationRow.id == ResultRow.station_id)
    .where(~StationRow.removed, ResultRow.votes.is_not(None), IS_NEWEST)
    .order_by(StationRow.id)
)


def recount(db: Connection, election: Election) -> None:
    """Build the running totals anew from the revisions: after an import, or another election file."""
    dialect.take_time(db)
    dialect.hold_totals(db)  # a report that comes between the two would be counted twice
    found = counted(db, election)
    db.execute(delete(Total))
    tally.add(db, dict(sorted(found.items())))


def counted(db: Connection, election: Election) -> Counted:
    """Count the revisions that stand: figures by contest, district and slot, stations under WHOLE.

    Only districts and slots are held in memory: there may be 823,220 stations.
    """
    found: Counted = {
        (WHOLE, row.district_id, row.slot): {"registered": row.registered, "held": row.held}
        for row in db.execute(_REGISTERED)
    }
    expected = {each.code for each in election.contests}
    rows = db.execute(_STANDING, execution_options={"yield_per": AT_ONCE})
    for (district, slot, _), results_here in groupby(rows, key=itemgetter(0, 1, 2)):
        contests = set()
        for row in results_here:
            votes = difference(None, as_tally(row))
            accumulate(found.setdefault((row.contest, district, slot), {}), votes)
            contests.add(row.contest)
        stations = {"reported": int(bool(expected & contests)), "complete": int(expected <= contests)}
        accumulate(found[WHOLE, district, slot], stations)
    return found


def accumulate(into: dict[str, int], values: dict[str, int]) -> None:
    """Add figures to those of the same names."""
    for name, value in values.items():
        into[name] = into.get(name, 0) + value
