"""The chart of the night: stations that had reported, over time. One drawing for HTML and PDF."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from typing import Any

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, String
from reportlab.lib.colors import Color, black

from gateway.papers.paper import Chart

WIDTH, HEIGHT = 500, 200  # points
LEFT, RIGHT, BELOW, ABOVE = 34, 96, 22, 10
MOST_TICKS = 8
TICKS = (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080)  # minutes between two labels
A_DAY = 1440
SHORTEST = timedelta(minutes=30)
GREY = Color(0.45, 0.45, 0.45)
GRID = Color(0.8, 0.8, 0.8)


def drawing(chart: Chart, font: str = "Helvetica") -> Drawing:
    """Draw it: a full line for any contest, a dashed one for all of them, named at their ends."""
    first, last = chart.steps[0], chart.steps[-1]
    start = min(chart.start or first.at, first.at)
    end = max(last.at, start + SHORTEST)
    plot = _plot(chart, start, end, font)
    found = Drawing(WIDTH, HEIGHT)
    found.add(plot)
    for label in _labels(chart, font):
        found.add(label)
    return found


def svg(chart: Chart) -> str:
    """Give the drawing as an element for a page, without what stands before one in a file."""
    text: str = renderSVG.drawToString(drawing(chart))
    text = text[text.index("<svg") :].replace("<desc>...</desc>", "")
    return text.replace("<title>...</title>", f"<title>{escape(chart.title)}</title>")


def _plot(chart: Chart, start: datetime, end: datetime, font: str) -> LinePlot:
    reported = [(step.at, step.reported) for step in chart.steps]
    complete = [(step.at, step.complete) for step in chart.steps]
    plot = LinePlot()
    _set(
        plot,
        x=LEFT,
        y=BELOW,
        width=WIDTH - LEFT - RIGHT,
        height=HEIGHT - BELOW - ABOVE,
        data=[list(_stairs(each, start, min(end, chart.until))) for each in (reported, complete)],
    )
    for number, (color, dashes) in enumerate(((black, None), (GREY, (5, 3)))):
        _set(plot.lines[number], strokeColor=color, strokeWidth=1.8, strokeDashArray=dashes)
    _time_axis(plot.xValueAxis, start, end, font)
    _count_axis(plot.yValueAxis, chart.registered, font)
    return plot


def _set(widget: Any, **properties: Any) -> None:
    """Set a drawing's properties, each of which it checks by itself."""
    for name, value in properties.items():
        setattr(widget, name, value)


def _stairs(
    points: list[tuple[datetime, int]], start: datetime, end: datetime
) -> Iterator[tuple[float, int]]:
    """Give the corners of a line that stays as it is until it changes."""
    before = 0
    yield 0.0, before
    for at, count in points:
        yield _minutes(at - start), before
        yield _minutes(at - start), count
        before = count
    yield _minutes(end - start), before


def _time_axis(axis: Any, start: datetime, end: datetime, font: str) -> None:
    length = _minutes(end - start)
    every = next((each for each in TICKS if length / each <= MOST_TICKS), TICKS[-1])
    form = "%H:%M" if every < A_DAY else "%d-%m"
    _set(
        axis,
        valueMin=0,
        valueMax=length,
        valueSteps=list(_ticks(start, length, every)),
        labelTextFormat=lambda minutes: (start + timedelta(minutes=minutes)).strftime(form),
        strokeWidth=0.7,
    )
    _set(axis.labels, fontName=font, fontSize=8)


def _ticks(start: datetime, length: float, every: int) -> Iterator[float]:
    """Give the full hours, or what else is full, by the clock: minutes after the start."""
    since_midnight = _minutes(start - start.replace(hour=0, minute=0))
    tick = -since_midnight % every
    while tick <= length:
        yield tick
        tick += every


def _count_axis(axis: Any, registered: int, font: str) -> None:
    quarters = {0, registered // 4, registered // 2, registered * 3 // 4, registered}
    _set(
        axis,
        valueMin=0,
        valueMax=registered,
        valueSteps=sorted(quarters),
        labelTextFormat="%d",
        visibleGrid=True,
        gridStrokeColor=GRID,
        gridStrokeWidth=0.5,
        strokeWidth=0.7,
    )
    _set(axis.labels, fontName=font, fontSize=8)


def _labels(chart: Chart, font: str) -> Iterator[String]:
    """Name the lines where they end, without letting the names stand on each other."""
    height = HEIGHT - BELOW - ABOVE
    last = chart.steps[-1]
    lower = BELOW + height * last.complete / max(1, chart.registered) - 1
    upper = max(BELOW + height * last.reported / max(1, chart.registered) - 3, lower + 11)
    for y, words, count, color in (
        (upper, chart.reported, last.reported, black),
        (lower, chart.complete, last.complete, GREY),
    ):
        yield String(WIDTH - RIGHT + 5, y, f"{words} {count}", fontName=font, fontSize=9, fillColor=color)


def _minutes(time: timedelta) -> float:
    return time.total_seconds() / 60
