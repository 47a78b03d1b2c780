"""``pantau export FILE.xlsx``: the rows of the CSV, and a sheet for each other theme.

Cells are numbers, moments and text; people's words are text whatever they begin with. Rows go to
the disk as they come, so 823,220 stations pass in bounded memory.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from sqlalchemy import Connection

from config.election import Election
from config.language import Lang
from gateway.papers.rows import Cell, plain
from gateway.papers.sheets import Theme, themes
from gateway.papers.steps import Step

MOST_ROWS = 1_048_576  # of a sheet, its header among them: the program's own limit
MOST_CHARACTERS = 32_767  # of a cell
MOMENT = "yyyy-mm-dd hh:mm:ss"
SHARE = "0.0%"
# In characters. A moment that has too little room is shown as ########.
WIDTHS = {
    "note": 40,
    "text": 60,
    "reason": 30,
    "name": 28,
    "candidate": 34,
    "village": 22,
    "district": 22,
    "value": 50,
    **dict.fromkeys(("at", "present_at", "practised_at"), 20),
    **dict.fromkeys(("by", "phone", "phone2", "before"), 17),
}


def write_workbook(path: Path, db: Connection, election: Election, now: datetime, step: Step) -> int:
    """Write all sheets, and give how many rows the first has."""
    book = Workbook(write_only=True)
    try:
        counts = [_write(book, theme, election, now, step) for theme in themes(db, election, now)]
        book.save(path)
    finally:
        for sheet in book.worksheets:
            if not sheet.closed:  # Ctrl-C in the middle: left open, it complains with a traceback
                sheet.close()
    return counts[0]


def _write(book: Workbook, theme: Theme, election: Election, now: datetime, step: Step) -> int:
    """Write a theme's rows, over as many sheets as they need."""
    rows, count, number = iter(theme.rows), 0, 0
    while number == 0 or count == number * (MOST_ROWS - 1):
        number += 1
        sheet = _new_sheet(book, theme.name if number == 1 else f"{theme.name} {number}", theme.columns)
        _mark_pages(sheet, election, now)
        count += _fill(sheet, theme.columns, islice(rows, MOST_ROWS - 1), step)
    return count


def _new_sheet(book: Workbook, name: str, columns: Sequence[str]) -> Any:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(
            column, max(12, len(column) + 2)
        )
    sheet.append([_cell(sheet, column, bold=True) for column in columns])
    return sheet


def _mark_pages(sheet: Any, election: Election, now: datetime) -> None:
    """Say on every printed page that the figures are unofficial, and from when they are."""
    words = {Lang.ID: "TIDAK RESMI, keadaan", Lang.EN: "UNOFFICIAL, as of"}[election.language]
    name = election.name.replace("&", "&&")  # a single one begins a code
    sheet.oddHeader.center.text = f"{name} - {words} {election.local(now):%Y-%m-%d %H:%M}"
    sheet.oddFooter.center.text = "&P / &N"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _fill(sheet: Any, columns: Sequence[str], rows: Iterable[list[Cell]], step: Step) -> int:
    count = 0
    for row in rows:
        sheet.append([_value(sheet, column, cell) for column, cell in zip(columns, row, strict=True)])
        count += 1
        step()
    return count


def _value(sheet: Any, column: str, cell: Cell) -> Any:
    """Give what stands in a cell; one of its own only where the value alone would be misread."""
    if isinstance(cell, datetime):
        return _cell(sheet, cell.replace(tzinfo=None), number_format=MOMENT)  # a workbook knows no zone
    if isinstance(cell, str):
        words = plain(cell)[:MOST_CHARACTERS]
        return _cell(sheet, words) if words[:1] in ("=", "#") else words or None
    return _cell(sheet, cell, number_format=SHARE) if column == "share" else cell


def _cell(sheet: Any, value: Any, *, number_format: str = "", bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # neither a formula nor an error code
    if number_format:
        cell.number_format = number_format
    if bold:
        cell.font = Font(bold=True)
    return cell
