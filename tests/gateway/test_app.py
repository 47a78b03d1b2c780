"""The web application: who may bring what, what is answered, and what is said of the process."""

import gc
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
import structlog
from psycopg.errors import FeatureNotSupported
from sqlalchemy import event, text
from sqlalchemy.exc import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from config.settings import read_settings
from gateway import health, webhooks
from gateway.app import bare_app, create_app
from gateway.carriers.sandbox import Sandbox
from gateway.health import Readiness
from gateway.metrics import Metrics
from gateway.service import Answer
from models.store import Store
from notify.carrier import InboundText, StatusReport
from notify.pulse import Pulse
from tests.city import MONITOR, REPORT, city_at
from tests.databases import only_postgresql, only_sqlite

NO_SETTINGS = read_settings({}, Path("nowhere"), known_carriers=["sandbox"])
FORM = {"From": MONITOR, "Body": REPORT}


class Guarded(Sandbox):
    """A carrier at the edge that signs, and reports what became of texts."""

    name = "guarded"

    def __init__(self):
        """Need no settings."""

    def verify(self, request):
        return request.headers.get("X-Signed") == "yes"

    def decode_status(self, request):
        if "MessageSid" not in request.form:
            return None
        return StatusReport(request.form["MessageSid"], request.form["MessageStatus"], None, 2)


@pytest.fixture
def service(city):
    return replace(city.service, carriers={"sandbox": Sandbox(NO_SETTINGS), "guarded": Guarded()})


@pytest.fixture
def client(service):
    return create_app(service, Readiness(service.store)).test_client()


def stored(city):
    return city.count("messages")


def test_a_text_is_answered_with_twiml_and_counts(city, client):
    response = client.post("/sandbox/sms", data=FORM)

    assert (response.status_code, response.mimetype) == (200, "application/xml")
    assert "<Message>DITERIMA TPS012." in response.get_data(as_text=True)
    assert city.votes() == (120, 98, 77)


def test_the_same_message_twice_gives_the_same_bytes_and_counts_once(city, client):
    first, again = (client.post("/sandbox/sms", data={**FORM, "MessageSid": "SM1"}) for _ in range(2))

    assert first.data == again.data
    assert stored(city) == 2


@pytest.mark.parametrize("path", ["/guarded/sms", "/guarded/status"])
@pytest.mark.parametrize("given", [FORM, b"MessageSid=a&From=b&Body=%ff"], ids=["a form", "no UTF-8"])
def test_whoever_is_not_the_carrier_is_refused_and_nothing_is_stored(city, client, path, given):
    response = client.post(path, data=given, content_type="application/x-www-form-urlencoded")

    assert (response.status_code, stored(city)) == (403, 0)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"data": {"Body": REPORT}}, id="no sender"),
        pytest.param({"data": b"", "content_type": "application/x-www-form-urlencoded"}, id="nothing"),
        pytest.param(
            {"data": b"From=%2B62&Body=%FF%FE", "content_type": "application/x-www-form-urlencoded"},
            id="no UTF-8, escaped",
        ),
        pytest.param(
            {"data": b"From=%2B62&Body=\xff", "content_type": "application/x-www-form-urlencoded"},
            id="no UTF-8",
        ),
        pytest.param({"data": b"\x00\x01", "content_type": "multipart/form-data; boundary=x"}, id="no parts"),
        pytest.param({"data": b"x", "content_type": "multipart/form-data"}, id="no boundary"),
        pytest.param({"json": FORM}, id="no form"),
        pytest.param({"data": {**FORM, "Body": "x" * 600_000}}, id="too large"),
    ],
)
def test_what_is_no_text_is_a_bad_request_and_nothing_is_stored(city, client, given):
    response = client.post("/sandbox/sms", **given)

    assert (response.status_code, stored(city)) == (400, 0)


