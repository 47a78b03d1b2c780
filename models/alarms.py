"""What the operator has been told of and is not over yet; the key makes each be told once."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from models import dialect
from models.columns import word
from models.outbox import ALARM, IN_OUTBOX
from models.tables import AlarmRow, MessageRow

_END = delete(AlarmRow).where(AlarmRow.cause == bindparam("key"))
_OLDEST = select(func.min(MessageRow.at)).where(
    IN_OUTBOX,
    MessageRow.status == word("queued"),  # of one in doubt its carrier's own trouble tells
    MessageRow.kind != ALARM,
    MessageRow.expires_at > bindparam("now"),
)
_LAST_CAME = (
    select(MessageRow.at)
    .where(
        MessageRow.direction == word("in"),
        MessageRow.carrier != "operator",
        MessageRow.at <= bindparam("now"),  # what is to come was before our clock was set back
    )
    .order_by(MessageRow.id.desc())
    .limit(1)
)
_HURRY = (
    update(MessageRow)
    .where(
        IN_OUTBOX,
        MessageRow.status == word("queued"),
        MessageRow.kind == word(ALARM),
    )
    .values(next_attempt=bindparam("now"))
)


def raised(db: Connection) -> set[str]:
    """Give the causes of the alarms that are not over."""
    return set(db.execute(select(AlarmRow.cause)).scalars())


def claim(db: Connection, cause: str, now: datetime) -> bool:
    """Raise an alarm; False where another process has."""
    new = dialect.insert_once(db, AlarmRow).values(cause=cause, since=now).on_conflict_do_nothing()
    return db.execute(new.returning(AlarmRow.cause)).first() is not None


def end(db: Connection, cause: str) -> bool:
    """Call an alarm over; False where another process has."""
    return db.execute(_END, {"key": cause}).rowcount == 1


def oldest_waiting(db: Connection, now: datetime) -> datetime | None:
    """Give when the oldest text was written that waits to leave and still may. Alarms apart: one
    that cannot leave is no cause of its own."""
    return db.execute(_OLDEST, {"now": now}).scalar()


def last_came(db: Connection, now: datetime) -> datetime | None:
    """Give when a carrier last brought a text, by our clock; None where none has."""
    return db.execute(_LAST_CAME, {"now": now}).scalar()


def hurry(db: Connection, now: datetime) -> None:
    """Try the alarms that wait after a failed attempt again now."""
    db.execute(_HURRY, {"now": now})
