"""What monitors say besides figures, and who has practised."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select

from models.people import District, as_station
from models.stations import stations_query
from models.tables import FieldNote, Practice, ResultRow, StationRow
from parser.station import Station

PRESENT, NOT_YET, INCIDENT, ABSENT = "present", "not_yet", "incident", "absent"


def add(
    db: Connection,
    station: Station,
    kind: str,
    *,
    at: datetime,
    person_id: int | None,
    message_id: int,
    text: str | None = None,
) -> None:
    """Keep what a monitor said."""
    values = {"station_id": station.id, "person_id": person_id, "kind": kind, "at": at}
    db.execute(insert(FieldNote), {**values, "message_id": message_id, "text": text})


def stations_noted(db: Connection, kind: str, since: datetime) -> set[int]:
    """Give the stations about which a note of a kind came after a moment."""
    query = select(FieldNote.station_id).where(FieldNote.kind == kind, FieldNote.at > since)
    return set(db.execute(query).scalars())


def practised(db: Connection, station: Station, at: datetime, message_id: int) -> None:
    """Count a correct practice report."""
    db.execute(insert(Practice), {"station_id": station.id, "at": at, "message_id": message_id})


def practice_times(db: Connection) -> dict[int, datetime]:
    """Give for each station that has practised when it last did."""
    rows = db.execute(select(Practice.station_id, Practice.at).order_by(Practice.message_id))
    return {row.station_id: row.at for row in rows}


def absent_monitors(db: Connection, districts: Iterable[District] | None) -> list[Station]:
    """Give the stations at which nobody has checked in, by number.

    A result from a station is as good as a word from it.
    """
    present = select(FieldNote.station_id).where(FieldNote.kind == PRESENT)
    reported = select(ResultRow.station_id)
    query = stations_query().where(StationRow.id.not_in(present), StationRow.id.not_in(reported))
    if districts is not None:
        query = query.where(StationRow.district_id.in_([district.id for district in districts]))
    return [as_station(row) for row in db.execute(query)]
