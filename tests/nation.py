"""A roster of any size with its results, made by the database itself: for tests of growth and the bench.

All of Indonesia (823,220 stations, February 2024) takes a minute; brought in row by row it would
take ten. The hashes are no chain: this is for asking how long something takes, never what it says.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, text

from models.columns import Instant
from models.store import Store
from models.tally import SLOTS

DISTRICT_STATIONS = 113  # of Indonesia's 823,220 in its 7,277 districts
UNREPORTED = 1000  # stations, spread over all, that have nothing yet
VOTERS = 480
CHAIN = "0" * 64
AT = datetime(2024, 11, 27, 4, 0, tzinfo=UTC)
# Tables with ids of their own.
GROWN = (
    "districts",
    "stations",
    "people",
    "phones",
    "roles",
    "messages",
    "results",
    "cases",
    "questions",
    "field_notes",
)

_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
_STATION = "code, district_id, village, form_number, voters, voters_by_contest, removed"
_STATION_OF_I = (
    "CAST(:base + i AS TEXT), :base + 1 + i % :districts, 'Desa ' || CAST(i % :villages AS TEXT),"
    " i / :villages + 1, :voters, '{}', FALSE"
)
_MESSAGE = "id, direction, at, carrier, station_id, person_id, segments"
_REPORTED = " WHERE i % :stride <> 0"
_TENTH = f"{_REPORTED} AND i % 10 = 1"
# What station i reported: three candidates for G, two for W.
_VOTES = {
    "G": "'[' || CAST(100 + i % 50 AS TEXT) || ',98,77]'",
    "W": "'[' || CAST(130 + i % 50 AS TEXT) || ',155]'",
}
_SUMS = {"G": ("100 + i % 50", "98", "77"), "W": ("130 + i % 50", "155", "0")}
_ROSTER = [
    "INSERT INTO districts (id, name) SELECT :base + i, 'Kecamatan ' || CAST(i AS TEXT) FROM n"
    " WHERE i <= :districts",
    f"INSERT INTO stations (id, number, {_STATION}) SELECT :base + i, :base + i, {_STATION_OF_I} FROM n",
    f"INSERT INTO station_versions (station_id, since, {_STATION})"
    f" SELECT :base + i, 1, {_STATION_OF_I} FROM n",
    "INSERT INTO people (id, name, paused) SELECT :base + i, 'Saksi ' || CAST(i AS TEXT), FALSE FROM n",
    "INSERT INTO phones (id, person_id, number, place, since)"
    " SELECT :base + i, :base + i, '+6284' || CAST(50000000 + i AS TEXT), 1, 1 FROM n",
    "INSERT INTO roles (id, person_id, role, station_id, since)"
    " SELECT :base + i, :base + i, 'monitor', :base + i, 1 FROM n",
]
_REPORTS = [
    f"INSERT INTO messages ({_MESSAGE}, carrier_id, sender, body, outcome, codes, roster, sequence)"
    " SELECT 2 * (:base + i), 'in', :at, 'twilio', :base + i, :base + i, 1, 'OLD' || CAST(i AS TEXT),"
    " '+6284' || CAST(50000000 + i AS TEXT), 'TPS' || CAST(:base + i AS TEXT) || ' G:120,98,77 SAH:295',"
    f" 'accepted', '[]', 1, 0 FROM n{_REPORTED}",
    f"INSERT INTO messages ({_MESSAGE}, recipient, body, in_reply_to, kind, status, priority,"
    " next_attempt, expires_at)"
    " SELECT 2 * (:base + i) + 1, 'out', :at, 'twilio', :base + i, :base + i, 1,"
    " '+6284' || CAST(50000000 + i AS TEXT), 'DITERIMA', 2 * (:base + i), 'reply', 'sent', 0, :at, :at"
    f" FROM n{_REPORTED}",
    *(
        "INSERT INTO results (id, station_id, sequence, contest, revision, votes, stated, source, reason,"
        " at, person_id, message_id, previous, hash)"
        f" SELECT 2 * (:base + i) + {place}, :base + i, {place + 1}, '{code}', 1, {_VOTES[code]},"
        f" {' + '.join(_SUMS[code])}, 'report', 'report', :at, :base + i, 2 * (:base + i), :chain, :chain"
        f" FROM n{_REPORTED}"
        for place, code in enumerate(_VOTES)
    ),
    *(
        "INSERT INTO totals (district_id, contest, slot, stations, invalid, invalid_stations, v1, v2, v3)"
        f" SELECT :base + 1 + i % :districts, '{code}', (:base + i) % :slots, count(*), 0, 0,"
        f" {', '.join(f'sum({votes})' for votes in _SUMS[code])} FROM n{_REPORTED}"
        " GROUP BY 1, 3"
        for code in _SUMS
    ),
]
# What else a night leaves behind, at every tenth station: closed, so that it changes nothing.
_REST = [
    "INSERT INTO cases (id, station_id, sender, codes, status, at, message_id, decided_at, decided_by)"
    " SELECT :base + i, :base + i, '+6284' || CAST(50000000 + i AS TEXT), '[]', 'accepted', :at,"
    f" 2 * (:base + i), :at, 2 * (:base + i) FROM n{_TENTH}",
    "INSERT INTO case_figures (case_id, message_id, contest, votes)"
    f" SELECT :base + i, 2 * (:base + i), 'G', {_VOTES['G']} FROM n{_TENTH}",
    "INSERT INTO questions (id, phone, kind, body, at, message_id, closed_by)"
    " SELECT :base + i, '+6284' || CAST(50000000 + i AS TEXT), 'sum', 'x', :at, 2 * (:base + i),"
    f" 2 * (:base + i) FROM n{_TENTH}",
    "INSERT INTO field_notes (id, station_id, kind, at, message_id)"
    f" SELECT :base + i, :base + i, 'present', :at, 2 * (:base + i) FROM n{_TENTH}",
    "INSERT INTO delivery_reports (carrier, carrier_id, status, at)"
    f" SELECT 'twilio', 'EARLY' || CAST(i AS TEXT), 'sent', :at FROM n{_TENTH}",
]
_PROGRESS = (
    "INSERT INTO totals (contest, district_id, slot, registered, reported, complete, held)"
    " SELECT '', :base + 1 + i % :districts, (:base + i) % :slots, count(*),"
    " sum(CASE WHEN i % :stride <> 0 THEN 1 ELSE 0 END), sum(CASE WHEN i % :stride <> 0 THEN 1 ELSE 0 END), 0"
    " FROM n GROUP BY 2, 3"
)


@dataclass(frozen=True, slots=True)
class Nation:
    """Stations numbered from ``base`` + 1, each with a monitor; all but some have reported."""

    stations: int
    base: int = 0
    unreported: int = UNREPORTED

    @property
    def stride(self) -> int:
        """Every so many stations, one has not reported."""
        return max(1, self.stations // self.unreported)

    def waiting(self) -> range:
        """Give the stations that have not reported, counted from 1."""
        return range(self.stride, self.stations + 1, self.stride)

    def phone(self, place: int) -> str:
        """Give the number of the monitor of a station counted from 1."""
        return f"+6284{50000000 + place}"

    def report(self, place: int, turn: int = 0) -> str:
        """Give a faultless report of a station; another for each turn."""
        first, second = 100 + (place + 7 * turn) % 80, 120 + (place + 11 * turn) % 60
        return f"TPS{self.base + place} G:{first},98,77 SAH:{first + 175} W:{second},155 SAH:{second + 155}"


def settle_nation(url: str, nation: Nation) -> None:
    """Put a nation into a database: a new one, or one that has ids up to ``base`` at most."""
    store = Store.open(url)
    with store.transaction() as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SET LOCAL session_replication_role = replica"))  # no check of foreign keys
        _fill(db, nation)
        if db.dialect.name == "postgresql":
            for table in GROWN:  # as autovacuum does in its own time, and not where a table is empty
                if db.execute(text(f"SELECT EXISTS (SELECT FROM {table})")).scalar():
                    db.execute(text(f"ANALYZE {table}"))
    store.close()


def _fill(db: Connection, nation: Nation) -> None:
    districts = max(1, nation.stations // DISTRICT_STATIONS)
    values = {
        "count": nation.stations,
        "base": nation.base,
        "districts": districts,
        "villages": districts * 11,
        "voters": VOTERS,
        "stride": nation.stride,
        "slots": SLOTS,
        "chain": CHAIN,
        "at": AT,
    }
    for statement in (*_ROSTER, *_REPORTS, *_REST, _PROGRESS):
        bound = text(_COUNT + statement)
        names = set(bound.compile().params)
        if "at" in names:
            bound = bound.bindparams(bindparam("at", type_=Instant()))
        db.execute(bound, {name: value for name, value in values.items() if name in names})
    db.execute(text("INSERT INTO counters (name, value) VALUES ('roster', 1) ON CONFLICT DO NOTHING"))
    if db.dialect.name == "postgresql":
        for table in GROWN:
            db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))
