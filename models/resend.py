"""Texts that failed, queued again as new rows; the database decides that each is once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from models import outbox
from models.columns import word
from models.outbox import PRIORITY, TIME_TO_LIVE
from models.tables import MessageRow, OptOutRow, PhoneRow, SlotRow

FAILED = ("failed", "undelivered", "expired")

_again = aliased(MessageRow)
_FAILED = (
    select(
        MessageRow.id,
        MessageRow.recipient,
        MessageRow.body,
        MessageRow.kind,
        MessageRow.segments,
        MessageRow.person_id,
        MessageRow.station_id,
        MessageRow.in_reply_to,
        OptOutRow.phone.label("opted_out"),
        PhoneRow.id.label("on_roster"),
        SlotRow.id.label("slot"),
    )
    .outerjoin(_again, _again.resend_of == MessageRow.id)
    .outerjoin(OptOutRow, OptOutRow.phone == MessageRow.recipient)
    .outerjoin(PhoneRow, (PhoneRow.number == MessageRow.recipient) & PhoneRow.until.is_(None))
    .outerjoin(SlotRow, SlotRow.message_id == MessageRow.id)
    .where(
        MessageRow.direction == word("out"),
        MessageRow.status.in_([word(each) for each in FAILED]),
        MessageRow.recipient.is_not(None),
        MessageRow.at >= bindparam("since"),
        _again.id.is_(None),
    )
    .order_by(MessageRow.id)
)
_ADD = {
    name: module.insert(MessageRow).on_conflict_do_nothing().returning(MessageRow.id)
    for name, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Resent:
    """How many texts were queued again, and how many not, by the reason."""

    queued: int
    opted_out: int
    left_roster: int
    scheduled: int


def resend_failed(db: Connection, since: datetime, now: datetime) -> Resent:
    """Queue the texts again that failed and were written since then.

    Not those to numbers that opted out (but for replies), not those to people who are on the
    roster no longer, and no scheduled ones: a summary of an hour ago is wrong by now.
    """
    done = dict.fromkeys(Resent.__dataclass_fields__, 0)
    for row in db.execute(_FAILED, {"since": since}).all():
        reason = _reason(row)
        if reason is None and db.execute(_ADD[db.dialect.name], _values(row, now)).first() is None:
            continue  # somebody else was faster
        done[reason or "queued"] += 1
    return Resent(**done)


def _reason(row: Any) -> str | None:
    if row.slot is not None:
        return "scheduled"
    if row.opted_out is not None and row.kind != outbox.REPLY:
        return "opted_out"
    if row.person_id is not None and row.on_roster is None:
        return "left_roster"
    return None


def _values(row: Any, now: datetime) -> dict[str, Any]:
    return {
        "direction": "out",
        "at": now,
        "recipient": row.recipient,
        "body": row.body,
        "kind": row.kind,
        "segments": row.segments,
        "person_id": row.person_id,
        "station_id": row.station_id,
        "in_reply_to": row.in_reply_to,
        "priority": PRIORITY[row.kind],
        "status": "queued",
        "attempts": 0,
        "next_attempt": now,
        "expires_at": now + TIME_TO_LIVE,
        "resend_of": row.id,
    }
