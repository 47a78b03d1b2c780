"""``pantau doctor`` on the carriers that work on the ground: what would fail on the night, by name."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, insert, text
from sqlalchemy.pool import NullPool
from werkzeug import Response
from werkzeug.serving import make_server

from config.settings import read_settings
from gateway.app import bare_app
from gateway.carriers import CARRIERS
from gateway.doctor import arrivals, gammu, kannel, smsgate, twilio
from gateway.health import Readiness
from gateway.metrics import Metrics
from gateway.spool import Spool
from gateway.webhooks import keeping_webhooks
from models.store import Store
from models.tables import PersonRow, PhoneRow
from notify.carrier import InboundText
from tests.city import MONITOR
from tests.smsbox import Smsbox
from tests.smsgate_server import SmsgateServer

NOW = datetime.now(UTC).replace(microsecond=0)
HERE = NOW.astimezone().utcoffset() or timedelta()
NOWHERE = "http://127.0.0.1:9"
CARRIED = ("GAMMU", "SMSGATE", "KANNEL", "TWILIO")


def service_of(folder, **given):
    [carrier] = {name.split("_")[0].lower() for name in given if name.split("_")[0] in CARRIED}
    election = Path("pyproject.toml").absolute()
    environ = {"PANTAU_CARRIER": carrier, "PANTAU_ELECTION": str(election), **given}
    settings = read_settings(environ, folder, known_carriers=CARRIERS)
    return SimpleNamespace(settings=settings, clock=lambda: NOW)


def seen(findings):
    """Give what was found, without its words."""
    return [(each.check, str(each.state)) for each in findings]


@pytest.fixture
def smsd(databases):
    """SMSD's database; a function that puts a modem there."""
    engine = create_engine(databases.empty(), poolclass=NullPool)
    time = "timestamp" if engine.name == "postgresql" else "NUMERIC"
    tables = (
        f'CREATE TABLE phones ("ID" TEXT, "UpdatedInDB" {time}, "TimeOut" {time}, "Signal" INTEGER)',
        'CREATE TABLE inbox ("ID" INTEGER, "Processed" BOOLEAN)',
        f'CREATE TABLE outbox ("ID" INTEGER, "CreatorID" TEXT, "SendingTimeOut" {time})',
    )

    def do(statement, **values):
        with engine.begin() as db:
            db.execute(text(statement), values)

    def modem(ago=timedelta(), zone=HERE, signal=60):
        written = f"{NOW - ago:%Y-%m-%d %H:%M:%S}"  # UTC: SQLite's default, and the test server's zone
        shown = f"{NOW - ago + zone + timedelta(seconds=10):%Y-%m-%d %H:%M:%S}"
        row = "INSERT INTO phones VALUES ('modem1', :seen, :shown, :signal)"
        if engine.name == "postgresql":
            row = "INSERT INTO phones VALUES ('modem1', CAST(:seen AS timestamptz), CAST(:shown AS timestamp), :signal)"
            written += "+00"
        do(row, seen=written, shown=shown, signal=signal)

    for table in tables:
        do(table)
    url = engine.url.render_as_string(hide_password=False)
    return SimpleNamespace(url=url, modem=modem, do=do, name=engine.name)


def test_modems_that_live_are_well(smsd, tmp_path):
    smsd.modem()

    found = list(gammu.look(service_of(tmp_path, GAMMU_DATABASE_URL=smsd.url)))

    assert seen(found) == [("gammu database", "ok"), ("gammu modem", "ok")]


def test_an_smsd_whose_database_cannot_be_written_to_is_named(smsd, tmp_path):
    smsd.modem()
    smsd.do("ALTER TABLE inbox RENAME TO elsewhere")
    smsd.do("CREATE VIEW inbox AS SELECT * FROM elsewhere LIMIT 1")

    found = list(gammu.look(service_of(tmp_path, GAMMU_DATABASE_URL=smsd.url)))

    assert seen(found) == [("gammu database", "fail")]


@pytest.mark.parametrize(
    ("modem", "check", "state"),
    [
        pytest.param({"ago": timedelta(minutes=3)}, "gammu modem", "fail", id="silent"),
        pytest.param({"signal": 5}, "gammu modem", "warn", id="weak"),
        pytest.param(None, "gammu modem", "fail", id="none"),
    ],
)
def test_a_modem_that_is_not_well_is_named(smsd, tmp_path, modem, check, state):
    if modem is not None:
        smsd.modem(**modem)

    found = list(gammu.look(service_of(tmp_path, GAMMU_DATABASE_URL=smsd.url)))

    assert (check, state) in seen(found)
    assert all(each.mend for each in found if each.state != "ok")


