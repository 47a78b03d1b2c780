"""Texts about a station that are stored as about none: what ``pantau audit`` finds in the texts whose log
names no station.
"""

from typing import Any

from sqlalchemy import Row

from models.people import Person
from parser.commands import Correction, Decision, Report, Void
from parser.errors import Parsed

_NOT_FOUND = frozenset(("station_needed", "not_your_station", "unknown_station", "not_allowed"))
# Why there was no station. A village beside it, which is not looked up again, may make BATAL unclear.
_WHY: dict[type, frozenset[str]] = {
    Report: _NOT_FOUND,
    Correction: _NOT_FOUND,
    Void: _NOT_FOUND | {"not_understood"},
    Decision: frozenset(("unknown_case", "not_allowed")),
}


def passed_over(row: Row[Any], person: Person | None, parsed: Parsed) -> str | None:
    """Say so of a text that can only have been about a station, though its log names none.

    What was hidden as a PIN may have made it another text, and ``TS 12`` was asked about. Which stations
    there were then is known of the sender's own alone.
    """
    why = _WHY.get(type(parsed))
    if why is None or "**" in row.body:
        return None
    if row.outcome == "refused":
        asked = getattr(parsed, "slip", None) is not None
        theirs = isinstance(parsed, Report) and _names_own(person, parsed)
        if asked or (why.intersection(row.codes or ()) and not theirs):
            return None
    return f"it was {' '.join((row.outcome, *(row.codes or ())))}, and is about a station"


def _names_own(person: Person | None, report: Report) -> bool:
    """Whether a report is of a station of its sender's: their only one, or by its code alone."""
    if person is None or report.station is None:
        return person is not None and len(person.stations) == 1
    number = report.station.number
    return not report.station.words and any(number == each.number for each in person.stations)
