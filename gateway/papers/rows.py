"""The rows of ``pantau export``, the same in CSV and in a workbook."""

import re
from datetime import datetime

from config.election import Election
from models.listing import Listed
from models.reading import parse_at
from models.tally import ContestTotal
from parser.commands import Correction, Decision, Report, Void, Yes
from parser.station import Station
from parser.verdict import Tally

Cell = str | int | float | datetime | None

PLACE = ["station", "district", "village"]
# What a spreadsheet takes for a formula, and OWASP's tab and carriage return before one.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Notes:
    """The notes of texts. A report gives a row for each contest: its text is read once."""

    def __init__(self, election: Election) -> None:
        self._election = election
        self._last: tuple[str, str | None, str] = ("", None, "")

    def of(self, each: Listed) -> str:
        """Give the note of the text behind figures: of the held report where it was decided, of
        what ``YA`` stood for where that was all."""
        if each.source is None:
            return ""
        source, station = each.source, each.station
        return self._read(source.body, source.asked, station) or self._read(source.held, None, station)

    def _read(self, body: str | None, asked: str | None, station: Station) -> str:
        if not body:
            return ""
        if self._last[:2] != (body, asked):
            self._last = (body, asked, self._parsed(body, asked, station))
        return self._last[2]

    def _parsed(self, body: str, asked: str | None, station: Station) -> str:
        match parse_at(body, self._election, station):
            case Yes() if asked:
                return self._parsed(asked, None, station)
            case Report(note=note) | Correction(note=note) | Decision(note=note) | Void(note=note):
                return note
        return ""


def most_candidates(election: Election) -> int:
    """Give how many columns candidates need."""
    return max(len(each.candidates) for each in election.contests)


def columns(election: Election) -> list[str]:
    """Give the columns of SPEC section 6, word for word."""
    start = [*PLACE, "voters", "contest", "status"]
    return [*start, *figure_columns(election), "revision", "source", "by", "at", "note"]


def figure_columns(election: Election) -> list[str]:
    """Give the columns of ``figures``."""
    candidates = (f"candidate_{number}" for number in range(1, most_candidates(election) + 1))
    return [*candidates, "valid", "invalid"]


def result_row(each: Listed, election: Election, note: str) -> list[Cell]:
    """Give the row of one contest of one station. ``at`` is on the election's clock."""
    source = each.source
    return [
        *place(each.station),
        each.station.voters_for(each.contest),
        each.contest,
        each.status,
        *figures(each.tally, election),
        *((source.revision, source.source, source.phone) if source else (None, None, None)),
        election.local(source.at) if source else None,
        note or None,
    ]


def figures(tally: Tally | ContestTotal | None, election: Election) -> list[Cell]:
    """Give votes, as many as there are columns, valid and invalid votes."""
    size = most_candidates(election)
    votes: list[Cell] = [*tally.votes] if tally else []
    votes += [None] * (size - len(votes))
    return [*votes[:size], tally.valid if tally else None, tally.invalid if tally else None]


def place(station: Station) -> list[Cell]:
    """Give a station's code, district and village."""
    return [station.code, station.district, station.village]


def plain(words: str) -> str:
    """Give words without what no file may hold."""
    return _CONTROL.sub("", words)


def harmless(words: str) -> str:
    """Give people's words so that no spreadsheet runs them: those of a CSV have no other mark."""
    return f"'{words}" if _FORMULA.match(words) else words
