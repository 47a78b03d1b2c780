"""Texts that failed, queued again as new rows; the database decides that each is once."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select
from sqlalchemy.orm import aliased

from config.reserved import COMMAND_WORDS, Word
from models import cases, dialect, outbox
from models.columns import word
from models.outbox import Draft
from models.tables import MessageRow, OptOutRow, PhoneRow, ResultRow, SlotRow

FAILED = ("failed", "undelivered", "expired")
_ASKS = re.compile(rf"\b(?:{'|'.join(COMMAND_WORDS[Word.ACCEPT])}) K(\d+)")

_again = aliased(MessageRow)
# Whether a row was: the condition of its partial index stands here as it does there.
QUEUED_AGAIN = exists().where(_again.resend_of.is_not(None), _again.resend_of == MessageRow.id)
_newer = aliased(ResultRow)
# Whether the text tells of figures that others stand in the place of by now.
_REPLACED = exists().where(
    ResultRow.message_id == MessageRow.in_reply_to,
    _newer.station_id == ResultRow.station_id,
    _newer.contest == ResultRow.contest,
    _newer.revision > ResultRow.revision,
)
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
        _REPLACED.label("replaced"),
    )
    .outerjoin(OptOutRow, OptOutRow.phone == MessageRow.recipient)
    .outerjoin(PhoneRow, (PhoneRow.number == MessageRow.recipient) & PhoneRow.until.is_(None))
    .outerjoin(SlotRow, SlotRow.message_id == MessageRow.id)
    .where(
        MessageRow.direction == word("out"),
        MessageRow.status.in_([word(each) for each in FAILED]),
        MessageRow.recipient.is_not(None),
        MessageRow.at >= bindparam("since"),
        ~QUEUED_AGAIN,
    )
    .order_by(MessageRow.id)
)


@dataclass(frozen=True, slots=True)
class Resent:
    """How many texts were queued again, and how many not, by the reason."""

    queued: int
    opted_out: int
    left_roster: int
    scheduled: int
    decided: int
    replaced: int


def resend_failed(db: Connection, since: datetime, now: datetime) -> Resent:
    """Queue the texts again that failed and were written since then.

    Not those to numbers that opted out (but for replies), not those to people who are on the
    roster no longer, and no summaries and reminders, those of ``INGATKAN`` neither, which alone of the
    texts to many are about a station: what they say of an hour ago is wrong by now. So is what confirms
    figures that have been replaced: behind the newer confirmation it would be read as what stands.
    """
    done = dict.fromkeys(Resent.__dataclass_fields__, 0)
    again = dialect.insert_once(db, MessageRow).on_conflict_do_nothing().returning(MessageRow.id)
    for row in db.execute(_FAILED, {"since": since}).all():
        reason = _reason(row) or ("decided" if _is_decided(db, row.body) else None)
        if reason is None and db.execute(again, _values(row, now)).first() is None:
            continue  # somebody else was faster
        done[reason or "queued"] += 1
    return Resent(**done)


def _reason(row: Any) -> str | None:
    if row.slot is not None or (row.kind == outbox.BULK and row.station_id is not None):
        return "scheduled"
    if row.opted_out is not None and row.kind != outbox.REPLY:
        return "opted_out"
    if row.person_id is not None and row.on_roster is None:
        return "left_roster"
    return "replaced" if row.replaced else None


def _is_decided(db: Connection, body: str) -> bool:
    asked = _ASKS.search(body)
    found = cases.case(db, int(asked[1])) if asked else None
    return found is not None and found.status != cases.OPEN


def _values(row: Any, now: datetime) -> dict[str, Any]:
    text = Draft(
        row.recipient, row.body, row.segments, row.kind, row.person_id, row.station_id, row.in_reply_to
    )
    return {**outbox.row(text, now, "queued"), "resend_of": row.id}
