"""Numbers that said ``STOP``: nothing but replies goes to them until they say ``START``."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from models import dialect
from models.tables import OptOutRow

_OPTED_OUT = select(OptOutRow.phone).where(OptOutRow.phone == bindparam("phone"))


def opted_out(db: Connection, phone: str) -> bool:
    """Whether a number has said ``STOP`` and not ``START`` since."""
    return db.execute(_OPTED_OUT, {"phone": phone}).first() is not None


def opt_out(db: Connection, phone: str, at: datetime) -> None:
    """Send a number nothing but replies."""
    db.execute(dialect.insert_once(db, OptOutRow).values(phone=phone, at=at).on_conflict_do_nothing())


def opt_in(db: Connection, phone: str) -> None:
    """Send a number texts again."""
    db.execute(delete(OptOutRow).where(OptOutRow.phone == phone))
