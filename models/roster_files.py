"""stations.csv and people.csv, or the same as .xlsx, read into lines with their problems.

SPEC section 7. A spreadsheet's separators, byte-order marks and floats are read as what they
mean; anything else that cannot be is a problem with its line's number (the header is line 1).
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from config.election import Election
from config.errors import RosterError
from config.language import Lang
from config.phones import e164

SEPARATORS = ",;\t"
ROLES = ("monitor", "coordinator", "official")
LONGEST_CODE = 18  # digits that fit the database's whole numbers
MOST_VOTERS = 1_000_000
PIN_DIGITS = range(4, 9)
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class StationLine:
    """A line of stations.csv."""

    line: int
    code: str
    number: int
    district: str
    village: str
    form_number: int | None
    voters: int | None
    voters_by_contest: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A line of people.csv: one role of a person. ``station`` is a number; numbers are E.164."""

    line: int
    role: str
    phones: tuple[str, ...]
    name: str
    station: int | None
    district: str
    lang: Lang | None
    pin: str | None


@dataclass(slots=True)
class Problems:
    """What is wrong with a file, a line of it each."""

    name: str
    found: list[str] = field(default_factory=list)

    def add(self, line: int, what: str) -> None:
        """Note a problem of a line."""
        self.found.append(f"{self.name}, line {line}: {what}")


Row = dict[str, str]


def read_stations(path: Path, election: Election) -> tuple[list[StationLine], list[str]]:
    """Give the stations of a file, and its problems. Raises RosterError where it is no such file."""
    problems = Problems(path.name)
    extra = [f"voters_{contest.code}".lower() for contest in election.contests]
    rows = _rows(path, ("station", "district", "village", "voters"), extra, problems)
    lines = list(_kept(rows, lambda line, row: _station(line, row, election, problems)))
    seen: dict[int, int] = {}
    for each in lines:
        if each.number in seen:
            problems.add(each.line, f"station {each.code} is also in line {seen[each.number]}")
        seen.setdefault(each.number, each.line)
    return lines, problems.found


def read_people(path: Path, election: Election) -> tuple[list[PersonLine], list[str]]:
    """Give the people of a file, and its problems. Raises RosterError where it is no such file."""
    problems = Problems(path.name)
    rows = _rows(path, ("role", "phone", "name", "station", "district"), None, problems)
    return list(_kept(rows, lambda line, row: _person(line, row, election, problems))), problems.found


def _kept(rows: Iterable[tuple[int, Row]], read: Callable[[int, Row], Line | None]) -> Iterator[Line]:
    for line, row in rows:
        found = read(line, row)
        if found is not None:
            yield found


def _station(line: int, row: Row, election: Election, problems: Problems) -> StationLine | None:
    before = len(problems.found)
    code, district = row["station"], row["district"]
    if not code:
        problems.add(line, "the station's code is empty")
    elif not (code.isascii() and code.isdigit() and len(code) <= LONGEST_CODE):
        problems.add(line, f"station '{code[:20]}' is not a number of at most {LONGEST_CODE} digits")
    if not district:
        problems.add(line, "the district is empty")
    form, voters = (_figure(line, row, name, problems) for name in ("number", "voters"))
    by_contest = [
        (each.code, _figure(line, row, f"voters_{each.code}".lower(), problems)) for each in election.contests
    ]
    if len(problems.found) > before:
        return None
    different = tuple((contest, figure) for contest, figure in by_contest if figure is not None)
    return StationLine(line, code, int(code), district, row["village"], form, voters, different)


def _figure(line: int, row: Row, name: str, problems: Problems) -> int | None:
    text = row.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= MOST_VOTERS):
        problems.add(line, f"{name} '{text[:20]}' is not a number from 0 to {MOST_VOTERS}")
        return None
    return int(text)


def _person(line: int, row: Row, election: Election, problems: Problems) -> PersonLine | None:
    before = len(problems.found)
    role, station, district = row["role"].lower(), row["station"], row["district"]
    if role not in ROLES:
        problems.add(line, f"role '{row['role'][:20]}' is none of {', '.join(ROLES)}")
    if role == "monitor" and not (station.isascii() and station.isdigit()):
        problems.add(line, f"a monitor needs a station's number, not '{station[:20]}'")
    if role == "coordinator" and not district:
        problems.add(line, "a coordinator needs a district")
    phones = [
        _phone(line, text, election, problems) for text in (row["phone"], row.get("phone2", "")) if text
    ]
    if not row["phone"]:
        problems.add(line, "the phone is empty")
    lang, pin = row.get("language", "").lower(), row.get("pin", "")
    if lang not in ("", *Lang):
        problems.add(line, f"language '{lang[:20]}' is neither id nor en")
    if pin and not (pin.isascii() and pin.isdigit() and len(pin) in PIN_DIGITS):
        problems.add(line, "the PIN is not 4 to 8 digits")
    if len(problems.found) > before:
        return None
    return PersonLine(
        line=line,
        role=role,
        phones=tuple(dict.fromkeys(each for each in phones if each)),
        name=row["name"],
        station=int(station) if role == "monitor" else None,
        district=district if role != "monitor" else "",
        lang=Lang(lang) if lang else None,
        pin=pin or None,
    )


def _phone(line: int, text: str, election: Election, problems: Problems) -> str | None:
    found = e164(text, election.country)
    if found is None:
        problems.add(line, f"'{text[:20]}' cannot be a phone number")
    return found


def _rows(
    path: Path, needed: tuple[str, ...], voters: list[str] | None, problems: Problems
) -> Iterator[tuple[int, Row]]:
    cells = _workbook(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    header = [name.strip().lower() for name in next(cells, (1, []))[1]]
    missing = [name for name in needed if name not in header]
    if missing:
        raise RosterError(
            f"{path.name}, line 1: the column {missing[0]} is missing; there are {', '.join(header)}"
        )
    for name in header:
        if voters is not None and name.startswith("voters_") and name not in voters:
            problems.add(1, f"the column {name} is of no contest of the election file")
    for line, row in cells:
        if any(cell.strip() for cell in row):
            padded = [*row, *[""] * (len(header) - len(row))]
            yield line, {name: _cell(text) for name, text in zip(header, padded, strict=False)}


def _cell(text: str) -> str:
    text = " ".join(text.replace("\xa0", " ").split())
    whole, dot, zero = text.partition(".")
    return whole if dot and zero == "0" and whole.isdigit() else text  # a spreadsheet's float


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise RosterError(f"{path.name} is not UTF-8; save it as CSV UTF-8") from None
    except OSError as error:
        raise RosterError(f"{path}: {error.strerror}") from None
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        line = 1
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise RosterError(f"{path.name}, line {reader.line_num}: {error}") from None


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise RosterError(f"{path}: {error.strerror or error}") from None
    except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        raise RosterError(f"{path.name} is not a workbook that can be read: {error}") from None
    sheet = book.worksheets[0]
    for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield line, ["" if cell is None else str(cell) for cell in row]
