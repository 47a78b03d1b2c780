"""PINs of the roster, kept only as salted hashes."""

import hashlib
import hmac
import secrets
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from models.tables import MessageRow

# A PIN has at most 27 bits: no hash protects it once the database is stolen. The salt keeps
# equal PINs from looking equal, and 20,000 rounds (about 10 ms) slow a search down.
ROUNDS = 20_000

_WRONG = select(func.count()).where(
    MessageRow.sender == bindparam("sender"), MessageRow.pin == "wrong", MessageRow.at > bindparam("since")
)


def hash_pin(pin: str) -> str:
    """Give a salted hash of a PIN, with its salt."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(pin, salt)}"


def pin_matches(pin: str, kept: str) -> bool:
    """Whether a PIN is the one that was hashed; compared in constant time."""
    salt, _, digest = kept.partition("$")
    return hmac.compare_digest(_digest(pin, salt), digest)


def wrong_pins(db: Connection, sender: str, since: datetime) -> int:
    """Count the wrong PINs that came from a number after a moment."""
    return int(db.execute(_WRONG, {"sender": sender, "since": since}).scalar_one())


def _digest(pin: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", pin.encode("utf-8", "replace"), salt.encode(), ROUNDS).hex()
