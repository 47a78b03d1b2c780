"""A station's revisions as its page shows them: with what each replaced, who is behind it, and its text."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from models import results
from models.results import Revision
from models.tables import MessageRow, PersonRow, ResultRow
from parser.station import Station


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision, with what it replaced, who is behind it and the text that made it.

    ``status`` is accepted, superseded or void.
    """

    revision: Revision
    status: str
    before: Revision | None
    by: str | None
    body: str | None


_BEHIND = (
    select(ResultRow.id, PersonRow.name, MessageRow.body)
    .join(MessageRow, MessageRow.id == ResultRow.message_id)
    .outerjoin(PersonRow, PersonRow.id == ResultRow.person_id)
    .where(ResultRow.station_id == bindparam("station_id"))
)


def entries(db: Connection, station: Station) -> list[Entry]:
    """Give every revision of a station, newest first."""
    history = results.history(db, station)
    newest = results.newest(history)
    behind = {row.id: row for row in db.execute(_BEHIND, {"station_id": station.id})}
    found = []
    last: dict[str, Revision] = {}
    for each in history:
        row = behind[each.id]
        before = last.get(each.contest)
        found.append(Entry(each, results.status(each, newest), before, row.name, row.body))
        last[each.contest] = each
    return found[::-1]
