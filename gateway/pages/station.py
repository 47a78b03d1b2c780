"""A station's page: what stands, every revision with who, when, which text and why, its cases and texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.pages.page import View
from models import cases, log_search, people
from models.cases import Case
from models.district_stations import StationNow, as_they_are
from models.log_search import Logged, Wanted
from models.people import Person
from models.station_history import Entry, entries
from models.stations import station_by_number

TEXTS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class StationPage:
    """A station as its page shows it: revisions, cases and texts newest first."""

    now: StationNow
    coordinators: Sequence[Person]
    entries: Sequence[Entry]
    cases: Sequence[Case]
    texts: Sequence[Logged]


def station_page(view: View, code: str) -> StationPage | None:
    """Read a station's page by its code as a number; None where there is no such station."""
    if not (code.isascii() and code.isdigit()):
        return None
    with view.service.store.reading() as db:
        station = station_by_number(db, int(code[:20]))
        if station is None:
            return None
        return StationPage(
            now=as_they_are(db, [station])[0],
            coordinators=people.coordinators_of(db, station.district_id),
            entries=entries(db, station),
            cases=cases.all_at(db, station)[::-1],
            texts=log_search.search(db, Wanted(station_id=station.id), most=TEXTS_SHOWN).texts,
        )
