"""What ``pantau audit`` tells from the log: what names what, and what each says of the other."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, and_, case, exists, func, or_, select

from models.audit import Check
from models.tables import (
    Base,
    CaseFigures,
    CaseRow,
    ElectionText,
    FieldNote,
    MessageRow,
    QuestionRow,
    ResultRow,
    RoleRow,
    StationRow,
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
_SOURCE = case(
    (ResultRow.reason == "decision", "decision"),
    (MessageRow.carrier == "operator", "operator"),
    (ResultRow.reason == "report", "report"),
    else_="correction",
)
_OF_ANOTHER = (
    select(ResultRow.id, MessageRow.id.label("message_id"))
    .join(MessageRow, MessageRow.id == ResultRow.message_id)
    .outerjoin(CaseRow, CaseRow.id == ResultRow.case_id)
    .where(
        or_(
            ResultRow.person_id.is_distinct_from(MessageRow.person_id),
            ResultRow.station_id.is_distinct_from(MessageRow.station_id),
            ResultRow.at != MessageRow.at,
            ResultRow.source != _SOURCE,
            and_(ResultRow.reason == "decision", CaseRow.decided_by.is_distinct_from(ResultRow.message_id)),
            and_(ResultRow.reason != "decision", ResultRow.case_id.is_not(None)),
        )
    )
    .order_by(ResultRow.id)
    .limit(1)
)
_NO_ELECTION = (
    select(MessageRow.id, MessageRow.election_id)
    .outerjoin(ElectionText, ElectionText.id == MessageRow.election_id)
    .where(MessageRow.direction == "in", ElectionText.id.is_(None))
    .order_by(MessageRow.id)
    .limit(1)
)
_TEXTS_OF_CASES = (
    select(
        CaseFigures.case_id,
        func.min(CaseFigures.message_id).label("first"),
        func.max(CaseFigures.message_id).label("last"),
    )
    .group_by(CaseFigures.case_id)
    .subquery()
)
_FIRST, _LAST = _MESSAGES.alias("first_text"), _MESSAGES.alias("last_text")
_CASES = (
    select(
        CaseRow.id,
        CaseRow.codes,
        CaseRow.status,
        CaseRow.message_id,
        CaseRow.decided_by,
        _TEXTS_OF_CASES.c.first,
        _LAST.c.codes.label("codes_then"),
        or_(
            CaseRow.sender.is_distinct_from(_FIRST.c.sender),
            CaseRow.person_id.is_distinct_from(_FIRST.c.person_id),
            CaseRow.station_id.is_distinct_from(_FIRST.c.station_id),
            CaseRow.at != _FIRST.c.at,
        ).label("of_another"),
    )
    .outerjoin(_TEXTS_OF_CASES, _TEXTS_OF_CASES.c.case_id == CaseRow.id)
    .outerjoin(_FIRST, _FIRST.c.id == _TEXTS_OF_CASES.c.first)
    .outerjoin(_LAST, _LAST.c.id == _TEXTS_OF_CASES.c.last)
    .order_by(CaseRow.id)
)
_COUNT = select(func.count()).select_from(MessageRow)


def check_links(db: Connection) -> Check:
    """Look for texts that others name and that are gone, for revisions and cases that are not as their
    texts are."""
    return Check("log", int(db.execute(_COUNT).scalar_one()), next(_loose(db), None))


def _loose(db: Connection) -> Iterator[str]:
    for table, column in _NAMING:
        for gone in db.execute(_gone(table.__table__.c[column])):
            yield f"messages row {gone.message} is gone: {table.__tablename__} row {gone.id} names it"
    for astray in db.execute(_NO_ELECTION):
        yield f"messages row {astray.id}: its election file, row {astray.election_id}, is gone"
    for each in db.execute(_UNBACKED):
        yield f"messages row {each.id} (TPS{each.code}) was {each.outcome}, and its revision is gone"
    for found in db.execute(_UNEARNED):
        yield f"results row {found.id}: its text, messages row {found.message_id}, was {found.outcome}"
    for other in db.execute(_OF_ANOTHER):
        yield f"results row {other.id}: it is not as its text, messages row {other.message_id}, made it"
    for held in db.execute(_CASES):
        if (fault := _of_case(held)) is not None:
            yield f"cases row {held.id}: {fault}"


def _of_case(held: Any) -> str | None:
    if held.first is None:
        return "its figures are gone"
    if held.message_id != held.first or held.of_another:
        return f"it is not as its text, messages row {held.first}, opened it"
    if held.codes != held.codes_then:
        return "its codes are not those that its sender was told"
    if (held.status == "open") != (held.decided_by is None):
        return f"it is {held.status}, and {'nobody' if held.decided_by is None else 'a text'} decided it"
    return None


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