def test_a_file_that_came_with_a_text_is_closed(client):
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{FORM[name]}\r\n' for name in FORM]
    head = '--x\r\nContent-Disposition: form-data; name="f"; filename="x.jpg"\r\n\r\n'
    large = f"{''.join(parts)}{head}{'x' * 515_000}\r\n--x--\r\n"  # which Werkzeug keeps on the disk

    response = client.post("/sandbox/sms", data=large, content_type="multipart/form-data; boundary=x")

    assert response.status_code == 200
    gc.collect()  # which warns of what is open


def test_a_text_may_hold_what_a_database_does_not(client):
    response = client.post("/sandbox/sms", data={**FORM, "Body": "TPS012 G:1\x0020,98,77 SAH:295 \U0001f600"})

    assert "DITERIMA TPS012. G 120,98,77" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("POST", "/twilio/sms", 404, id="a carrier that is not in use"),
        pytest.param("GET", "/sandbox/sms", 405, id="a webhook is posted to"),
        pytest.param("GET", "/nothing", 404, id="nothing there"),
    ],
)
def test_only_the_webhooks_of_carriers_in_use_exist(client, method, path, status):
    assert client.open(path, method=method).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Host": "localhost:8000"}, 200, id="by name"),
        pytest.param({"Host": "127.0.0.1:8000"}, 200, id="by address"),
        pytest.param({"Host": "[::1]:8000"}, 200, id="by the other address"),
        pytest.param({"Host": "elsewhere.example:8000"}, 403, id="by a name that now means this machine"),
        pytest.param({"Host": "localhost.elsewhere.example"}, 403, id="by a name that begins like ours"),
        pytest.param({"Host": "a b/c@"}, 403, id="by no name"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="from our page"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="from another site's"),
    ],
)
def test_no_other_sites_page_reaches_the_sandbox_through_a_browser_here(city, client, headers, status):
    assert client.post("/sandbox/sms", data=FORM, headers=headers).status_code == status
    assert stored(city) == (2 if status == 200 else 0)


def test_a_link_from_another_site_opens_the_board(client):
    assert client.get("/board", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "allowed"), [("/sandbox/sms", "POST"), ("/board", "GET"), ("/healthz", "GET")]
)
def test_what_may_not_be_done_says_what_may(client, path, allowed):
    response = client.put(path)

    assert response.status_code == 405
    assert allowed in response.headers["Allow"].split(", ")


def test_a_delivery_report_moves_the_text_forward(city, client):
    client.post("/guarded/sms", data=FORM, headers={"X-Signed": "yes"})
    form = {"MessageSid": "SM9", "MessageStatus": "delivered"}

    codes = [
        client.post("/guarded/status", data={**form, **more}, headers={"X-Signed": "yes"}).status_code
        for more in ({}, {}, {"MessageStatus": "sent"}, {"MessageSid": "unknown"})
    ]

    rows = city.read(
        lambda db: db.execute(text("SELECT status, carrier_id FROM messages WHERE direction = 'out'")).all()
    )
    assert codes == [204] * 4
    assert rows == [("delivered", "SM9")]


@pytest.mark.parametrize("path", ["/sandbox/status", "/guarded/status"])
def test_a_delivery_report_that_is_none_is_a_bad_request(client, path):
    assert client.post(path, data={"a": "b"}, headers={"X-Signed": "yes"}).status_code == 400


def test_what_the_carrier_did_not_sign_is_said_once_and_refused(client):
    with structlog.testing.capture_logs() as logged:
        statuses = [client.post("/guarded/sms", data=FORM).status_code for _ in range(3)]

    assert statuses == [403] * 3
    assert [(each["log_level"], each["path"]) for each in logged] == [("warning", "/guarded/sms")]


def test_a_machine_without_a_thread_left_still_says_how_it_is(client, monkeypatch):
    def none_left(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none_left)

    assert client.get("/readyz").status_code == 200


