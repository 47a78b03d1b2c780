"""Nothing on the way of a text grows with the stations or the messages there are.

Each path is walked in a city beside which 6,000 stations have reported; every statement that it
executes is explained by the database itself.
"""

import re
from datetime import timedelta
from itertools import islice

import pytest

from gateway.reconcile import reconcile
from models import delivery, messages, outbox, results
from models.tables import Base
from notify.carrier import InboundText
from tests.city import COORDINATOR, MONITOR, REPORT, city_at, settle
from tests.databases import only_postgresql, only_sqlite
from tests.models.conftest import STATIONS
from tests.models.plans import ONE_PAGE, SMALL, WAITING, explained, goes_through, walked
from tests.nation import Nation, settle_nation

MOST_ROWS = 300  # read by one step of a plan; a district has 113 stations
MOST_STEPS = 20_000  # of SQLite's machine in one statement; reading 6,000 stations takes 60,000
STRANGER = "+6281234567890"
HOUR = timedelta(hours=1)
# What tells which rows a partial index has: by a bound value of these SQLite would plan anew each time.
TELLING = {"direction", "status", "kind", "sequence", "revision"}
LOCKING = re.compile(r" FOR (NO KEY )?UPDATE( OF \w+)?( SKIP LOCKED)?")
CHANGING = re.compile(r"\b(INSERT|UPDATE|DELETE)\b")
ANEW = re.compile(rf"\b({'|'.join(TELLING)}) (=|!=|<|>|IN) \(?\?")


def faults(city, executed):
    """Give what of a statement's plan grows."""
    with city.service.store.reading() as db:
        if db.dialect.name == "sqlite":
            grows = [f"{executed.steps} steps"] * (executed.steps > MOST_STEPS)
            grows += [f"planned anew: {each[0]}" for each in ANEW.finditer(executed.statement)]
            if executed.statement.startswith("INSERT"):
                return grows  # its plan names the tables that refer to this one, which are not read
            plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {executed.statement}", executed.parameters)
            return sqlite_faults([row.detail for row in plan]) + grows
        statement = LOCKING.sub("", executed.statement)  # a lock has no plan, and would be a change
        options = "FORMAT JSON" if CHANGING.search(statement) else "FORMAT JSON, ANALYZE"
        return list(postgresql_faults(explained(db, options, statement, executed.parameters)))


def sqlite_faults(details):
    """A SCAN of what is no table is of the rows of a question inside, which has its own lines; one of
    a table by another name shows in the steps."""
    scans = [each for each in details if each.startswith("SCAN ") and each.split()[1] in Base.metadata.tables]
    return [each for each in scans if not WAITING & set(each.split()) and each.split()[1] not in SMALL]


def postgresql_faults(node):
    name = node.get("Relation Name")
    index = node.get("Index Name")
    if name is not None and goes_through(node) and name not in SMALL | ONE_PAGE:
        yield f"{node['Node Type']} of {name} by {index}"
    read = (node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)) * node.get("Actual Loops", 1)
    if read > MOST_ROWS:
        yield f"{read} rows of {name}"
    for each in node.get("Plans", []):
        yield from postgresql_faults(each)


class Listing:
    """A carrier that was texted to: what reconciliation asks it for."""

    name = "twilio"

    def __init__(self, texts):
        self.texts = texts

    def inbound_since(self, _since):
        return iter(self.texts)

    def send(self, _text):
        raise AssertionError("reconciliation sends nothing itself")

    def find_sent(self, *_wanted):
        raise AssertionError("reconciliation asks for texts in alone")


def report(city):
    assert city.text(MONITOR, REPORT).outcome == "accepted"


def corrected(city):
    city.text(MONITOR, REPORT)
    assert city.text(MONITOR, "TPS012 G:121,98,77 SAH:296").outcome == "corrected"


def corrected_often(city):
    city.text(MONITOR, REPORT)
    for votes in range(results.RECENT + 2):
        city.wait(minutes=1)
        city.text(COORDINATOR, f"KOREKSI TPS012 G:{votes},1,1 SAH:{votes + 2}")
    assert city.text(MONITOR, REPORT).outcome == "held"


def held(city):
    city.text(MONITOR, REPORT)
    city.wait(hours=1)
    found = city.text(MONITOR, "TPS012 G:121,98,77 SAH:296")
    assert found.outcome == "held"
    case = re.findall(r"K\d+", found.reply)[0]
    assert city.text(COORDINATOR, f"TERIMA {case}").outcome == "corrected"


def refused(city):
    for _ in range(4):
        assert city.text(MONITOR, "TPS012 G:121,98,77 SAH:290").outcome == "refused"


def not_understood(city):
    for _ in range(5):
        assert city.text(MONITOR, "mohon tunggu").outcome == "refused"


def again(city):
    city.text(MONITOR, REPORT, carrier_id="SM1")
    assert city.text(MONITOR, REPORT, carrier_id="SM1").outcome == "accepted"


def from_a_stranger(city):
    assert city.text(STRANGER, REPORT).outcome == "refused"
    assert city.text(STRANGER, REPORT).outcome == "refused"


def too_many(city):
    for _ in range(22):
        last = city.text(MONITOR, "STATUS")
        city.now -= timedelta(seconds=1)
    assert last.outcome == "ignored"


