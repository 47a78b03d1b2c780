"""Texts out, as rows: queued in the transaction of their cause, claimed by one worker, settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    or_,
    select,
    text,
    update,
)

from models import dialect, messages, opt_outs
from models.columns import Instant, word
from models.delivery import apply_early
from models.tables import MessageRow

TIME_TO_LIVE = timedelta(hours=1)
# No text is put off for longer, so that one whose turn is later was written before our clock was set back.
LONGEST_WAIT = timedelta(minutes=10)
ALARM, REPLY, DIRECT, BULK = "alarm", "reply", "direct", "bulk"
NOT_IN_ONLY = "not_in_only"  # a rehearsal with other numbers
PRIORITY = {ALARM: -1, REPLY: 0, DIRECT: 1, BULK: 2}


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to be queued. ``kind`` decides its turn; ``carrier`` is None where it is free."""

    recipient: str
    body: str
    segments: int
    kind: str = DIRECT
    person_id: int | None = None
    station_id: int | None = None
    in_reply_to: int | None = None
    carrier: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """A claimed row of the outbox. ``carrier`` is the one to prefer, None where there is none; ``answered``
    whether its carrier said itself that it failed: then the row has a time for the next attempt."""

    id: int
    recipient: str
    body: str
    kind: str
    carrier: str | None
    attempts: int
    at: datetime
    expires_at: datetime
    status: str
    answered: bool | None


_CLAIM = """
    UPDATE messages
    SET status = 'sending', claimed_by = :worker, claimed_until = :until, attempts = attempts + 1
    WHERE id = (
        SELECT id FROM messages
        WHERE status IN ('queued', 'sending') AND status = 'queued'
            AND (next_attempt <= :now OR next_attempt > :ahead)
            AND (carrier IS NULL OR carrier NOT IN :busy)
        ORDER BY priority, next_attempt, id LIMIT 1 {skip}
    ) AND status = 'queued'
    RETURNING id
    """
_CLAIMS = {
    name: text(_CLAIM.format(skip=skip)).bindparams(
        bindparam("now", type_=Instant()),
        bindparam("ahead", type_=Instant()),
        bindparam("until", type_=Instant()),
        bindparam("busy", expanding=True, type_=Text()),
    )
    for name, skip in (("sqlite", ""), ("postgresql", "FOR UPDATE SKIP LOCKED"))
}
# Written as the index has it: with parameters SQLite would not take it, and read the whole log.
IN_OUTBOX = MessageRow.status.in_((word("queued"), word("sending")))
_ROW = select(
    MessageRow.id,
    MessageRow.recipient,
    MessageRow.body,
    MessageRow.kind,
    MessageRow.carrier,
    MessageRow.attempts,
    MessageRow.at,
    MessageRow.expires_at,
    MessageRow.status,
    (MessageRow.next_attempt > MessageRow.sent_at).label("answered"),
)
_BY_ID = _ROW.where(MessageRow.id == bindparam("id"))
_has_come = or_(MessageRow.next_attempt <= bindparam("now"), MessageRow.next_attempt > bindparam("ahead"))
_is_over = or_(MessageRow.claimed_until < bindparam("now"), MessageRow.claimed_until > bindparam("ahead"))
_ABANDONED = _ROW.where(
    IN_OUTBOX,
    MessageRow.status == word("sending"),
    _is_over,
).order_by(MessageRow.priority, MessageRow.next_attempt, MessageRow.id)  # by another it would read the log
_TAKE_OVER = (
    update(MessageRow)
    .where(
        MessageRow.id == bindparam("key"),
        MessageRow.status == word("sending"),
        _is_over,
    )
    .values(claimed_by=bindparam("worker"), claimed_until=bindparam("new_until"))
)
_WAITING = (
    select(MessageRow.id)
    .where(
        IN_OUTBOX,
        or_(
            and_(MessageRow.status == word("queued"), _has_come),
            and_(MessageRow.status == word("sending"), _is_over),
        ),
    )
    .limit(1)
)
_HAND_TO = (
    update(MessageRow)
    .where(MessageRow.id == bindparam("key"))
    .values(carrier=bindparam("carrier_name"), sent_at=bindparam("now"), next_attempt=bindparam("now"))
)
_PUT_BACK = (
    update(MessageRow)
    .where(MessageRow.id == bindparam("key"))
    .values(
        status="queued",
        claimed_by=None,
        claimed_until=None,
        attempts=MessageRow.attempts - 1,
        carrier=bindparam("carrier_name"),
    )
)
_FREE = (
    update(MessageRow)
    .where(
        IN_OUTBOX,
        MessageRow.status == word("queued"),
        MessageRow.carrier == bindparam("by"),
        MessageRow.next_attempt > bindparam("now"),
    )
    .values(next_attempt=bindparam("now"))
)
_LAST_CARRIER = (
    select(MessageRow.carrier)
    .where(
        MessageRow.sender == bindparam("phone"),
        MessageRow.direction == word("in"),
        MessageRow.carrier != "operator",
    )
    .order_by(MessageRow.id.desc())
    .limit(1)
)