def database_error(kind, words, *, invalidated=False):
    return kind("INSERT", {}, sqlite3.OperationalError(words), connection_invalidated=invalidated)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(database_error(OperationalError, "database or disk is full"), 503, id="disk full"),
        pytest.param(database_error(OperationalError, "database is locked"), 503, id="too busy"),
        pytest.param(database_error(InterfaceError, "connection is closed"), 503, id="connection closed"),
        pytest.param(database_error(DatabaseError, "database disk image is malformed"), 503, id="damaged"),
        pytest.param(
            database_error(InternalError, "invalid page in block 7"), 503, id="PostgreSQL's own trouble"
        ),
        pytest.param(
            NotSupportedError("SELECT", {}, FeatureNotSupported("cached plan must not change result type")),
            503,
            id="a column has another type",
        ),
        pytest.param(PoolTimeout("no connection"), 503, id="no connection to be had"),
        pytest.param(OSError(28, "No space left on device"), 503, id="no space"),
        pytest.param(database_error(IntegrityError, "gone", invalidated=True), 503, id="connection lost"),
        pytest.param(database_error(IntegrityError, "not unique"), 500, id="a bug in the database's eyes"),
        pytest.param(RuntimeError(REPORT), 500, id="a bug"),
        pytest.param(OSError(2, "no such file"), 500, id="a file that is missing"),
    ],
)
def test_a_text_that_cannot_be_stored_is_never_a_200(client, monkeypatch, error, status):
    def fail(_service: object, _text: InboundText) -> Answer:
        raise error

    monkeypatch.setattr(webhooks, "receive", fail)  # the database's trouble, without its database

    response = client.post("/sandbox/sms", data=FORM)

    assert response.status_code == status
    assert ("Retry-After" in response.headers) == (status == 503)
    assert REPORT not in response.get_data(as_text=True)


def test_every_answer_is_guarded_against_what_browsers_do(client):
    for response in (client.get("/"), client.get("/nothing"), client.post("/sandbox/sms", data=FORM)):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_a_process_that_is_well_says_so(client):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json == {"ready": True, "not_well": []}


def test_a_process_that_waits_for_its_database_takes_nothing():
    client = bare_app(Readiness(store=None), Metrics()).test_client()

    ready, text_in = client.get("/readyz"), client.post("/sandbox/sms", data=FORM)

    assert (ready.status_code, ready.json) == (503, {"ready": False, "not_well": ["database"]})
    assert (text_in.status_code, client.get("/healthz").status_code) == (503, 200)


def test_a_database_that_stands_still_is_named_and_asked_once(client, monkeypatch):
    goes_on, asked = Event(), []

    def stand_still(_store):
        asked.append(1)
        goes_on.wait()

    monkeypatch.setattr(health, "ANSWERED_WITHIN", 0.1)
    monkeypatch.setattr(Store, "try_to_write", stand_still)
    still = [client.get("/readyz") for _ in range(2)]
    goes_on.set()
    monkeypatch.setattr(health, "ANSWERED_WITHIN", 5)
    well = client.get("/readyz")

    assert [(each.status_code, each.json["not_well"]) for each in still] == [(503, ["database"])] * 2
    assert well.json == {"ready": True, "not_well": []}
    assert len(asked) <= 2


def test_the_part_that_is_not_well_is_named(city):
    seconds = iter([0.0, 0.0, 100.0, 100.0])
    pulses = [Pulse("outbox", lambda: next(seconds)), Pulse("scheduler", lambda: next(seconds))]
    with city.service.store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = 'another'"))

    response = bare_app(Readiness(city.service.store, pulses), Metrics()).test_client().get("/readyz")

    assert response.status_code == 503
    assert response.json == {"ready": False, "not_well": ["schema", "outbox", "scheduler"]}


