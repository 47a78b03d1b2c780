"""The tables of Gammu SMSD that we read and write, the same on SQLite and on PostgreSQL.

The quotes are PostgreSQL's need: SMSD's columns have capitals there. What is written in the form of
a string (``'true'``, a date) is a truth and a time on PostgreSQL and a string on SQLite.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import randrange
from typing import Any
from urllib.parse import quote
from weakref import finalize

from sqlalchemy import Connection, Engine, bindparam, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from gateway.carriers.connection import possible
from models.dialect import BUSY_SECONDS, waits
from models.store import Store
from notify.segments import is_gsm7, split

MARK = "pantau-"  # what our CreatorID begins with
LONG_AGO = "2000-01-01 00:00:00"  # so that it is due, whatever the time zones of this and that

_RECEIVED = text(
    """
    SELECT "ID", "ReceivingDateTime", "SenderNumber", "UDH", "TextDecoded", "Coding", "RecipientID"
    FROM inbox WHERE "UpdatedInDB" >= :since AND ("Processed" = 'false' OR :all) ORDER BY "ID"
    """
)
_PROCESSED = text("""UPDATE inbox SET "Processed" = 'true' WHERE "ID" IN :ids""").bindparams(
    bindparam("ids", expanding=True)
)
_QUEUE = f"""
    INSERT INTO outbox ("DestinationNumber", "TextDecoded", "Coding", "UDH", "MultiPart",
        "DeliveryReport", "CreatorID", "SendingDateTime", "SendingTimeOut")
    VALUES (:number, :words, :coding, :udh, '{{long}}', 'yes', :creator, '{LONG_AGO}', '{LONG_AGO}')
    RETURNING "ID"
    """
_QUEUE_SHORT, _QUEUE_LONG = text(_QUEUE.format(long="false")), text(_QUEUE.format(long="true"))
_QUEUE_PART = text(
    """
    INSERT INTO outbox_multipart ("ID", "SequencePosition", "TextDecoded", "Coding", "UDH")
    VALUES (:id, :position, :words, :coding, :udh)
    """
)
_TAKEN = text(
    f"""
    SELECT "CreatorID", 1 AS position, "TextDecoded" FROM outbox
    WHERE "DestinationNumber" = :number AND "CreatorID" LIKE '{MARK}%'
    UNION SELECT o."CreatorID", m."SequencePosition", m."TextDecoded"
    FROM outbox o JOIN outbox_multipart m ON m."ID" = o."ID"
    WHERE o."DestinationNumber" = :number AND o."CreatorID" LIKE '{MARK}%'
    UNION SELECT "CreatorID", "SequencePosition", "TextDecoded" FROM sentitems
    WHERE "DestinationNumber" = :number AND "CreatorID" LIKE '{MARK}%'
    ORDER BY 1, 2
    """
)
# Never from later than now: after the clock was set back, what came before stands in the future.
_NEWS_SINCE = f"""
    SELECT "CreatorID", "Status", "UDH", "UpdatedInDB" FROM sentitems WHERE "ID" IN (
        SELECT "ID" FROM sentitems WHERE "UpdatedInDB" >= {{since}} AND "CreatorID" LIKE '{MARK}%'
    ) ORDER BY "CreatorID", "SequencePosition"
    """
_NEWS = {
    "sqlite": text(_NEWS_SINCE.format(since="min(:since, datetime('now', '-10 seconds'))")),
    "postgresql": text(_NEWS_SINCE.format(since="least(:since, localtimestamp - interval '10 seconds')")),
}
_LYING = text(
    f"""
    SELECT "ID", "CreatorID" FROM outbox
    WHERE "CreatorID" LIKE '{MARK}%' AND "SendingTimeOut" = '{LONG_AGO}'
    """
)
# Not where a modem has begun with it meanwhile.
_REMOVE = text(f"""DELETE FROM outbox WHERE "ID" = :id AND "SendingTimeOut" = '{LONG_AGO}'""")
_REMOVE_PARTS = text('DELETE FROM outbox_multipart WHERE "ID" = :id')
_MODEMS = text('SELECT "ID", "UpdatedInDB", "TimeOut", "Signal" FROM phones ORDER BY "ID"')
_MODEMS_ZONED = text('SELECT "ID", "UpdatedInDB"::timestamptz, NULL, "Signal" FROM phones ORDER BY "ID"')


@dataclass(frozen=True, slots=True)
class Received:
    """A row of the inbox. ``at`` is None where ``written`` is no time."""

    id: int
    written: str
    at: datetime | None
    sender: str
    udh: str
    words: str
    modem: str
    is_text: bool  # and not a later part of one, whose words are in the row of the first


@dataclass(frozen=True, slots=True)
class News:
    """A part of a text out. ``at`` is when its row changed, by the clock of SMSD's database."""

    creator: str
    status: str
    udh: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Modem:
    """What SMSD says of a phone. ``local`` is what its machine's clock showed when it was ``seen``,
    on SQLite."""

    name: str
    seen: datetime
    local: datetime | None
    signal: int


