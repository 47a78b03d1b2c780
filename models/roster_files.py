"""stations.csv and people.csv as lines that can be imported, and what is wrong with the others.

SPEC section 7: every bad line is named with its number (the header is line 1) and its reasons.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from config.election import Election
from config.language import Lang
from config.phones import e164
from models.spreadsheet import Row, open_sheet

ROLES = ("monitor", "coordinator", "official")
LONGEST_CODE = 18  # digits that fit the database's whole numbers
MOST_VOTERS = 1_000_000
PIN_DIGITS = range(4, 9)
STATION_COLUMNS = ("station", "district", "village", "voters")
PERSON_COLUMNS = ("role", "phone", "name", "station", "district")
MORE_OF_STATIONS = ("number",)  # and one for the voters of each contest
MORE_OF_PEOPLE = ("language", "pin", "phone2")
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)  # a long number as a spreadsheet shows it
_MAKE_IT_TEXT = "; make the column text in the spreadsheet, and type it anew"

Step = Callable[[], object]  # called once a line: somebody watches a progress bar


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
class BadStation:
    """What a bad line of stations.csv names all the same: who is placed there is no mistake of
    the other file."""

    line: int
    number: int | None
    district_key: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A line of people.csv: one role of a person. ``station`` is a number; phones are E.164, the
    first SIM first. A monitor's district places nobody, nor does the station ``named`` beside another
    role, and must be one all the same. ``names_second``: the file has a column for second SIMs."""

    line: int
    role: str
    phones: tuple[str, ...]
    name: str
    station: int | None
    district: str
    lang: Lang | None
    pin: str | None
    names_second: bool = field(default=False, compare=False)
    named: int | None = None


@dataclass(slots=True)
class Problems:
    """What is wrong with a file, by line; ``passed_over`` are its columns that say nothing to us."""

    file: str
    found: list[tuple[int, str]] = field(default_factory=list)
    passed_over: tuple[str, ...] = ()

    def add(self, line: int, what: str) -> None:
        """Say what is wrong with a line."""
        self.found.append((line, what))

    def listed(self) -> list[str]:
        """Give one for each bad line, from the first to the last, in words that name file and line."""
        by_line = groupby(sorted(self.found, key=itemgetter(0)), key=itemgetter(0))
        return [
            f"{self.file}, line {line}: {'; '.join(what for _, what in found)}" for line, found in by_line
        ]

    def warnings(self) -> list[str]:
        """Name the columns that were passed over: one may be a slip for a column that may be left out."""
        return [f"{self.file}: passed over: {', '.join(self.passed_over)}"] if self.passed_over else []


def district_key(name: str) -> str:
    """Give what is the same for a district in capitals and in small letters."""
    return name.casefold()


def read_stations(
    path: Path, election: Election, problems: Problems, step: Step = lambda: None
) -> Iterator[StationLine | BadStation]:
    """Give the stations of a file as they are read; what is wrong with the bad ones is a problem.

    Raises RosterError where the file as a whole cannot be read.
    """
    sheet = open_sheet(path, STATION_COLUMNS)
    contests = {f"voters_{contest.code}".lower(): contest.code for contest in election.contests}
    unknown = sheet.besides(*STATION_COLUMNS, *MORE_OF_STATIONS, *contests)
    for column in unknown:
        if column.startswith("voters_"):
            problems.add(sheet.line, f"the column {column} is of no contest of the election file")
    problems.passed_over = unknown
    for row in sheet.rows:
        step()
        found = _station(row, contests, _Line(row, len(sheet.columns), problems))
        code = row["station"]
        number = int(code) if is_code(code) else None
        yield found or BadStation(row.line, number, district_key(row["district"]))


def read_people(
    path: Path, election: Election, problems: Problems, step: Step = lambda: None
) -> Iterator[PersonLine]:
    """Give the good lines of a file of people as they are read; what is wrong with the others is a
    problem. Whether there are the stations and districts that they name is for the roster to say.

    Raises RosterError where the file as a whole cannot be read.
    """
    sheet = open_sheet(path, PERSON_COLUMNS)
    names_second = "phone2" in sheet.columns
    problems.passed_over = sheet.besides(*PERSON_COLUMNS, *MORE_OF_PEOPLE)
    for row in sheet.rows:
        step()
        found = _person(row, election.country, names_second, _Line(row, len(sheet.columns), problems))
        if found is not None:
            yield found


