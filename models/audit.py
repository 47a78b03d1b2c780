"""What ``pantau audit`` tells from the tables alone: chains, the log's links, the totals.

Each check goes through its rows once and names the first that does not agree (SPEC section 3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, select

from config.election import Election
from models import recount, tally
from models.results import FIRST, content_hash
from models.tables import (
    Base,
    CaseFigures,
    CaseRow,
    DistrictRow,
    FieldNote,
    MessageRow,
    QuestionRow,
    ResultRow,
    RoleRow,
    StationRow,
    Total,
)

AT_ONCE = 1000  # rows in memory


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
_MESSAGES = MessageRow.__table__
# What names a message by its row.
_NAMING: list[tuple[type[Base], str]] = [
    (ResultRow, "message_id"),
    (CaseRow, "message_id"),
    (CaseRow, "decided_by"),
    (CaseFigures, "message_id"),
    (FieldNote, "message_id"),
    (QuestionRow, "message_id"),
    (QuestionRow, "closed_by"),
    (RoleRow, "message_id"),
    (MessageRow, "in_reply_to"),
]
_UNBACKED = (
    select(MessageRow.id, MessageRow.outcome, StationRow.code)
    .outerjoin(StationRow, StationRow.id == MessageRow.station_id)
    .where(
        MessageRow.outcome.in_(("accepted", "corrected")),
        ~exists().where(ResultRow.message_id == MessageRow.id),
        ~exists().where(CaseRow.decided_by == MessageRow.id),  # what it accepted may have stood already
    )
    .order_by(MessageRow.id)
    .limit(1)
)
_UNEARNED = (
    select(ResultRow.id, MessageRow.id.label("message_id"), MessageRow.outcome)
    .join(MessageRow, MessageRow.id == ResultRow.message_id)
    .where(func.coalesce(MessageRow.outcome, "").not_in(("accepted", "corrected")))
    .order_by(ResultRow.id)
    .limit(1)
)
_TOTALS = select(Total.__table__)
_COUNT = select(func.count()).select_from(MessageRow)


def check_chains(db: Connection) -> Check:
    """Compute every revision's hash anew, and follow each station's chain from its first."""
    rows = 0
    previous: Row[Any] | None = None
    with db.execute(_CHAINS, execution_options={"yield_per": AT_ONCE}) as found:
        for row in found:
            rows += 1
            before = previous if previous is not None and previous.station_id == row.station_id else None
            if (fault := _broken(row, before)) is not None:
                return Check("chain", rows, f"results row {row.id} (TPS{row.code} {row.contest}): {fault}")
            previous = row
    return Check("chain", rows)


def check_links(db: Connection) -> Check:
    """Look for texts that others name and that are gone, and for revisions without their text."""
    return Check("log", int(db.execute(_COUNT).scalar_one()), next(_loose(db), None))


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


def _broken(row: Row[Any], before: Row[Any] | None) -> str | None:
    expected = before.sequence + 1 if before is not None else 1
    if row.sequence != expected:
        return f"revision {expected} of the station is gone, {row.sequence} follows"
    if row.previous != (before.hash if before is not None else FIRST):
        return "it does not follow the revision before it"
    if content_hash(dict(row._mapping)) != row.hash:
        return "its content is not what was recorded"
    return None


def _loose(db: Connection) -> Iterator[str]:
    for table, column in _NAMING:
        for gone in db.execute(_gone(table.__table__.c[column])):
            yield f"messages row {gone.message} is gone: {table.__tablename__} row {gone.id} names it"
    for each in db.execute(_UNBACKED):
        yield f"messages row {each.id} (TPS{each.code}) was {each.outcome}, and its revision is gone"
    for found in db.execute(_UNEARNED):
        yield f"results row {found.id}: its text, messages row {found.message_id}, was {found.outcome}"


def _gone(column: Any) -> Select[Any]:
    """Give the query for the first row whose ``column`` names a message that is not there."""
    named = _MESSAGES.alias("named")
    key = next(iter(column.table.primary_key))
    return (
        select(key.label("id"), column.label("message"))
        .outerjoin(named, named.c.id == column)
        .where(and_(column.is_not(None), named.c.id.is_(None)))
        .order_by(key)
        .limit(1)
    )
