"""Papers as one HTML file each: no script, nothing from elsewhere, fit to be printed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.papers.chart import svg
from gateway.papers.guide import Card, Guide
from gateway.papers.paper import Paper, left_out
from gateway.papers.steps import Step

# Names and notes are people's words: everything is escaped that is not our own drawing.
_TEMPLATES = Environment(
    loader=PackageLoader("gateway.papers"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_report(path: Path, paper: Paper) -> None:
    """Write a report."""
    template = _TEMPLATES.get_template("report.html")
    with path.open("w", encoding="utf-8", errors="replace") as opened:
        opened.writelines(
            template.generate(paper=paper, svg=svg, left_out=lambda each: left_out(paper.say, each))
        )


def write_guide(path: Path, guide: Guide, step: Step) -> int:
    """Write a guide, and give how many cards it has."""
    count = 0

    def counted() -> Iterator[Card]:
        nonlocal count
        for count, card in enumerate(guide.cards, 1):  # noqa: B007  used outside
            step()
            yield card

    template = _TEMPLATES.get_template("guide.html")
    with path.open("w", encoding="utf-8", errors="replace") as opened:
        opened.writelines(template.generate(guide=replace(guide, cards=counted())))
    return count
