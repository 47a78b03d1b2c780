"""Election files as they were, so that an audit judges a message by the one of its time."""

import hashlib
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from config.election import Election
from config.election_file import parse_election
from models.recount import recount
from models.tables import Counter, ElectionText, MessageRow, ResultRow

MARK_DIGITS = 16
IN_FORCE, COUNTED = "election", "counted"  # the file that the totals are by; the newest revision then
_KNOWN = select(Counter.name, Counter.value).where(Counter.name.in_((IN_FORCE, COUNTED)))
_NEWEST = (
    select(ResultRow.id, MessageRow.election_id)
    .join(MessageRow, MessageRow.id == ResultRow.message_id)
    .order_by(ResultRow.id.desc())
    .limit(1)
)


def remember(db: Connection, election: Election, now: datetime) -> int:
    """Keep an election file and give its id; where the totals were counted by another one, count anew:
    its contests may be others, and with them what is complete."""
    election_id = _id(db, election) or _keep(db, election, now)
    if (newest := _counted_by_another(db, election_id)) is not None:
        db.execute(delete(Counter).where(Counter.name.in_((IN_FORCE, COUNTED))))
        db.execute(
            insert(Counter),
            [{"name": IN_FORCE, "value": election_id}, {"name": COUNTED, "value": newest}],
        )
        recount(db, election)
    return election_id


def in_force(db: Connection, election: Election) -> int | None:
    """Give the id of an election file that is kept and that the totals were counted by; None where
    ``remember`` would write."""
    election_id = _id(db, election)
    return None if election_id is None or _counted_by_another(db, election_id) is not None else election_id


def mark(db: Connection, election_id: int) -> str:
    """Give what tells the row of an election file from any other, of another database too: a rehearsal's
    has the same number, and may have the same file."""
    kept = db.execute(
        select(ElectionText.sha256, ElectionText.at).where(ElectionText.id == election_id)
    ).first()
    when = "" if kept is None else f"{kept.sha256} {kept.at.astimezone(UTC).isoformat()}"
    return hashlib.sha256(f"{election_id} {when}".encode()).hexdigest()[:MARK_DIGITS]


def _counted_by_another(db: Connection, election_id: int) -> int | None:
    """Give the newest revision where the totals were counted by another file."""
    known: dict[str, int] = {row.name: row.value for row in db.execute(_KNOWN)}
    newest, by = db.execute(_NEWEST).first() or (0, None)
    # A service that was not started again with the file counts by the one that it knows.
    by_another = by != election_id and newest > known.get(COUNTED, 0)
    return newest if known.get(IN_FORCE) != election_id or by_another else None


def all_kept(db: Connection) -> dict[int, Election]:
    """Give every election file that messages were judged by, by its id."""
    rows = db.execute(select(ElectionText.id, ElectionText.source))
    return {row.id: parse_election(row.source, f"election file {row.id}") for row in rows}


def _id(db: Connection, election: Election) -> int | None:
    """Give the id of an election file that is kept."""
    return db.execute(select(ElectionText.id).where(ElectionText.sha256 == _digest(election))).scalar()


def _keep(db: Connection, election: Election, now: datetime) -> int:
    values = {"sha256": _digest(election), "source": election.source, "at": now}
    return int(db.execute(insert(ElectionText).values(values).returning(ElectionText.id)).scalar_one())


def _digest(election: Election) -> str:
    return hashlib.sha256(election.source.encode()).hexdigest()
