"""What monitors say besides figures, and who has practised."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, exists, func, insert, select

from models.columns import word
from models.people import STATION_COLUMNS, District, StationDistrict, as_station
from models.standing import AT_A_TIME
from models.stations import stations_query
from models.tables import CaseRow, FieldNote, MessageRow, PersonRow, Practice, ResultRow, StationRow
from parser.station import Station

PRESENT, NOT_YET, INCIDENT, ABSENT = "present", "not_yet", "incident", "absent"
COUNTING = timedelta(minutes=60)  # for so long no reminder goes to who texted BELUM (SPEC section 2)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody said of a station, and from which number; name and number go with ``forget``."""

    station: Station
    kind: str
    at: datetime
    text: str
    name: str
    phone: str | None


_NOTED = (
    select(
        *STATION_COLUMNS,
        FieldNote.kind,
        FieldNote.at,
        FieldNote.text,
        PersonRow.name,
        MessageRow.sender.label("phone"),
    )
    .select_from(FieldNote)
    .join(StationRow, StationRow.id == FieldNote.station_id)
    .join(StationDistrict, StationDistrict.c.id == StationRow.district_id)
    .join(MessageRow, MessageRow.id == FieldNote.message_id)
    .outerjoin(PersonRow, PersonRow.id == FieldNote.person_id)
    .where(~StationRow.removed)
    .order_by(FieldNote.id)
)
FIRST_PRESENCE = (  # for each station at which somebody has checked in, when that was first
    select(FieldNote.station_id, func.min(FieldNote.at).label("at"))
    .where(FieldNote.kind == word(PRESENT))
    .group_by(FieldNote.station_id)
)
SILENT = and_(  # a station with neither a check-in nor a result, not even one that was taken out or held
    ~exists().where(FieldNote.station_id == StationRow.id, FieldNote.kind == word(PRESENT)),
    ~exists().where(ResultRow.station_id == StationRow.id),
    ~exists().where(CaseRow.station_id == StationRow.id, CaseRow.person_id.is_not(None)),
)
_PRESENT_BY_DISTRICT = (
    select(StationRow.district_id, func.count(FieldNote.station_id.distinct()).label("stations"))
    .join_from(FieldNote, StationRow, StationRow.id == FieldNote.station_id)
    .where(FieldNote.kind == word(PRESENT), ~StationRow.removed)
    .group_by(StationRow.district_id)
)


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


def is_absent(db: Connection, station: Station, person_id: int, sent: datetime) -> bool:
    """Whether the last that a monitor said of coming to a station, before they ``sent`` something, was that
    they cannot."""
    query = select(FieldNote.at, FieldNote.id, FieldNote.kind).where(
        FieldNote.station_id == station.id,
        FieldNote.kind.in_((word(PRESENT), word(ABSENT))),
        FieldNote.person_id == person_id,
        FieldNote.at <= sent,
    )
    said = max((tuple(row) for row in db.execute(query)), default=(None, 0, ""))
    return said[2] == ABSENT


def said_before(
    db: Connection, station: Station, kind: str, text: str, *, person_id: int, since: datetime
) -> bool:
    """Whether a monitor has said these very words of a station since then."""
    query = select(FieldNote.id).where(
        FieldNote.station_id == station.id,
        FieldNote.kind == word(kind),
        FieldNote.person_id == person_id,
        FieldNote.at >= since,
        FieldNote.text == text if text else FieldNote.text.is_(None),
    )
    return db.execute(query.limit(1)).first() is not None


def still_counting(db: Connection, now: datetime) -> set[int]:
    """Give the stations whose monitors have just said that they still count; what is of later than ``now``
    is of before our clock was set back."""
    just = (FieldNote.at > now - COUNTING, FieldNote.at <= now)
    query = select(FieldNote.station_id).where(FieldNote.kind == NOT_YET, *just)
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

    A result from a station is as good as a word from it, also one that is held, but for an unknown number's.
    """
    query = stations_query().where(SILENT)
    if districts is not None:
        query = query.where(StationRow.district_id.in_([district.id for district in districts]))
    return [as_station(row) for row in db.execute(query)]


def noted(db: Connection, *kinds: str) -> Iterator[Note]:
    """Give what monitors said of those kinds, in the order in which it came."""
    query = _NOTED.where(FieldNote.kind.in_(kinds))
    for row in db.execute(query, execution_options=AT_A_TIME):
        yield Note(as_station(row), row.kind, row.at, row.text or "", row.name or "", row.phone)


def present_by_district(db: Connection) -> dict[int, int]:
    """Give for each district at how many of its stations somebody has checked in."""
    return {row.district_id: row.stations for row in db.execute(_PRESENT_BY_DISTRICT)}