class _Line:
    """A line while it is read: it is good until something is said against it."""

    def __init__(self, row: Row, columns: int, problems: Problems) -> None:
        self.row = row
        self._good = True
        self._problems = problems
        self.need(not row.fault, row.fault)
        few = row.fault or row.count <= columns
        self.need(bool(few), f"{row.count} cells for {columns} columns; is a comma unquoted?")

    def is_good(self) -> bool:
        return self._good

    def need(self, holds: bool, reason: str) -> None:
        if not holds:
            self._good = False
            self._problems.add(self.row.line, reason)

    def figure(self, column: str) -> int | None:
        """Give a number from 0, or None where the cell is empty."""
        cell = self.row[column]
        if not cell:
            return None
        holds = _is_whole(cell) and len(cell) <= LONGEST_CODE and int(cell) <= MOST_VOTERS
        self.need(holds, f"{column} '{_cut(cell)}' is not a number from 0 to {MOST_VOTERS}")
        return int(cell) if holds else None

    def phone(self, column: str, country: str) -> str:
        """Give a number in E.164, empty where the cell is."""
        cell = self.row[column]
        found = e164(cell, country) if cell else ""
        more = _MAKE_IT_TEXT if _ROUNDED.fullmatch(cell) else ""
        self.need(found is not None, f"'{_cut(cell)}' cannot be a phone number{more}")
        return found or ""


def _station(row: Row, contests: dict[str, str], line: _Line) -> StationLine | None:
    if not line.is_good():  # what follows a stray comma has moved: nothing more can be said
        return None
    code = row["station"]
    line.need(bool(code), "the station's code is empty")
    if code:
        line.need(is_code(code), f"station '{_cut(code)}' is not a number of at most {LONGEST_CODE} digits")
    line.need(bool(row["district"]), "the district is empty")
    form, voters = line.figure("number"), line.figure("voters")
    own = [(contest, line.figure(column)) for column, contest in contests.items()]
    if not line.is_good():
        return None
    return StationLine(
        line=row.line,
        code=code,
        number=int(code),
        district=row["district"],
        village=row["village"],
        form_number=form,
        voters=voters,
        voters_by_contest=tuple((contest, figure) for contest, figure in own if figure is not None),
    )


def _person(row: Row, country: str, names_second: bool, line: _Line) -> PersonLine | None:
    if not line.is_good():
        return None
    role, station, district = row["role"].lower(), row["station"], row["district"]
    language, pin = row["language"].lower(), row["pin"]
    line.need(role in ROLES, f"role '{_cut(row['role'])}' is none of {', '.join(ROLES)}")
    if role == "monitor":
        line.need(is_code(station), f"a monitor needs a station's number, not '{_cut(station)}'")
    elif station := station.strip("-–—"):
        line.need(is_code(station), f"there is no station '{_cut(station)}'")
    line.need(role != "coordinator" or bool(district), "a coordinator needs a district")
    line.need(bool(row["phone"]), "the phone is empty")
    phones = (line.phone("phone", country), line.phone("phone2", country))
    line.need(language in ("", *Lang), f"language '{_cut(row['language'])}' is neither id nor en")
    line.need(not pin or (_is_whole(pin) and len(pin) in PIN_DIGITS), "the PIN is not 4 to 8 digits")
    if not line.is_good():
        return None
    return PersonLine(
        line=row.line,
        role=role,
        phones=tuple(dict.fromkeys(filter(None, phones))),
        name=row["name"],
        station=int(station) if role == "monitor" else None,
        district="" if role == "monitor" and not district.strip("-–—") else district,
        lang=Lang(language) if language else None,
        pin=pin or None,
        names_second=names_second,
        named=int(station) if station and role != "monitor" else None,
    )


def _is_whole(cell: str) -> bool:
    return cell.isascii() and cell.isdigit()


def is_code(cell: str) -> bool:
    """Whether a cell can be a station's code: digits that fit the database's whole numbers."""
    return _is_whole(cell) and len(cell) <= LONGEST_CODE


def _cut(cell: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in cell)
    return shown if len(shown) <= 20 else f"{shown[:18]}.."
