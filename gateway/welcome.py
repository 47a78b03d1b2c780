"""What ``pantau serve`` prints once it serves: where to look, and in the sandbox what to try."""

from config.election import Contest
from config.settings import SANDBOX
from gateway.service import Service
from models import people, stations
from models.people import Person
from parser.station import Station

TRIED = "012"
# Made up, by the number of candidates: two contests of one station have about as many votes.
VOTES = {2: (140, 155), 3: (120, 98, 77)}
FEW = 20


def welcome(service: Service, host: str, port: int) -> str:
    """Give the lines to print."""
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    lines = [f"Pantau is at {address} (is it well? {address}/readyz)"]
    if SANDBOX in service.carriers:
        lines += _try_it(service, address)
    return "\n".join(lines)


def _try_it(service: Service, address: str) -> list[str]:
    found = _someone(service)
    if found is None:
        return []
    person, station = found
    body = f"TPS{station.code} {' '.join(_figures(each) for each in service.election.contests)}"
    return [
        f"Sandbox: nothing leaves this machine. A text to try, from {person.name} of TPS{station.code}:",
        f"  curl -d From={person.phones[0]} --data-urlencode 'Body={body}' {address}/{SANDBOX}/sms",
    ]


def _someone(service: Service) -> tuple[Person, Station] | None:
    """Give a monitor and their station: of station 012, else the first that there is."""
    with service.store.reading() as db:
        wanted = stations.station_by_number(db, int(TRIED))
        found = people.monitors_of(db, wanted.id) if wanted else []
        if wanted is not None and found:
            return found[0], wanted
        monitors = (each for each in people.people_with(db, "monitor") if each.stations)
        person = next(monitors, None)
        return None if person is None else (person, person.stations[0])


def _figures(contest: Contest) -> str:
    votes = VOTES.get(len(contest.candidates), (FEW,) * len(contest.candidates))
    return f"{contest.code}:{','.join(map(str, votes))} SAH:{sum(votes)}"