@only_postgresql
def test_a_database_that_may_only_be_read_is_named_and_no_text_is_a_bug(city, client, monkeypatch):
    monkeypatch.setattr("models.store.WROTE_JUST_NOW_SECONDS", -1.0)

    @event.listens_for(city.service.store.engine, "begin")
    def only_read(db):
        db.exec_driver_sql("SET TRANSACTION READ ONLY")

    ready, text_in = client.get("/readyz"), client.post("/sandbox/sms", data=FORM)

    assert (ready.status_code, ready.json["not_well"]) == (503, ["database"])
    assert text_in.status_code == 503


def test_a_database_whose_table_is_gone_is_named_and_no_text_is_a_bug(city, client):
    with city.service.store.transaction() as db:
        db.execute(text("ALTER TABLE questions RENAME TO elsewhere"))

    ready, text_in = client.get("/readyz"), client.post("/sandbox/sms", data=FORM)

    assert (ready.status_code, ready.json["not_well"]) == (503, ["schema"])
    assert text_in.status_code == 503


def test_an_older_copy_of_the_database_ends_the_process_and_no_text_is_a_bug(service, city):
    told: list[str] = []
    with city.service.store.transaction() as db:
        db.execute(text("DELETE FROM elections"))
    stale = replace(service, lost=told.append)

    text_in = create_app(stale, Readiness(service.store)).test_client().post("/sandbox/sms", data=FORM)
    again = city_at(service.store.engine.url, now=city.now)
    outcome, *_ = again.said(MONITOR, REPORT)
    again.service.store.close()

    assert text_in.status_code == 503
    assert told
    assert outcome == "accepted"


@only_sqlite
def test_a_database_that_another_process_holds_is_named(city, client, monkeypatch):
    monkeypatch.setattr("models.store.WROTE_JUST_NOW_SECONDS", -1.0)
    engine = city.service.store.engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 100"))
    other = sqlite3.connect(engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    held = client.get("/readyz")
    other.execute("ROLLBACK")
    free = client.get("/readyz")
    other.close()

    assert (held.status_code, held.json["not_well"]) == (503, ["database"])
    assert free.status_code == 200


def test_the_metrics_count_texts_and_hold_no_result_and_no_number(client):
    client.post("/sandbox/sms", data=FORM)
    client.post("/sandbox/sms", data={**FORM, "Body": "apa"})

    shown = client.get("/metrics").get_data(as_text=True)

    assert 'pantau_texts_in_total{carrier="sandbox",outcome="accepted"} 1.0' in shown
    assert 'pantau_texts_in_total{carrier="sandbox",outcome="refused"} 1.0' in shown
    assert 'pantau_texts_out_total{carrier="sandbox",status="sent"} 2.0' in shown
    assert 'pantau_answer_seconds_count{carrier="sandbox"} 2.0' in shown
    assert MONITOR[1:] not in shown
    assert "Paslon" not in shown


def test_a_text_brought_twice_is_counted_once(client):
    for _ in range(2):
        client.post("/sandbox/sms", data={**FORM, "MessageSid": "SM1"})

    shown = client.get("/metrics").get_data(as_text=True)

    assert 'pantau_texts_in_total{carrier="sandbox",outcome="accepted"} 1.0' in shown
    assert 'pantau_texts_out_total{carrier="sandbox",status="sent"} 1.0' in shown
    assert 'pantau_answer_seconds_count{carrier="sandbox"} 2.0' in shown


def test_what_loops_survived_is_a_counter():
    pulse = Pulse("outbox")
    pulse.trouble()

    shown = Metrics().shown([pulse]).decode()

    assert "# TYPE pantau_loop_troubles_total counter" in shown
    assert 'pantau_loop_troubles_total{loop="outbox"} 1.0' in shown


def test_two_applications_count_for_themselves(service):
    first, second = (create_app(service, Readiness(service.store)).test_client() for _ in range(2))
    first.post("/sandbox/sms", data=FORM)

    assert "outcome=" not in second.get("/metrics").get_data(as_text=True)
