"""What may not be lost while it cannot be stored: kept, answered as a success, judged once."""

import json
import os
import stat
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from config.settings import read_settings
from gateway import inbox, webhooks
from gateway.app import bare_app, create_app
from gateway.carriers import CARRIERS
from gateway.carriers.kannel import Kannel
from gateway.collecting import drain, keep_draining
from gateway.health import Readiness
from gateway.jobs import Jobs
from gateway.metrics import Metrics
from gateway.spool import Spool
from notify.carrier import InboundText, StatusReport
from tests.city import MONITOR, REPORT
from tests.elections import NOON

TEXT = InboundText("kannel", "id-1", MONITOR, REPORT, sent_at=NOON)
OF_ANOTHER_VERSION = json.dumps(
    {"carrier": "kannel", "at": NOON.isoformat(), "StatusReport": {"number": "x"}}
)
CALL = {"secret": "rahasia", "from": MONITOR, "text": REPORT, "id": "id-1"}


@pytest.fixture
def settings(tmp_path):
    environ = {
        "PANTAU_CARRIER": "kannel",
        "PANTAU_ELECTION": str(Path("pyproject.toml").absolute()),
        "KANNEL_SENDSMS_URL": "http://127.0.0.1:9",
        "KANNEL_USER": "pantau",
        "KANNEL_PASSWORD": "s3cret",
        "KANNEL_SECRET": "rahasia",
    }
    return read_settings(environ, tmp_path, known_carriers=CARRIERS)


@pytest.fixture
def spool(settings):
    return Spool.of(settings)


@pytest.fixture
def service(city, settings):
    return replace(city.service, settings=settings, carriers={"kannel": Kannel(settings)})


@pytest.fixture
def client(service):
    return create_app(service, Readiness(service.store)).test_client()


@pytest.fixture
def waiting(settings, spool):
    app = bare_app(Readiness(store=None), Metrics(), webhooks.keeping_webhooks([Kannel(settings)], spool))
    return app.test_client()


def call(client, path="sms", **changed):
    return client.get(f"/kannel/{path}?{urlencode(CALL | changed)}")


def away(_service, _text):
    raise OperationalError("INSERT", {}, ConnectionRefusedError("gone"))


def broken(_service, _text):
    raise RuntimeError("a bug")


def lost_after_the_commit(service, text):
    inbox.receive(service, text)
    away(service, text)


@pytest.mark.parametrize("path", ["sms", "status"])
def test_a_request_for_the_head_alone_brings_nothing(city, client, waiting, spool, path):
    asked = [each.head(f"/kannel/{path}?{urlencode(CALL | {'type': '1'})}") for each in (client, waiting)]

    assert [each.status_code for each in asked] == [405, 405]
    assert (city.count("messages"), list(spool.kept())) == (0, [])


def test_what_is_kept_comes_back_as_it_was_but_late(spool):
    spool.keep("kannel", TEXT, NOON + timedelta(hours=1))

    [kept] = spool.kept()

    assert kept.found == replace(TEXT, replies_inline=False, reconciled=True)
    assert kept.carrier == "kannel"


def test_a_text_without_a_time_has_that_of_its_arrival(spool):
    spool.keep("kannel", replace(TEXT, sent_at=None), NOON)

    assert next(spool.kept()).found.sent_at == NOON


def test_a_delivery_report_is_kept_too_each_status_of_it(spool):
    reports = [StatusReport("a", "sent"), StatusReport("a", "undelivered", "13", 7, sent_on=False)]
    for number, report in enumerate(reports):
        spool.keep("kannel", report, NOON + timedelta(seconds=number))

    assert [kept.found for kept in spool.kept()] == reports


def test_the_oldest_is_first_and_one_that_comes_twice_is_there_once(spool):
    for minute, carrier_id in ((2, "b"), (1, "a"), (3, "b")):
        spool.keep("kannel", replace(TEXT, carrier_id=carrier_id), NOON + timedelta(minutes=minute))

    assert [kept.found.carrier_id for kept in spool.kept()] == ["a", "b"]


