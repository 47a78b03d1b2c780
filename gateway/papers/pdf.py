"""A report as PDF: the same sections as on the page, on A4 with the notice above each sheet."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, assert_never

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color, black
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)
from reportlab.platypus import Table as Grid

from gateway.papers.chart import drawing
from gateway.papers.fonts import BOLD, PLAIN, load, shown, width
from gateway.papers.pages import MARGIN, frame, numbered, page_size
from gateway.papers.paper import Block, Chart, Paper, Say, Table, left_out

MOST_UPRIGHT = 8  # candidates of a contest; with more of them the sheet lies
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)  # of a table's letters, the first that fits
PADDING = 3.5
MOST_START = 120 * mm  # of a table: more has no room below a heading on a sheet that lies
WIDEST = 0.3  # of the sheet: a column of longer words wraps
RULE, THIN = Color(0.3, 0.3, 0.3), Color(0.8, 0.8, 0.8)

_BODY = ParagraphStyle("body", fontName=PLAIN, fontSize=10, leading=13, spaceAfter=4)
_TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=19, leading=23, spaceAfter=2)
_HEADING = ParagraphStyle("heading", fontName=BOLD, fontSize=13, leading=16, spaceBefore=12, spaceAfter=4)
_NAME = ParagraphStyle("name", fontName=BOLD, fontSize=10, leading=13, spaceBefore=6, spaceAfter=2)


def write_report(path: Path, paper: Paper) -> None:
    """Write a report."""
    load()
    size = page_size(wide=max(len(each.candidates) for each in paper.election.contests) > MOST_UPRIGHT)
    document = SimpleDocTemplate(
        str(path),
        pagesize=size,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=17 * mm,
        bottomMargin=16 * mm,
        title=f"{paper.title}, {paper.election.name}, {paper.notice}",
        author="Pantau",
    )
    page = frame(size, paper.notice, paper.election.name)
    across = size[0] - 2 * MARGIN - 12  # the frame's own padding
    document.build(list(_story(paper, across)), canvasmaker=numbered(page))


def _story(paper: Paper, across: float) -> Iterator[Flowable]:
    yield _words(paper.title, _TITLE)
    yield _words(f"{paper.election.name}, {paper.say.as_of(paper.at)}", _NAME)
    for words in paper.words:
        yield _words(words, _BODY)
    for section in paper.sections:
        body = [each for block in section.blocks for each in _block(paper.say, block, across)]
        yield _room(28 * mm, body)
        yield _words(section.title, _HEADING)
        for words in section.words:
            yield _words(words, _BODY)
        yield from body


def _block(say: Say, block: Block, across: float) -> Iterator[Flowable]:
    match block:
        case Table():
            grid = _grid(block, across)
            if block.title:
                yield _room(8 * mm, [grid])
                yield _words(block.title, _NAME)
            yield grid
            if block.left_out:
                yield _words(left_out(say, block), _BODY)
            yield Spacer(0, 4)
        case Chart():
            yield drawing(block, PLAIN)
        case _:
            assert_never(block)


def _room(above: float, body: list[Flowable]) -> CondPageBreak:
    """Go on to the next page where there is no room for what stands above a body and for its beginning:
    no heading stands alone at the foot of a page."""
    heights = (
        each.start if isinstance(each, _Rows) else each.height
        for each in body
        if isinstance(each, _Rows | Drawing)
    )
    return CondPageBreak(above + min(next(heights, 0), MOST_START))


class _Rows(Grid):
    """A table, and how high its ``start`` is that stays on one page."""

    start: float = 0
    _frame: Any  # reportlab's own: where it is to be parted

    def split(self, across: float, up: float) -> list[Flowable]:
        """Part it between rows; a row only at the top of a page, which then has no room for all of it."""
        self.splitInRow = int(self._frame._atTop)
        parts: list[Flowable] = super().split(across, up)
        return parts


def _words(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(shown(words)), style)


def _grid(table: Table, across: float) -> _Rows:
    """Give a table in the largest letters in which it fits."""
    lines = [tuple(map(shown, line.cells)) for line in table.lines]
    measured = [cells for cells, line in zip(lines, table.lines, strict=True) if not line.names_group]
    for size in SIZES:
        widths, wraps = _widths(table, measured, size, across)
        if sum(widths) <= across:
            break
    head = [_cell(shown(each.title), size, right=each.right, bold=True) for each in table.columns]
    rows = [
        [
            _cell(cell, size, bold=line.strong) if wrap and not line.names_group else cell
            for cell, wrap in zip(cells, wraps, strict=True)
        ]
        for cells, line in zip(lines, table.lines, strict=True)
    ]
    grid = _rows(table, [head, *rows], widths, size)
    first = replace(table, lines=table.lines if table.whole else table.lines[:2])
    start = _rows(first, [head, *rows[: len(first.lines)]], widths, size)
    grid.start = start.wrap(across, 0)[1]
    return grid


def _rows(table: Table, rows: list[list[Any]], widths: list[float], size: float) -> _Rows:
    """Give a table's rows, its head on each page."""
    grid = _Rows(rows, colWidths=widths, repeatRows=1, hAlign="LEFT")
    grid.setStyle(_style(table, size))
    return grid


