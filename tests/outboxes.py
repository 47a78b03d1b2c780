"""A worker on fake carriers, and the rows that it works on."""

from datetime import UTC, timedelta

from sqlalchemy import insert, select

from config.election import Sending
from models import outbox
from models.outbox import Draft
from models.tables import MessageRow
from notify.carrier import SendFailed
from notify.outbox import Outbox
from tests.elections import NOON

NOW = NOON.astimezone(UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PHONE, OTHER, SAMPLE = "+6281200000001", "+6281200000002", "+628410000012"
FAST = Sending(messages_per_second=1000)
BUSY = SendFailed("20429", retry=True)
LOST = SendFailed("ReadTimeout", retry=True, unsure=True)
BROKEN = SendFailed("20500", retry=True, unsure=True, answered=True)
NEVER = SendFailed("21211", retry=False)


def box_of(store, *carriers, sending=FAST, worker="w1", **more):
    """Give a worker as a new process would have it; ``in_hand`` is what it shares with those beside it."""
    return Outbox(store, {each.name: each for each in carriers}, sending, worker=worker, **more)


def queued(store, *, recipient=PHONE, body="halo", at=NOW, **more):
    draft = Draft(recipient=recipient, body=body, segments=1, **more)
    with store.transaction() as db:
        return outbox.queue(db, draft, at)


def row_of(store, key):
    with store.reading() as db:
        return db.execute(select(MessageRow.__table__).where(MessageRow.id == key)).one()


def heard(store, carrier, phone=PHONE, at=NOW):
    """Let a number write through a carrier."""
    values = {
        "direction": "in",
        "at": at,
        "sender": phone,
        "carrier": carrier,
        "carrier_id": f"in-{carrier}-{at}",
    }
    with store.transaction() as db:
        db.execute(insert(MessageRow).values(values))