def coordinator(city):
    city.text(MONITOR, REPORT)
    for text in (
        "KOREKSI TPS012 G:120,98,78 SAH:296",
        "CEK TPS012",
        "CEK TPS 3 CeremeTaba",
        "REKAP",
        "BATAL TPS012 G",
        "CEK TPS4011",
    ):
        city.text(COORDINATOR, text)


def field(city):
    for text in ("HADIR", "LAPOR listrik padam", "BELUM", "STATUS", "BAHASA EN", "HELP"):
        assert city.text(MONITOR, text).outcome == "answered"


def claiming(city):
    city.text(MONITOR, "LAPOR listrik padam")
    store = city.service.store
    with store.reading() as db:
        assert outbox.waiting(db, city.now)
        assert outbox.abandoned(db, city.now) == []
    with store.transaction() as db:
        row = outbox.claim(db, "one", city.now, timedelta(seconds=45))
        assert row is not None
        outbox.last_carrier(db, row.recipient)
        outbox.settle(db, row.id, "one", "sent", carrier="twilio", carrier_id="SMx")
    with store.transaction() as db:
        row = outbox.claim(db, "one", city.now, timedelta(seconds=45))
        assert row is not None
        assert outbox.take_over(db, row.id, "two", city.now + HOUR, timedelta(seconds=45))
        assert messages.known_ids(db, "twilio", ["SMx", "SMy"], direction="out") == {"SMx"}


def delivered(city):
    with city.service.store.transaction() as db:
        values = {"carrier": "twilio", "error_code": None, "at": city.now}
        delivery.report(db, carrier_id="SMz", status="delivered", row_id=2 * (1000 + 11) + 1, **values)
        delivery.report(db, carrier_id="SMearly", status="delivered", row_id=None, **values)


def reconciling(city):
    texts = [InboundText("twilio", each, MONITOR, REPORT, replies_inline=False) for each in ("OLD1", "SMnew")]
    assert reconcile(city.service, Listing(texts)) == 1


def logged(city):
    def page(**given):
        return city.read(lambda db: list(islice(messages.log(db, **given), 20)))

    assert page(phones=["+628450000011"])
    assert page(station_id=1011)
    assert page(after=2 * (1000 + STATIONS) - 10)


PATHS = [
    report,
    corrected,
    corrected_often,
    held,
    refused,
    not_understood,
    again,
    from_a_stranger,
    too_many,
    coordinator,
    field,
    claiming,
    delivered,
    reconciling,
    logged,
]


@pytest.mark.parametrize("path", [pytest.param(each, id=each.__name__) for each in PATHS])
def test_nothing_that_is_executed_grows_with_stations_or_messages(grown, path):
    executed = walked(grown, path)

    assert executed
    found = {(each.statement, *faults(grown, each)) for each in executed}
    assert {each for each in found if len(each) > 1} == set()


def by_hand(city, statement, parameters=()):
    def execute(city):
        city.read(lambda db: db.exec_driver_sql(statement, parameters).all())

    (executed,) = walked(city, execute)
    return faults(city, executed)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("SELECT * FROM messages WHERE body = 'x'", id="no index"),
        pytest.param("SELECT * FROM results ORDER BY id", id="a whole index"),
        pytest.param("SELECT count(*) FROM messages WHERE id > 5", id="half a table by its key"),
    ],
)
def test_what_grows_is_found(grown, statement):
    assert by_hand(grown, statement)


@only_sqlite
def test_what_is_planned_anew_each_time_is_found(grown):
    statement = "SELECT id FROM messages WHERE sender = ? AND direction = "

    assert by_hand(grown, f"{statement}'in'", (MONITOR,)) == []
    assert by_hand(grown, f"{statement}?", (MONITOR, "in")) == ["planned anew: direction = ?"]


NIGHT = ("messages", "results", "totals", "cases", "questions", "field_notes")


def read_whole(city):
    """Give how many rows PostgreSQL has read by going through a table of the night from its start."""
    statement = (
        "SELECT relname, seq_tup_read FROM pg_stat_user_tables, pg_stat_force_next_flush()"
        f" WHERE relname IN {NIGHT}"
    )
    city.read(lambda db: db.exec_driver_sql(statement).all())  # hands over what this connection has counted
    return city.read(lambda db: dict(map(tuple, db.exec_driver_sql(statement))))


@only_postgresql
def test_no_table_is_read_whole_in_a_night_that_begins_empty(databases):
    """PostgreSQL keeps the plans it made for empty tables, those of its own checks of foreign keys too."""
    nation = Nation(60, base=1000, unreported=60)
    url = databases.migrated(settle)
    settle_nation(url, nation)
    city = city_at(url)
    with city.service.store.transaction() as db:
        for table in NIGHT:  # nor does it analyse them by itself meanwhile, as where the machine is slow
            db.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
    places = iter(nation.waiting())
    for place in islice(places, 20):  # until it keeps its plans
        assert city.text(nation.phone(place), nation.report(place)).outcome == "accepted"
    before = read_whole(city)

    for place in places:
        assert city.text(nation.phone(place), nation.report(place)).outcome == "accepted"
    after = read_whole(city)
    city.service.store.close()

    assert after == before
