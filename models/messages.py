"""The log of texts in and out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from models.columns import Instant, word
from models.people import Person
from models.prepared import Prepared
from models.tables import MessageRow


@dataclass(frozen=True, slots=True)
class Message:
    """A row of the log. ``at`` is our clock, ``sent_at`` the carrier's (texts in)."""

    id: int
    direction: str
    at: datetime
    sender: str | None
    recipient: str | None
    body: str | None
    outcome: str | None
    codes: tuple[str, ...]
    status: str | None
    carrier: str | None
    carrier_id: str | None
    segments: int | None
    in_reply_to: int | None
    sent_at: datetime | None
    error_code: str | None
    resend_of: int | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of a text in before it is judged. ``body`` has no PIN in it."""

    carrier: str
    carrier_id: str
    at: datetime
    sent_at: datetime | None
    sender: str
    recipient: str | None
    body: str


_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
COLUMNS = [getattr(MessageRow, name) for name in Message.__dataclass_fields__]
_ARRIVAL = (*Arrival.__dataclass_fields__, "election_id")
_GIVEN = {name: bindparam(name, type_=MessageRow.__table__.c[name].type) for name in _ARRIVAL}
# On PostgreSQL the texts of a number wait for each other, and get their ids in that order: what was asked or
# texted last, and how often, is one thing to all of them.
_AFTER_OTHERS = func.pg_advisory_xact_lock(func.hashtextextended(_GIVEN["sender"], 0)).is_not(None)


def _claiming(statement: Any) -> Any:
    return statement.on_conflict_do_nothing().returning(MessageRow.id)


_CLAIM = Prepared(
    sqlite=_claiming(sqlite.insert(MessageRow).values({"direction": "in", **_GIVEN})),
    postgresql=_claiming(
        postgresql.insert(MessageRow).from_select(
            ["direction", *_GIVEN], select(word("in"), *_GIVEN.values()).where(_AFTER_OTHERS)
        )
    ),
)
_BY_CARRIER_ID = select(*COLUMNS).where(
    MessageRow.carrier == bindparam("carrier"),
    MessageRow.carrier_id == bindparam("carrier_id"),
    MessageRow.direction == word("in"),
)
_BY_ID = select(*COLUMNS).where(MessageRow.id == bindparam("id"))
_REPLY = (
    select(*COLUMNS)
    .where(MessageRow.in_reply_to == bindparam("id"), MessageRow.kind == word("reply"))
    .order_by(MessageRow.id)
    .limit(1)
)
_COUNT_FROM = select(func.count()).where(
    MessageRow.sender == bindparam("sender"),
    MessageRow.direction == word("in"),
    MessageRow.at > bindparam("since"),
    MessageRow.at <= bindparam("now"),
)
_RECENT_FROM = (
    select(*COLUMNS)
    .where(
        MessageRow.sender == bindparam("sender"),
        MessageRow.direction == word("in"),
        MessageRow.id < bindparam("before"),
    )
    .order_by(MessageRow.id.desc())
    .limit(bindparam("most"))
)
_SAME_COMMAND = (
    select(MessageRow.id)
    .where(
        MessageRow.sender == bindparam("sender"),
        MessageRow.command == bindparam("command"),
        MessageRow.id < bindparam("before"),
    )
    .order_by(MessageRow.id.desc())
    .limit(1)
)
_LAST_FROM = select(func.max(MessageRow.id)).where(
    MessageRow.sender == bindparam("sender"), MessageRow.direction == word("in")
)
# When a text came: by its carrier's clock where that tells, else by ours.
CAME = func.coalesce(MessageRow.sent_at, MessageRow.at, type_=Instant())
_LAST_INBOUND = (
    select(CAME)
    .where(
        MessageRow.carrier == bindparam("carrier"),
        MessageRow.direction == word("in"),
        bindparam("now", type_=Instant()) >= CAME,
    )
    .order_by(MessageRow.id.desc())
    .limit(1)
)
_LAST_COMMAND = select(func.max(MessageRow.at)).where(
    MessageRow.sender == bindparam("sender"),
    MessageRow.command == bindparam("command"),
    MessageRow.at > bindparam("since"),
    MessageRow.at <= bindparam("now"),
)
_ADD = insert(MessageRow).returning(MessageRow.id)


def storable(text: str) -> str:
    """Give the text without what no database takes: NUL, and halves of surrogate pairs."""
    return text if text.isprintable() else _NOT_STORABLE.sub("", text)


def claim(db: Connection, arrival: Arrival, election_id: int) -> int | None:
    """Store a text in and give its id, or None where its carrier has brought it before.

    A second worker with the same text waits here until the first has committed.
    """
    values = {name: getattr(arrival, name) for name in Arrival.__dataclass_fields__}
    claimed: int | None = _CLAIM.value(db, {**values, "election_id": election_id})
    return claimed


def by_carrier_id(db: Connection, carrier: str, carrier_id: str) -> Message | None:
    """Give the text in that a carrier knows by that id."""
    row = db.execute(_BY_CARRIER_ID, {"carrier": carrier, "carrier_id": carrier_id}).first()
    return None if row is None else as_message(row)


def message(db: Connection, message_id: int) -> Message:
    """Give a message by its row; it exists."""
    return as_message(db.execute(_BY_ID, {"id": message_id}).one())


def reply_to(db: Connection, message_id: int) -> Message | None:
    """Give the answer to a text in, None where it has none."""
    row = db.execute(_REPLY, {"id": message_id}).first()
    return None if row is None else as_message(row)


def count_from(db: Connection, sender: str, since: datetime, now: datetime) -> int:
    """Count the texts of a number after a moment of our clock. Here and below those of later than
    ``now`` count for nothing: they are of before our clock was set back."""
    return int(db.execute(_COUNT_FROM, {"sender": sender, "since": since, "now": now}).scalar_one())


def recent_from(db: Connection, sender: str, before: int, most: int) -> list[Message]:
    """Give the last texts of a number before a row, newest first."""
    rows = db.execute(_RECENT_FROM, {"sender": sender, "before": before, "most": most})
    return [as_message(row) for row in rows]


def earlier_command(db: Connection, sender: str, command: str, before: int) -> int | None:
    """Give the last earlier message in which a number gave the very same command."""
    return db.execute(_SAME_COMMAND, {"sender": sender, "command": command, "before": before}).scalar()


def pin_of(db: Connection, message_id: int) -> str | None:
    """Give what the PIN of a text was: right, wrong, or None."""
    return db.execute(select(MessageRow.pin).where(MessageRow.id == message_id)).scalar()


def was_inline(db: Connection, reply_id: int) -> bool:
    """Whether a reply left in the answer to the carrier's request, not by the outbox."""
    return db.execute(select(MessageRow.attempts).where(MessageRow.id == reply_id)).scalar() is None


