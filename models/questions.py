"""What Pantau asked a number, to be answered by ``YA`` within half an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from models.tables import QuestionRow

LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Question:
    """An open question. ``kind`` is ``proposal`` (run ``body``), ``sum`` or ``repeated`` (run
    ``body`` as confirmed)."""

    id: int
    kind: str
    body: str
    at: datetime
    message_id: int


_NEWEST = (
    select(QuestionRow.id, QuestionRow.kind, QuestionRow.body, QuestionRow.at, QuestionRow.message_id)
    .where(QuestionRow.phone == bindparam("phone"), QuestionRow.closed_by.is_(None))
    .order_by(QuestionRow.id.desc())
    .limit(1)
)
_CLOSE = (
    update(QuestionRow)
    .where(QuestionRow.phone == bindparam("asked"), QuestionRow.closed_by.is_(None))
    .values(closed_by=bindparam("message"))
    .returning(QuestionRow.id)
)
_ANSWERED = (
    select(QuestionRow.body)
    .where(QuestionRow.closed_by == bindparam("message"))
    .order_by(QuestionRow.id.desc())
    .limit(1)
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
    return Question(row.id, row.kind, row.body or "", row.at, row.message_id)


def close_all(db: Connection, phone: str, message_id: int) -> set[int]:
    """Close what a number was asked: it has answered, or texted something else. Give the rows of
    what this text has closed: of two at once only one answers a question."""
    return set(db.execute(_CLOSE, {"asked": phone, "message": message_id}).scalars())


def confirmed_by(db: Connection, message_id: int) -> str | None:
    """Give the text that a ``YA`` stood for; None where a message answered no question."""
    return db.execute(_ANSWERED, {"message": message_id}).scalar()
