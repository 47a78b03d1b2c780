"""The report that we teach, as the person whom we text has to write it."""

from collections.abc import Sequence

from config.election import Election
from models.people import Person
from parser import writing
from parser.station import Station


def example_for(
    person: Person, station: Station, election: Election, only: Sequence[str] | None = None
) -> str:
    """Give the whole text for a station, of all contests or of ``only`` some, with ``..`` for every figure
    and the place of the PIN where the person needs one."""
    written = writing.example(station.code, election, only=only)
    return written + writing.PIN if person.needs_pin(election) else written
