"""Results: append-only revisions, each chained to the one before it at its station."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, literal_column, select, tuple_

from models.prepared import Prepared, PreparedInsert
from models.tables import CaseRow, MessageRow, ResultRow, StationRow
from parser.judge import Record, Standing
from parser.station import Station
from parser.verdict import Tally

FIRST = "0" * 64  # what the first revision of a station is chained to


@dataclass(frozen=True, slots=True)
class Revision:
    """A row of ``results``, with the text that made it. ``votes`` is None where void."""

    id: int
    station_id: int
    sequence: int
    contest: str
    revision: int
    votes: tuple[int, ...] | None
    stated: int | None
    invalid: int | None
    source: str
    reason: str
    at: datetime
    person_id: int | None
    message_id: int
    case_id: int | None
    previous: str
    hash: str
    phone: str | None
    received: datetime

    @property
    def tally(self) -> Tally:
        """The figures; not to be asked of a void revision."""
        assert self.votes is not None
        return Tally(self.contest, self.votes, self.stated, self.invalid)

    @property
    def receipt(self) -> str:
        """The number that the confirmation gave."""
        return receipt(self.message_id)

    @property
    def by_coordinator(self) -> bool:
        """Whether a coordinator made it, or decided it."""
        return self.reason != REPORT


@dataclass(frozen=True, slots=True)
class Change:
    """Why revisions are added, and by which text."""

    source: str  # report, correction, decision, operator
    reason: str  # report, correction, decision, void
    at: datetime
    person_id: int | None
    message_id: int
    case_id: int | None = None


REPORT = "report"
VOID = "void"

RECENT = 20  # revisions of a station that are read whole; of older ones, only what matters
EVER = 2**31 - 1  # no station has as many revisions

_REVISION: list[Any] = [
    ResultRow.__table__,
    MessageRow.sender.label("phone"),
    MessageRow.sent_at,
    MessageRow.at.label("arrived"),
]
# One row without a revision where the station has none.
_RECENT = Prepared(
    select(*_REVISION, exists().where(CaseRow.station_id == StationRow.id).label("has_cases"))
    .select_from(StationRow)
    .outerjoin(
        ResultRow,
        and_(ResultRow.station_id == StationRow.id, ResultRow.sequence <= bindparam("upto")),
    )
    .outerjoin(MessageRow, MessageRow.id == ResultRow.message_id)
    .where(StationRow.id == bindparam("station_id"))
    .order_by(ResultRow.sequence.desc())
    .limit(literal_column(str(RECENT)))
)
_ALL = (
    select(*_REVISION)
    .join(MessageRow, MessageRow.id == ResultRow.message_id)
    .where(ResultRow.station_id == bindparam("station_id"))
    .order_by(ResultRow.sequence)
)
_revisions = select(ResultRow.contest, func.max(ResultRow.revision)).where(
    ResultRow.station_id == bindparam("station_id"), ResultRow.sequence <= bindparam("upto")
)
_newest = _revisions.group_by(ResultRow.contest)
_alike = _revisions.where(ResultRow.votes.in_(bindparam("votes", expanding=True))).group_by(
    ResultRow.contest, ResultRow.votes, ResultRow.stated, ResultRow.invalid
)
_OLDER = _ALL.where(tuple_(ResultRow.contest, ResultRow.revision).in_(_newest.union(_alike)))
_COLUMNS = [column.name for column in ResultRow.__table__.columns if column.name != "id"]
_ADD = PreparedInsert(ResultRow.__table__, _COLUMNS, lambda insert, rows: insert.values(rows))


def receipt(message_id: int) -> str:
    """Give the receipt number of a text: short enough to be read out by phone."""
    return f"{message_id:04d}"


def history(db: Connection, station: Station) -> list[Revision]:
    """Give every revision of a station, oldest first."""
    return [_revision(row) for row in db.execute(_ALL, {"station_id": station.id})]


def latest(
    db: Connection, station: Station, tallies: Sequence[Tally] = (), upto: int = EVER
) -> list[Revision]:
    """Give of a station's history what the judging of ``tallies`` needs, oldest first: see ``state``."""
    return state(db, station, tallies, upto)[0]


def state(
    db: Connection, station: Station, tallies: Sequence[Tally] = (), upto: int = EVER
) -> tuple[list[Revision], bool]:
    """Give of a station's history what the judging of ``tallies`` needs, oldest first, and whether the
    station has ever had a held report.

    That is the newest revision of each contest, and of those with the votes of a tally. A few recent
    ones are there too: only what is older than those is looked for, so that a text about a station takes
    no longer for what was sent about it before. ``upto`` is the last revision that is seen, for what
    stood then.
    """
    rows = _RECENT.rows(db, {"station_id": station.id, "upto": upto})
    recent = [_revision(row) for row in reversed(rows) if row.id is not None]
    return [*_older(db, recent, tallies), *recent], bool(rows[0].has_cases)


