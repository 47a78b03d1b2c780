"""Files as temporary tables, so that one of any length is compared with the roster by the database.

823,220 stations and as many monitors as Python objects take over a gigabyte; here memory holds
``CHUNK`` lines at a time. The tables live in the import's own transaction and go with it.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    select,
    update,
)

from models import dialect
from models.roster_files import BadStation, PersonLine, StationLine, district_key
from models.tables import PhoneRow

CHUNK = 5_000  # lines
T = TypeVar("T")

_TABLES = MetaData()
# Good lines have a code. Of bad ones only the place is kept: who is there is no mistake of the
# other file. ``action`` is what the import does: add, change, restore, remove.
STATIONS = Table(
    "staged_stations",
    _TABLES,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger),
    Column("code", Text),
    Column("district_key", Text),
    Column("district", Text),
    Column("village", Text),
    Column("form_number", Integer),
    Column("voters", Integer),
    Column("voters_by_contest", Text),
    Column("action", Text),
    Index("staged_by_number", "number"),
    prefixes=["TEMPORARY"],
)
DISTRICTS = Table(
    "staged_districts",
    _TABLES,
    Column("key", Text, primary_key=True),
    Column("district_id", BigInteger),
    Index("staged_by_district", "district_id"),
    prefixes=["TEMPORARY"],
)
# ``component`` is the first of the lines that have to do with each other, by a number or by a
# person of the roster; ``shared`` is 1 where that is more than one line. PINs are never written.
PEOPLE = Table(
    "staged_people",
    _TABLES,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("component", Integer),
    Column("shared", Integer),
    Column("role", Text),
    Column("name", Text),
    Column("station", BigInteger),
    Column("district", Text),
    Column("lang", Text),
    Column("named", BigInteger),
    Index("staged_by_component", "component", "line"),
    Index("staged_by_station", "station"),
    prefixes=["TEMPORARY"],
)
PHONES = Table(
    "staged_phones",
    _TABLES,
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("phone", Text),
    Index("staged_by_phone", "phone", "line"),
    prefixes=["TEMPORARY"],
)

_NUMBERS = select(PHONES.c.phone, PHONES.c.line).order_by(PHONES.c.phone, PHONES.c.line)
_OWNERS = (
    select(PhoneRow.person_id, PHONES.c.line)
    .join(PHONES, PHONES.c.phone == PhoneRow.number)
    .where(PhoneRow.until.is_(None))
    .order_by(PhoneRow.person_id, PHONES.c.line)
)
_JOIN = update(PEOPLE).where(PEOPLE.c.line == bindparam("key")).values(component=bindparam("first"), shared=1)


def open_tables(db: Connection) -> None:
    """Make the tables, for this transaction."""
    _TABLES.create_all(db, checkfirst=False)


def close_tables(db: Connection) -> None:
    """Drop them: a connection goes back to its pool without."""
    _TABLES.drop_all(db, checkfirst=False)


def stage_stations(db: Connection, lines: Iterable[StationLine | BadStation]) -> int:
    """Bring in the lines of a file of stations; give how many there are."""
    count = 0
    for chunk in chunks(lines):
        count += len(chunk)
        dialect.load(db, STATIONS, [_station(each) for each in chunk])
    dialect.analyze(db, STATIONS.name)
    return count


def stage_people(db: Connection, lines: Iterable[PersonLine]) -> bool | None:
    """Bring in the lines of a file of people, and find which have to do with each other; give
    whether the file names second SIMs, None where it has no line."""
    names_second = None
    for chunk in chunks(lines):
        names_second = chunk[0].names_second
        dialect.load(db, PEOPLE, [_person(each) for each in chunk])
        phones = [(each.line, place, phone) for each in chunk for place, phone in enumerate(each.phones)]
        dialect.load(db, PHONES, phones)
    for table in (PEOPLE, PHONES):
        dialect.analyze(db, table.name)
    _connect(db)
    return names_second


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Give the items in lists of at most ``CHUNK``."""
    left = iter(items)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def line_ranges(db: Connection, table: Table) -> Iterator[tuple[int, int]]:
    """Give ranges of ``CHUNK`` line numbers, from the first to the last: above, up to."""
    low, high = db.execute(select(func.min(table.c.line), func.max(table.c.line))).one()
    if low is not None:
        yield from ((at, at + CHUNK) for at in range(low - 1, high, CHUNK))


def _connect(db: Connection) -> None:
    """Find the components. Few lines share anything: a coordinator of two districts, a monitor of
    two stations; only those are held in memory."""
    first: dict[int, int] = {}
    for query in (_NUMBERS, _OWNERS):
        rows = db.execute(query, execution_options={"yield_per": CHUNK})
        for _, group in groupby(rows, itemgetter(0)):
            lines = [row.line for row in group]
            for line in lines[1:]:
                _unite(first, lines[0], line)
    for chunk in chunks(sorted(first)):
        db.execute(_JOIN, [{"key": line, "first": _root(first, line)} for line in chunk])


def _unite(first: dict[int, int], one: int, other: int) -> None:
    low, high = sorted((_root(first, one), _root(first, other)))
    first[high] = low


def _root(first: dict[int, int], line: int) -> int:
    """Give the first line of a component; the way there is shortened."""
    first.setdefault(line, line)
    while first[line] != line:
        first[line] = first[first[line]]
        line = first[line]
    return line


def _station(each: StationLine | BadStation) -> tuple[Any, ...]:
    if isinstance(each, BadStation):
        return (each.line, each.number, None, each.district_key or None, *(None,) * 6)
    own = json.dumps(dict(each.voters_by_contest), separators=(",", ":"), sort_keys=True)  # as columns.Json
    key = district_key(each.district)
    place = (each.line, each.number, each.code, key, each.district, each.village)
    return (*place, each.form_number, each.voters, own, None)


def _person(each: PersonLine) -> tuple[Any, ...]:
    place = (each.station, each.district or None)
    said = (each.lang.value if each.lang else None, each.named)
    return (each.line, each.line, 0, each.role, each.name, *place, *said)
