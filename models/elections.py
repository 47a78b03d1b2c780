"""Election files as they were, so that an audit judges a message by the one of its time."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from config.election import Election
from config.election_file import parse_election
from models.recount import recount
from models.tables import Counter, ElectionText, MessageRow, ResultRow

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
    election_id = _kept(db, election, now)
    known: dict[str, int] = {row.name: row.value for row in db.execute(_KNOWN)}
    newest, by = db.execute(_NEWEST).first() or (0, None)
    # A service that was not started again with the file counts by the one that it knows.
    by_another = by != election_id and newest > known.get(COUNTED, 0)
    if known.get(IN_FORCE) != election_id or by_another:
        db.execute(delete(Counter).where(Counter.name.in_((IN_FORCE, COUNTED))))
        db.execute(
            insert(Counter),
            [{"name": IN_FORCE, "value": election_id}, {"name": COUNTED, "value": newest}],
        )
        recount(db, election)
    return election_id


def all_kept(db: Connection) -> dict[int, Election]:
    """Give every election file that messages were judged by, by its id."""
    rows = db.execute(select(ElectionText.id, ElectionText.source))
    return {row.id: parse_election(row.source, f"election file {row.id}") for row in rows}


def _kept(db: Connection, election: Election, now: datetime) -> int:
    digest = hashlib.sha256(election.source.encode()).hexdigest()
    found = db.execute(select(ElectionText.id).where(ElectionText.sha256 == digest)).scalar()
    if found is not None:
        return found
    values = {"sha256": digest, "source": election.source, "at": now}
    return int(db.execute(insert(ElectionText).values(values).returning(ElectionText.id)).scalar_one())
