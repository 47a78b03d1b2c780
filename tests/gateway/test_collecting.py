"""Carriers that call nobody, and what becomes of a text by whichever carrier it came."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy.exc import OperationalError

from config.settings import read_settings
from gateway import reconcile
from gateway.app import create_app
from gateway.carriers import CARRIERS
from gateway.collecting import Collector
from gateway.health import Readiness
from gateway.inbox import receive
from gateway.metrics import Metrics
from gateway.service import PolledCarrier, WebCarrier
from notify.carrier import InboundText, StatusReport
from tests.carriers import FakeCarrier
from tests.city import MONITOR, NEIGHBOUR, REPORT
from tests.smsgate_server import received, signed

SETTINGS = {
    "PANTAU_CARRIER": "gammu,smsgate,kannel",
    "PANTAU_ELECTION": str(Path("pyproject.toml").absolute()),  # any file: nobody reads it here
    "GAMMU_DATABASE_URL": "sqlite:///none.db",
    "SMSGATE_URL": "http://127.0.0.1:9",
    "SMSGATE_USER": "sms",
    "SMSGATE_PASSWORD": "x",
    "SMSGATE_SIGNING_KEY": "kunci-tanda-tangan",
    "KANNEL_SENDSMS_URL": "http://127.0.0.1:9",
    "KANNEL_USER": "pantau",
    "KANNEL_PASSWORD": "x",
    "KANNEL_SECRET": "y",
}


class Modem(FakeCarrier):
    """A carrier at the edge that is asked."""

    def __init__(self, *found):
        super().__init__("modem")
        self.found = list(found)
        self.taken = []

    def waiting(self, since):
        self.listed.append(since)
        yield from self.found

    def taken_in(self, text):
        self.taken.append(text.carrier_id)

    def silence(self):
        return ""


def text_of(carrier_id, body=REPORT, sender=MONITOR):
    return InboundText("modem", carrier_id, sender, body, replies_inline=False)


def collector(city, modem):
    return Collector(city.service, modem, Metrics())


def rows(city, direction):
    query = f"SELECT carrier, sender, recipient, body, outcome, status FROM messages WHERE direction = '{direction}' ORDER BY id"
    return [tuple(row) for row in city.read(lambda db: list(db.exec_driver_sql(query)))]


def test_what_waits_is_taken_in_once_and_noted_and_the_reply_goes_by_the_outbox(city):
    modem = Modem(text_of("a"), text_of("b", sender=NEIGHBOUR, body="TPS013 G:1,2,3 SAH:6"))

    for _ in range(2):
        collector(city, modem).collect()

    assert [row[4] for row in rows(city, "in")] == ["accepted", "accepted"]
    assert [(row[0], row[2], row[5]) for row in rows(city, "out")] == [
        ("modem", MONITOR, "queued"),
        ("modem", NEIGHBOUR, "queued"),
    ]
    assert modem.taken == ["a", "b"] * 2


def test_news_of_a_text_out_moves_it_forward(city):
    modem = Modem(text_of("a"))
    collector(city, modem).collect()
    with city.service.store.transaction() as db:
        db.exec_driver_sql(
            "UPDATE messages SET carrier_id = 'out-1', status = 'sent' WHERE direction = 'out'"
        )
    modem.found = [StatusReport("out-1", "delivered"), StatusReport("out-1", "sent")]

    collector(city, modem).collect()

    assert [row[5] for row in rows(city, "out")] == ["delivered"]


def test_a_text_that_fails_keeps_no_other_back_and_is_left_to_the_reconciliation(city, monkeypatch):
    tried = []

    def failing(service, text):
        tried.append(text.carrier_id)
        if text.carrier_id == "bad":
            raise RuntimeError("a bug")
        return receive(service, text)

    monkeypatch.setattr(reconcile, "receive", failing)
    modem = Modem(text_of("bad"), text_of("good"))
    collecting = collector(city, modem)

    for _ in range(3):
        collecting.collect()

    assert tried.count("bad") == 1
    assert set(modem.taken) == {"good"}


def test_while_the_database_is_away_nothing_is_noted(city, monkeypatch):
    def away(_service, _text):
        raise OperationalError("INSERT", {}, ConnectionRefusedError("gone"))

    monkeypatch.setattr(reconcile, "receive", away)
    modem = Modem(text_of("a"))

    with pytest.raises(OperationalError):
        collector(city, modem).collect()

    assert modem.taken == []


@pytest.fixture
def service(city, tmp_path):
    settings = read_settings(SETTINGS, tmp_path, known_carriers=CARRIERS)
    carriers = {name: CARRIERS[name](settings) for name in settings.carriers}
    return replace(city.service, settings=settings, carriers=carriers)


@pytest.fixture
def client(service):
    return create_app(service, Readiness(service.store)).test_client()


def over_kannel(client, sender, body):
    query = {"secret": "y", "id": f"{sender}{body}", "from": sender, "to": "2345", "text": body}
    return client.get(f"/kannel/sms?{urlencode(query)}")


def over_smsgate(client, sender, body, at):
    content = json.dumps(received(sender, body, at)).encode()
    return client.post("/smsgate/sms", data=content, headers=signed(content))


@pytest.mark.parametrize(
    ("sender", "body", "outcome", "reply"),
    [
        pytest.param(MONITOR, REPORT, "accepted", "DITERIMA TPS012", id="a report"),
        pytest.param(
            "0" + MONITOR[3:], REPORT, "accepted", "DITERIMA TPS012", id="a number as the operator writes it"
        ),
        pytest.param(MONITOR, "TPS012 G:120,98 SAH:295", "refused", "DITOLAK", id="a faulty one"),
        pytest.param(MONITOR, "TPS013 G:1,2,3 SAH:6", "refused", "DITOLAK", id="another's station"),
        pytest.param("+6281299999999", "halo", "refused", "", id="a stranger"),
        pytest.param("TELKOMSEL", "promo", "ignored", None, id="a name"),
    ],
)
def test_a_text_by_any_carrier_is_stored_judged_and_answered_alike(
    city, client, sender, body, outcome, reply
):
    by_kannel = over_kannel(client, sender, body)
    stored_by_kannel, answers = rows(city, "in"), rows(city, "out")
    city.wait(hours=2)
    by_smsgate = over_smsgate(client, sender, body + " ", city.now)

    [(carrier, known_as, _, stored, judged, _)] = stored_by_kannel
    assert (by_kannel.status_code, by_smsgate.status_code) == (200, 200)
    assert (carrier, stored, judged) == ("kannel", body, outcome)
    assert known_as.startswith("+") is sender.lstrip("+").isdecimal()
    assert by_kannel.get_data(as_text=True) == (answers[0][3] if answers else "")
    assert by_kannel.get_data(as_text=True).startswith(reply or "")
    assert bool(answers) is (reply is not None)
    assert by_smsgate.get_data() == b""
    assert [row[0] for row in rows(city, "in")] == ["kannel", "smsgate"]
    assert [row[5] for row in rows(city, "out")] == (["sent", "queued"] if answers else [])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/gammu/sms", 404, id="SMSD calls nobody"),
        pytest.param("POST", "/kannel/sms", 405, id="Kannel gets"),
        pytest.param("GET", "/smsgate/sms", 405, id="a phone posts"),
        pytest.param("POST", "/smsgate/status", 403, id="unsigned"),
    ],
)
def test_every_carrier_is_called_as_it_calls(client, method, path, status):
    assert client.open(path, method=method).status_code == status


def test_every_carrier_either_calls_or_is_asked(service):
    for carrier in service.carriers.values():
        assert isinstance(carrier, WebCarrier) is not isinstance(carrier, PolledCarrier)
