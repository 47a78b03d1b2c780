"""What a rehearsal needs to know: where nothing stands yet, and what became of its texts."""

from collections import Counter

from sqlalchemy import Connection, bindparam, func, select

from config.election import Election
from models import missing, results
from models.columns import word
from models.tables import CaseRow, MessageRow, ResultRow
from parser.station import Station
from parser.verdict import Tally

_OUTCOMES = (
    select(MessageRow.outcome, MessageRow.codes, func.count().label("count"))
    .where(MessageRow.direction == word("in"), MessageRow.carrier_id.like(bindparam("pattern")))
    .group_by(MessageRow.outcome, MessageRow.codes)
)
_CASES = select(CaseRow.station_id).where(CaseRow.status == word("open"))
_ANY_RESULT = select(ResultRow.id).limit(1)
_ANY_TEXT = select(MessageRow.id).where(MessageRow.carrier_id == bindparam("carrier_id"))


def empty_stations(db: Connection, election: Election) -> list[Station]:
    """Give the stations where no contest stands and no report waits."""
    waiting = set(db.execute(_CASES).scalars())
    lacking = missing.missing(db, election)
    every = len(election.contests)
    return [
        each.station for each in lacking if len(each.contests) == every and each.station.id not in waiting
    ]


def has_results(db: Connection) -> bool:
    """Whether anything was ever recorded."""
    return db.execute(_ANY_RESULT).first() is not None


def came(db: Connection, carrier_id: str) -> bool:
    """Whether a text is in this database."""
    return db.execute(_ANY_TEXT, {"carrier_id": carrier_id}).first() is not None


def outcomes(db: Connection, prefix: str) -> Counter[tuple[str, tuple[str, ...]]]:
    """Count what became of the texts whose ids begin so, by outcome and codes."""
    rows = db.execute(_OUTCOMES, {"pattern": f"{prefix}%"})
    return Counter({(row.outcome, row.codes or ()): row.count for row in rows})


def standing(db: Connection, station: Station) -> dict[str, Tally]:
    """Give what stands at a station, by contest."""
    return results.record(results.latest(db, station)).tallies
