"""How a text in ends: what became of it, and the reply, which are rows of one log."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal_column, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from models.outbox import Draft, row
from models.tables import MessageRow, ResultRow


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a text in, as its row keeps it."""

    outcome: str
    codes: tuple[str, ...]
    person_id: int | None
    station_id: int | None
    command: str | None
    pin: str | None


def _revisions_before(station_id: Any, message_id: Any) -> Any:
    """Build the count of a station's revisions without those of a text."""
    count = select(func.coalesce(func.max(ResultRow.sequence), 0)).where(
        ResultRow.station_id == station_id, ResultRow.message_id != message_id
    )
    return count.scalar_subquery()


_FINISH = (
    update(MessageRow)
    .where(MessageRow.id == bindparam("key"))
    .values(
        outcome=bindparam("outcome"),
        codes=bindparam("codes"),
        person_id=bindparam("person_id"),
        station_id=bindparam("station_id"),
        command=bindparam("command"),
        pin=bindparam("pin"),
        sequence=_revisions_before(bindparam("station_id"), bindparam("key")),
    )
)
_VERDICT = [each.name for each in fields(Verdict)]


def _settling(module: Any, key: Any) -> Any:
    """Build the statement that takes the row of a text in, which is there, and that of its reply."""
    statement = module.insert(MessageRow).values(id=key)  # the other columns are those that are given
    known: dict[str, Any] = {name: statement.excluded[name] for name in _VERDICT}
    known["sequence"] = _revisions_before(
        literal_column("excluded.station_id"), literal_column("messages.id")
    )
    return statement.on_conflict_do_update(index_elements=["id"], set_=known).returning(MessageRow.id)


_SETTLE = {
    "sqlite": _settling(sqlite, bindparam("key")),
    "postgresql": _settling(postgresql, func.coalesce(bindparam("key"), text("nextval('messages_id_seq')"))),
}


def finish(db: Connection, message_id: int, verdict: Verdict) -> None:
    """Store what became of a text in that is not answered; see ``reply``."""
    db.execute(_FINISH, {"key": message_id, **asdict(verdict)})


def reply(
    db: Connection, verdict: Verdict, draft: Draft, now: datetime, *, status: str, code: str | None = None
) -> int:
    """Store what became of a text in and its reply, in one statement; give the reply's row.

    The reply is ``queued``; or ``sent``, where it leaves in the answer to the carrier's own request;
    or ``failed`` with the reason, where it must not leave.
    """
    assert draft.in_reply_to is not None
    answer = {**dict.fromkeys(_VERDICT), **row(draft, now, status, code), "key": None}
    received = {**dict.fromkeys(answer), **asdict(verdict)}
    received |= {"key": draft.in_reply_to, "direction": "in", "at": now}
    rows: list[int] = list(db.execute(_SETTLE[db.dialect.name], [received, answer]).scalars())
    return max(rows)
