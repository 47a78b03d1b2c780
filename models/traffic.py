"""How texts come and go: when a carrier last brought one, what waits to leave, what failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, select

from models.columns import word
from models.outbox import IN_OUTBOX
from models.resend import QUEUED_AGAIN
from models.tables import MessageRow, PersonRow


@dataclass(frozen=True, slots=True)
class FailedText:
    """A text out that did not arrive, or of which nobody knows."""

    id: int
    at: datetime
    recipient: str | None
    name: str | None
    body: str | None
    status: str
    error_code: str | None
    carrier: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """Texts that wait to leave. ``due`` is when the first of them might have; ``retried`` have been tried,
    ``error`` is the code of one such."""

    waiting: int
    oldest: datetime | None
    due: datetime | None
    retried: int
    error: str | None


FAILED = ("failed", "undelivered", "expired", "unknown")
NEWEST = 2**62  # before it is everything

_LAST_IN = (
    select(MessageRow.at)
    .where(MessageRow.carrier == bindparam("carrier"), MessageRow.direction == word("in"))
    .order_by(MessageRow.id.desc())
    .limit(1)
)
_DELAYS = (
    select(MessageRow.at, MessageRow.sent_at)
    .where(
        MessageRow.carrier == bindparam("carrier"),
        MessageRow.direction == word("in"),
        MessageRow.at >= bindparam("since"),
    )
    .order_by(MessageRow.id.desc())
    .limit(bindparam("most"))
)
_QUEUE = select(
    func.count().label("waiting"),
    func.min(MessageRow.at).label("oldest"),
    func.min(MessageRow.next_attempt).filter(MessageRow.status == word("queued")).label("due"),
    func.count().filter(MessageRow.attempts > 0, MessageRow.error_code.is_not(None)).label("retried"),
    func.max(MessageRow.error_code).label("error"),
).where(IN_OUTBOX)
# A partial index: its condition stands here as it does there.
HAS_FAILED = MessageRow.status.in_(tuple(word(each) for each in FAILED))
STAYS_FAILED = and_(HAS_FAILED, ~QUEUED_AGAIN)  # what becomes of one that was, its new row says
_FAILED = (
    select(
        MessageRow.id,
        MessageRow.at,
        MessageRow.recipient,
        PersonRow.name,
        MessageRow.body,
        MessageRow.status,
        MessageRow.error_code,
        MessageRow.carrier,
    )
    .outerjoin(PersonRow, PersonRow.id == MessageRow.person_id)
    .where(STAYS_FAILED, MessageRow.id < bindparam("before_id"))
    .order_by(MessageRow.id.desc())
    .limit(bindparam("most"))
)


def last_in(db: Connection, carrier: str) -> datetime | None:
    """Give when, by our clock, the last text came in by a carrier; None where none ever did."""
    return db.execute(_LAST_IN, {"carrier": carrier}).scalar()


def delays(db: Connection, carrier: str, since: datetime, most: int) -> list[timedelta]:
    """Give how long before they came, by our clock, a carrier's last texts were sent, by its own; nothing
    where that is not known."""
    rows = db.execute(_DELAYS, {"carrier": carrier, "since": since, "most": most})
    return [row.at - (row.sent_at or row.at) for row in rows]


def queue(db: Connection) -> Queue:
    """Give what waits to leave."""
    return Queue(**db.execute(_QUEUE).one()._mapping)


def failed_texts(db: Connection, before: int, most: int) -> list[FailedText]:
    """Give texts that did not arrive and were not queued again, newest first, before a row."""
    return [FailedText(**row._mapping) for row in db.execute(_FAILED, {"before_id": before, "most": most})]