def queue(db: Connection, draft: Draft, now: datetime) -> int:
    """Queue a text and give its row. One to a number that opted out is kept as failed, unless it
    is a reply."""
    if draft.kind != REPLY and opt_outs.opted_out(db, draft.recipient):
        return messages.add(db, **row(draft, now, "failed", "opted_out"))
    return messages.add(db, **row(draft, now, "queued"))


def claim(
    db: Connection, worker: str, now: datetime, lease: timedelta, busy: Sequence[str] = ()
) -> Queued | None:
    """Take the next text whose time has come, replies first, past those for ``busy`` carriers; None
    where there is none."""
    values = {"worker": worker, "until": now + lease, "busy": list(busy), **_times(now)}
    row_id = db.execute(_CLAIMS[db.dialect.name], values).scalar()
    return None if row_id is None else _queued(db.execute(_BY_ID, {"id": row_id}).one())


def waiting(db: Connection, now: datetime) -> bool:
    """Whether there is a text to send or to settle; it takes no writer's place to ask."""
    return db.execute(_WAITING, _times(now)).first() is not None


def hand_to(db: Connection, row_id: int, carrier: str, now: datetime) -> None:
    """Note by which carrier a text is about to leave, so that whoever finds it knows whom to ask, and that
    no other time has been set for it."""
    db.execute(_HAND_TO, {"key": row_id, "carrier_name": carrier, "now": now})


def put_back(db: Connection, row_id: int, carrier: str) -> None:
    """Undo a claim, in the transaction that made it: the turn of the carrier that it is for has not come."""
    db.execute(_PUT_BACK, {"key": row_id, "carrier_name": carrier})


def free(db: Connection, carrier: str, now: datetime) -> None:
    """Let what waits to be tried again by a carrier be tried now, by another."""
    db.execute(_FREE, {"by": carrier, "now": now})


def abandoned(db: Connection, now: datetime) -> list[Queued]:
    """Give the texts whose worker died, or lost its connection, while sending."""
    return [_queued(row) for row in db.execute(_ABANDONED, _times(now))]


def take_over(db: Connection, row_id: int, worker: str, now: datetime, lease: timedelta) -> bool:
    """Claim an abandoned text; False where another worker was faster."""
    values = {"key": row_id, "worker": worker, "new_until": now + lease, **_times(now)}
    return db.execute(_TAKE_OVER, values).rowcount == 1


def settle(db: Connection, row_id: int, worker: str, status: str, **values: Any) -> bool:
    """Write how an attempt ended, if the row is still this worker's.

    ``values`` are carrier, carrier_id, error_code, next_attempt; ``claimed_until`` for one that
    stays ``sending`` because nobody knows yet. A delivery report that came before the carrier's
    id was known is applied here.
    """
    mine = (MessageRow.id == row_id, MessageRow.claimed_by == worker, MessageRow.status == word("sending"))
    settled = {"status": status, "claimed_until": None, **values}
    if values.get("carrier_id"):
        dialect.hold_carrier_id(db, values["carrier"], values["carrier_id"])
    done = db.execute(update(MessageRow).where(*mine).values(settled))
    if done.rowcount == 1 and values.get("carrier_id"):
        apply_early(db, values["carrier"], values["carrier_id"], row_id)
    return done.rowcount == 1


def last_carrier(db: Connection, phone: str) -> str | None:
    """Give the carrier by which a number last wrote."""
    return db.execute(_LAST_CARRIER, {"phone": phone}).scalar()


def redirect(
    db: Connection, *, station_id: int, old: Sequence[str], new: str, person_id: int, kinds: Sequence[str]
) -> None:
    """Give texts of some kinds about a station that are queued for its old monitor to the new one
    (``GANTI``)."""
    waiting = (
        MessageRow.station_id == station_id,
        MessageRow.recipient.in_(old),
        MessageRow.status == word("queued"),
        MessageRow.kind.in_(kinds),
    )
    db.execute(update(MessageRow).where(*waiting).values(recipient=new, person_id=person_id, carrier=None))


def row(draft: Draft, now: datetime, status: str, code: str | None = None) -> dict[str, Any]:
    """Give the columns of a text out."""
    return {
        "direction": "out",
        "at": now,
        "recipient": draft.recipient,
        "body": draft.body,
        "segments": draft.segments,
        "kind": draft.kind,
        "priority": PRIORITY[draft.kind],
        "person_id": draft.person_id,
        "station_id": draft.station_id,
        "in_reply_to": draft.in_reply_to,
        "carrier": draft.carrier,
        "status": status,
        "error_code": code,
        "attempts": None if status == "sent" else 0,  # None: never in the outbox
        "next_attempt": now,
        "expires_at": draft.expires_at or now + TIME_TO_LIVE,
    }


def _times(now: datetime) -> dict[str, datetime]:
    return {"now": now, "ahead": now + LONGEST_WAIT}


def _queued(row: Row[*tuple[Any, ...]]) -> Queued:
    return Queued(**row._mapping)
