"""A row for each station and contest, and a row for each revision: what files are made of.

Rows come as they are read: 823,220 stations pass in bounded memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from config.election import Election
from models import cases
from models.columns import word
from models.people import STATION_COLUMNS, StationDistrict, as_station
from models.standing import AT_A_TIME, NEWEST, as_tally
from models.tables import CaseFigures, CaseRow, MessageRow, QuestionRow, ResultRow, StationRow
from parser.station import Station
from parser.verdict import Tally

ACCEPTED, HELD, VOID, MISSING = "accepted", "held", "void", "missing"
SUPERSEDED, REJECTED = "superseded", "rejected"


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures came from. ``reason`` is a revision's, or the name of the case that holds them,
    with its ``codes``. ``body`` is the text, ``asked`` the question that a ``YA`` answered and
    ``held`` the text behind a decided case; each None where there is none, or after ``forget``."""

    revision: int | None
    source: str
    phone: str | None
    at: datetime
    reason: str
    message_id: int
    body: str | None = None
    asked: str | None = None
    held: str | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One contest of one station: what stands there or stood, and where it came from.

    ``status`` is ``accepted``, ``void``, ``held`` (nothing stands, a case is open) or ``missing``;
    of a revision that another one followed, ``superseded``; of a case, ``held`` or ``rejected``.
    """

    station: Station
    contest: str
    status: str
    tally: Tally | None = None
    source: Source | None = None


_ASKED = (
    select(QuestionRow.closed_by, func.max(QuestionRow.id).label("id"))
    .where(QuestionRow.closed_by.is_not(None))
    .group_by(QuestionRow.closed_by)
    .subquery("asked")
)
_HELD = MessageRow.__table__.alias("held")
_REVISION = (
    ResultRow.contest,
    ResultRow.revision,
    ResultRow.votes,
    ResultRow.stated,
    ResultRow.invalid,
    ResultRow.source,
    ResultRow.reason,
    ResultRow.at,
    ResultRow.message_id,
    MessageRow.sender.label("phone"),
    MessageRow.body,
)


def _of_stations(query: Select[Any]) -> Select[Any]:
    return query.where(~StationRow.removed).order_by(StationRow.number, ResultRow.sequence)


_LISTED = _of_stations(
    select(
        *STATION_COLUMNS,
        *_REVISION,
        QuestionRow.body.label("asked"),
        _HELD.c.body.label("held"),
    )
    .select_from(StationRow)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .outerjoin(ResultRow, ResultRow.station_id == StationRow.id)
    .outerjoin(MessageRow, MessageRow.id == ResultRow.message_id)
    .outerjoin(_ASKED, _ASKED.c.closed_by == ResultRow.message_id)
    .outerjoin(QuestionRow, QuestionRow.id == _ASKED.c.id)
    .outerjoin(CaseRow, CaseRow.id == ResultRow.case_id)
    .outerjoin(_HELD, _HELD.c.id == CaseRow.message_id)
)
_HISTORY = _of_stations(
    select(
        *STATION_COLUMNS,
        *_REVISION,
        NEWEST.label("newest"),
    )
    .select_from(ResultRow)
    .join(StationRow, StationRow.id == ResultRow.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .join(MessageRow, MessageRow.id == ResultRow.message_id)
)


_CASES = (
    select(*STATION_COLUMNS, CaseRow.id.label("case_id"))
    .select_from(CaseRow)
    .join(StationRow, StationRow.id == CaseRow.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .where(~StationRow.removed)
    .order_by(CaseRow.id)
)
_OPEN = _CASES.where(CaseRow.status == word(cases.OPEN))
_UNDECIDED_OR_REJECTED = _CASES.where(CaseRow.status != cases.ACCEPTED)
_HELD_HERE = (
    select(CaseRow.station_id, CaseFigures.contest)
    .join(CaseFigures, CaseFigures.case_id == CaseRow.id)
    .where(CaseRow.status == word(cases.OPEN))
)


def listed(db: Connection, election: Election) -> Iterator[Listed]:
    """Give every contest of every station, by station and in the election's order."""
    held = {(row.station_id, row.contest) for row in db.execute(_HELD_HERE)}
    rows = db.execute(_LISTED, execution_options=AT_A_TIME)
    for _, here in groupby(rows, key=lambda row: row.station_id):
        found = list(here)
        station, by_contest = as_station(found[0]), {row.contest: row for row in found}  # the last of each
        for contest in election.contests:
            row = by_contest.get(contest.code)
            is_held = (station.id, contest.code) in held
            yield _listed(station, contest.code, row, is_held=is_held)


def history(db: Connection) -> Iterator[Listed]:
    """Give every revision, by station and in the order in which they came there."""
    for row in db.execute(_HISTORY, execution_options=AT_A_TIME):
        status = VOID if row.votes is None else ACCEPTED if row.revision == row.newest else SUPERSEDED
        yield Listed(as_station(row), row.contest, status, as_tally(row), _source(row))


def held(db: Connection, election: Election, *, rejected: bool = False) -> Iterator[Listed]:
    """Give the figures of open cases, by case and in the election's order; of rejected ones too where
    they are wanted. Accepted ones are in the history."""
    for row in db.execute(_UNDECIDED_OR_REJECTED if rejected else _OPEN, execution_options=AT_A_TIME):
        case = cases.case(db, row.case_id)
        assert case is not None
        kind = cases.source(db, election, case)
        source = Source(None, kind, case.sender, case.at, case.name, case.message_id, codes=case.codes)
        status = HELD if case.status == cases.OPEN else REJECTED
        for tally in case.figures(election):
            yield Listed(as_station(row), tally.contest, status, tally, source)


def _listed(station: Station, contest: str, row: Row[Any] | None, *, is_held: bool) -> Listed:
    tally = None if row is None else as_tally(row)
    if row is not None and tally is not None:
        return Listed(station, contest, ACCEPTED, tally, _source(row, row.asked, row.held))
    if is_held:
        return Listed(station, contest, HELD)
    return (
        Listed(station, contest, MISSING)
        if row is None
        else Listed(station, contest, VOID, None, _source(row))
    )


def _source(row: Row[Any], asked: str | None = None, held: str | None = None) -> Source:
    return Source(
        row.revision, row.source, row.phone, row.at, row.reason, row.message_id, row.body, asked, held
    )
