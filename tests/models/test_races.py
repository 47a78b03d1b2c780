"""Two at the same moment: what the database decides, whoever comes first."""

import sqlite3
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from models import delivery, dialect, messages, outbox, stations
from models.outbox import Draft
from models.recount import recount
from models.roster_import import import_roster
from models.store import Store
from tests.city import COORDINATOR, DEPUTY, MONITOR, REPORT
from tests.databases import only_postgresql, only_sqlite
from tests.elections import REFERENCE


@only_sqlite
def test_a_process_that_starts_while_another_writes_the_new_file_waits_for_it(database_url):
    path = database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")  # the file is new: not yet in WAL, where this would be harmless
    done = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    done.start()

    Store.open(database_url).close()

    done.join()
    other.close()


@only_sqlite
def test_a_file_that_another_never_lets_go_is_an_error_after_the_busy_time(database_url, monkeypatch):
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0.2)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()

    with pytest.raises(OperationalError, match="database is locked"):
        Store.open(database_url)

    assert time.monotonic() - began > 0.2
    other.close()


def at_once(*works):
    """Run functions at the same moment; give what each gave or raised."""
    start, found = threading.Barrier(len(works)), []

    def run(work):
        start.wait()
        try:
            found.append(work())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            found.append(error)

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


@contextmanager
def before_the_first(store, statement, act):
    """Act just before the store's first statement that begins so."""
    waiting = [act]

    def listen(_connection, _cursor, given, _parameters, _context, _many):
        if given.startswith(statement) and waiting:
            waiting.pop()()

    event.listen(store.engine, "before_cursor_execute", listen)
    yield
    event.remove(store.engine, "before_cursor_execute", listen)
    assert not waiting, f"nothing began with {statement}"


@only_postgresql
def test_a_report_during_a_recount_is_counted_once(city):
    report = threading.Thread(target=city.text, args=(MONITOR, REPORT), daemon=True)

    def begin():
        report.start()
        report.join(timeout=1)  # it waits for the recount, or has been committed by now

    store = city.service.store
    with before_the_first(store, "DELETE FROM totals", begin), store.transaction() as db:
        recount(db, city.service.election)
    report.join(timeout=60)

    assert city.votes() == (120, 98, 77)
    assert city.totals().stations.reported == 1


@only_postgresql
def test_two_reports_of_a_monitor_at_once_are_judged_one_after_the_other(city):
    found = []
    other = threading.Thread(
        target=lambda: found.append(city.said(MONITOR, "TPS012 G:120,98,78 SAH:296")[0]), daemon=True
    )

    def act():
        other.start()
        other.join(timeout=1)  # it waits for us

    with before_the_first(city.service.store, "INSERT INTO results", act):
        first = city.said(MONITOR, REPORT)[0]
    other.join(timeout=60)

    assert (first, found) == ("accepted", ["corrected"])
    assert city.votes() == (120, 98, 78)


def said_at_once(city, statement, phone, first, second):
    """Text, and let another text of the same number come just before the first's statement that begins so;
    give both outcomes."""
    found = []
    other = threading.Thread(target=lambda: found.append(city.said(phone, second)), daemon=True)

    def act():
        other.start()
        other.join(timeout=1)  # it waits for us

    with before_the_first(city.service.store, statement, act):
        found.insert(0, city.said(phone, first))
    other.join(timeout=60)
    assert city.audited() == []
    return found


@only_postgresql
def test_two_messages_of_a_coordinator_at_once_are_not_both_passed_on(city):
    found = said_at_once(
        city, "SELECT max(messages.at)", COORDINATOR, "KABAR logistik datang jam 8", "KABAR logistik datang jam 9"
    )  # fmt: skip

    assert [each[:2] for each in found] == [("answered", ()), ("refused", ("too_soon",))]
    assert len(city.texted(MONITOR)) == 1


@only_postgresql
def test_two_texts_of_a_stranger_at_once_are_answered_once(city):
    found = said_at_once(city, "SELECT count(*)", "+628419999999", "halo", "halo pak")

    assert [each[0] for each in found] == ["refused", "refused"]
    assert [each[2] is None for each in found] == [False, True]


@only_postgresql
def test_two_reports_of_a_stranger_at_once_are_one_case(city_with):
    city = city_with(replace(REFERENCE, rules=replace(REFERENCE.rules, unknown_senders="hold")))

    found = said_at_once(
        city, "INSERT INTO cases", "+628419999999", REPORT, REPORT.replace("TPS012", "TPS013")
    )

    assert [each[0] for each in found] == ["held", "refused"]
    assert city.count("cases") == 1


@only_postgresql
def test_the_fifth_wrong_pin_is_told_also_where_two_come_at_once(city_with):
    city = city_with(replace(REFERENCE, rules=replace(REFERENCE.rules, pin=True)))
    city.give_pin(COORDINATOR, "4821")
    for wrong in (1111, 1112, 1113):
        city.text(COORDINATOR, f"BATAL TPS012 PIN:{wrong}")

    said_at_once(
        city, "INSERT INTO messages (id", COORDINATOR, "BATAL TPS012 PIN:1114", "BATAL TPS012 PIN:1115"
    )

    assert len(city.texted(DEPUTY)) == 1