def last_from(db: Connection, sender: str) -> int:
    """Give the row of the last text of a number, 0 where there is none."""
    return int(db.execute(_LAST_FROM, {"sender": sender}).scalar() or 0)


def phone_of(db: Connection, person: Person) -> str:
    """Give the number by which a person last wrote, else their first."""
    if len(person.phones) == 1:
        return person.phones[0]
    last = [(last_from(db, phone), -place) for place, phone in enumerate(person.phones)]
    return person.phones[-max(last)[1]]


def last_inbound(db: Connection, carrier: str, now: datetime) -> datetime | None:
    """Give the carrier's time, or else ours, of the last text that it brought; None where none."""
    return db.execute(_LAST_INBOUND, {"carrier": carrier, "now": now}).scalar()


def known_ids(db: Connection, carrier: str, carrier_ids: Sequence[str], *, direction: str) -> set[str]:
    """Give which of a carrier's ids are of texts in that have been taken in, or of texts out."""
    where = (MessageRow.carrier == carrier, MessageRow.direction == word(direction))
    query = select(MessageRow.carrier_id).where(*where, MessageRow.carrier_id.in_(carrier_ids))
    return {each for each in db.execute(query).scalars() if each is not None}


def last_with_command(
    db: Connection, sender: str, command: str, since: datetime, now: datetime
) -> datetime | None:
    """Give when a number last gave a command, where that was after a moment."""
    values = {"sender": sender, "command": command, "since": since, "now": now}
    return db.execute(_LAST_COMMAND, values).scalar()


def replies_since(db: Connection, since: datetime, now: datetime, **columns: Any) -> int:
    """Count replies written after a moment whose columns equal those given: ``recipient``, or
    ``person_id`` None for all to numbers that are not on the roster."""
    written = (MessageRow.at > since, MessageRow.at <= now)
    query = select(func.count()).where(MessageRow.kind == word("reply"), *written)
    for name, value in columns.items():
        query = query.where(MessageRow.__table__.c[name] == value)
    return int(db.execute(query).scalar_one())


def log(
    db: Connection,
    *,
    phones: Sequence[str] = (),
    station_id: int | None = None,
    monitors: Sequence[str] = (),
    after: int = 0,
) -> Iterator[Message]:
    """Give the log, oldest first: all of it, or a thread.

    Of ``phones`` it is what went to and fro; of a station what was about it, and what went to and
    from its ``monitors`` that was about no station.
    """
    query: Select[Any] = select(*COLUMNS).where(MessageRow.id > after).order_by(MessageRow.id)
    if phones:
        query = query.where(_to_or_from(phones))
    if station_id is not None:
        query = query.where(of_station(station_id, monitors))
    result = db.execute(query, execution_options={"yield_per": 1000})
    for row in result:
        yield as_message(row)


def of_station(station_id: int, monitors: Sequence[str]) -> ColumnElement[bool]:
    """Say what a station's thread is: what was about it, and what went to and from its monitors that was
    about no station, as a report that could not be read."""
    about_none = and_(MessageRow.station_id.is_(None), _to_or_from(monitors))
    return or_(MessageRow.station_id == station_id, about_none)


def _to_or_from(phones: Sequence[str]) -> ColumnElement[bool]:
    return or_(MessageRow.sender.in_(phones), MessageRow.recipient.in_(phones))


def add(db: Connection, **values: Any) -> int:
    """Add a row to the log and give its id; for texts out see ``models.outbox``."""
    return int(db.execute(_ADD, values).scalar_one())


def as_message(row: Row[Any]) -> Message:
    """Read a message from a row with its columns."""
    values = dict(row._mapping)
    return Message(**{**values, "codes": values["codes"] or ()})
