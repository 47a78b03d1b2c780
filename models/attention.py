"""What a desk looks after: stations that are silent, results that changed, incidents, failed texts.

Lists are read a page at a time, each by an index or by the districts that have something left to
do, so that a country is as quick as a city.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from config.election import Election
from models.columns import word
from models.missing import Missing
from models.notes import SILENT
from models.people import StationDistrict, as_station, in_role
from models.progress import DistrictProgress, district_of
from models.standing import NONE_LATER
from models.stations import stations_query
from models.tables import FieldNote, MessageRow, PersonRow, PhoneRow, ResultRow, RoleRow, StationRow
from models.traffic import STAYS_FAILED
from parser.station import Station

DISTRICTS_AT_A_TIME = 16
MOST_COUNTED = 20_000  # stations; a question that has no running total is asked of so many at once


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone who reports for a station."""

    name: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A revision that replaced another. ``votes`` or ``before`` is None where it was, or had been,
    taken out."""

    id: int
    station_id: int
    station: str
    district: str
    contest: str
    before: tuple[int, ...] | None
    invalid_before: int | None
    votes: tuple[int, ...] | None
    invalid: int | None
    at: datetime
    reason: str
    source: str
    by: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a monitor said that somebody must act on. ``kind`` is incident or absent."""

    id: int
    station: str
    district: str
    kind: str
    at: datetime
    text: str | None
    by: str | None
    phone: str | None


_before = aliased(ResultRow)
_STANDS = and_(
    ResultRow.station_id == StationRow.id,
    ResultRow.contest.in_(bindparam("contests", expanding=True)),
    ResultRow.votes.is_not(None),
    NONE_LATER,
)
_STANDING = select(func.count()).where(_STANDS).correlate(StationRow).scalar_subquery()
_LACKS = bindparam("wanted") > _STANDING
_HERE = StationRow.district_id.in_(bindparam("districts", expanding=True))


def _walking(condition: Any) -> Select[Any]:
    """Build the question for a page of stations, by district and number, after a place in that order."""
    after = or_(StationRow.district_id != bindparam("first"), StationRow.number > bindparam("after"))
    query = stations_query().order_by(None).where(_HERE, after, condition)
    return query.order_by(StationDistrict.c.name, StationRow.number).limit(bindparam("most"))


