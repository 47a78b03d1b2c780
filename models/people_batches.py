"""The people of a file, some thousand lines at a time: lines that have to do with each other, by a
number or a person of the roster, come together."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from config.language import Lang
from models import staging
from models.people_match import Wanted, put_together
from models.roster_files import PersonLine, Problems
from models.staging import PEOPLE, PHONES

_NEXT = (
    select(PEOPLE.c.component)
    .where(PEOPLE.c.component > bindparam("low"), PEOPLE.c.shared >= bindparam("shared"))
    .order_by(PEOPLE.c.component, PEOPLE.c.line)
)
_LAST_OF_CHUNK = _NEXT.limit(1).offset(bindparam("skipped"))
_LAST = select(func.max(PEOPLE.c.component)).where(
    PEOPLE.c.component > bindparam("low"), PEOPLE.c.shared >= bindparam("shared")
)
HERE = (PEOPLE.c.component > bindparam("low"), PEOPLE.c.component <= bindparam("high"))
_LINES = (
    select(PEOPLE)
    .where(*HERE, PEOPLE.c.shared >= bindparam("shared"))
    .order_by(PEOPLE.c.component, PEOPLE.c.line)
)
_PHONES = (
    select(PHONES.c.line, PHONES.c.phone)
    .join(PEOPLE, PEOPLE.c.line == PHONES.c.line)
    .where(*HERE, PEOPLE.c.shared >= bindparam("shared"))
    .order_by(PHONES.c.line, PHONES.c.place)
)


@dataclass(slots=True)
class Pins:
    """The PINs of a file by line: in memory alone, in eight bytes each, never in a table."""

    _kept: "array[int]" = field(default_factory=lambda: array("q"))

    def keep(self, line: int, pin: str) -> None:
        """Keep a PIN; the 1 before it keeps its zeros."""
        self._kept.extend([0] * (line + 1 - len(self._kept)))
        self._kept[line] = int(f"1{pin}")

    def of(self, line: int) -> str | None:
        """Give the PIN of a line, None where it has none."""
        return str(self._kept[line])[1:] if line < len(self._kept) and self._kept[line] else None


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """What is known of a file besides its staged lines."""

    names_second: bool
    pins: Pins


@dataclass(frozen=True, slots=True)
class Batch:
    """People whose lines are in components above ``low`` up to ``high``."""

    low: int
    high: int
    wanted: list[Wanted]
    lines: int

    @property
    def bounds(self) -> dict[str, int]:
        """Give what statements about this batch are bound to."""
        return {"low": self.low, "high": self.high}


def batches(db: Connection, file: PeopleFile) -> Iterator[Batch]:
    """Give everyone of the file, once, in the order of their first lines."""
    for low, high in _bounds(db, shared=0):
        lines = _read(db, file, low, high, shared=0)
        yield Batch(low, high, put_together(lines)[0], len(lines))


def find_clashes(db: Connection, file: PeopleFile, problems: Problems) -> None:
    """Find the numbers that lines of different people share."""
    for low, high in _bounds(db, shared=1):
        for line, what in put_together(_read(db, file, low, high, shared=1))[1]:
            problems.add(line, what)


def _bounds(db: Connection, *, shared: int) -> Iterator[tuple[int, int]]:
    """Give ranges of whole components of about ``CHUNK`` lines; with ``shared`` 1, of those alone
    that hold several lines."""
    low = 0
    while True:
        here = {"low": low, "shared": shared}
        high = db.execute(_LAST_OF_CHUNK, {**here, "skipped": staging.CHUNK - 1}).scalar()
        high = high or db.execute(_LAST, here).scalar()
        if high is None:
            return
        yield low, high
        low = high


def _read(db: Connection, file: PeopleFile, low: int, high: int, *, shared: int) -> list[PersonLine]:
    here = {"low": low, "high": high, "shared": shared}
    phones: dict[int, tuple[str, ...]] = {}
    for row in db.execute(_PHONES, here):
        phones[row.line] = (*phones.get(row.line, ()), row.phone)
    return [_line(row, phones[row.line], file) for row in db.execute(_LINES, here)]


def _line(row: Any, phones: tuple[str, ...], file: PeopleFile) -> PersonLine:
    return PersonLine(
        line=row.line,
        role=row.role,
        phones=phones,
        name=row.name,
        station=row.station,
        district=row.district or "",
        lang=Lang(row.lang) if row.lang else None,
        pin=file.pins.of(row.line),
        names_second=file.names_second,
    )
