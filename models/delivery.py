"""What carriers say became of a text out: any order, twice, and before we know its id."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, or_, select, update

from models import dialect
from models.columns import word
from models.tables import DeliveryReport, MessageRow

# A status only moves to the right; of the last five none moves again (SPEC section 4).
ORDER = ("queued", "sending", "sent")
FINAL = ("delivered", "undelivered", "failed", "expired")
RANK = {**{status: rank for rank, status in enumerate(ORDER)}, "unknown": 1.5, **dict.fromkeys(FINAL, 3)}

_BY_CARRIER_ID = select(MessageRow.id).where(
    MessageRow.carrier == bindparam("carrier"),
    MessageRow.carrier_id == bindparam("carrier_id"),
    MessageRow.direction == word("out"),
)
_NAME = (
    update(MessageRow)
    .where(
        MessageRow.id == bindparam("key"),
        MessageRow.direction == word("out"),
        MessageRow.carrier == bindparam("of_carrier"),
        MessageRow.carrier_id.is_(None),
        # Not one that no carrier has had yet: after a backup is restored, others had its number before it.
        or_(MessageRow.attempts.is_(None), MessageRow.attempts > 0),
    )
    .values(carrier_id=bindparam("new_id"))
)
_SENT_ON = (
    update(MessageRow)
    .where(MessageRow.id == bindparam("key"), MessageRow.sent_on.is_(None))
    .values(sent_on=True)
)
_KEPT = select(DeliveryReport.status, DeliveryReport.error_code, DeliveryReport.sent_on).where(
    DeliveryReport.carrier == bindparam("carrier"), DeliveryReport.carrier_id == bindparam("carrier_id")
)


@dataclass(frozen=True, slots=True)
class _Said:
    carrier: str
    carrier_id: str
    status: str
    error_code: str | None
    sent_on: bool


def report(  # noqa: PLR0913 - what a carrier says of a text
    db: Connection,
    *,
    carrier: str,
    carrier_id: str,
    status: str,
    error_code: str | None,
    at: datetime,
    row_id: int | None,
    sent_on: bool = True,
) -> bool:
    """Take in a delivery report: forward only; one for an id not known yet is kept. Give whether it
    says anything new of its text.

    ``row_id`` names the row of a text whose carrier id comes only now, such as a reply that left in
    an answer. ``sent_on``: it says that the text has left the carrier, too.
    """
    said = _Said(carrier, carrier_id, status, error_code, sent_on)
    found = _find(db, said) or _named(db, said, row_id)
    if found is None:
        # The worker that sent it may be writing the id at this moment.
        dialect.hold_carrier_id(db, said.carrier, said.carrier_id)
        found = _find(db, said)
    if found is None:
        return _keep_early(db, said, at)
    return _apply(db, found, said)


def advance(db: Connection, row_id: int, status: str, error_code: str | None) -> bool:
    """Move a text's status forward, and give whether that was so; a lower or an equal one, or any after a
    final, changes nothing."""
    where = (MessageRow.id == row_id, MessageRow.status.in_(_before(status)))
    return bool(
        db.execute(update(MessageRow).where(*where).values(status=status, error_code=error_code)).rowcount
    )


def _before(status: str) -> list[ColumnElement[str]]:
    """Give the statuses that a text may have had before, as words of a statement."""
    return [word(name) for name, rank in RANK.items() if rank < RANK[status]]


def apply_early(db: Connection, carrier: str, carrier_id: str, row_id: int) -> None:
    """Apply what was said of a text before its id was known."""
    kept = db.execute(_KEPT, {"carrier": carrier, "carrier_id": carrier_id}).first()
    if kept is not None:
        _apply(db, row_id, _Said(carrier, carrier_id, kept.status, kept.error_code, bool(kept.sent_on)))


def _find(db: Connection, said: _Said) -> int | None:
    return db.execute(_BY_CARRIER_ID, {"carrier": said.carrier, "carrier_id": said.carrier_id}).scalar()


def _named(db: Connection, said: _Said, row_id: int | None) -> int | None:
    """Give the id to the row that the report names, where it has none yet."""
    if row_id is None:
        return None
    db.execute(_NAME, {"key": row_id, "of_carrier": said.carrier, "new_id": said.carrier_id})
    return _find(db, said)


def _apply(db: Connection, row_id: int, said: _Said) -> bool:
    is_new = advance(db, row_id, said.status, said.error_code)
    if said.sent_on:
        db.execute(_SENT_ON, {"key": row_id})
    return is_new


def _keep_early(db: Connection, said: _Said, at: datetime) -> bool:
    """Keep the furthest status; a carrier may bring two at the same moment. Give whether it is new."""
    values = {"status": said.status, "error_code": said.error_code}
    where = {"carrier": said.carrier, "carrier_id": said.carrier_id}
    new = dialect.insert_once(db, DeliveryReport).values(**where, **values, at=at)
    kept = new.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    first = db.execute(kept).rowcount
    key = (DeliveryReport.carrier == said.carrier, DeliveryReport.carrier_id == said.carrier_id)
    further = db.execute(
        update(DeliveryReport).where(*key, DeliveryReport.status.in_(_before(said.status))).values(values)
    ).rowcount
    if said.sent_on:
        db.execute(update(DeliveryReport).where(*key).values(sent_on=True))
    return bool(first or further)
