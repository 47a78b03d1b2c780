"""Scheduled texts: what makes each happen once for each recipient, however many processes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.columns import Instant, word
from models.resend import FAILED
from models.tables import MessageRow, SlotRow


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a plan for a recipient. ``slot`` is an ISO moment, or ``complete``; of a reminder, the
    station's code stands behind the moment."""

    plan: str
    slot: str
    person_id: int


_VALUES: dict[str, Any] = {name: bindparam(name) for name in ("plan", "slot", "person_id", "at", "figures")}
_TAKE = {
    "sqlite": sqlite.insert(SlotRow).values(_VALUES).on_conflict_do_nothing().returning(SlotRow.id),
    "postgresql": postgresql.insert(SlotRow).values(_VALUES).on_conflict_do_nothing().returning(SlotRow.id),
}
_TAKEN = select(SlotRow.person_id).where(SlotRow.plan == bindparam("plan"), SlotRow.slot == bindparam("slot"))
_of_series = (SlotRow.person_id == bindparam("person_id"), SlotRow.plan == bindparam("plan"))
_is_told = or_(  # or is on its way: what was lost is not repeated (models.resend), and nobody has read it
    MessageRow.status.not_in([word(each) for each in (*FAILED, "queued")]),
    and_(MessageRow.status == word("queued"), MessageRow.expires_at > bindparam("now", type_=Instant())),
)
_TOLD = select(SlotRow.figures).join(MessageRow, MessageRow.id == SlotRow.message_id)
_LAST = _TOLD.where(*_of_series, _is_told).order_by(SlotRow.id.desc()).limit(1)
_BEGUN = _TOLD.where(*_of_series, _is_told, SlotRow.figures.like(bindparam("start"))).limit(1)
_TEXTED = update(SlotRow).where(SlotRow.id == bindparam("key")).values(message_id=bindparam("message"))


def take(db: Connection, slot: Slot, at: datetime, figures: str) -> int | None:
    """Take a slot; None where it has been taken. ``figures`` is a digest of what would be told."""
    values = {"plan": slot.plan, "slot": slot.slot, "person_id": slot.person_id}
    return db.execute(_TAKE[db.dialect.name], {**values, "at": at, "figures": figures}).scalar()


def taken(db: Connection, plan: str, slot: str) -> set[int]:
    """Give the people whose slot has been taken."""
    return set(db.execute(_TAKEN, {"plan": plan, "slot": slot}).scalars())


def last_figures(db: Connection, plan: str, person_id: int, start: str, now: datetime) -> str | None:
    """Give the digest of what a recipient was last told of a plan, by a text that was not lost; None where
    none had that ``start`` behind it."""
    series = {"person_id": person_id, "plan": plan, "now": now}
    last: str | None = db.execute(_LAST, series).scalar()
    if last is None or last.endswith(start):
        return last
    begun = db.execute(_BEGUN, {**series, "start": f"%{start}"}).first()
    return None if begun is None else last


def texted(db: Connection, slot_id: int, message_id: int) -> None:
    """Note the text that a slot became."""
    db.execute(_TEXTED, {"key": slot_id, "message": message_id})
