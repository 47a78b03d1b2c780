"""The guide as PDF: four cards a sheet of A4 with marks to cut along, then a page for each role."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, HRFlowable, KeepInFrame, Paragraph, Spacer, Table

from gateway.papers.entries import Entry
from gateway.papers.fonts import BOLD, PLAIN, load, shown
from gateway.papers.guide import Card, Guide, Leaf
from gateway.papers.steps import Step

ACROSS, UP = A4
CARD = (ACROSS / 2, UP / 2)
PADDING = 8 * mm  # what printers leave white at the edge of a sheet is less
FOOT, LEAF_FOOT = 5.5 * mm, 8 * mm
A_SHEET = 4
MARK = 6 * mm
BY_HAND = "_" * 24

_TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=8.3, leading=10)
_FOOT = ParagraphStyle("foot", fontName=PLAIN, fontSize=6.2, leading=7.2)
_NAMED = ParagraphStyle("named", parent=_TEXT, fontName=BOLD, spaceBefore=3.5, spaceAfter=1)
_RIGHT = ParagraphStyle("right", parent=_TEXT, alignment=2)
_MARK = ParagraphStyle("mark", parent=_RIGHT, fontName=BOLD)
_STATION = ParagraphStyle("station", fontName=BOLD, fontSize=18, leading=20)
_EXAMPLE = ParagraphStyle(
    "example",
    fontName="Courier-Bold",  # every letter as wide as the next: no dot is lost beside a comma
    fontSize=9.6,
    leading=12,
    borderWidth=1.2,
    borderColor=black,
    borderPadding=4,
    leftIndent=5,
    rightIndent=5,
    spaceBefore=5,
    spaceAfter=7,
)
_LEAF = ParagraphStyle("leaf", fontName=PLAIN, fontSize=11, leading=15, spaceAfter=4)
_LEAF_NAMED = ParagraphStyle("leaf named", parent=_LEAF, fontName=BOLD, spaceBefore=6)
_LEAF_FOOT = ParagraphStyle("leaf foot", fontName=PLAIN, fontSize=8, leading=9.6)
_LEAF_TITLE = ParagraphStyle("leaf title", fontName=BOLD, fontSize=20, leading=26)


def write_guide(path: Path, guide: Guide, step: Step) -> int:
    """Write a guide, and give how many cards it has."""
    load()
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle(f"Pantau, {guide.election.name}")
    canvas.setAuthor("Pantau")
    count = 0
    while four := list(islice(guide.cards, A_SHEET)):
        _cut_marks(canvas)
        for place, card in enumerate(four):
            _draw_card(canvas, card, place)
            step()
        count += len(four)
        canvas.showPage()
    for leaf in guide.leaves:
        _draw_leaf(canvas, leaf, guide)
        canvas.showPage()
    canvas.save()
    return count


def _cut_marks(canvas: Canvas) -> None:
    """Draw where a sheet is cut: a cross in the middle, a mark at each edge, dots between."""
    canvas.setLineWidth(0.6)
    x, y = CARD
    for line in ((x, 0, x, MARK), (x, UP - MARK, x, UP), (0, y, MARK, y), (ACROSS - MARK, y, ACROSS, y)):
        canvas.line(*line)
    canvas.line(x - MARK, y, x + MARK, y)
    canvas.line(x, y - MARK, x, y + MARK)
    canvas.setDash(1, 5)
    canvas.line(0, y, ACROSS, y)
    canvas.line(x, 0, x, UP)
    canvas.setDash()


def _draw_card(canvas: Canvas, card: Card, place: int) -> None:
    """Draw a card at its place, from the upper left; a long election's is drawn smaller."""
    left, bottom = CARD[0] * (place % 2), CARD[1] * (1 - place // 2)
    across, up = CARD[0] - 2 * PADDING, CARD[1] - 2 * PADDING - FOOT
    body = KeepInFrame(across, up, list(_card(card)), mode="shrink", vAlign="TOP")
    _frame(left + PADDING, bottom + PADDING + FOOT, across, up).addFromList([body], canvas)
    _frame(left + PADDING, bottom + PADDING - 3 * mm, across, FOOT + 3 * mm).addFromList(
        [KeepInFrame(across, FOOT + 3 * mm, [_words(card.notice, _FOOT)], mode="shrink")], canvas
    )


def _card(card: Card) -> Iterator[Flowable]:
    left = [_words(card.station, _STATION), _words(card.place, _TEXT)]
    right = [_words("PANTAU", _MARK), _words(card.name, _RIGHT)]
    yield _Columns([[left, right]], 64)
    yield HRFlowable(width="100%", thickness=1, color=black, spaceBefore=1, spaceAfter=1)
    to = card.say("Kirim hasil lewat SMS ke", "Text the result to")
    yield _words(f"{to} {card.send_to or BY_HAND}", _NAMED)
    yield _words(card.example, _EXAMPLE)
    for words in (*card.contests, *card.hints):
        yield _words(words, _TEXT)
    yield _words(card.say("Perintah lain", "Other texts"), _NAMED)
    yield _entries(card.commands, _TEXT, 47)
    yield _words(card.say("Arti balasan", "What replies mean"), _NAMED)
    yield _entries(card.replies, _TEXT, 30)


def _draw_leaf(canvas: Canvas, leaf: Leaf, guide: Guide) -> None:
    margin = 18 * mm
    across, up = ACROSS - 2 * margin, UP - 2 * margin
    story: list[Flowable] = [
        _words(leaf.title, _LEAF_TITLE),
        _words(leaf.words, _LEAF),
        Spacer(0, 6),
        _entries(leaf.commands, _LEAF, 42),
        Spacer(0, 8),
        *(_words(words, _LEAF) for words in leaf.hints),
    ]
    if leaf.people:
        story.append(_words(guide.say("Terdaftar", "On the roster"), _LEAF_NAMED))
        story.append(_words("; ".join(leaf.people), _LEAF))
    body = KeepInFrame(across, up, story, mode="shrink", vAlign="TOP")
    _frame(margin, margin, across, up).addFromList([body], canvas)
    foot = KeepInFrame(across, LEAF_FOOT, [_words(guide.notice, _LEAF_FOOT)], mode="shrink", vAlign="TOP")
    _frame(margin, 5 * mm, across, LEAF_FOOT).addFromList([foot], canvas)


_TIGHT = (
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (0, -1), 6),
    ("RIGHTPADDING", (1, 0), (1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0.3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0.3),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
)


class _Columns(Flowable):
    """Two columns, the first of which has ``first`` per cent of the width. They are laid out anew at each
    width that a card is tried at: a table by itself keeps the first, and is drawn over what follows."""

    def __init__(self, rows: list[list[Any]], first: int) -> None:
        super().__init__()
        self._rows, self._first = rows, first

    def wrap(self, across: float, up: float) -> tuple[float, float]:
        """Lay them out."""
        widths = [across * self._first / 100, across * (100 - self._first) / 100]
        self._table = Table(self._rows, colWidths=widths, style=_TIGHT, hAlign="LEFT")
        return self._table.wrapOn(self.canv, across, up)

    def draw(self) -> None:
        """Draw them as they were laid out last."""
        self._table.drawOn(self.canv, 0, 0)


def _entries(entries: Iterable[Entry], style: ParagraphStyle, first: int) -> _Columns:
    """Give texts and what they mean beside them; the texts have ``first`` per cent of the width."""
    bold = ParagraphStyle("entry", parent=style, fontName=BOLD, spaceAfter=0)
    plain = ParagraphStyle("meaning", parent=style, spaceAfter=0)
    return _Columns([[_words(each.text, bold), _words(each.meaning, plain)] for each in entries], first)


def _frame(x: float, y: float, across: float, up: float) -> Frame:
    return Frame(x, y, across, up, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)


def _words(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(shown(words)), style)
