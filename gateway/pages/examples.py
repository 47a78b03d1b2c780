"""Texts to tap in the sandbox: what this very person might send, at their own station."""

from collections.abc import Iterator

from sqlalchemy import Connection

from config.election import Contest, Election
from config.language import Lang
from gateway.service import Service
from models import cases, people, stations
from models.people import District, Person
from parser.station import Station

# Made up, by the number of candidates: two contests of one station have about as many votes.
VOTES = {2: (140, 155), 3: (120, 98, 77)}
FEW = 20
MOST = 9
CASES_LOOKED_THROUGH = 50
TRIED = 12  # the station of the texts that we show


def examples(db: Connection, election: Election, person: Person) -> list[str]:
    """Give texts in the person's language, those of the first role that they have."""
    english = (person.lang or election.language) is Lang.EN
    if person.is_official:
        found = _official(db, election, person, english)
    elif person.is_coordinator:
        found = _coordinator(db, election, person.districts, english)
    else:
        found = _monitor(election, person.stations[0], english) if person.is_monitor else iter(())
    return list(found)[:MOST]


def _monitor(election: Election, station: Station, english: bool) -> Iterator[str]:
    yield f"TPS{station.code} {figures(election, station)}"
    yield f"TPS{station.code} {_contest(election.contests[0], station, wrong=2)}"
    yield f"{'REVISE' if english else 'RALAT'} {_contest(election.contests[0], station, more=3)}"
    yield "PRESENT" if english else "HADIR"
    yield "INCIDENT no power since two" if english else "LAPOR listrik padam sejak jam dua"
    yield "NOTYET" if english else "BELUM"
    yield "STATUS"
    yield "ABSENT ill" if english else "HALANGAN sakit"
    yield "HELP" if english else "BANTUAN"


def _coordinator(
    db: Connection, election: Election, districts: tuple[District, ...], english: bool
) -> Iterator[str]:
    ids = {each.id for each in districts}
    for case in cases.open_after(db, 0, CASES_LOOKED_THROUGH):
        station = stations.station_by_id(db, case.station_id)
        if station is not None and station.district_id in ids:
            yield f"{'ACCEPT' if english else 'TERIMA'} {case.name}"
            yield f"{'REJECT' if english else 'TOLAK'} {case.name}"
            break
    if first := stations.first_of(db, districts):
        yield f"{'CHECK' if english else 'CEK'} TPS{first.code}"
        correction = _contest(election.contests[0], first, more=1)
        yield f"{'CORRECT' if english else 'KOREKSI'} TPS{first.code} {correction}"
    yield "MISSING" if english else "BELUM"
    yield "MISSING PRESENT" if english else "BELUM HADIR"
    yield "TOTAL" if english else "REKAP"
    yield "REMIND" if english else "INGATKAN"
    yield "TELL forms come at eight" if english else "KABAR logistik datang jam delapan"


def _official(db: Connection, election: Election, person: Person, english: bool) -> Iterator[str]:
    total = "TOTAL" if english else "REKAP"
    yield total
    yield f"{total} {election.contests[0].code}"
    yield "MISSING" if english else "BELUM"
    if first := stations.first_of(db, None if person.everywhere else person.watches):
        yield f"{'CHECK' if english else 'CEK'} TPS{first.code}"
    yield "PAUSE" if english else "BERHENTI"
    yield "RESUME" if english else "LANJUT"
    yield "LANGUAGE ID" if english else "BAHASA EN"


def figures(election: Election, station: Station) -> str:
    """Give the figures of a report that the station may send, in the form that we teach."""
    return " ".join(_contest(each, station) for each in election.contests)


def someone(service: Service) -> tuple[Person, Station] | None:
    """Give a monitor and their station: of ``TRIED``, else the first that there is."""
    with service.store.reading() as db:
        wanted = stations.station_by_number(db, TRIED)
        found = people.monitors_of(db, wanted.id) if wanted else []
        if wanted is not None and found:
            return found[0], wanted
        monitors = (each for each in people.people_with(db, "monitor") if each.stations)
        person = next(monitors, None)
        return None if person is None else (person, person.stations[0])


def _contest(contest: Contest, station: Station, *, more: int = 0, wrong: int = 0) -> str:
    """Give figures that the station may have; ``more`` for the first candidate, ``wrong`` in the sum."""
    votes = list(VOTES.get(len(contest.candidates), (FEW,) * len(contest.candidates)))
    room = (station.voters_for(contest.code) or sum(votes)) - more
    if sum(votes) > room:
        votes = [each * room // sum(votes) for each in votes]
    votes[0] += more
    return f"{contest.code}:{','.join(map(str, votes))} SAH:{sum(votes) + wrong}"