def test_what_a_power_cut_left_half_written_is_removed_and_nobody_else_is_disturbed(spool, tmp_path):
    spool.keep("kannel", TEXT, NOON)
    (whole,) = (tmp_path / "var" / "spool").iterdir()
    old, new = whole.with_suffix(".1-1"), whole.with_suffix(".2-2")
    for path in (old, new):
        path.write_text('{"body": "PIN:4821')
    os.utime(old, (0, 0))

    kept = [each.found for each in spool.kept()]

    assert len(kept) == 1
    assert sorted((tmp_path / "var" / "spool").iterdir()) == sorted([whole, new])


def test_only_the_services_user_may_read_it(spool, tmp_path):
    spool.keep("kannel", TEXT, NOON)

    [path] = (tmp_path / "var" / "spool").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_is_on_disk_before_anyone_is_told(spool, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.readlink(f"/proc/self/fd/{file}")))

    spool.keep("kannel", TEXT, NOON)

    [kept] = spool.kept()
    assert [Path(each).parent for each in synced] == [kept.path.parent, kept.path.parent.parent]


@pytest.mark.parametrize(
    "content",
    ["{", "null", "{}", OF_ANOTHER_VERSION],
    ids=["cut off", "empty", "without its fields", "of another version"],
)
def test_a_file_that_a_disk_has_spoilt_keeps_no_other_back(spool, tmp_path, content):
    spool.keep("kannel", TEXT, NOON)
    (tmp_path / "var" / "spool" / "spoilt.json").write_text(content)
    (tmp_path / "var" / "spool" / "half.1234").write_text("{")

    with structlog.testing.capture_logs() as logged:
        found = [[kept.found.carrier_id for kept in spool.kept()] for _ in range(3)]

    assert found == [["id-1"]] * 3
    assert len(logged) == 1  # and not each second
    assert (tmp_path / "var" / "spool" / "spoilt.spoilt").read_text() == content


def test_a_file_that_cannot_be_read_now_keeps_no_other_back_and_is_tried_again(spool, tmp_path):
    spool.keep("kannel", TEXT, NOON)
    file = next(spool.kept()).path
    there = tmp_path / "var" / "spool" / "there.json"
    there.mkdir()  # root, as whom tests may run, reads every file

    with structlog.testing.capture_logs() as logged:
        found = [[kept.found.carrier_id for kept in spool.kept()] for _ in range(3)]
    there.rmdir()
    file.rename(there)

    assert found == [["id-1"]] * 3
    assert [each["path"] for each in logged] == [str(there)]
    assert [kept.found.carrier_id for kept in spool.kept()] == ["id-1"]


def test_a_moment_without_a_zone_keeps_no_other_back(spool):
    for number in (1, 2):
        spool.keep("kannel", replace(TEXT, carrier_id=f"id-{number}"), NOON)
    path = next(spool.kept()).path
    path.write_text(path.read_text().replace(NOON.isoformat(), NOON.replace(tzinfo=None).isoformat()))

    assert {kept.found.carrier_id for kept in spool.kept()} == {"id-1", "id-2"}


def test_a_text_that_is_stored_at_once_is_answered_with_its_reply_and_not_kept(client, spool):
    response = call(client)

    assert response.status_code == 200
    assert response.get_data(as_text=True).startswith("DITERIMA TPS012")
    assert list(spool.kept()) == []


@pytest.mark.parametrize(
    "trouble", [away, broken, lost_after_the_commit], ids=["no database", "a bug", "stored, and nobody knew"]
)
def test_a_text_that_cannot_be_stored_is_a_200_and_judged_once_when_it_can(
    city, service, client, spool, monkeypatch, trouble
):
    with monkeypatch.context() as patched:
        patched.setattr(webhooks, "receive", trouble)
        answers = [call(client) for _ in range(2)]  # Kannel may bring it again

    counts = Metrics()
    drain(service, spool, counts)
    again = call(client)

    assert [(each.status_code, each.get_data()) for each in (*answers, again)] == [(200, b"")] * 3
    assert list(spool.kept()) == []
    assert city.votes() == (120, 98, 77)
    assert city.read(_replies) == [("queued", "kannel")]
    counted = b'pantau_texts_in_total{carrier="kannel",outcome="accepted"} 1.0' in counts.shown([])
    assert counted != (trouble is lost_after_the_commit)  # which was taken in before