_LACKING = _walking(_LACKS)
_ABSENT = _walking(SILENT)
_COUNT_ABSENT = select(func.count()).select_from(StationRow).where(_HERE, ~StationRow.removed, SILENT)
_STANDING_AT = select(ResultRow.station_id, ResultRow.contest).where(
    StationRow.id.in_(bindparam("stations", expanding=True)), _STANDS
)
_CONTACTS = (
    select(RoleRow.station_id, PersonRow.id, PersonRow.name, PhoneRow.number)
    .join(PersonRow, PersonRow.id == RoleRow.person_id)
    .join(PhoneRow, (PhoneRow.person_id == PersonRow.id) & PhoneRow.until.is_(None))
    .where(RoleRow.station_id.in_(bindparam("stations", expanding=True)), in_role("monitor"))
    .order_by(RoleRow.id, PhoneRow.place)
)
# Partial indexes: their conditions stand here as they do there.
_CHANGED = ResultRow.revision > literal_column("1")
_TOLD_KINDS = FieldNote.kind.in_((word("incident"), word("absent")))
_CORRECTIONS = (
    select(
        ResultRow.id,
        ResultRow.station_id,
        StationRow.code.label("station"),
        StationDistrict.c.name.label("district"),
        ResultRow.contest,
        _before.votes.label("before"),
        _before.invalid.label("invalid_before"),
        ResultRow.votes,
        ResultRow.invalid,
        ResultRow.at,
        ResultRow.reason,
        ResultRow.source,
        PersonRow.name.label("by"),
        MessageRow.sender.label("phone"),
    )
    .join(
        _before,
        (_before.station_id == ResultRow.station_id)
        & (_before.contest == ResultRow.contest)
        & (_before.revision == ResultRow.revision - 1),
    )
    .join(StationRow, StationRow.id == ResultRow.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .join(MessageRow, MessageRow.id == ResultRow.message_id)
    .outerjoin(PersonRow, PersonRow.id == ResultRow.person_id)
    .where(_CHANGED, ResultRow.id < bindparam("before_id"))
    .order_by(ResultRow.id.desc())
    .limit(bindparam("most"))
)
_TOLD = (
    select(
        FieldNote.id,
        StationRow.code.label("station"),
        StationDistrict.c.name.label("district"),
        FieldNote.kind,
        FieldNote.at,
        FieldNote.text,
        PersonRow.name.label("by"),
        MessageRow.sender.label("phone"),
    )
    .join(StationRow, StationRow.id == FieldNote.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .join(MessageRow, MessageRow.id == FieldNote.message_id)
    .outerjoin(PersonRow, PersonRow.id == FieldNote.person_id)
    .where(_TOLD_KINDS, FieldNote.id < bindparam("before_id"))
    .order_by(FieldNote.id.desc())
    .limit(bindparam("most"))
)
_COUNTS = select(
    select(func.count()).select_from(ResultRow).where(_CHANGED).scalar_subquery().label("corrected"),
    select(func.count()).select_from(FieldNote).where(_TOLD_KINDS).scalar_subquery().label("told"),
    select(func.count()).select_from(MessageRow).where(STAYS_FAILED).scalar_subquery().label("failed"),
)


@dataclass(frozen=True, slots=True)
class AttentionCounts:
    """How many revisions replaced another, incidents and failed texts there are."""

    corrected: int
    told: int
    failed: int


def attention_counts(db: Connection) -> AttentionCounts:
    """Count what the lists below hold."""
    return AttentionCounts(*db.execute(_COUNTS).one())


def lacking(
    db: Connection, election: Election, districts: Sequence[DistrictProgress], after: int, most: int
) -> list[Missing]:
    """Give stations where a contest does not stand, by district and number, after a station's number.

    ``districts`` are all, by name.
    """
    codes = [each.code for each in election.contests]
    values = {"contests": codes, "wanted": len(codes)}
    stations = list(_walk(db, _LACKING, districts, _is_incomplete, (after, most), **values))
    asked = {"stations": [each.id for each in stations], "contests": codes}
    stands = {tuple(row) for row in db.execute(_STANDING_AT, asked)}
    return [
        Missing(each, tuple(code for code in codes if (each.id, code) not in stands)) for each in stations
    ]


def absent(db: Connection, districts: Sequence[DistrictProgress], after: int, most: int) -> list[Station]:
    """Give stations from which there is neither a check-in nor a result, as ``lacking`` does."""
    return list(_walk(db, _ABSENT, districts, _is_silent, (after, most)))


def count_absent(db: Connection, districts: Sequence[DistrictProgress]) -> tuple[int, bool]:
    """Count the stations that ``absent`` gives; and whether these are all, not the first districts'."""
    ids: list[int] = []
    asked = 0
    silent = [each for each in districts if _is_silent(each)]
    for each in silent:
        if asked + each.counts.registered > MOST_COUNTED:
            break
        asked += each.counts.registered
        ids.append(each.district.id)
    found = int(db.execute(_COUNT_ABSENT, {"districts": ids}).scalar_one()) if ids else 0
    return found, len(ids) == len(silent)


def _is_incomplete(district: DistrictProgress) -> bool:
    return district.counts.complete < district.counts.registered


def _is_silent(district: DistrictProgress) -> bool:
    return district.counts.reported < district.counts.registered


def _walk(
    db: Connection,
    question: Select[Any],
    districts: Sequence[DistrictProgress],
    has_some: Callable[[DistrictProgress], bool],
    page: tuple[int, int],
    **values: Any,
) -> Iterator[Station]:
    """Ask a few districts at a time for stations after one, until there are enough."""
    after, most = page
    first = district_of(db, after)
    start = next((place for place, each in enumerate(districts) if each.district.id == first), 0)
    ids = [each.district.id for each in districts[start:] if has_some(each)]
    for place in range(0, len(ids), DISTRICTS_AT_A_TIME):
        here = {"districts": ids[place : place + DISTRICTS_AT_A_TIME], "first": first or 0, "after": after}
        for row in db.execute(question, {**here, "most": most, **values}).all():
            yield as_station(row)
            most -= 1
        if most <= 0:
            return


def contacts(db: Connection, stations: Sequence[int]) -> dict[int, tuple[Contact, ...]]:
    """Give the monitors of stations, by the station's id."""
    people: dict[tuple[int, int], Contact] = {}
    for row in db.execute(_CONTACTS, {"stations": list(stations)}):
        known = people.get((row.station_id, row.id), Contact(row.name or "", ()))
        people[row.station_id, row.id] = Contact(known.name, (*known.phones, row.number))
    found: dict[int, tuple[Contact, ...]] = {}
    for (station, _), contact in people.items():
        found[station] = (*found.get(station, ()), contact)
    return found


def corrections(db: Connection, before: int, most: int) -> list[Corrected]:
    """Give revisions that replaced another, newest first, before a row."""
    rows = db.execute(_CORRECTIONS, {"before_id": before, "most": most})
    return [Corrected(**row._mapping) for row in rows]


def told(db: Connection, before: int, most: int) -> list[Told]:
    """Give incidents and absences, newest first, before a row."""
    return [Told(**row._mapping) for row in db.execute(_TOLD, {"before_id": before, "most": most})]
