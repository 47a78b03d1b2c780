"""When each carrier was last asked for what it received, whichever process asked; since when it cannot be."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, case, delete, select

from models import dialect
from models.tables import Counter

_VALUE = select(Counter.value).where(Counter.name == bindparam("name"))
_VALUES = select(Counter.name, Counter.value).where(Counter.name.in_(bindparam("names", expanding=True)))
_ANSWERED = delete(Counter).where(Counter.name == bindparam("key"))


def last_asked(db: Connection, carrier: str) -> datetime | None:
    """Give the minute in which a carrier was last asked and everything taken in; None: never."""
    minutes = db.execute(_VALUE, {"name": _name(carrier)}).scalar()
    return None if minutes is None else _moment(minutes)


def asked(db: Connection, carrier: str, at: datetime) -> None:
    """Note that everything a carrier received until then has been taken in."""
    # In minutes: the column holds 32 bits on PostgreSQL, and the overlap is an hour.
    values = {"name": _name(carrier), "value": _minute(at)}
    db.execute(
        dialect.insert_once(db, Counter)
        .values(values)
        .on_conflict_do_update(index_elements=["name"], set_={"value": values["value"]})
    )


def answered(db: Connection, carrier: str) -> None:
    """Note that a carrier could be asked."""
    db.execute(_ANSWERED, {"key": _unanswered(carrier)})


def unanswered(db: Connection, carrier: str, at: datetime) -> None:
    """Note that a carrier could not be asked; the first time counts, or this one where our clock was set
    back since."""
    new = dialect.insert_once(db, Counter).values(name=_unanswered(carrier), value=_minute(at))
    earlier = case((Counter.value > new.excluded.value, new.excluded.value), else_=Counter.value)
    db.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": earlier}))


def unanswered_since(db: Connection, carriers: Sequence[str]) -> dict[str, datetime]:
    """Give since when carriers cannot be asked, those that can be left out."""
    names = {_unanswered(each): each for each in carriers}
    found = db.execute(_VALUES, {"names": list(names)})
    return {names[row.name]: _moment(row.value) for row in found}


def _name(carrier: str) -> str:
    return f"reconciled {carrier}"


def _unanswered(carrier: str) -> str:
    return f"unanswered {carrier}"


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
