"""Who gets a text to many: by role, by district, or by what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from config.election import Election
from models import messages, missing, outbox, people
from models.columns import Instant, word
from models.people import District, Person
from models.tables import MessageRow, OptOutRow

_TEXTED = select(func.count(MessageRow.person_id.distinct())).where(
    MessageRow.in_reply_to == bindparam("cause"),
    MessageRow.kind == word(outbox.BULK),
    MessageRow.status == word("queued"),
)
_SENT_SINCE = (
    select(MessageRow.id)
    .where(
        MessageRow.sender == bindparam("sender"),
        MessageRow.command == bindparam("command"),
        bindparam("sent", type_=Instant()) <= messages.CAME,
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person and the number to text; ``opted_out`` gets nothing that we start."""

    person: Person
    phone: str
    opted_out: bool


def recipients(
    db: Connection,
    election: Election,
    role: str,
    districts: Sequence[District] | None,
    *,
    only_missing: bool = False,
) -> list[Recipient]:
    """Give the people with a role, of all or of districts; of monitors perhaps only those with a
    station of which a contest is still to be sent."""
    found = people.people_with(db, role)
    if districts is not None:
        found = [each for each in found if _is_of(each, role, districts)]
    if only_missing:
        lacking = {each.station.id for each in missing.awaited(db, election, districts)}
        found = [each for each in found if any(station.id in lacking for station in each.stations)]
    silent = set(db.execute(select(OptOutRow.phone)).scalars())
    phones = [messages.phone_of(db, each) for each in found]
    return [Recipient(each, phone, phone in silent) for each, phone in zip(found, phones, strict=True)]


def _is_of(person: Person, role: str, districts: Iterable[District]) -> bool:
    ids = {each.id for each in districts}
    match role:
        case "monitor":
            return any(station.district_id in ids for station in person.stations)
        case "coordinator":
            return any(each.id in ids for each in person.districts)
        case _:
            return any(each.id in ids for each in person.watches)


def texted(db: Connection, cause: int) -> int:
    """Count the people for whom a text in has queued texts to many; who opted out gets none."""
    return int(db.execute(_TEXTED, {"cause": cause}).scalar_one())


def sent_since(db: Connection, sender: str, command: str, sent: datetime) -> bool:
    """Whether a number has given a command to text many that it sent at a moment or later."""
    return db.execute(_SENT_SINCE, {"sender": sender, "command": command, "sent": sent}).first() is not None
