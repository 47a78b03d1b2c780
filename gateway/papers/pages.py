"""Pages of a PDF: each with a head and a foot, which says how many there are."""

from collections.abc import Callable
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from gateway.papers.fonts import BOLD, PLAIN, cut, shown, width

MARGIN = 14 * mm
Page = Callable[[Canvas, int, int], None]  # draws on a page what its number and their count say


def numbered(page: Page) -> type[Canvas]:
    """Give a canvas that draws ``page`` on each of its pages once it knows how many there are."""

    class Numbered(Canvas):
        """Keeps its pages until the last is done."""

        _startPage: Callable[[], None]  # noqa: N815  reportlab's own name

        def __init__(self, *arguments: Any, **given: Any) -> None:
            super().__init__(*arguments, **given)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  reportlab's own name
            """Keep the page."""
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            """Draw the pages' heads and feet, and write the file."""
            for number, kept in enumerate(self._kept, 1):
                self.__dict__.update(kept)
                page(self, number, len(self._kept))
                super().showPage()
            super().save()

    return Numbered


def frame(size: tuple[float, float], notice: str, name: str) -> Page:
    """Give what draws the notice above each page, and its number below."""

    def draw(canvas: Canvas, number: int, count: int) -> None:
        across, up = size
        top, bottom = up - 11 * mm, 9 * mm
        canvas.setFont(BOLD, 10)
        canvas.drawString(MARGIN, top, shown(notice))
        canvas.setFont(PLAIN, 9)
        room = across - 2 * MARGIN - width(shown(notice), BOLD, 10) - 6 * mm  # the notice is always whole
        canvas.drawRightString(across - MARGIN, top, cut(shown(name), PLAIN, 9, room))
        canvas.setLineWidth(0.8)
        canvas.line(MARGIN, top - 2 * mm, across - MARGIN, top - 2 * mm)
        canvas.drawString(MARGIN, bottom, "Pantau")
        canvas.drawRightString(across - MARGIN, bottom, f"{number} / {count}")

    return draw


def page_size(*, wide: bool) -> tuple[float, float]:
    """Give the size of A4, upright or lying."""
    return (A4[1], A4[0]) if wide else A4
