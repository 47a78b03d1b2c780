"""What Pantau asked a number, to be answered by ``YA`` within half an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from config.election import Election
from models.tables import MessageRow, QuestionRow
from parser.in_full import says_yes_to

LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Question:
    """An open question. ``kind`` is ``proposal`` (run ``body``), ``sum`` or ``repeated`` (run
    ``body`` as confirmed). ``texted`` is when the text was received that it was asked in reply to, by the
    carrier's time where it gave one."""

    id: int
    kind: str
    body: str
    at: datetime
    message_id: int
    texted: datetime

    def is_repeated_by(self, body: str, at: datetime, sent: datetime | None, election: Election) -> bool:
        """Whether a text that came then, and by the carrier was ``sent`` then, says yes to it and repeats
        what was asked: "YA: BATAL TPS012"."""
        in_time = at - self.at <= LIFETIME and (sent is None or sent >= self.at.replace(microsecond=0))
        return in_time and says_yes_to(body, self.body, election)


_LAST = (
    select(
        QuestionRow.id,
        QuestionRow.kind,
        QuestionRow.body,
        QuestionRow.at,
        QuestionRow.message_id,
        func.coalesce(MessageRow.sent_at, MessageRow.at).label("texted"),
    )
    .join(MessageRow, MessageRow.id == QuestionRow.message_id)
    .order_by(QuestionRow.id.desc())
    .limit(1)
)
_NEWEST = _LAST.where(QuestionRow.phone == bindparam("phone"), QuestionRow.closed_by.is_(None))
_ANSWERED = _LAST.where(QuestionRow.closed_by == bindparam("message"))
_CLOSE = (
    update(QuestionRow)
    .where(QuestionRow.phone == bindparam("asked"), QuestionRow.closed_by.is_(None))
    .values(closed_by=bindparam("message"))
    .returning(QuestionRow.id)
)


def ask(db: Connection, *, phone: str, kind: str, body: str, at: datetime, message_id: int) -> None:
    """Open a question to a number, asked in the reply to a message."""
    values = {"phone": phone, "kind": kind, "body": body, "at": at, "message_id": message_id}
    db.execute(insert(QuestionRow), values)


def newest(db: Connection, phone: str, now: datetime) -> Question | None:
    """Give the newest open question of a number, None where there is none of the last half hour."""
    row = db.execute(_NEWEST, {"phone": phone}).first()
    if row is None or now - row.at > LIFETIME:
        return None
    return _question(row)


def close_all(db: Connection, phone: str, message_id: int) -> set[int]:
    """Close what a number was asked: it has answered, or texted something else. Give the rows of
    what this text has closed: of two at once only one answers a question."""
    return set(db.execute(_CLOSE, {"asked": phone, "message": message_id}).scalars())


def answered_by(db: Connection, message_id: int) -> Question | None:
    """Give the question that a message answered, such as a ``YA``; None where it answered none."""
    row = db.execute(_ANSWERED, {"message": message_id}).first()
    return None if row is None else _question(row)


def _question(row: Row[*tuple[Any, ...]]) -> Question:
    return Question(row.id, row.kind, row.body or "", row.at, row.message_id, row.texted)