class Smsd:
    """SMSD's database. Raises OSError where it cannot be asked, but for ``queue``."""

    def __init__(self, url: str) -> None:
        engine = _engine(url)
        self._store = Store(engine)
        finalize(self, engine.dispose)

    def received(self, since: datetime, *, processed: bool) -> list[Received]:
        """Give what was stored since then; with ``processed`` also what was taken in already.

        By the time of its row, not of its text: one that the network held back is new, too.
        """
        with self._reading() as db:
            rows = db.execute(_RECEIVED, {"since": _stamp(db, since), "all": processed}).all()
        return [_received(*row) for row in rows]

    def mark_processed(self, ids: list[int]) -> None:
        """Mark rows of the inbox, as programs do that have read them."""
        with self._writing() as db:
            db.execute(_PROCESSED, {"ids": ids})

    def queue(self, number: str, body: str, creator: str) -> None:
        """Put a text into the outbox: SMSD does not split a long one, so that is done here."""
        coding = "Default_No_Compression" if is_gsm7(body) else "Unicode_No_Compression"
        first, *others = split(body)
        values = {"number": number, "creator": creator, "coding": coding}
        with self._store.transaction() as db:
            if not others:
                db.execute(_QUEUE_SHORT, {**values, "words": first, "udh": None})
                return
            udh = f"050003{randrange(256):02X}{len(others) + 1:02X}"  # the reference tells long texts apart
            row = db.execute(_QUEUE_LONG, {**values, "words": first, "udh": f"{udh}01"}).scalar_one()
            for position, words in enumerate(others, 2):
                part = {"id": row, "position": position, "words": words, "udh": f"{udh}{position:02X}"}
                db.execute(_QUEUE_PART, {**part, "coding": coding})

    def taken(self, number: str) -> dict[str, str]:
        """Give the texts of ours to a number, by their CreatorID, sent or not."""
        found: dict[str, str] = {}
        with self._reading() as db:
            for creator, _, words in db.execute(_TAKEN, {"number": number}):
                found[creator] = found.get(creator, "") + words
        return found

    def news(self, since: datetime) -> list[News]:
        """Give all parts of the texts of ours of which one has news since then.

        ``since`` without a time zone is of the database's own clock, as the news are.
        """
        with self._reading() as db:
            rows = db.execute(_NEWS[db.dialect.name], {"since": _stamp(db, since)}).all()
        return [News(creator, status, udh, _moment(at)) for creator, status, udh, at in rows]

    def lying(self) -> dict[str, int]:
        """Give the rows of our texts that no modem has begun with, by their CreatorID."""
        with self._reading() as db:
            return {creator: row for row, creator in db.execute(_LYING)}

    def remove(self, row: int) -> bool:
        """Take a text out of the outbox; False where a modem was faster."""
        with self._writing() as db:
            if db.execute(_REMOVE, {"id": row}).rowcount != 1:
                return False
            db.execute(_REMOVE_PARTS, {"id": row})
            return True

    def try_to_write(self) -> None:
        """Do what needs the right to write, to no row at all."""
        self.mark_processed([])
        self.remove(-1)

    def modems(self) -> list[Modem]:
        """Give the phones that there have been."""
        with self._reading() as db:
            rows = db.execute(_MODEMS if db.dialect.name == "sqlite" else _MODEMS_ZONED).all()
        try:
            return [_modem(*row) for row in rows]
        except (TypeError, ValueError):  # SQLite takes the name of a column that is not there for its value
            raise ConnectionError("SMSD's database cannot be asked: its phones are another's") from None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _asking(), self._store.reading() as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _asking(), self._store.transaction() as db:
            yield db


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise ConnectionError(f"SMSD's database cannot be asked: {cause}") from error


def _engine(url: str) -> Engine:
    """Give an engine that makes no database where SMSD has none, and changes nothing of how it is kept."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, hide_parameters=True, connect_args=waits(address))
    file = {"database": f"file:{quote(address.database or '')}", "query": {"mode": "rw", "uri": "true"}}
    engine = create_engine(
        address.set(**file),  # type: ignore[arg-type]  # as its own documentation calls it
        poolclass=NullPool,  # the file may be SMSD's new one
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS},  # SMSD writes, too
    )
    event.listen(engine, "connect", _begin_ourselves)
    return engine


def _begin_ourselves(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None


def _received(  # noqa: PLR0917 - a row, in its order
    row: int, at: Any, sender: str, udh: str, words: str, coding: str, modem: str
) -> Received:
    is_text = coding != "8bit" and not (udh and not words)
    return Received(row, str(at), _local(at), sender, udh, words, modem, is_text=is_text)


def _modem(name: str, seen: Any, timeout: Any, signal: int) -> Modem:
    """Read a row of the phones, whose timeout is ten seconds after it was written."""
    if isinstance(seen, datetime):
        return Modem(name, seen, None, signal)
    local = _moment(timeout) - timedelta(seconds=10)
    return Modem(name, _moment(seen).replace(tzinfo=UTC), local, signal)


def _local(at: Any) -> datetime | None:
    """Read a time of a text: SMSD writes them as its machine's clock shows them, on both databases."""
    try:
        return possible(_moment(at).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _moment(at: Any) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)


def _stamp(db: Connection, at: datetime) -> Any:
    """Give a moment as ``UpdatedInDB`` is compared: SQLite's default writes UTC, PostgreSQL knows."""
    if db.dialect.name != "sqlite":
        return at
    return (at.astimezone(UTC) if at.tzinfo else at).strftime("%Y-%m-%d %H:%M:%S")