@only_postgresql
def test_yes_answers_what_was_asked_before_it_beside_another_text(city):
    asked = "KOREKSI TPS012 G:120,98,77 SAH:290 W:140,155 SAH:295"
    assert city.said(COORDINATOR, asked)[1] == ("sum_mismatch",)

    found = said_at_once(city, "UPDATE questions", COORDINATOR, "YA", asked.replace("290", "291"))

    assert [each[:2] for each in found] == [("held", ("sum_mismatch",)), ("refused", ("sum_mismatch",))]
    assert city.said(COORDINATOR, "YA")[0] == "held"


@only_postgresql
@pytest.mark.parametrize(
    ("statement", "of_first", "first", "second"),
    [
        pytest.param(
            "SELECT cases.", COORDINATOR, "TOLAK K1", "TPS012 W:141,154 SAH:295", id="rejected later"
        ),
        pytest.param("WITH locked", MONITOR, "TPS012 W:141,154 SAH:295", "TOLAK K1", id="rejected first"),
    ],
)
def test_a_rejection_beside_newer_figures_agrees_with_them_in_the_audit(
    city, statement, of_first, first, second
):
    city.text(MONITOR, "TPS012 W:140,155 SAH:295")
    city.text(MONITOR, "TPS012 W:0,0 SAH:0")
    other = MONITOR if of_first == COORDINATOR else COORDINATOR

    with before_the_first(city.service.store, statement, lambda: city.text(other, second)):
        city.text(of_first, first)

    assert city.audited() == []


@only_postgresql
def test_a_text_of_who_names_a_station_during_an_import_is_judged_by_the_roster_that_the_log_keeps(
    city, tmp_path
):
    fewer = tmp_path / "stations.csv"
    fewer.write_text("station,district,village,voters,number\n012,Timur I,Cereme Taba,300,3\n")

    def act():
        with city.service.store.transaction() as db:
            import_roster(db, city.service.election, fewer, None)

    with before_the_first(city.service.store, "SELECT stations.id AS station_id", act):
        outcome = city.said(COORDINATOR, "KOREKSI TPS012 G:150,100,100 SAH:350 W:150,200 SAH:350")[:2]

    assert outcome == ("refused", ("too_many_votes",))
    assert city.audited() == []


@only_postgresql
def test_a_text_is_judged_again_by_the_roster_that_its_sender_was_looked_for_in(city):
    substitute = "+628410000777"

    with before_the_first(
        city.service.store,
        "WITH locked",
        lambda: city.text(COORDINATOR, f"GANTI TPS012 {substitute} Siti"),
    ):
        outcome = city.said(substitute, REPORT)[0]

    assert outcome == "accepted"
    assert city.audited() == []


@only_postgresql
def test_a_report_does_not_wait_for_who_writes_to_its_monitor(city):
    report = threading.Thread(target=city.text, args=(MONITOR, REPORT), daemon=True)

    with city.service.store.transaction() as db:
        station = stations.station_by_number(db, 12)
        assert station is not None
        outbox.queue(db, Draft(MONITOR, "halo", 1, station_id=station.id), city.now)
        report.start()
        report.join(timeout=10)
        waited = report.is_alive()
    report.join(timeout=60)

    assert not waited
    assert city.votes() == (120, 98, 77)


@only_postgresql
@pytest.mark.parametrize(("own", "free"), [("012", False), ("013", True)])
def test_a_coordinator_who_reports_too_holds_no_station_but_the_one_in_hand(city, own, free):
    city.text(COORDINATOR, f"GANTI TPS{own} {COORDINATOR} Rian")
    query = text("SELECT id FROM stations WHERE code = :own FOR UPDATE SKIP LOCKED")
    found = []

    def look():
        with city.service.store.transaction() as db:
            found.append(db.execute(query, {"own": own}).first() is not None)

    with before_the_first(city.service.store, "INSERT INTO results", look):
        assert city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,77 SAH:295")[0] == "corrected"

    assert found == [free]


@only_postgresql
@pytest.mark.parametrize(
    ("statement", "first"),
    [
        pytest.param("INSERT INTO delivery_reports", "report", id="the worker, before the report is kept"),
        pytest.param("UPDATE messages SET", "settle", id="the report, before the worker writes the id"),
        pytest.param("SELECT delivery_reports", "settle", id="the report, before the worker looks for it"),
    ],
)
def test_a_report_of_the_moment_in_which_its_texts_id_is_written_is_not_lost(city, statement, first):
    store = city.service.store
    with store.transaction() as db:
        key = outbox.queue(db, Draft("+6281200000001", "halo", 1), city.now)
        outbox.claim(db, "w1", city.now, timedelta(seconds=45))

    def settle():
        with store.transaction() as db:
            outbox.settle(db, key, "w1", "sent", carrier="twilio", carrier_id="SM1")

    def report():
        with store.transaction() as db:
            delivery.report(
                db, carrier="twilio", carrier_id="SM1", status="delivered", error_code=None, at=city.now, row_id=None
            )  # fmt: skip

    mine, theirs = (report, settle) if first == "report" else (settle, report)
    other = threading.Thread(target=theirs, daemon=True)

    def act():
        other.start()
        other.join(timeout=1)  # it waits for us, or has been committed by now

    with before_the_first(store, statement, act):
        mine()
    other.join(timeout=60)

    row = city.read(lambda db: messages.message(db, key))
    assert (row.status, row.carrier_id) == ("delivered", "SM1")
