"""After the night: who people were goes, what was counted stays (SPEC section 6, ``forget``).

Results chain ids, not numbers, so every hash still holds. What is gone cannot be judged again:
``forgotten`` tells an audit from when on it can.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from models import roster
from models.outbox import IN_OUTBOX
from models.tables import (
    CaseRow,
    FieldNote,
    Forgetting,
    MessageRow,
    OptOutRow,
    PersonRow,
    PhoneRow,
    QuestionRow,
    RoleRow,
)

_WAITING = select(func.count()).where(IN_OUTBOX, MessageRow.expires_at > bindparam("now"))
_NAMED = or_(PersonRow.name.is_not(None), PersonRow.pin_hash.is_not(None))
# The digest of a command, too: that of GANTI is found again by trying phones.
_TEXT = (MessageRow.sender, MessageRow.recipient, MessageRow.body, MessageRow.command)
_WRITTEN = or_(*(each.is_not(None) for each in _TEXT))
_LAST = select(func.max(Forgetting.at))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was removed."""

    people: int
    phones: int
    messages: int


def forgotten(db: Connection) -> datetime | None:
    """Give when people were last forgotten: texts from before cannot be judged again."""
    return db.execute(_LAST).scalar()


def waiting(db: Connection, now: datetime) -> int:
    """Count the texts that are still to leave: they need their numbers."""
    return int(db.execute(_WAITING, {"now": now}).scalar_one())


def known(db: Connection) -> Forgotten:
    """Count what ``forget`` would remove."""
    return Forgotten(
        people=_count(db, _NAMED),
        phones=_count(db, PhoneRow.number.is_not(None)),
        messages=_count(db, _WRITTEN),
    )


def forget(db: Connection, now: datetime) -> Forgotten:
    """Remove names, numbers, PINs and bodies; the roster is empty afterwards. Gives what was removed."""
    done = known(db)
    version = roster.next_version(db)
    for table in (PhoneRow, RoleRow):
        db.execute(update(table).where(table.until.is_(None)).values(until=version))
    db.execute(update(PhoneRow).values(number=None))
    db.execute(update(MessageRow).where(IN_OUTBOX).values(status="expired", error_code="forgotten"))
    db.execute(update(PersonRow).values(name=None, pin_hash=None))
    db.execute(update(MessageRow).where(_WRITTEN).values(dict.fromkeys(_TEXT)))
    db.execute(update(CaseRow).values(sender=None))
    db.execute(update(FieldNote).values(text=None))
    db.execute(update(QuestionRow).values(phone=None, body=None))
    db.execute(delete(OptOutRow))
    db.execute(insert(Forgetting), {"at": now})
    return done


def _count(db: Connection, where: Any) -> int:
    return int(db.execute(select(func.count()).where(where)).scalar_one())
