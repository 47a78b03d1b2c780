"""What we teach, as the person whom we text has to write it."""

from collections.abc import Sequence

from config.election import Election
from models.people import Person
from parser import writing
from parser.station import Station


def example_for(
    person: Person | None, station: Station, election: Election, only: Sequence[str] | None = None
) -> str:
    """Give the whole text for a station, of all contests or of ``only`` some, with ``..`` for every figure
    and the place of the PIN where the person needs one."""
    return writing.example(station.code, election, only=only) + pin_of(person, election)


def pin_of(person: Person | None, election: Election) -> str:
    """Give the place of a person's PIN behind what they write, empty where they need none."""
    return writing.PIN if person is not None and person.needs_pin(election) else ""
