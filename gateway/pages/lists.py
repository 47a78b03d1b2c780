"""The lists of the board: a few rows on it, and each on a page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection

from config.election import Election
from models import attention, cases, results, traffic
from models.attention import Contact
from models.cases import Case
from models.progress import DistrictProgress
from models.second_look import Look, second_look, second_look_version
from models.stations import station_by_id
from parser.station import Station
from parser.verdict import Tally

Kind = Literal["missing", "absent", "held", "corrected", "second-look", "incidents", "failed"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FEW, MANY = 6, 50  # rows on the board, and on a list's own page
MOST_STATIONS = 20_000  # a second look reads everything: half a second for so many


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: what stands in it, or a page of that. ``count`` is None where it is not counted,
    ``exact`` False where it is at least that; ``after`` is where the next page begins."""

    kind: Kind
    rows: tuple[Any, ...]
    count: int | None
    after: int | None = None
    exact: bool = True
    contacts: dict[int, tuple[Contact, ...]] | None = None


@dataclass(frozen=True, slots=True)
class HeldCase:
    """An open case with its station, and what stands there, by contest."""

    case: Case
    station: Station
    stands: dict[str, Tally]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the lists are made from: one moment of the database, and its running counts."""

    db: Connection
    election: Election
    districts: Sequence[DistrictProgress]
    counts: attention.AttentionCounts

    @property
    def registered(self) -> int:
        """How many stations there are."""
        return sum(each.counts.registered for each in self.districts)

    @property
    def incomplete(self) -> int:
        """How many stations lack a contest."""
        return sum(each.counts.registered - each.counts.complete for each in self.districts)

    @property
    def held(self) -> int:
        """How many stations have an open case."""
        return sum(each.counts.held for each in self.districts)


class SecondLooks:
    """What deserves a second look, read anew only when a result or the roster has changed."""

    def __init__(self) -> None:
        self._found: tuple[tuple[int, int], tuple[Look, ...]] | None = None

    def now(self, desk: Desk) -> tuple[Look, ...] | None:
        """Give them, by station; None where there are too many stations to look at."""
        if desk.registered > MOST_STATIONS:
            return None
        key = second_look_version(desk.db)
        if self._found is None or self._found[0] != key:
            self._found = (key, tuple(second_look(desk.db, desk.election)))
        return self._found[1]


def listed(desk: Desk, looks: SecondLooks, kind: Kind, after: int | None = None, most: int = FEW) -> Listed:
    """Give a list, or the page of it after a place: a station's number, a row, or a count of rows."""
    match kind:
        case "missing":
            return _missing(desk, after or 0, most)
        case "absent":
            return _absent(desk, after or 0, most)
        case "held":
            return _held(desk, after or 0, most)
        case "second-look":
            return _second_look(looks.now(desk), after or 0, most)
        case "corrected" | "incidents" | "failed":
            return _newest_first(desk, kind, after or traffic.NEWEST, most)


def _missing(desk: Desk, after: int, most: int) -> Listed:
    found = attention.lacking(desk.db, desk.election, desk.districts, after, most + 1)
    rows = tuple(found[:most])
    contacts = attention.contacts(desk.db, [each.station.id for each in rows])
    more = rows[-1].station.number if len(found) > most else None
    return Listed("missing", rows, desk.incomplete, more, contacts=contacts)


def _absent(desk: Desk, after: int, most: int) -> Listed:
    found = attention.absent(desk.db, desk.districts, after, most + 1)
    count, exact = attention.count_absent(desk.db, desk.districts)
    rows = tuple(found[:most])
    contacts = attention.contacts(desk.db, [each.id for each in rows])
    more = rows[-1].number if len(found) > most else None
    return Listed("absent", rows, count, more, exact, contacts)


def _held(desk: Desk, after: int, most: int) -> Listed:
    found = cases.open_after(desk.db, after, most + 1)
    rows = tuple(_with_station(desk.db, each) for each in found[:most])
    contacts = attention.contacts(desk.db, [each.case.station_id for each in rows])
    more = found[most - 1].number if len(found) > most else None
    return Listed("held", rows, desk.held, more, contacts=contacts)


def _with_station(db: Connection, case: Case) -> HeldCase:
    station = station_by_id(db, case.station_id) or _gone(case)
    return HeldCase(case, station, results.record(results.latest(db, station)).tallies)


def _gone(case: Case) -> Station:
    """Stand for a station that is no longer on the roster."""
    return Station(case.station_id, "?", 0, 0, "", "")


def _second_look(looks: tuple[Look, ...] | None, after: int, most: int) -> Listed:
    if looks is None:
        return Listed("second-look", (), None)
    rows = looks[after : after + most]
    more = after + most if len(looks) > after + most else None
    return Listed("second-look", rows, len(looks), more)


def _newest_first(
    desk: Desk, kind: Literal["corrected", "incidents", "failed"], before: int, most: int
) -> Listed:
    found: list[Any]
    contacts = None
    match kind:
        case "corrected":
            found, count = attention.corrections(desk.db, before, most + 1), desk.counts.corrected
            contacts = attention.contacts(desk.db, [each.station_id for each in found])
        case "incidents":
            found, count = attention.told(desk.db, before, most + 1), desk.counts.told
        case "failed":
            found, count = traffic.failed_texts(desk.db, before, most + 1), desk.counts.failed
    more = found[most - 1].id if len(found) > most else None
    return Listed(kind, tuple(found[:most]), count, more, contacts=contacts)
