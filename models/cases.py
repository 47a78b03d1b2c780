"""Held reports, and the life of each: opened, given newer figures, decided once."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from config.election import Election
from models import messages, questions, stations, tally
from models.columns import word
from models.people import District, as_station
from models.reading import parse_at
from models.tables import CaseFigures, CaseRow, MessageRow, StationRow
from parser.commands import Correction
from parser.station import Station
from parser.verdict import Tally

OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"


@dataclass(frozen=True, slots=True)
class Case:
    """A held report. ``number`` is what texts call ``K7``; ``tallies`` the newest figures, by when their
    texts were sent, and ``earlier`` those that they took the place of; ``newest`` is the row of the last
    text that brought any, ``newest_at`` its arrival. ``sequence`` is how many revisions its station had
    when it was opened, ``decision`` the row of the text that decided."""

    number: int
    station_id: int
    sender: str | None
    person_id: int | None
    codes: tuple[str, ...]
    status: str
    at: datetime
    message_id: int
    sequence: int
    decided_at: datetime | None
    decision: int | None
    tallies: tuple[Tally, ...]
    earlier: frozenset[Tally]
    newest: int
    newest_at: datetime

    @property
    def name(self) -> str:
        """The case as texts name it."""
        return f"K{self.number}"

    def is_of(self, sender: str | None, person_id: int | None) -> bool:
        """Whether a number, or a person, is its sender."""
        return self.sender == sender or (self.person_id is not None and self.person_id == person_id)

    def figures(self, election: Election) -> tuple[Tally, ...]:
        """Give ``tallies`` in the order of the election file, as contests are shown everywhere."""
        return election.in_order(self.tallies, lambda each: each.contest)


@dataclass(frozen=True, slots=True)
class HeldText:
    """The text that opens a case; ``sequence`` as in ``Case``."""

    sender: str | None
    person_id: int | None
    at: datetime
    message_id: int
    sequence: int


_BY_NUMBER = select(CaseRow.__table__).where(CaseRow.id == bindparam("number"))
_OPEN_AT = (
    select(CaseRow.__table__)
    .where(CaseRow.station_id == bindparam("station_id"), CaseRow.status == word(OPEN))
    .order_by(CaseRow.id)
)
_ALL_AT = select(CaseRow.__table__).where(CaseRow.station_id == bindparam("station_id")).order_by(CaseRow.id)
_OPEN_AFTER = (
    select(CaseRow.__table__)
    .where(CaseRow.status == word(OPEN), CaseRow.id > bindparam("after"))
    .order_by(CaseRow.id)
    .limit(bindparam("most"))
)
_OPEN_IN = (
    stations.stations_query()
    .add_columns(CaseRow.id.label("case_id"))
    .join(CaseRow, CaseRow.station_id == StationRow.id)
    .where(CaseRow.status == word(OPEN), StationRow.district_id.in_(bindparam("districts", expanding=True)))
    .order_by(None)
    .order_by(CaseRow.id)
    .limit(bindparam("most"))
)
_FIGURES = (
    select(CaseFigures.__table__, MessageRow.at, MessageRow.sent_at)
    .join(MessageRow, MessageRow.id == CaseFigures.message_id)
    .where(CaseFigures.case_id == bindparam("case_id"))
    .order_by(CaseFigures.message_id)
)
_BROUGHT = aliased(CaseFigures)
_REJECTIONS = (
    select(CaseFigures.contest, CaseRow.decided_by)
    .join(CaseRow, CaseRow.id == CaseFigures.case_id)
    .where(
        CaseRow.station_id == bindparam("station_id"),
        CaseRow.status == word(REJECTED),
        ~exists().where(_BROUGHT.case_id == CaseRow.id, _BROUGHT.message_id == bindparam("besides")),
    )
)
_OPEN_FROM = select(func.count()).where(CaseRow.sender == bindparam("sender"), CaseRow.status == word(OPEN))
_CODES = update(CaseRow).where(CaseRow.id == bindparam("number")).values(codes=bindparam("new_codes"))
_DECIDE = (
    update(CaseRow)
    .where(CaseRow.id == bindparam("number"), CaseRow.status == word(OPEN))
    .values(status=bindparam("decision"), decided_at=bindparam("moment"), decided_by=bindparam("by"))
)


def open_case(
    db: Connection, station: Station, tallies: Sequence[Tally], codes: tuple[str, ...], text: HeldText
) -> Case:
    """Open a case for the figures of a text."""
    first_here = not open_at(db, station)
    values = {"station_id": station.id, "codes": codes, "status": OPEN, **asdict(text)}
    number = db.execute(insert(CaseRow).values(values).returning(CaseRow.id)).scalar_one()
    _add_figures(db, number, text.message_id, tallies)
    if first_here:
        tally.add_held(db, station, 1)
    found = case(db, number)
    assert found is not None
    return found


def renew(
    db: Connection, held: Case, tallies: Sequence[Tally], codes: tuple[str, ...], message_id: int
) -> None:
    """Give an open case what its sender texted next. What was sent before its newest figures is none the
    newer for coming later; all stays in the table."""
    _add_figures(db, held.number, message_id, tallies)
    db.execute(_CODES, {"number": held.number, "new_codes": tuple(dict.fromkeys((*held.codes, *codes)))})


def decide(
    db: Connection, held: Case, station: Station, decision: str, *, at: datetime, message_id: int
) -> bool:
    """Close a case; False where another decision came first."""
    values = {"number": held.number, "decision": decision, "moment": at, "by": message_id}
    if db.execute(_DECIDE, values).rowcount != 1:
        return False
    if not open_at(db, station):
        tally.add_held(db, station, -1)
    return True


def case(db: Connection, number: int) -> Case | None:
    """Give a case by its number."""
    row = db.execute(_BY_NUMBER, {"number": number}).first()
    return None if row is None else _case(db, row)


def open_at(db: Connection, station: Station) -> list[Case]:
    """Give the open cases of a station, oldest first."""
    return [_case(db, row) for row in db.execute(_OPEN_AT, {"station_id": station.id}).all()]


def all_at(db: Connection, station: Station) -> list[Case]:
    """Give every case of a station, oldest first."""
    return [_case(db, row) for row in db.execute(_ALL_AT, {"station_id": station.id}).all()]


def all_figures(db: Connection, number: int) -> list[Tally]:
    """Give every figure that a case has had, the older ones first."""
    return [_tally(row) for row in db.execute(_FIGURES, {"case_id": number})]


def rejections(db: Connection, station: Station, besides: int = 0) -> list[tuple[str, int]]:
    """Give the contests of a station's rejected cases, each with the row of the text that decided; not of
    those to which a text, ``besides``, has brought figures: that was before."""
    rows = db.execute(_REJECTIONS, {"station_id": station.id, "besides": besides})
    return [(row.contest, row.decided_by) for row in rows]


def open_after(db: Connection, after: int, most: int) -> list[Case]:
    """Give open cases of all stations, oldest first, after a case's number."""
    return [_case(db, row) for row in db.execute(_OPEN_AFTER, {"after": after, "most": most}).all()]


