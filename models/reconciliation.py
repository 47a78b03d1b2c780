"""When each carrier was last asked for what it received, whichever process asked."""

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select

from models import dialect
from models.tables import Counter

_VALUE = select(Counter.value).where(Counter.name == bindparam("name"))


def last_asked(db: Connection, carrier: str) -> datetime | None:
    """Give the minute in which a carrier was last asked and everything taken in; None: never."""
    minutes = db.execute(_VALUE, {"name": _name(carrier)}).scalar()
    return None if minutes is None else datetime.fromtimestamp(minutes * 60, UTC)


def asked(db: Connection, carrier: str, at: datetime) -> None:
    """Note that everything a carrier received until then has been taken in."""
    # In minutes: the column holds 32 bits on PostgreSQL, and the overlap is an hour.
    values = {"name": _name(carrier), "value": int(at.timestamp()) // 60}
    db.execute(
        dialect.insert_once(db, Counter)
        .values(values)
        .on_conflict_do_update(index_elements=["name"], set_={"value": values["value"]})
    )


def _name(carrier: str) -> str:
    return f"reconciled {carrier}"
