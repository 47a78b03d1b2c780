"""What was changed on the night: results that another revision replaced, and monitors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, or_, select

from models.columns import word
from models.people import STATION_COLUMNS, StationDistrict, as_station, in_role
from models.standing import AT_A_TIME, as_tally
from models.tables import (
    CaseRow,
    DistrictRow,
    MessageRow,
    PersonRow,
    ResultRow,
    RoleRow,
    StationRow,
    StationVersion,
)
from parser.station import Station
from parser.verdict import Tally


@dataclass(frozen=True, slots=True)
class Corrected:
    """A revision after the first of its contest: the figures before and after, None where void."""

    station: Station
    contest: str
    old: Tally | None
    new: Tally | None
    source: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Substitution:
    """A monitor who was appointed on the night, and those who had been before."""

    station: Station
    name: str
    before: tuple[str, ...]
    at: datetime


_CHANGED = (
    select(ResultRow.station_id, ResultRow.contest)
    .group_by(ResultRow.station_id, ResultRow.contest)
    .having(func.max(ResultRow.revision) > 1)
    .subquery("changed")
)
_REVISIONS = (
    select(
        *STATION_COLUMNS,
        ResultRow.contest,
        ResultRow.votes,
        ResultRow.stated,
        ResultRow.invalid,
        ResultRow.source,
        ResultRow.reason,
        ResultRow.at,
    )
    .select_from(ResultRow)
    .join(
        _CHANGED, (_CHANGED.c.station_id == ResultRow.station_id) & (_CHANGED.c.contest == ResultRow.contest)
    )
    .join(StationRow, StationRow.id == ResultRow.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .where(~StationRow.removed)
    .order_by(StationRow.number, ResultRow.contest, ResultRow.revision)
)
_APPOINTED = (
    select(
        *STATION_COLUMNS,
        RoleRow.since,
        PersonRow.name,
        MessageRow.at,
    )
    .select_from(RoleRow)
    .join(StationRow, StationRow.id == RoleRow.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .join(PersonRow, PersonRow.id == RoleRow.person_id)
    .join(MessageRow, MessageRow.id == RoleRow.message_id)
    .where(RoleRow.role == "monitor", ~StationRow.removed)
    .order_by(RoleRow.since)
)
_RELIEVED = (
    select(RoleRow.station_id, RoleRow.until, PersonRow.name)
    .join(PersonRow, PersonRow.id == RoleRow.person_id)
    .where(RoleRow.role == "monitor", RoleRow.until.is_not(None))
    .order_by(RoleRow.id)
)


_UNDONE = (
    select(StationRow.code, PersonRow.name)
    .select_from(RoleRow)
    .join(StationRow, StationRow.id == RoleRow.station_id)
    .join(PersonRow, PersonRow.id == RoleRow.person_id)
    .where(RoleRow.until == bindparam("version"), RoleRow.message_id.is_not(None), ~StationRow.removed)
    .order_by(StationRow.number, RoleRow.id)
)
_before = (
    select(func.max(StationVersion.since))
    .where(StationVersion.station_id == StationRow.id, StationVersion.since < bindparam("version"))
    .correlate(StationRow)
    .scalar_subquery()
)
_moved = exists().where(
    StationVersion.station_id == StationRow.id,
    StationVersion.since == _before,
    StationVersion.district_id != StationRow.district_id,
)
_has_new_coordinator = exists().where(
    RoleRow.district_id == StationRow.district_id,
    RoleRow.role == word("coordinator"),
    RoleRow.since == bindparam("version"),
)
_UNTOLD = (
    select(StationRow.code, CaseRow.id)
    .join(CaseRow, CaseRow.station_id == StationRow.id)
    .where(CaseRow.status == word("open"), or_(_moved, _has_new_coordinator))
    .order_by(StationRow.number, CaseRow.id)
)

_left = RoleRow.until == bindparam("version")
_MONITORLESS = (
    select(StationRow.code)
    .where(
        ~StationRow.removed,
        exists().where(RoleRow.station_id == StationRow.id, RoleRow.role == word("monitor"), _left),
        ~exists().where(RoleRow.station_id == StationRow.id, in_role("monitor")),
    )
    .order_by(StationRow.number)
)
_COORDINATORLESS = (
    select(DistrictRow.name)
    .where(
        exists().where(RoleRow.district_id == DistrictRow.id, RoleRow.role == word("coordinator"), _left),
        ~exists().where(RoleRow.district_id == DistrictRow.id, in_role("coordinator")),
        exists().where(StationRow.district_id == DistrictRow.id, ~StationRow.removed),
    )
    .order_by(DistrictRow.name)
)


def corrections(db: Connection) -> Iterator[Corrected]:
    """Give every change of a result that stood, by station and contest."""
    rows = db.execute(_REVISIONS, execution_options=AT_A_TIME)
    for _, group in groupby(rows, key=lambda row: (row.station_id, row.contest)):
        old: Row[Any] | None = None
        for row in group:
            if old is not None:
                yield Corrected(
                    station=as_station(row),
                    contest=row.contest,
                    old=as_tally(old),
                    new=as_tally(row),
                    source=row.source,
                    reason=row.reason,
                    at=row.at,
                )
            old = row


def substitutions(db: Connection) -> list[Substitution]:
    """Give the monitors who were appointed by a text, in that order."""
    before: dict[tuple[int, int], list[str]] = {}
    for row in db.execute(_RELIEVED):
        before.setdefault((row.station_id, row.until), []).append(row.name or "")
    return [
        Substitution(
            as_station(row), row.name or "", tuple(before.get((row.station_id, row.since), ())), row.at
        )
        for row in db.execute(_APPOINTED)
    ]


def undone(db: Connection, version: int) -> list[tuple[str, str]]:
    """Give the stations whose monitor a text had appointed and that change of the roster took away, each
    with their name."""
    return [(row.code, row.name or "") for row in db.execute(_UNDONE, {"version": version})]


def untold(db: Connection, version: int) -> list[tuple[str, str]]:
    """Give the stations whose open case has coordinators by that change of the roster, of another district
    or new ones, whom no text told of it, each with the case."""
    return [(row.code, f"K{row.id}") for row in db.execute(_UNTOLD, {"version": version})]


def left_alone(db: Connection, version: int) -> tuple[list[str], list[str]]:
    """Give the codes of the stations whose last monitor, and the names of the districts whose last
    coordinator, that change of the roster took away."""
    at = {"version": version}
    return list(db.scalars(_MONITORLESS, at)), list(db.scalars(_COORDINATORLESS, at))
