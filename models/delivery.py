"""What carriers say became of a text out: any order, twice, and before we know its id."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.tables import DeliveryReport, MessageRow

# A status only moves to the right; of the last five none moves again (SPEC section 4).
ORDER = ("queued", "sending", "sent")
FINAL = ("delivered", "undelivered", "failed", "expired")
RANK = {**{status: rank for rank, status in enumerate(ORDER)}, "unknown": 2, **dict.fromkeys(FINAL, 3)}

_BY_CARRIER_ID = select(MessageRow.id, MessageRow.status).where(
    MessageRow.carrier == bindparam("carrier"),
    MessageRow.carrier_id == bindparam("carrier_id"),
    MessageRow.direction == "out",
)
_KEEP = {
    "sqlite": sqlite.insert(DeliveryReport).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(DeliveryReport).on_conflict_do_nothing(),
}


def report(
    db: Connection,
    *,
    carrier: str,
    carrier_id: str,
    status: str,
    error_code: str | None,
    at: datetime,
    row_id: int | None,
) -> None:
    """Take in a delivery report: forward only; one for an id not known yet is kept.

    ``row_id`` names the row of a reply that left in an answer, whose carrier id comes only now.
    """
    if row_id is not None:
        named = (MessageRow.id == row_id, MessageRow.direction == "out", MessageRow.carrier_id.is_(None))
        db.execute(
            update(MessageRow).where(*named, MessageRow.carrier == carrier).values(carrier_id=carrier_id)
        )
    found = db.execute(_BY_CARRIER_ID, {"carrier": carrier, "carrier_id": carrier_id}).first()
    if found is None:
        _keep_early(db, carrier=carrier, carrier_id=carrier_id, status=status, error_code=error_code, at=at)
        return
    advance(db, found.id, status, error_code)


def advance(db: Connection, row_id: int, status: str, error_code: str | None) -> None:
    """Move a text's status forward; a lower or an equal one, or any after a final, changes nothing."""
    earlier = [name for name, rank in RANK.items() if rank < RANK[status]]
    where = (MessageRow.id == row_id, MessageRow.status.in_(earlier))
    db.execute(update(MessageRow).where(*where).values(status=status, error_code=error_code))


def apply_early(db: Connection, carrier: str, carrier_id: str) -> None:
    """Apply what was said of a text before its id was known."""
    key = (DeliveryReport.carrier == carrier, DeliveryReport.carrier_id == carrier_id)
    kept = db.execute(select(DeliveryReport.status, DeliveryReport.error_code).where(*key)).first()
    row = db.execute(_BY_CARRIER_ID, {"carrier": carrier, "carrier_id": carrier_id}).first()
    if kept is not None and row is not None:
        advance(db, row.id, kept.status, kept.error_code)


def _keep_early(
    db: Connection, *, carrier: str, carrier_id: str, status: str, error_code: str | None, at: datetime
) -> None:
    """Keep the furthest status; a carrier may bring two at the same moment."""
    values = {"carrier": carrier, "carrier_id": carrier_id, "status": status, "error_code": error_code}
    db.execute(_KEEP[db.dialect.name], {**values, "at": at})
    earlier = [name for name, rank in RANK.items() if rank < RANK[status]]
    key = (DeliveryReport.carrier == carrier, DeliveryReport.carrier_id == carrier_id)
    further = update(DeliveryReport).where(*key, DeliveryReport.status.in_(earlier))
    db.execute(further.values(status=status, error_code=error_code))