def _widths(
    table: Table, lines: list[tuple[str, ...]], size: float, across: float
) -> tuple[list[float], list[bool]]:
    """Give the columns' widths in these letters, and which of them wrap: those share what is left."""
    found, wraps = [], []
    for index, column in enumerate(table.columns):
        cells = (width(line[index], BOLD, size) for line in lines)
        title = 1 + max(width(word, BOLD, size) for word in (column.title.split() or [""]))
        found.append(max((title, *cells)) + 2 * PADDING)
        wraps.append(not column.right and (column.wraps or found[-1] > WIDEST * across))
    rest = across - sum(each for each, wrap in zip(found, wraps, strict=True) if not wrap)
    each_gets = max(rest / sum(wraps), 0.14 * across) if any(wraps) else 0.0
    return [min(each, each_gets) if wrap else each for each, wrap in zip(found, wraps, strict=True)], wraps


def _cell(words: str, size: float, *, right: bool = False, bold: bool = False) -> Paragraph:
    style = ParagraphStyle(
        "cell",
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size * 1.2,
        alignment=2 if right else 0,
        splitLongWords=True,
    )
    return Paragraph(escape(words), style)


def _style(table: Table, size: float) -> list[tuple[Any, ...]]:
    whole = ((0, 0), (-1, -1))
    commands: list[tuple[Any, ...]] = [
        ("FONT", *whole, PLAIN, size, size * 1.2),
        ("VALIGN", *whole, "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LEFTPADDING", *whole, PADDING),
        ("RIGHTPADDING", *whole, PADDING),
        ("TOPPADDING", *whole, 1.5),
        ("BOTTOMPADDING", *whole, 2),
        ("LINEBELOW", *whole, 0.3, THIN),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, black),
    ]
    commands += [
        ("ALIGN", (index, 1), (index, -1), "RIGHT") for index, each in enumerate(table.columns) if each.right
    ]
    for number, line in enumerate(table.lines, 1):
        if line.strong:
            commands.append(("FONTNAME", (0, number), (-1, number), BOLD))
            commands.append(("LINEABOVE", (0, number), (-1, number), 0.6, RULE))
            if number > 1 and not line.names_group:  # a sum stays with what it sums
                commands.append(("NOSPLIT", (0, number - 1), (-1, number)))
        if line.names_group:
            commands.append(("SPAN", (0, number), (-1, number)))
            if number < len(table.lines):  # a group's name stays with its first line
                commands.append(("NOSPLIT", (0, number), (-1, number + 1)))
    return commands
