"""The log of texts, newest first, a page at a time, by what a desk looks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from models import people
from models.messages import COLUMNS, Message, as_message, of_station
from models.tables import MessageRow, PersonRow, StationRow
from models.traffic import HAS_FAILED, NEWEST

ALL, IN, OUT = "all", "in", "out"
KINDS = (ALL, IN, OUT, "accepted", "corrected", "held", "refused", "ignored", "practice", "failed")
# Rows that a search for words reads at once: a log of millions is gone through in steps.
STEP = 100_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. ``phone`` is E.164, ``words`` stand anywhere in body, number or name; a
    station's are those of ``pantau messages --station``, too."""

    kind: str = ALL
    phone: str | None = None
    station_id: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """A text with the person and the station that it is of."""

    message: Message
    name: str | None
    station: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Texts, newest first. ``older`` is what to go on before, None where nothing is left; it may
    be without having found as many as wanted."""

    texts: tuple[Logged, ...]
    older: int | None


_LOG = (
    select(*COLUMNS, PersonRow.name.label("person_name"), StationRow.code.label("station_code"))
    .outerjoin(PersonRow, PersonRow.id == MessageRow.person_id)
    .outerjoin(StationRow, StationRow.id == MessageRow.station_id)
    .where(MessageRow.id < bindparam("before"), MessageRow.id >= bindparam("floor"))
    .order_by(MessageRow.id.desc())
    .limit(bindparam("most"))
)
_LAST = select(func.max(MessageRow.id))


def search(db: Connection, wanted: Wanted, before: int = NEWEST, most: int = 50) -> Page:
    """Give a page of texts before a row."""
    top = min(before, int(db.execute(_LAST).scalar() or 0) + 1)
    by_index = wanted.phone is not None or wanted.station_id is not None or _is_plain(wanted)
    floor = 0 if by_index else max(0, top - STEP)
    query = _LOG.where(*_conditions(db, wanted))
    rows = db.execute(query, {"before": top, "floor": floor, "most": most + 1}).all()
    texts = tuple(_logged(row) for row in rows[:most])
    if len(rows) > most:
        return Page(texts, texts[-1].message.id)
    return Page(texts, floor if floor > 1 else None)


def thread(db: Connection, phone: str, most: int) -> list[Message]:
    """Give the last texts from and to a number, oldest first."""
    found = []
    for column in (MessageRow.sender, MessageRow.recipient):
        query = select(*COLUMNS).where(column == phone).order_by(MessageRow.id.desc()).limit(most)
        found += [as_message(row) for row in db.execute(query)]
    return sorted({each.id: each for each in found}.values(), key=lambda each: each.id)[-most:]


def _is_plain(wanted: Wanted) -> bool:
    return not wanted.words and wanted.kind in (ALL, IN, OUT, "failed")


def _conditions(db: Connection, wanted: Wanted) -> Sequence[Any]:
    conditions: list[Any] = []
    if wanted.kind in (IN, OUT):
        conditions.append(MessageRow.direction == wanted.kind)
    elif wanted.kind == "failed":
        conditions.append(HAS_FAILED)
    elif wanted.kind != ALL:
        conditions.append(MessageRow.outcome == wanted.kind)
    if wanted.phone is not None:
        conditions.append(or_(MessageRow.sender == wanted.phone, MessageRow.recipient == wanted.phone))
    if wanted.station_id is not None:
        monitors = people.monitors_of(db, wanted.station_id)
        numbers = [number for each in monitors for number in each.phones]
        conditions.append(of_station(wanted.station_id, numbers))
    if wanted.words:
        columns = (MessageRow.body, MessageRow.sender, MessageRow.recipient, PersonRow.name)
        conditions.append(or_(*(each.icontains(wanted.words, autoescape=True) for each in columns)))
    return conditions


def _logged(row: Any) -> Logged:
    values = dict(row._mapping)
    name, station = values.pop("person_name"), values.pop("station_code")
    return Logged(Message(**{**values, "codes": values["codes"] or ()}), name, station)
