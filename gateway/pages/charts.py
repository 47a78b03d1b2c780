"""Charts as SVG, written by svg.py and put into the page: its own style sheet gives them their
colours, light and dark, and the content policy needs no exception for a style of theirs.

The library does not escape: what is no number of ours is escaped here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import svg
from markupsafe import Markup, escape

Anchor = Literal["start", "middle", "end"]

BAR_WIDTH, BAR_HEIGHT = 1000, 16  # units; stretched to the place that there is
WIDE, NARROW = (460, 150), (320, 150)
LEFT, RIGHT, TOP, BOTTOM = 40, 10, 12, 24
SHOWN_BY_SECOND = timedelta(minutes=5)  # a shorter span, as in a rehearsal


def bar(share: float, kind: str) -> Markup:
    """Give a bar of a share, beside which the figure stands in words."""
    return _strip([(share, kind)])


def shares(votes: Sequence[int]) -> Markup:
    """Give one bar, parted by the candidates' shares; the words beside it say them."""
    valid = sum(votes)
    return _strip([(each / valid if valid else 0.0, f"c{number}") for number, each in enumerate(votes, 1)])


def _strip(parts: Sequence[tuple[float, str]]) -> Markup:
    elements: list[svg.Element] = [_rect(0, BAR_WIDTH, "track")]
    start = 0.0
    for share, kind in parts:
        width = max(0.0, min(1.0, share)) * BAR_WIDTH
        if width:
            elements.append(_rect(start, width, kind))
        start += width
    return _written(
        svg.SVG(
            class_=["bar"],
            viewBox=svg.ViewBoxSpec(0, 0, BAR_WIDTH, BAR_HEIGHT),
            preserveAspectRatio=svg.PreserveAspectRatio("none"),
            extra={"aria-hidden": "true"},
            elements=elements,
        )
    )


def _rect(start: float, width: float, kind: str) -> svg.Rect:
    return svg.Rect(x=round(start, 1), y=0, width=round(width, 1), height=BAR_HEIGHT, class_=[kind])


def pace(points: Sequence[tuple[datetime, int]], registered: int, said: str) -> Markup:
    """Give how many stations had reported by when, for a wide place and for a narrow one.

    ``points`` are on the election's clock; ``said`` is the chart in words.
    """
    return Markup("").join(
        _pace(points, registered, said, kind, size) for kind, size in (("wide", WIDE), ("narrow", NARROW))
    )


def _pace(
    points: Sequence[tuple[datetime, int]], registered: int, said: str, kind: str, size: tuple[int, int]
) -> Markup:
    width, height = size
    first, last = points[0][0].timestamp(), points[-1][0].timestamp()
    across, up = width - LEFT - RIGHT, height - TOP - BOTTOM
    top = max(registered, 1, *(count for _, count in points))

    def x(at: datetime) -> float:
        return round(LEFT + across * (at.timestamp() - first) / max(last - first, 1), 1)

    def y(count: float) -> float:
        return round(TOP + up * (1 - count / top), 1)

    line = [svg.Point(x(at), y(count)) for at, count in points]
    area = [*line, svg.Point(x(points[-1][0]), y(0)), svg.Point(x(points[0][0]), y(0))]
    elements = [each for share in (0, 0.25, 0.5, 0.75, 1) for each in _level(share, y(share * top), width)]
    elements += [svg.Polygon(points=area, class_=["area"]), svg.Polyline(points=line, class_=["line"])]
    elements += _times(points, 4 if kind == "wide" else 2, x, height)
    elements.append(svg.Circle(cx=x(points[-1][0]), cy=y(points[-1][1]), r=3.5, class_=["dot"]))
    return _written(
        svg.SVG(
            class_=["pace", kind],
            viewBox=svg.ViewBoxSpec(0, 0, width, height),
            extra={"role": "img", "aria-label": str(escape(said))},
            elements=elements,
        )
    )


def _level(share: float, y: float, width: int) -> list[svg.Element]:
    """Draw a share of all stations across, with its name."""
    line = svg.Line(x1=LEFT, x2=width - RIGHT, y1=y, y2=y, class_=["grid"])
    return [line, _label(LEFT - 6, y + 3.5, f"{share:.0%}", "end")]


def _times(
    points: Sequence[tuple[datetime, int]], wanted: int, x: Callable[[datetime], float], height: int
) -> list[svg.Element]:
    """Label the first moment, the last, and some between; with the day where there are several."""
    places = sorted({round(turn * (len(points) - 1) / (wanted - 1)) for turn in range(wanted)})
    first, last = points[0][0], points[-1][0]
    by_day = "%d-%m %H:%M" if first.date() < last.date() else "%H:%M"
    form = "%H:%M:%S" if last - first < SHOWN_BY_SECOND else by_day
    found: list[svg.Element] = []
    for place in places:
        at = points[place][0]
        anchor: Anchor = "start" if place == 0 else "end" if place == len(points) - 1 else "middle"
        found.append(_label(x(at), height - 7, f"{at:{form}}", anchor))
    return found


def _label(x: float, y: float, words: str, anchor: Anchor) -> svg.Text:
    return svg.Text(x=x, y=round(y, 1), text=str(escape(words)), text_anchor=anchor, class_=["label"])


def _written(drawing: svg.SVG) -> Markup:
    return Markup(drawing.as_str())  # its words were escaped above
