"""Rows of a table as people save one: CSV with commas, semicolons or tabs, or ``.xlsx``.

SPEC section 7. Spreadsheets add a byte-order mark, write ``478.0`` for 478 and hide the zeros
before a number in a cell's format; cells come as what they mean, on the line that an editor shows.
"""

import csv
import re
import warnings
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

from config.errors import RosterError

DELIMITERS = ",;\t"
# How the files begin, whatever they are called. An .xlsx that a password locks begins as the old ones do.
_ARCHIVE, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_FLOAT = re.compile(r"(\d+)\.0{1,2}")  # 1.000 may be a thousand
_SEPARATOR = re.compile(r"sep=(.)\s*")  # Excel's own first line
_UNQUOTED = "a quote that does not enclose a whole cell"
_TOO_LONG = "a cell that is far too long; is a quote missing?"
_ZEROS = re.compile(r"0+")


class Line(NamedTuple):
    """A line: its number, what its cells hold, and what keeps it from being read for certain."""

    number: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its number (the header is line 1), its cells by column, and how many
    cells it has in all: more than columns where a separator stands in a cell without quotes. Where
    it has a ``fault`` they are guessed, and nothing of it may be used as it is."""

    line: int
    cells: dict[str, str]
    count: int
    fault: str = ""

    def __getitem__(self, column: str) -> str:
        """Give a cell, empty where the table has no such column or the row ends before it."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the line of its header, its columns in small letters without blanks, its rows that
    hold anything."""

    line: int
    columns: tuple[str, ...]
    rows: Iterator[Row]

    def besides(self, *known: str) -> tuple[str, ...]:
        """Give the named columns that are none of these."""
        return tuple(each for each in self.columns if each and each not in known)


def open_sheet(path: Path, needed: tuple[str, ...]) -> Sheet:
    """Give the table of a file, read as its rows are taken.

    RosterError, there or while rows are taken, where it is no table or lacks a needed column.
    """
    lines = (each for each in _lines(path) if any(each.cells))
    number, header, fault = next(lines, Line(1, []))
    if not header:
        raise RosterError(f"{path.name} is empty; its first line names the columns")
    columns = tuple("".join(cell.lower().split()) for cell in header)
    where = f"{path.name}, line {number}"
    if fault:
        raise RosterError(f"{where}: {fault}")
    for column in needed:
        if column not in columns:
            there = ", ".join(cell.lower() for cell in header if cell)
            raise RosterError(f"{where}: the column {column} is missing; there are {there}")
    for column in filter(None, columns):
        if columns.count(column) > 1:
            raise RosterError(f"{where}: there are two columns {column}")
    return Sheet(number, columns, (_row(each, columns) for each in lines))


def line_count(path: Path) -> int:
    """Give about how many lines a file has, for a progress bar; 0 where that cannot be told fast."""
    try:
        with path.open("rb") as opened:
            if opened.read(4) == _ARCHIVE:
                return 0
            return sum(block.count(b"\n") for block in iter(lambda: opened.read(1 << 20), b""))
    except OSError:
        return 0


def _row(line: Line, columns: tuple[str, ...]) -> Row:
    cells = line.cells
    while cells and not cells[-1]:
        cells.pop()
    return Row(line.number, dict(zip(columns, cells, strict=False)), len(cells), line.fault)


def _lines(path: Path) -> Iterator[Line]:
    try:
        with path.open("rb") as opened:
            start = opened.read(4)
    except OSError as error:
        raise RosterError(f"{path}: {error.strerror}; check the path") from None
    if start == _OLD_EXCEL:
        what = "is an old Excel file, or locked by a password"
        raise RosterError(f"{path.name} {what}; save it as .xlsx without one, or as CSV UTF-8")
    return _workbook(path) if start == _ARCHIVE or path.suffix.lower() == ".xlsx" else _text(path)


def _text(path: Path) -> Iterator[Line]:
    with path.open(encoding=_encoding(path), newline="") as opened:
        try:
            first = opened.readline()
            separator = _SEPARATOR.fullmatch(first.lower())
            if separator is None:
                opened.seek(0)
            yield from _records(
                _Typed(opened, 2 if separator else 1), separator[1] if separator else _delimiter(first)
            )
        except UnicodeDecodeError:
            where = f"{path.name}, line {_spoilt_line(path)}"
            raise RosterError(f"{where}: this is not UTF-8; save the file as CSV UTF-8") from None


def _records(typed: "_Typed", delimiter: str) -> Iterator[Line]:
    # strict: a quote that is never closed would otherwise swallow the rest of the file
    reader = csv.reader(typed, delimiter=delimiter, strict=True)
    while True:
        number = typed.start_record()
        try:
            cells, fault = next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            fault = _TOO_LONG if "field limit" in str(error) else _UNQUOTED
            cells = typed.first_alone().replace('"', "").split(delimiter)
        yield Line(number, [_clean(cell) for cell in cells], fault)


class _Typed(Iterator[str]):
    """The lines of a text, of which those can be read once more that a stray quote took for its cell."""

    def __init__(self, lines: Iterator[str], number: int) -> None:
        self._lines, self._number = lines, number
        self._again: deque[str] = deque()
        self._taken: list[str] = []

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        return line

    def start_record(self) -> int:
        """Start a record; give the number of its first line."""
        self._number += len(self._taken)
        self._taken.clear()
        return self._number

    def first_alone(self) -> str:
        """Give the first line of the record that was started, and have the others read once more."""
        first = self._taken[0]
        self._again.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        return first


def _encoding(path: Path) -> str:
    """Tell UTF-16, which spreadsheets call Unicode text, by its byte-order mark; else it is UTF-8."""
    with path.open("rb") as opened:
        return "utf-16" if opened.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"


def _spoilt_line(path: Path) -> int:
    """Give the first line that is not UTF-8: what failed was a block of many lines."""
    with path.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1  # mended meanwhile


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def _workbook(path: Path) -> Iterator[Line]:
    rows = zip(_first_sheet(path, results=True), _first_sheet(path, results=False), strict=True)
    for number, (cells, written) in enumerate(rows, 1):
        # A program that writes workbooks works none out; what it means must not be taken for nothing.
        both = zip(cells, written, strict=True)
        if any(result.value is None and cell.value is not None for result, cell in both):
            raise RosterError(
                f"{path.name}, line {number}: a formula without its result; open the file in a spreadsheet"
                " program, and save it"
            )
        yield Line(number, [_shown(cell.value, str(cell.number_format)) for cell in cells])


def _first_sheet(path: Path, *, results: bool) -> Iterator[Sequence[Any]]:
    """Give the cells of each row, with the ``results`` of formulas or as they are written."""
    from openpyxl import load_workbook  # slow to load, and every start comes by here
    from openpyxl.utils.exceptions import InvalidFileException

    with path.open("rb") as opened:  # whatever openpyxl leaves open
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of drop-down lists and the like, which we do not need
                book = load_workbook(opened, read_only=True, data_only=results)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write wrong ones, and rows would be cut
            yield from sheet.iter_rows()
        except (BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, EOFError, zlib.error):
            raise RosterError(
                f"{path.name} is not a workbook that can be read; save it again, or as CSV UTF-8"
            ) from None


def _shown(value: object, number_format: str) -> str:
    """Give a cell's text with the zeros that its format puts before a number."""
    if value is None:
        return ""
    text = _clean(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
    return text.zfill(len(number_format)) if _ZEROS.fullmatch(number_format) and text.isdigit() else text


def _clean(cell: str) -> str:
    cell = " ".join(cell.replace("\x00", "").replace("\ufeff", "").split()).removeprefix("'")
    return match[1] if (match := _FLOAT.fullmatch(cell)) else cell
