"""A station's page: what stands, every revision with who, when, which text and why, its cases and texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from gateway.pages.page import View
from models import cases, log_search, people, results
from models.cases import Case
from models.district_stations import StationNow, as_they_are
from models.log_search import Logged, Wanted
from models.people import Person
from models.results import Revision
from models.stations import station_by_number
from models.tables import MessageRow, PersonRow

TEXTS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision, with what it replaced, who is behind it and the text that made it.

    ``status`` is accepted, superseded or void.
    """

    revision: Revision
    status: str
    before: Revision | None
    by: str | None
    body: str | None


@dataclass(frozen=True, slots=True)
class StationPage:
    """A station as its page shows it: revisions, cases and texts newest first."""

    now: StationNow
    monitors: Sequence[Person]
    coordinators: Sequence[Person]
    entries: Sequence[Entry]
    cases: Sequence[Case]
    texts: Sequence[Logged]


_NAMES = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(bindparam("ids", expanding=True)))
_BODIES = select(MessageRow.id, MessageRow.body).where(MessageRow.id.in_(bindparam("ids", expanding=True)))


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
            monitors=people.monitors_of(db, station.id),
            coordinators=people.coordinators_of(db, station.district_id),
            entries=_entries(db, results.history(db, station)),
            cases=cases.all_at(db, station)[::-1],
            texts=log_search.search(db, Wanted(station_id=station.id), most=TEXTS_SHOWN).texts,
        )


def _entries(db: Connection, history: Sequence[Revision]) -> list[Entry]:
    newest = results.newest(history)
    names = {
        row.id: row.name for row in db.execute(_NAMES, {"ids": _known(each.person_id for each in history)})
    }
    bodies = {row.id: row.body for row in db.execute(_BODIES, {"ids": [each.message_id for each in history]})}
    found = []
    last: dict[str, Revision] = {}
    for each in history:
        name = names.get(each.person_id) if each.person_id is not None else None
        status = results.status(each, newest)
        found.append(Entry(each, status, last.get(each.contest), name, bodies.get(each.message_id)))
        last[each.contest] = each
    return found[::-1]


def _known(ids: Iterable[int | None]) -> list[int]:
    return sorted({each for each in ids if each is not None})
