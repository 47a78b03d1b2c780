"""How a text in ends: what became of it, and the reply, which are rows of one log."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal_column, null, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from models.columns import word
from models.outbox import TIME_TO_LIVE, Draft, row
from models.prepared import Prepared
from models.tables import MessageRow, ResultRow


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a text in, as its row keeps it. ``roster`` is how often the roster had changed when
    its sender was looked for."""

    outcome: str
    codes: tuple[str, ...]
    person_id: int | None
    station_id: int | None
    command: str | None
    pin: str | None
    roster: int | None


def _revisions_before(station_id: Any, message_id: Any) -> Any:
    """Build the count of a station's revisions without those of a text."""
    count = select(func.coalesce(func.max(ResultRow.sequence), 0)).where(
        ResultRow.station_id == station_id, ResultRow.message_id != message_id
    )
    return count.scalar_subquery()


_ENDING = [each.name for each in fields(Ending)]
_REPLY = [
    *("at", "carrier", "recipient", "body", "person_id", "station_id", "in_reply_to", "kind", "status"),
    *("segments", "priority", "attempts", "next_attempt", "expires_at", "error_code"),
]
_FINISH = Prepared(
    update(MessageRow)
    .where(MessageRow.id == bindparam("key"))
    .values(
        {
            **{name: bindparam(name) for name in _ENDING},
            "sequence": _revisions_before(bindparam("station_id"), bindparam("key")),
        }
    )
)
_AFTER_ALL = (
    update(MessageRow)
    .where(
        MessageRow.id == bindparam("key"),
        MessageRow.at <= bindparam("asked_again"),
        MessageRow.status == word("sent"),
        MessageRow.carrier_id.is_(None),  # no delivery report: it has not been texted
    )
    .values(status="queued", attempts=0, next_attempt=bindparam("now"), expires_at=bindparam("until"))
)


def _settling(module: Any, next_id: Any) -> Any:
    """Build the statement that takes the row of a text in, which is there, and that of its reply."""
    columns = MessageRow.__table__.c

    def bound(names: Sequence[str]) -> dict[str, Any]:
        return {name: bindparam(name, type_=columns[name].type) for name in names}

    nothing = dict.fromkeys(("id", "direction", *_REPLY, *_ENDING), null())
    key = {"id": bindparam("in_reply_to", type_=columns.id.type), "direction": word("in")}
    received = {**nothing, **key, **bound(["at", *_ENDING])}
    answer = {**nothing, "id": next_id, "direction": word("out"), **bound(_REPLY)}
    statement = module.insert(MessageRow).values([received, answer])
    known: dict[str, Any] = {name: statement.excluded[name] for name in _ENDING}
    known["sequence"] = _revisions_before(
        literal_column("excluded.station_id"), literal_column("messages.id")
    )
    return statement.on_conflict_do_update(index_elements=["id"], set_=known).returning(MessageRow.id)


_SETTLE = Prepared(
    sqlite=_settling(sqlite, null()), postgresql=_settling(postgresql, text("nextval('messages_id_seq')"))
)


def finish(db: Connection, message_id: int, ending: Ending) -> None:
    """Store what became of a text in that is not answered; see ``reply``."""
    _FINISH.run(db, {"key": message_id, **_columns(ending)})


def reply(
    db: Connection, ending: Ending, draft: Draft, now: datetime, *, status: str, code: str | None = None
) -> int:
    """Store what became of a text in and its reply, in one statement; give the reply's row.

    Both are of the same person and about the same station. The reply is ``queued``; or ``sent``, where
    it leaves in the answer to the carrier's own request; or ``failed`` with the reason, where it must
    not leave.
    """
    rows = _SETTLE.rows(db, {**_columns(ending), **row(draft, now, status, code)})
    row_id: int = max(each.id for each in rows)
    return row_id


def leave_after_all(db: Connection, reply_id: int, asked_again: datetime, now: datetime) -> None:
    """Queue a reply that was to leave in an answer to its carrier, which brought the text again: it had
    no answer. Not one that was written after that, for the carrier has it."""
    until = now + TIME_TO_LIVE
    db.execute(_AFTER_ALL, {"key": reply_id, "asked_again": asked_again, "now": now, "until": until})


def _columns(ending: Ending) -> dict[str, Any]:
    return {name: getattr(ending, name) for name in _ENDING}
