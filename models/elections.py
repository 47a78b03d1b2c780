"""Election files as they were, so that an audit judges a message by the one of its time."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from config.election import Election
from config.election_file import parse_election
from models.recount import recount
from models.tables import Counter, ElectionText

IN_FORCE = "election"
_IN_FORCE = select(Counter.value).where(Counter.name == IN_FORCE)


def remember(db: Connection, election: Election, now: datetime) -> int:
    """Keep an election file and give its id; where another one was in force, count anew."""
    election_id = _kept(db, election, now)
    if db.execute(_IN_FORCE).scalar() != election_id:
        db.execute(delete(Counter).where(Counter.name == IN_FORCE))
        db.execute(insert(Counter), {"name": IN_FORCE, "value": election_id})
        recount(db, election)  # its contests may be others, and with them what is complete
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
