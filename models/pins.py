"""PINs of the roster, kept only as salted hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select

from models.tables import MessageRow

# A PIN has at most 27 bits: no hash protects it once the database is stolen. The salt keeps
# equal PINs from looking equal, and 20,000 rounds (about 10 ms) slow a search down.
ROUNDS = 20_000

MOST_WRONG, LOCK = 5, timedelta(minutes=15)
FORGIVEN = timedelta(hours=1)  # a wrong PIN this old counts no more
REMEMBERED = timedelta(days=1)

_WRONG = (
    select(MessageRow.at)
    .where(
        MessageRow.sender == bindparam("sender"),
        MessageRow.pin == "wrong",
        MessageRow.at > bindparam("since"),
        MessageRow.at <= bindparam("now"),  # what is to come was before our clock was set back
    )
    .order_by(MessageRow.id)
)


@dataclass(frozen=True, slots=True)
class Tries:
    """How many wrong PINs count against a number now, and whether it is locked."""

    wrong: int
    locked: bool


def hash_pin(pin: str) -> str:
    """Give a salted hash of a PIN, with its salt."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(pin, salt)}"


def pin_matches(pin: str, kept: str) -> bool:
    """Whether a PIN is the one that was hashed; compared in constant time."""
    salt, _, digest = kept.partition("$")
    return hmac.compare_digest(_digest(pin, salt), digest)


def tries(db: Connection, sender: str, now: datetime) -> Tries:
    """Say how a number stands with its PIN."""
    times = db.execute(_WRONG, {"sender": sender, "since": now - REMEMBERED, "now": now}).scalars()
    return tries_at(times, now)


def tries_at(wrong_at: Iterable[datetime], now: datetime) -> Tries:
    """Count the wrong ones, oldest first: the fifth locks for 15 minutes, then the count begins anew."""
    counted: list[datetime] = []
    until: datetime | None = None
    for at in wrong_at:
        if until is not None and at < until:
            continue
        counted = [*(each for each in counted if at - each < FORGIVEN), at]
        if len(counted) == MOST_WRONG:
            counted, until = [], at + LOCK
    wrong = sum(now - each < FORGIVEN for each in counted)
    return Tries(wrong, until is not None and now < until)


def _digest(pin: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", pin.encode("utf-8", "replace"), salt.encode(), ROUNDS).hex()