def test_an_smsd_in_another_time_zone_would_have_texts_judged_wrongly(smsd, tmp_path):
    smsd.modem(zone=HERE + timedelta(hours=7))

    found = list(gammu.look(service_of(tmp_path, GAMMU_DATABASE_URL=smsd.url)))

    # PostgreSQL's times are the server's: there SMSD's zone cannot be seen.
    assert (("gammu clock", "fail") in seen(found)) is (smsd.name == "sqlite")


def test_texts_that_wait_for_a_modem_are_counted(smsd, tmp_path):
    smsd.modem()
    smsd.do("INSERT INTO outbox VALUES (1, 'pantau-1-x', '2000-01-01 00:00:00')")

    *_, last = gammu.look(service_of(tmp_path, GAMMU_DATABASE_URL=smsd.url))

    assert (last.check, str(last.state), last.found[:2]) == ("gammu outbox", "warn", "1 ")


def test_a_database_that_is_not_smsds_is_a_failure(tmp_path):
    found = list(gammu.look(service_of(tmp_path, GAMMU_DATABASE_URL=f"sqlite:///{tmp_path}/none.db")))

    assert seen(found) == [("gammu database", "fail")]
    assert list(tmp_path.iterdir()) == []


def test_our_own_database_is_not_taken_for_smsds(tmp_path):
    url = f"sqlite:///{tmp_path}/pantau.db"
    store = Store.open(url)
    with store.transaction() as db:
        db.execute(insert(PersonRow), {"id": 1, "name": "Budi"})
        db.execute(insert(PhoneRow), {"person_id": 1, "number": "+628410000001", "place": 1, "since": 1})
    store.close()

    [found] = gammu.look(service_of(tmp_path, GAMMU_DATABASE_URL=url))

    assert (found.check, str(found.state)) == ("gammu database", "fail")
    assert "GAMMU_DATABASE_URL" in found.mend


ALL = ("sms:received", "sms:sent", "sms:delivered", "sms:failed")


@pytest.mark.parametrize(
    ("events", "states"),
    [
        pytest.param(ALL, ["ok", "ok"], id="all registered"),
        pytest.param(ALL[:3], ["ok", "warn"], id="one is missing"),
        pytest.param(ALL[1:], ["ok", "fail"], id="texts in are missing"),
    ],
)
def test_a_phone_must_call_us(tmp_path, events, states):
    with SmsgateServer() as server:
        server.phone.webhooks = dict.fromkeys(events, "https://pantau.example.org/smsgate/sms")

        found = list(smsgate.look(service_of(tmp_path, **server.settings)))

    assert [str(each.state) for each in found] == states


@pytest.mark.parametrize(
    "changed", [{"SMSGATE_PASSWORD": "falsch"}, {"SMSGATE_URL": NOWHERE}], ids=["password", "address"]
)
def test_a_phone_that_does_not_know_us_or_is_not_there_is_a_failure(tmp_path, changed):
    with SmsgateServer() as server:
        found = list(smsgate.look(service_of(tmp_path, **server.settings | changed)))

    assert seen(found) == [("smsgate phone", "fail")]


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"error": "no"}', b'"x"', b"null", b"[1]"])
def test_what_answers_in_the_place_of_a_carrier_is_named_whatever_it_says(tmp_path, answer):
    spoken = Response(answer, content_type="application/json")
    server = make_server("127.0.0.1", 0, lambda environ, start: spoken(environ, start))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.port}"
    phone = {"SMSGATE_URL": url, "SMSGATE_USER": "u", "SMSGATE_PASSWORD": "p", "SMSGATE_SIGNING_KEY": "k"}
    account = {
        "TWILIO_ACCOUNT_SID": f"AC{0:032}",
        "TWILIO_AUTH_TOKEN": "t",
        "TWILIO_FROM_NUMBER": "+15005550006",
    }
    over_twilio = service_of(tmp_path, TWILIO_API_URL=url, PANTAU_PUBLIC_URL=NOWHERE, **account)

    by_phone = next(smsgate.look(service_of(tmp_path, **phone)))
    by_twilio = next(twilio.look(over_twilio))
    server.shutdown()
    server.server_close()

    assert seen([by_twilio]) == [("twilio account", "fail")]
    assert by_phone.check.startswith("smsgate")
    assert str(by_phone.state) == ("ok" if answer == b"[]" else "fail")


