"""Stations from a file: which are new, which have changed, which are gone (SPEC section 7)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from models.roster_files import PersonLine, StationLine, district_key, places_in
from models.tables import DistrictRow, ResultRow, StationRow, StationVersion

CHUNK = 5_000  # rows a statement: 823,220 stations without a statement, or a list, as long as that
T = TypeVar("T")
_VERSIONED = ("code", "district_id", "village", "form_number", "voters", "voters_by_contest", "removed")
_VALUES = ("code", "number", "district_id", "village", "form_number", "voters", "voters_by_contest")

_ALL = select(StationRow.__table__).order_by(StationRow.number)
_ADD = insert(StationRow)
_CHANGE = (
    update(StationRow)
    .where(StationRow.number == bindparam("new_number"))
    .values({**{name: bindparam(f"new_{name}") for name in _VALUES}, "removed": False})
)
_REMOVE = update(StationRow).where(StationRow.number == bindparam("gone")).values(removed=True)
_KEEP_VERSION = insert(StationVersion).from_select(
    ["station_id", "since", *_VERSIONED],
    select(
        StationRow.id,
        bindparam("version", type_=StationVersion.__table__.c.since.type),
        *(StationRow.__table__.c[name] for name in _VERSIONED),
    ).where(StationRow.number.in_(bindparam("numbers", expanding=True))),
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where people may be placed: the stations by number, the districts' names by key."""

    stations: set[int]
    districts: dict[str, str]

    def and_those_in(self, path: Path) -> "Places":
        """Add what a file of stations names in its bad lines."""
        numbers, keys = places_in(path)
        return Places(self.stations | numbers, {key: key for key in keys} | self.districts)


@dataclass(frozen=True, slots=True)
class StationPlan:
    """What an import is to do to the stations, and where people may be placed after it.

    ``restored`` were removed by an earlier import; ``removed`` are numbers, ``staying`` the codes
    of those that the file does not name but that have results.
    """

    added: list[StationLine]
    changed: list[StationLine]
    restored: list[StationLine]
    removed: list[int]
    staying: list[str]
    places: Places

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.added or self.changed or self.restored or self.removed)


def plan_stations(db: Connection, lines: Sequence[StationLine], *, prune: bool) -> StationPlan:
    """Compare the lines with the roster; with ``prune`` what they do not name goes."""
    left = {each.number: each for each in lines}
    numbers, names = set(left), {district_key(each.district): each.district for each in lines}
    known = {row.id: row.name for row in db.execute(select(DistrictRow.id, DistrictRow.name))}
    with_results = set(db.execute(select(ResultRow.station_id).distinct()).scalars()) if prune else set()
    plan = StationPlan([], [], [], [], [], Places(numbers, names))
    for row in db.execute(_ALL, execution_options={"yield_per": CHUNK}):
        district = known[row.district_id]
        each = left.pop(row.number, None)
        if each is not None:
            if row.removed:
                plan.restored.append(each)
            elif _differs(each, row, district):
                plan.changed.append(each)
        elif prune and not row.removed and row.id not in with_results:
            plan.removed.append(row.number)
        elif not row.removed:
            numbers.add(row.number)
            names.setdefault(district_key(district), district)
            if prune:
                plan.staying.append(row.code)
    plan.added.extend(left.values())
    return plan


def misplaced(each: PersonLine, places: Places) -> Iterator[str]:
    """Say why there is no such place for a person."""
    if each.station is not None and each.station not in places.stations:
        yield f"there is no station {each.station}"
    key = district_key(each.district)
    if each.district and key not in places.districts:
        near = get_close_matches(key, places.districts, 1)
        hint = f"; did you mean '{places.districts[near[0]]}'?" if near else ""
        yield f"there is no district '{each.district[:40]}'{hint}"


def write_stations(
    db: Connection, plan: StationPlan, version: Callable[[], int], step: Callable[[], None]
) -> None:
    """Do what the plan says; what was before stays in ``station_versions``."""
    if not plan.changes_anything:
        return
    now = version()
    districts = _districts(db, plan)
    for chunk in chunks(plan.added):
        db.execute(_ADD, [_values(each, districts) for each in chunk])
        for _ in chunk:
            step()
    for chunk in chunks((*plan.changed, *plan.restored)):
        rows = [_values(each, districts) for each in chunk]
        db.execute(_CHANGE, [{f"new_{name}": value for name, value in row.items()} for row in rows])
    for gone in chunks(plan.removed):
        db.execute(_REMOVE, [{"gone": number} for number in gone])
    touched = [each.number for each in (*plan.added, *plan.changed, *plan.restored)] + plan.removed
    for numbers in chunks(touched):
        db.execute(_KEEP_VERSION, {"version": now, "numbers": numbers})


def district_ids(db: Connection) -> dict[str, int]:
    """Give the districts' rows by key."""
    rows = db.execute(select(DistrictRow.id, DistrictRow.name))
    return {district_key(row.name): row.id for row in rows}


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Give the items in lists of at most ``CHUNK``."""
    left = iter(items)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def _districts(db: Connection, plan: StationPlan) -> dict[str, int]:
    """Give the districts' rows, made where the file names a new one."""
    known = district_ids(db)
    new = [name for key, name in plan.places.districts.items() if key not in known]
    if new:
        db.execute(insert(DistrictRow), [{"name": name} for name in new])
        known = district_ids(db)
    return known


def _differs(each: StationLine, row: Row[Any], district: str) -> bool:
    return (
        district_key(each.district) != district_key(district)
        or (each.code, each.village, each.form_number) != (row.code, row.village, row.form_number)
        or (each.voters, dict(each.voters_by_contest)) != (row.voters, row.voters_by_contest)
    )


def _values(each: StationLine, districts: dict[str, int]) -> dict[str, Any]:
    return {
        "code": each.code,
        "number": each.number,
        "district_id": districts[district_key(each.district)],
        "village": each.village,
        "form_number": each.form_number,
        "voters": each.voters,
        "voters_by_contest": dict(each.voters_by_contest),
    }