def _older(db: Connection, recent: Sequence[Revision], tallies: Sequence[Tally]) -> list[Revision]:
    if not recent or recent[0].sequence == 1:
        return []
    values = {
        "station_id": recent[0].station_id,
        "upto": recent[0].sequence - 1,
        "votes": [each.votes for each in tallies],
    }
    return [_revision(row) for row in db.execute(_OLDER, values)]


def last_sequence(history: Sequence[Revision]) -> int:
    """Give how many revisions a station has had."""
    return history[-1].sequence if history else 0


def newest(history: Sequence[Revision]) -> dict[str, Revision]:
    """Give the newest revision of each contest, void ones too."""
    return {each.contest: each for each in history}


def status(revision: Revision, last: Mapping[str, Revision]) -> str:
    """Say what a revision is beside the ``last`` of its station's contests: void, accepted or superseded."""
    if revision.votes is None:
        return "void"
    return "accepted" if last[revision.contest].id == revision.id else "superseded"


def record(history: Sequence[Revision], rejections: Sequence[tuple[str, int]] = ()) -> Record:
    """Give what stands at a station and what stood, as the rules want it.

    ``rejections`` are contests with the rows of the texts by which a coordinator rejected other
    figures (``models.cases``): what stood then, a coordinator has kept.
    """
    last = newest(history)
    # By contest: the order must not depend on how much of the history was read.
    stands = [last[contest] for contest in sorted(last) if last[contest].votes is not None]
    ids = {each.id for each in stands}
    return Record(
        standing=tuple(
            Standing(
                tally=each.tally,
                revision=each.revision,
                at=each.received,
                phone=each.phone,
                by_coordinator=each.by_coordinator or _kept(each, rejections),
                receipt=each.receipt,
            )
            for each in stands
        ),
        replaced=frozenset(each.tally for each in history if each.votes is not None and each.id not in ids),
        sequence=last_sequence(history),
    )


def _kept(revision: Revision, rejections: Sequence[tuple[str, int]]) -> bool:
    return any(
        contest == revision.contest and message > revision.message_id for contest, message in rejections
    )


def add(
    db: Connection,
    station: Station,
    history: Sequence[Revision],
    tallies: Sequence[Tally | str],
    change: Change,
) -> None:
    """Append a revision for each tally, or for each contest code a void one.

    ``history`` is the station's as ``state`` gives it, read under its lock.
    """
    previous = history[-1].hash if history else FIRST
    last = newest(history)
    rows = []
    for sequence, each in enumerate(tallies, start=last_sequence(history) + 1):
        row = _row(station, each, change)
        row["sequence"] = sequence
        row["revision"] = last[row["contest"]].revision + 1 if row["contest"] in last else 1
        row["previous"] = previous
        previous = row["hash"] = content_hash(row)
        rows.append(row)
    _ADD.run(db, rows)


HASHED = [
    "station_id",
    "sequence",
    "contest",
    "revision",
    "votes",
    "stated",
    "invalid",
    "source",
    "reason",
    "at",
    "person_id",
    "message_id",
    "case_id",
    "previous",
]


_WRITE = json.JSONEncoder(separators=(",", ":")).encode
_hashed = itemgetter(*HASHED)


def content_hash(row: dict[str, Any]) -> str:
    """Give the SHA-256 of a revision's content and of the hash before it (SPEC section 3)."""
    values = _hashed({**row, "at": row["at"].astimezone(UTC).isoformat()})
    return hashlib.sha256(_WRITE(values).encode()).hexdigest()


def _row(station: Station, tally: Tally | str, change: Change) -> dict[str, Any]:
    known = tally if isinstance(tally, Tally) else None
    return {
        "station_id": station.id,
        "contest": tally.contest if isinstance(tally, Tally) else tally,
        "votes": known.votes if known else None,
        "stated": known.stated if known else None,
        "invalid": known.invalid if known else None,
        "source": change.source,
        "reason": change.reason,
        "at": change.at,
        "person_id": change.person_id,
        "message_id": change.message_id,
        "case_id": change.case_id,
    }


def _revision(row: Any) -> Revision:
    values = row._asdict()
    sent, arrived = values.pop("sent_at"), values.pop("arrived")
    values.pop("has_cases", None)
    return Revision(**values, received=sent or arrived)
