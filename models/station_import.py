"""Stations from a file: which are new, which have changed, which are gone (SPEC section 7).

The database compares: the file is in ``models.staging``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy import Text as TextType

from models import dialect, staging
from models.columns import word
from models.roster_files import Problems, district_key
from models.staging import DISTRICTS, STATIONS, line_ranges
from models.tables import CaseRow, DistrictRow, ResultRow, StationRow, StationVersion

ADD, CHANGE, RESTORE, REMOVE = "add", "change", "restore", "remove"
VERSIONED = ("code", "district_id", "village", "form_number", "voters", "voters_by_contest", "removed")
_VALUES = ("code", "number", "village", "form_number", "voters", "voters_by_contest")

_same = StationRow.number == STATIONS.c.number
_good = STATIONS.c.code.is_not(None)
_has_results = exists().where(ResultRow.station_id == StationRow.id)
_has_open_case = exists().where(CaseRow.station_id == StationRow.id, CaseRow.status == word("open"))
_stays = or_(_has_results, _has_open_case)  # a report that waits for a decision is not lost either
_named = exists().where(STATIONS.c.number == StationRow.number)
_own_voters = type_coerce(StationRow.voters_by_contest, TextType)
_differs = or_(
    DISTRICTS.c.key != STATIONS.c.district_key,
    StationRow.code != STATIONS.c.code,
    StationRow.village != STATIONS.c.village,
    StationRow.form_number.is_distinct_from(STATIONS.c.form_number),
    StationRow.voters.is_distinct_from(STATIONS.c.voters),
    _own_voters != STATIONS.c.voters_by_contest,
)
_MARK_NEW = update(STATIONS).where(_good, ~exists().where(_same).correlate(STATIONS)).values(action=ADD)
_MARK_BACK = (
    update(STATIONS)
    .where(_good, exists().where(_same, StationRow.removed).correlate(STATIONS))
    .values(action=RESTORE)
)
_MARK_CHANGED = (
    update(STATIONS)
    .where(
        _good,
        exists()
        .where(_same, ~StationRow.removed, DISTRICTS.c.district_id == StationRow.district_id, _differs)
        .correlate(STATIONS),
    )
    .values(action=CHANGE)
)
_MARK_GONE = (
    insert(STATIONS)
    .from_select(
        ["line", "number", "action"],
        select(-StationRow.id, StationRow.number, literal(REMOVE)).where(
            ~StationRow.removed, ~_named, ~_stays
        ),
    )
    .execution_options(preserve_rowcount=True)
)
_STAYING = (
    select(StationRow.code, _has_results.label("has_results"))
    .where(~StationRow.removed, ~_named, _stays)
    .order_by(StationRow.number)
)
_first = (
    select(STATIONS.c.number, func.min(STATIONS.c.line).label("line"))
    .where(STATIONS.c.number.is_not(None))
    .group_by(STATIONS.c.number)
    .having(func.count() > 1)
    .subquery()
)
_TWICE = select(STATIONS.c.line, STATIONS.c.number, STATIONS.c.code, _first.c.line.label("first")).join(
    _first, and_(_first.c.number == STATIONS.c.number, _first.c.line < STATIONS.c.line)
)
_NEW_DISTRICTS = (
    select(STATIONS.c.district_key, func.min(STATIONS.c.district).label("name"))
    .where(_good, ~exists().where(DISTRICTS.c.key == STATIONS.c.district_key))
    .group_by(STATIONS.c.district_key)
    .order_by(func.min(STATIONS.c.line))
)
_here = (STATIONS.c.line > bindparam("low"), STATIONS.c.line <= bindparam("high"))
_ADD = (
    insert(StationRow)
    .from_select(
        ["district_id", *_VALUES],
        select(DISTRICTS.c.district_id, *(STATIONS.c[name] for name in _VALUES))
        .join(DISTRICTS, DISTRICTS.c.key == STATIONS.c.district_key)
        .where(STATIONS.c.action == ADD, *_here)
        .order_by(STATIONS.c.line),
    )
    .execution_options(preserve_rowcount=True)
)
_CHANGE = (
    update(StationRow)
    .where(_same, STATIONS.c.action.in_((CHANGE, RESTORE)), DISTRICTS.c.key == STATIONS.c.district_key)
    .values(
        {
            "district_id": DISTRICTS.c.district_id,
            **{name: STATIONS.c[name] for name in _VALUES},
            "removed": False,
        }
    )
)
_REMOVE = (
    update(StationRow)
    .where(StationRow.number.in_(select(STATIONS.c.number).where(STATIONS.c.action == REMOVE)))
    .values(removed=True)
)
_KEEP_VERSION = insert(StationVersion).from_select(
    ["station_id", "since", *VERSIONED],
    select(
        StationRow.id,
        bindparam("version", type_=StationVersion.__table__.c.since.type),
        *(StationRow.__table__.c[name] for name in VERSIONED),
    )
    .join(STATIONS, _same)
    .where(STATIONS.c.action.is_not(None), *_here),
)


@dataclass(frozen=True, slots=True)
class StationPlan:
    """What an import is to do to the stations: how many are added (or come back), changed and
    removed; ``staying`` are the codes of those that the file does not name, each with what it has there."""

    added: int
    changed: int
    removed: int
    staying: tuple[tuple[str, str], ...]

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.added or self.changed or self.removed)


def find_twice(db: Connection, problems: Problems) -> None:
    """Find the stations that the file names twice, be either line wrong in another way, too."""
    for row in db.execute(_TWICE):
        problems.add(row.line, f"station {row.code or row.number} is also in line {row.first}")


def plan_stations(db: Connection, *, given: bool, prune: bool) -> StationPlan:
    """Compare the file with the roster; with ``prune`` what it does not name goes."""
    if not given:
        return StationPlan(0, 0, 0, ())
    _know_districts(db)
    added = db.execute(_MARK_NEW).rowcount + db.execute(_MARK_BACK).rowcount
    changed = db.execute(_MARK_CHANGED).rowcount
    if not prune:
        return StationPlan(added, changed, 0, ())
    staying = tuple(
        (row.code, "results" if row.has_results else "an open case") for row in db.execute(_STAYING)
    )
    return StationPlan(added, changed, db.execute(_MARK_GONE).rowcount, staying)


def write_stations(
    db: Connection, plan: StationPlan, version: Callable[[], int], step: Callable[[int], None]
) -> None:
    """Do what the plan says; what was before stays in ``station_versions``."""
    if not plan.changes_anything:
        return
    now = version()
    _make_districts(db)
    db.execute(_CHANGE)
    db.execute(_REMOVE)
    more = dialect.growing(db, StationRow.__tablename__)
    for low, high in line_ranges(db, STATIONS):
        more()
        here: dict[str, Any] = {"low": low, "high": high}
        step(db.execute(_ADD, here).rowcount)
        db.execute(_KEEP_VERSION, {**here, "version": now})


def district_ids(db: Connection) -> dict[str, int]:
    """Give the districts' rows by key."""
    rows = db.execute(select(DistrictRow.id, DistrictRow.name))
    return {district_key(row.name): row.id for row in rows}


def _know_districts(db: Connection) -> None:
    for chunk in staging.chunks(district_ids(db).items()):
        dialect.load(db, DISTRICTS, chunk)


def _make_districts(db: Connection) -> None:
    """Make the districts that the file is the first to name."""
    names = {row.district_key: row.name for row in db.execute(_NEW_DISTRICTS)}
    if not names:
        return
    db.execute(insert(DistrictRow), [{"name": name} for name in names.values()])
    made = district_ids(db)
    dialect.load(db, DISTRICTS, [(key, made[key]) for key in names])