def _replies(db):
    found = db.exec_driver_sql("SELECT status, carrier FROM messages WHERE direction = 'out'")
    return [tuple(row) for row in found]


def test_a_reply_that_left_in_the_answer_to_a_later_request_does_not_leave_again(
    city, service, client, spool
):
    spool.keep("kannel", TEXT, NOON - timedelta(seconds=10))  # and the 200 was lost
    answered = call(client)

    drain(service, spool)

    assert answered.get_data(as_text=True).startswith("DITERIMA TPS012")
    assert city.read(_replies) == [("sent", "kannel")]


def test_what_cannot_be_judged_stays_is_said_once_and_keeps_no_other_back(city, service, spool, monkeypatch):
    for carrier_id, body in (("bad", "x"), ("good", REPORT)):
        spool.keep("kannel", replace(TEXT, carrier_id=carrier_id, body=body), NOON)
    tried, failed = [], set[Path]()

    def receive(service, text):
        tried.append(text.body)
        return broken(service, text) if text.body == "x" else inbox.receive(service, text)

    monkeypatch.setattr("gateway.reconcile.receive", receive)

    for _ in range(3):
        drain(service, spool, failed=failed)

    assert [kept.found.body for kept in spool.kept()] == ["x"]
    assert sorted(tried) == sorted(["x", REPORT])
    assert city.votes() == (120, 98, 77)


def test_the_schedule_waits_for_what_the_spool_keeps(city, service, spool, monkeypatch):
    """Who had reported while the database was away was reminded of the result."""
    spool.keep("kannel", TEXT, NOON)
    behind, stop, found = Jobs(service, Metrics(), spooled=True).behind, threading.Event(), []
    asked = behind.asked

    def drained(source, began):
        found.append((bool(behind), city.votes()))
        stop.set()
        return asked(source, began)

    behind.asked("kannel", behind.now())
    monkeypatch.setattr(behind, "asked", drained)
    keep_draining(service, spool, stop, Metrics(), behind)

    assert found == [(True, (120, 98, 77))]
    assert not behind


def test_while_the_database_is_away_all_stays(service, spool, monkeypatch):
    spool.keep("kannel", TEXT, NOON)
    monkeypatch.setattr("gateway.reconcile.receive", away)

    with pytest.raises(OperationalError):
        drain(service, spool)

    assert len(list(spool.kept())) == 1


def test_a_process_that_waits_for_its_database_keeps_what_would_be_lost(city, service, waiting, spool):
    text_in, report = call(waiting), call(waiting, "status", id="reply-2", type="1", row="2")

    drain(service, spool)

    assert (text_in.status_code, report.status_code) == (200, 200)
    assert city.votes() == (120, 98, 77)
    assert list(spool.kept()) == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        pytest.param({"secret": "falsch"}, 403, id="not Kannel"),
        pytest.param({"from": "", "text": ""}, 200, id="no text"),
    ],
)
def test_what_is_no_text_of_kannels_is_not_kept(client, waiting, spool, changed, status):
    codes = [call(application, **changed).status_code for application in (client, waiting)]

    assert (codes, list(spool.kept())) == ([status] * 2, [])


def test_where_nothing_can_be_written_either_nothing_is_promised(client, monkeypatch):
    def full(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(webhooks, "receive", away)
    monkeypatch.setattr(os, "fsync", full)

    assert call(client).status_code == 503


def test_a_delivery_report_is_a_200(city, client):
    call(client)
    [row] = [each["id"] for each in city.read(lambda db: _rows(db))]

    codes = [
        call(client, "status", id=f"reply-{row}", row=row, type=type_).status_code for type_ in (1, 8, 1)
    ]

    assert codes == [200] * 3
    assert city.read(_rows)[0]["status"] == "delivered"


def _rows(db):
    return list(db.exec_driver_sql("SELECT id, status FROM messages WHERE direction = 'out'").mappings())


def test_a_spooled_text_holds_its_pin_only_until_it_is_judged(service, spool, tmp_path):
    spool.keep("kannel", replace(TEXT, body=f"{REPORT} PIN:4821"), NOON)
    [path] = (tmp_path / "var" / "spool").iterdir()
    kept = json.loads(path.read_text())

    drain(service, spool)

    assert "4821" in kept["InboundText"]["body"]
    assert not path.exists()