def test_what_is_no_phone_is_not_taken_for_one_with_another_password(tmp_path):
    with SmsgateServer() as server:
        elsewhere = {"SMSGATE_URL": f"{server.settings['SMSGATE_URL']}/elsewhere"}
        [wrong, other] = [
            next(smsgate.look(service_of(tmp_path, **server.settings | changed))).mend
            for changed in ({"SMSGATE_PASSWORD": "falsch"}, elsewhere)
        ]

    assert "SMSGATE_PASSWORD" in wrong
    assert "SMSGATE_URL" in other


KANNEL = {"KANNEL_USER": "pantau", "KANNEL_PASSWORD": "x", "KANNEL_SECRET": "y"}


@contextmanager
def serving(folder):
    """Serve Kannel's webhook as it is, without a database, and give its address."""
    settings = service_of(folder, KANNEL_SENDSMS_URL=NOWHERE, **KANNEL).settings
    carriers = [CARRIERS["kannel"](settings)]
    server = make_server(
        "127.0.0.1",
        0,
        bare_app(Readiness(store=None), Metrics(), keeping_webhooks(carriers, Spool.of(settings))),
    )
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("sendsms", "changed", "states"),
    [
        pytest.param((400, "Missing receiver number, rejected"), {}, ["ok", "ok"], id="as it should be"),
        pytest.param((403, "Authorization failed for sendsms"), {}, ["fail", "ok"], id="a wrong password"),
        pytest.param((404, "Not found"), {}, ["fail", "ok"], id="another program"),
        pytest.param(
            (400, "Missing receiver number"), {"KANNEL_SECRET": "z"}, ["ok", "fail"], id="another secret"
        ),
    ],
)
def test_kannel_must_know_us_and_we_it(tmp_path, sendsms, changed, states):
    with Smsbox(*sendsms) as smsbox, serving(tmp_path) as door:
        given = {"KANNEL_SENDSMS_URL": smsbox.url, "PANTAU_PUBLIC_URL": door, **KANNEL, **changed}
        found = list(kannel.look(service_of(tmp_path, **given)))

    assert [str(each.state) for each in found] == states


def test_a_door_that_takes_everything_is_not_ours(tmp_path):
    with Smsbox(200, "") as another:
        given = {"KANNEL_SENDSMS_URL": another.url, "PANTAU_PUBLIC_URL": another.url, **KANNEL}

        assert ("kannel webhook", "fail") in seen(kannel.look(service_of(tmp_path, **given)))


def test_a_kannel_that_is_not_there_and_texts_that_wait_are_named(tmp_path):
    service = service_of(tmp_path, KANNEL_SENDSMS_URL=NOWHERE, PANTAU_PUBLIC_URL=NOWHERE, **KANNEL)
    Spool.of(service.settings).keep("kannel", InboundText("kannel", "a", "+62811", "halo"), NOW)

    found = list(kannel.look(service))

    assert seen(found) == [("kannel sendsms", "fail"), ("kannel webhook", "fail"), ("kannel spool", "warn")]


def test_a_text_that_a_disk_has_spoilt_is_named(tmp_path):
    """Kannel was answered that it is here: only somebody who reads the file can take it in."""
    service = service_of(tmp_path, KANNEL_SENDSMS_URL=NOWHERE, PANTAU_PUBLIC_URL=NOWHERE, **KANNEL)
    Spool.of(service.settings).keep("kannel", InboundText("kannel", "a", "+62811", "halo"), NOW)
    [file] = (tmp_path / "var" / "spool").iterdir()
    file.write_text('{"carrier": "kannel", "InboundText": {"body": "TPS012 G:120')

    [found] = [each for each in kannel.look(service) if each.check == "kannel spool"]

    assert str(found.state) == "fail"
    assert str(file.with_suffix(".spoilt")) in found.found


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        pytest.param([7, 7, 7], ["fail"], id="another time zone"),
        pytest.param([7], ["warn"], id="one text: it may have waited"),
        pytest.param([7, 8], ["warn"], id="texts that an outage held up"),
        pytest.param([7, 0, 8], [], id="texts that an outage held up, and one after it"),
        pytest.param([7, None], [], id="one without a time"),
        pytest.param([], [], id="none"),
    ],
)
def test_a_carrier_whose_every_text_seems_hours_old_is_named(city, hours, state):
    """SMSD leaves the operator's time zone out: all reports were practice until hours after the opening."""
    for each in hours:
        sent = None if each is None else city.now - timedelta(hours=each)
        city.text(MONITOR, "STATUS", carrier="gammu", sent_at=sent)

    found = list(arrivals.look(city.service, "gammu"))

    assert seen(found) == [("gammu clock", each) for each in state]
