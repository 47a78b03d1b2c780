"""Who sent a text, and what the first rules ask of their number: one question for all of it.

On PostgreSQL the same question locks the stations of a sender who only reports: every text about a
station waits there for the others about it, and such a sender's has no more to ask for it. Nobody
else's stations are: a coordinator would hold them while waiting for another.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, func, select

from models.columns import Instant, word
from models.people import BY_PHONE, OWNER, ROSTER_NOW, Person, fold
from models.prepared import Prepared
from models.tables import MessageRow, QuestionRow, RoleRow, StationRow


@dataclass(frozen=True, slots=True)
class Sender:
    """``recent`` are the number's texts between two moments, this one among them, counted up to one
    more than were asked for; ``asked`` whether a question to it is open, however old. ``roster`` is how
    often the roster had changed in the moment that the rest is of."""

    person: Person | None
    recent: int
    asked: bool
    roster: int | None


_LAST = (
    select(MessageRow.at)
    .where(MessageRow.sender == bindparam("phone"), MessageRow.direction == word("in"))
    .order_by(MessageRow.id.desc())
    .limit(bindparam("most"))
    .subquery()
)
_RECENT = (
    select(func.count())
    .select_from(_LAST)
    .where(_LAST.c.at > bindparam("since", type_=Instant()), _LAST.c.at <= bindparam("now", type_=Instant()))
    .scalar_subquery()
    .label("recent")
)
_ASKED = (
    exists().where(QuestionRow.phone == bindparam("phone"), QuestionRow.closed_by.is_(None)).label("asked")
)


def _stations_as(role: str) -> Select[Any]:
    """Build the stations of the sender's roles of a kind; a coordinator's role has none."""
    return select(RoleRow.station_id).where(
        RoleRow.person_id == OWNER.scalar_subquery(), RoleRow.role == word(role), RoleRow.until.is_(None)
    )


_LOCKED = (
    select(StationRow.id)
    .where(StationRow.id.in_(_stations_as("monitor")), ~_stations_as("coordinator").exists())
    .order_by(StationRow.id)
    .with_for_update(of=StationRow, key_share=True)
    .cte("locked")
)
_ROSTER = ROSTER_NOW.scalar_subquery().label("roster")
_WHO = BY_PHONE.add_columns(_RECENT, _ASKED, _ROSTER)
_SENDER = Prepared(
    sqlite=_WHO,
    # A common table expression that nothing asks for would not be executed.
    postgresql=_WHO.add_columns(select(func.count()).select_from(_LOCKED).scalar_subquery().label("locked")),
)
_STRANGER = Prepared(select(_RECENT, _ASKED, _ROSTER))


def sender(db: Connection, phone: str, now: datetime, *, since: datetime, most: int) -> Sender:
    """Give who a number is now, and how many texts came from it since, counting to ``most`` + 1.

    Those of later than ``now`` came before our clock was set back: nobody knows how long ago.
    """
    values = {"phone": phone, "since": since, "now": now, "most": most + 1}
    rows = _SENDER.rows(db, values)
    first = rows[0] if rows else _STRANGER.rows(db, values)[0]
    return Sender(next(iter(fold(rows)), None), first.recent, bool(first.asked), first.roster)
