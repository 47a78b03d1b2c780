"""Scheduled texts: what makes each happen once for each recipient, however many processes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.tables import SlotRow


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
_LAST = select(SlotRow.figures).where(*_of_series).order_by(SlotRow.id.desc()).limit(1)
_BEGUN = select(SlotRow.id).where(*_of_series, SlotRow.figures.like(bindparam("start"))).limit(1)
_TEXTED = update(SlotRow).where(SlotRow.id == bindparam("key")).values(message_id=bindparam("message"))


def take(db: Connection, slot: Slot, at: datetime, figures: str) -> int | None:
    """Take a slot; None where it has been taken. ``figures`` is a digest of what would be told."""
    values = {"plan": slot.plan, "slot": slot.slot, "person_id": slot.person_id}
    return db.execute(_TAKE[db.dialect.name], {**values, "at": at, "figures": figures}).scalar()


def taken(db: Connection, plan: str, slot: str) -> set[int]:
    """Give the people whose slot has been taken."""
    return set(db.execute(_TAKEN, {"plan": plan, "slot": slot}).scalars())


def last_figures(db: Connection, plan: str, person_id: int, start: str) -> str | None:
    """Give the digest of a recipient's last slot of a plan, None where none had that ``start`` behind it."""
    series = {"person_id": person_id, "plan": plan}
    last: str | None = db.execute(_LAST, series).scalar()
    if last is None or last.endswith(start):
        return last
    begun = db.execute(_BEGUN, {**series, "start": f"%{start}"}).first()
    return None if begun is None else last


def texted(db: Connection, slot_id: int, message_id: int) -> None:
    """Note the text that a slot became."""
    db.execute(_TEXTED, {"key": slot_id, "message": message_id})
