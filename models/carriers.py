"""How each carrier in use does: kept in the database, so that all processes see and say the same."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from models import dialect
from models.columns import word
from models.tables import CarrierRow, MessageRow


@dataclass(frozen=True, slots=True)
class CarrierState:
    """A row of ``carriers``; see there for what the columns say."""

    name: str
    failures: int = 0
    trouble: str | None = None
    passed_until: datetime | None = None
    judged_from: datetime | None = None
    calm_at: datetime | None = None
    free_at: datetime | None = None


_COLUMNS = [getattr(CarrierRow, name) for name in CarrierState.__dataclass_fields__]
_STATES = select(*_COLUMNS).where(CarrierRow.name.in_(bindparam("names", expanding=True)))
_HELD = _STATES.order_by(CarrierRow.name).with_for_update()
_SAVE = (
    update(CarrierRow)
    .where(CarrierRow.name == bindparam("key"))
    .values({name: bindparam(name) for name in CarrierState.__dataclass_fields__ if name != "name"})
)
_BY_CARRIER = (
    MessageRow.carrier == bindparam("carrier"),
    MessageRow.direction == word("out"),
    MessageRow.carrier_id.is_not(None),  # without an id nobody knows whether it took the text
    MessageRow.sent_at >= bindparam("since"),
)
_TAKEN = select(func.count(), func.count(MessageRow.sent_on)).where(
    *_BY_CARRIER, MessageRow.sent_at <= bindparam("until")
)
_SENT_ON = select(MessageRow.id).where(*_BY_CARRIER, MessageRow.sent_on.is_not(None)).limit(1)


def states(db: Connection, names: Sequence[str]) -> dict[str, CarrierState]:
    """Give how carriers do, by name, in the order given."""
    return _in_order(names, db.execute(_STATES, {"names": list(names)}))


def hold(db: Connection, names: Sequence[str]) -> dict[str, CarrierState]:
    """Give how carriers do; nobody else gives them a text until this transaction ends."""
    found = _in_order(names, db.execute(_HELD, {"names": list(names)}))
    new = [{"name": name, "failures": 0} for name in names if name not in found]
    if not new:
        return found
    db.execute(dialect.insert_once(db, CarrierRow).on_conflict_do_nothing(), new)
    return _in_order(names, db.execute(_HELD, {"names": list(names)}))


def save(db: Connection, state: CarrierState) -> None:
    """Write how a carrier does now; its row is held."""
    values = asdict(state)
    db.execute(_SAVE, {"key": values.pop("name"), **values})


def taken(db: Connection, carrier: str, since: datetime, until: datetime) -> tuple[int, int]:
    """Count the texts that a carrier took between two moments, and how many of them it has not
    sent on."""
    row = db.execute(_TAKEN, {"carrier": carrier, "since": since, "until": until}).one()
    return int(row[0]), int(row[0] - row[1])


def sent_on_since(db: Connection, carrier: str, since: datetime) -> bool:
    """Whether a carrier has sent on any text that it took since a moment."""
    return db.execute(_SENT_ON, {"carrier": carrier, "since": since}).first() is not None


def _in_order(names: Sequence[str], rows: Any) -> dict[str, CarrierState]:
    found = {row.name: CarrierState(**row._mapping) for row in rows}
    return {name: found[name] for name in names if name in found}
