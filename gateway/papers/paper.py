"""What a report consists of, before it is HTML or PDF: sections of tables, and a chart."""

from dataclasses import dataclass, field
from datetime import datetime

from config.election import Election
from config.language import Lang
from models.timeline import Step

MOST_LINES = 5000  # of one table: 90 pages; what is left out is counted, and in the export


@dataclass(frozen=True, slots=True)
class Say:
    """Both languages of a paper side by side; gives the one that it is in."""

    lang: Lang

    def __call__(self, indonesian: str, english: str) -> str:
        """Give the words in the paper's language."""
        return indonesian if self.lang is Lang.ID else english

    @property
    def unofficial(self) -> str:
        """What stands on every page."""
        return self("TIDAK RESMI", "UNOFFICIAL")

    def moment(self, at: datetime) -> str:
        """Give a moment of the election's clock with its zone: ``27-11-2024 15:30 WIB``."""
        return at.strftime(self("%d-%m-%Y %H:%M %Z", "%Y-%m-%d %H:%M %Z"))

    def as_of(self, at: datetime) -> str:
        """Say from when the figures are."""
        return f"{self('keadaan', 'as of')} {self.moment(at)}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: ``right`` for figures, ``wraps`` for people's words."""

    title: str
    right: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table; a ``strong`` one is a sum, or names the group that follows."""

    cells: tuple[str, ...]
    strong: bool = False

    @property
    def names_group(self) -> bool:
        """Whether it is only a name, across all columns, for the lines that follow."""
        return self.strong and not any(self.cells[1:])


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under their columns, and how many more there are that are not shown. One that is ``whole`` is
    on one page, if it fits."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    title: str = ""
    left_out: int = 0
    whole: bool = False


def left_out(say: Say, table: Table) -> str:
    """Say how many lines a table does not show, and where they are."""
    return say(
        f"Dan {table.left_out} baris lagi; semuanya ada di berkas pantau export.",
        f"And {table.left_out} more lines; all are in the file of pantau export.",
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """Stations over time: ``steps`` on the election's clock, up to ``registered``, as known ``until``."""

    title: str
    steps: tuple[Step, ...]
    registered: int
    start: datetime | None
    until: datetime
    reported: str
    complete: str


Block = Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, words below it, and what they are about."""

    title: str
    words: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report. ``at`` is when it was made, on the election's clock."""

    say: Say
    title: str
    election: Election
    at: datetime
    sections: tuple[Section, ...]
    words: tuple[str, ...] = field(default=())

    @property
    def notice(self) -> str:
        """What stands on every page: that it is unofficial, and from when it is."""
        return f"{self.say.unofficial}, {self.say.as_of(self.at)}"