def open_in(db: Connection, districts: Iterable[District], most: int) -> list[tuple[str, Station]]:
    """Give the names of open cases in districts, oldest first, each with its station."""
    found = db.execute(_OPEN_IN, {"districts": [each.id for each in districts], "most": most})
    return [(f"K{row.case_id}", as_station(row)) for row in found]


def open_from(db: Connection, sender: str) -> int:
    """Count the open cases of a number."""
    return int(db.execute(_OPEN_FROM, {"sender": sender}).scalar_one())


def decided_by(db: Connection, held: Case) -> str | None:
    """Give the number that decided a case."""
    query = select(MessageRow.sender).join(CaseRow, CaseRow.decided_by == MessageRow.id)
    return db.execute(query.where(CaseRow.id == held.number)).scalar()


def source(db: Connection, election: Election, held: Case) -> str:
    """Say what kind of text a case came from: what ``YA`` confirmed, where it was one."""
    text = messages.message(db, held.message_id)
    if text.carrier == "operator":
        return "operator"
    asked = questions.answered_by(db, held.message_id)
    body = asked.body if asked else text.body or ""
    station = stations.station_by_id(db, held.station_id)
    return "correction" if isinstance(parse_at(body, election, station), Correction) else "report"


def _add_figures(db: Connection, number: int, message_id: int, tallies: Sequence[Tally]) -> None:
    rows = [
        {
            "case_id": number,
            "message_id": message_id,
            "contest": each.contest,
            "votes": each.votes,
            "stated": each.stated,
            "invalid": each.invalid,
        }
        for each in tallies
    ]
    db.execute(insert(CaseFigures), rows)


def _case(db: Connection, row: Row[Any]) -> Case:
    figures = db.execute(_FIGURES, {"case_id": row.id}).all()
    tallies = _newest(figures)
    return Case(
        number=row.id,
        station_id=row.station_id,
        sender=row.sender,
        person_id=row.person_id,
        codes=row.codes,
        status=row.status,
        at=row.at,
        message_id=row.message_id,
        sequence=row.sequence,
        decided_at=row.decided_at,
        decision=row.decided_by,
        tallies=tallies,
        earlier=frozenset(map(_tally, figures)) - {*tallies},
        newest=figures[-1].message_id,
        newest_at=figures[-1].at,
    )


def _newest(figures: Sequence[Row[Any]]) -> tuple[Tally, ...]:
    """Give the figures of each contest that came last, or were sent last where the carrier tells of both."""
    newest: dict[str, Row[Any]] = {}
    for each in figures:
        held = newest.get(each.contest)
        late = held is not None and None not in (each.sent_at, held.sent_at) and each.sent_at < held.sent_at
        if not late:
            newest[each.contest] = each
    return tuple(map(_tally, newest.values()))


def _tally(row: Row[Any]) -> Tally:
    return Tally(row.contest, row.votes, row.stated, row.invalid)
