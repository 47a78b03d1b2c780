"""What a stored text means, which may hang on the village beside its station."""

from config.election import Election
from models.stations import squeezed
from parser import parse
from parser.beside import beside_station
from parser.commands import Void
from parser.errors import Parsed, Unclear
from parser.station import Station


def parse_at(body: str, election: Election, station: Station | None) -> Parsed:
    """Read a text whose ``station`` is known, with the village beside it ("TPS 3 13 Ilir")."""
    parsed = parse(body, election)
    if station is None or not isinstance(parsed, Unclear | Void):
        return parsed
    beside = beside_station(body, election)
    if beside is None or beside.number not in (station.number, station.form_number):
        return parsed
    village = squeezed(station.village)
    found = beside.with_code(f"{station.number:03d}", lambda name: squeezed(name) == village)
    return parse(found, election) if found else parsed
