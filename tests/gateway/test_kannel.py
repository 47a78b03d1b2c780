"""Kannel at its edge: what ``get-url`` and ``dlr-url`` carry, and what ``sendsms`` is given and answers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from flask import Flask, request

from config.settings import read_settings
from gateway.carriers import CARRIERS
from gateway.carriers.kannel import Kannel
from gateway.service import Answer
from notify.carrier import InboundText, NeverTold, OutboundText, SendFailed, Sent, StatusReport
from tests.smsbox import Smsbox

PHONE = "+6281200000001"
REPORT = "TPS012 G:120,98,77 SAH:295"
SECRET = "rahasia kita&"
ID = "927d4f19-d2b6-45e4-8647-21da4612f5c7"
MOMENT = datetime(2024, 11, 27, 7, 0, tzinfo=UTC)
TEXT = OutboundText(7, PHONE, "halo")
GET_URL = {
    "secret": SECRET,
    "from": PHONE,
    "to": "2345",
    "text": REPORT,
    "id": ID,
    "time": "1732690800",
    "charset": "UTF-8",
}


@pytest.fixture
def smsbox() -> Iterator[Smsbox]:
    with Smsbox() as running:
        yield running


def kannel_at(url: str, **more: str) -> Kannel:
    environ = {
        "PANTAU_CARRIER": "kannel",
        "PANTAU_ELECTION": "pyproject.toml",  # any file: nobody reads it here
        "KANNEL_SENDSMS_URL": url,
        "KANNEL_USER": "pantau",
        "KANNEL_PASSWORD": "s3cret",
        "KANNEL_SECRET": SECRET,
        **more,
    }
    return Kannel(read_settings(environ, Path(__file__).parents[2], known_carriers=CARRIERS))


@pytest.fixture
def kannel(smsbox):
    return kannel_at(smsbox.url)


def called(query, path="/kannel/sms"):
    given = query if isinstance(query, str) else urlencode(query)
    return Flask("gateway").test_request_context(f"{path}?{given}")


@pytest.mark.parametrize(
    ("query", "genuine"),
    [
        pytest.param({"secret": SECRET}, True, id="our secret"),
        pytest.param({"secret": SECRET + " "}, False, id="almost"),
        pytest.param({"secret": ""}, False, id="an empty one"),
        pytest.param({}, False, id="none"),
        pytest.param({"secret": "é\ud800"[:1]}, False, id="outside ASCII"),
        pytest.param("secret=%FF", False, id="no UTF-8"),
    ],
)
def test_a_request_is_kannels_if_it_carries_our_secret(kannel, query, genuine):
    with called(query):
        assert kannel.verify(request) is genuine


def text_of(body=REPORT, **given):
    return InboundText(**({"carrier": "kannel", "carrier_id": ID, "sender": PHONE, "body": body, "recipient": "2345", "sent_at": MOMENT, "stop_answered": False} | given))  # fmt: skip


def without(*names):
    return {name: value for name, value in GET_URL.items() if name not in names}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param(GET_URL, text_of(), id="whole"),
        pytest.param(GET_URL | {"text": ""}, text_of(""), id="empty"),
        pytest.param(without("text"), text_of(""), id="no words"),
        pytest.param(without("to", "time", "charset"), text_of(recipient=None, sent_at=None), id="the least"),
        pytest.param(GET_URL | {"time": "never"}, text_of(sent_at=None), id="no moment"),
        pytest.param(GET_URL | {"text": "é [€]"}, text_of("é [€]"), id="all of GSM-7"),
        pytest.param(urlencode(without("text", "charset")) + "&charset=UTF-16BE&text=%00T%00P+%AC", text_of("TP€"), id="UCS-2"),
        pytest.param(urlencode(without("text", "charset")) + "&charset=UTF-16BE&text=%D8%3D%DE%00", text_of("😀"), id="an emoji"),
        pytest.param(urlencode(without("text", "charset")) + "&charset=ISO-8859-1&text=%E9", text_of("é"), id="Latin"),
        pytest.param(urlencode(without("text", "charset")) + "&charset=NONE&text=%C3%A9", text_of("é"), id="a charset that nobody knows"),
        pytest.param(urlencode(without("text")) + "&text=%FF", text_of("�"), id="not of its charset"),
        pytest.param(urlencode(without("text", "charset")) + "&charset=idna&text=%C3%A9", text_of("é"), id="a charset that is none of bytes"),
        pytest.param(urlencode(without("text", "charset")) + "&charset=%00&text=%C3%A9", text_of("é"), id="a charset that is no name"),
        pytest.param(GET_URL | {"time": "0"}, text_of(sent_at=None), id="a clock that was never set"),
        pytest.param(GET_URL | {"time": "99999999999"}, text_of(sent_at=None), id="a time to come"),
        pytest.param(GET_URL | {"id": "x" * 101}, text_of(carrier_id="x" * 100), id="an endless id"),
        pytest.param(without("from"), text_of(sender=""), id="no sender"),
        pytest.param(GET_URL | {"from": "9" * 101}, text_of(sender="9" * 100), id="an endless sender"),
        pytest.param(without("from", "text"), None, id="neither sender nor words"),
    ],
)  # fmt: skip
def test_a_request_becomes_a_text(kannel, query, text):
    with called(query):
        assert kannel.decode(request) == text


def test_a_text_without_an_id_is_known_again_by_its_content(kannel):
    ids = []
    for query in (without("id"), without("id"), without("id") | {"text": "lain"}):
        with called(query):
            ids.append(kannel.decode(request).carrier_id)

    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("query", "report"),
    [
        pytest.param("id=a&row=7&type=1", StatusReport("a", "delivered", row_id=7), id="delivered"),
        pytest.param("id=a&row=&type=8&reason=ACK/", StatusReport("a", "sent"), id="to the operator"),
        pytest.param("id=a&row=7&type=4", StatusReport("a", "sent", row_id=7, sent_on=False), id="in a queue"),
        pytest.param("id=a&type=2&reason=001", StatusReport("a", "undelivered", "001"), id="undelivered, with its reason"),
        pytest.param("id=a&type=16&reason=NACK/13", StatusReport("a", "failed", "NACK/13", sent_on=False), id="refused"),
        pytest.param("id=a&row=x&type=1", StatusReport("a", "delivered"), id="a row that is none"),
        pytest.param("id=a&type=99", None, id="an event that there is not"),
        pytest.param("id=a", None, id="no event"),
        pytest.param("type=1", None, id="no id"),
    ],
)  # fmt: skip
def test_a_delivery_report_in_our_words(kannel, query, report):
    with called(query, "/kannel/status"):
        assert kannel.decode_status(request) == report


def reported_at(address):
    """Give the values of an address for delivery reports, as Kannel would fill them in."""
    parts = urlsplit(address.replace("%d", "1").replace("%A", "x"))
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {k: v[0] for k, v in parse_qs(parts.query).items()}


def test_a_reply_is_the_answer_whose_delivery_report_names_its_row(kannel):
    response = kannel.respond(Answer(1, "accepted", "DITERIMA TPS012", 7))

    address, values = reported_at(response.headers["X-Kannel-DLR-Url"])
    assert (response.status_code, response.get_data(as_text=True)) == (200, "DITERIMA TPS012")
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert (response.headers["X-Kannel-DLR-Mask"], response.headers["X-Kannel-Coding"]) == ("31", "0")
    assert address == "http://127.0.0.1:8000/kannel/status"
    assert values == {"secret": SECRET, "id": "reply-7", "row": "7", "type": "1", "reason": "x"}


@pytest.mark.parametrize("answer", [Answer(1, "ignored"), None], ids=["no reply", "a delivery report"])
def test_nothing_to_say_is_an_empty_200(kannel, answer):
    response = kannel.respond(answer)

    assert (response.status_code, response.get_data()) == (200, b"")
    assert "X-Kannel-DLR-Url" not in response.headers


@pytest.mark.parametrize(("body", "coding"), [("halo [€]", "0"), ("жук", "2")])
def test_a_text_is_given_to_sendsms_with_an_address_for_its_reports(smsbox, body, coding):
    kannel = kannel_at(smsbox.url, PANTAU_PUBLIC_URL="http://10.0.0.5:8080")

    result = kannel.send(OutboundText(7, PHONE, body))

    [asked] = smsbox.asked
    address, values = reported_at(asked.pop("dlr-url"))
    assert asked == {
        "username": "pantau",
        "password": "s3cret",
        "to": PHONE,
        "text": body,
        "charset": "UTF-8",
        "coding": coding,
        "dlr-mask": "31",
    }
    assert address == "http://10.0.0.5:8080/kannel/status"
    assert result == Sent(values["id"])
    assert (values["row"], values["secret"]) == ("7", SECRET)


def test_two_texts_have_two_ids(kannel):
    assert kannel.send(TEXT) != kannel.send(TEXT)


@pytest.mark.parametrize(
    ("status", "words", "result"),
    [
        pytest.param(403, "Authorization failed for sendsms", SendFailed("403", retry=True), id="a wrong password"),
        pytest.param(403, "Not routable. Do not try again.", SendFailed("403", retry=False), id="no way there"),
        pytest.param(400, "Missing receiver number, rejected", SendFailed("400", retry=False), id="no number"),
        pytest.param(400, "Sender missing and no global set, rejected", SendFailed("400", retry=True), id="set up without a sender"),
        pytest.param(404, "Not found", SendFailed("404", retry=True), id="another program's port"),
        pytest.param(503, "Temporal failure, try again later.", SendFailed("503", retry=True), id="full"),
        pytest.param(200, "<html>", SendFailed("200", retry=True), id="a page of someone else's"),
    ],
)  # fmt: skip
def test_a_refusal_is_a_value(smsbox, kannel, status, words, result):
    smsbox.status, smsbox.words = status, words

    assert kannel.send(TEXT) == result


def test_a_kannel_that_is_not_there_is_tried_again():
    assert kannel_at("http://127.0.0.1:9/").send(TEXT) == SendFailed("ConnectionError", retry=True)


def test_a_connection_that_is_lost_afterwards_leaves_it_open_for_kannel_cannot_say(smsbox, kannel):
    smsbox.hangs_up = True

    lost = kannel.send(TEXT)

    assert (lost.retry, lost.unsure, len(smsbox.asked)) == (True, True, 1)
    with pytest.raises(NeverTold):
        kannel.find_sent(PHONE, "halo", MOMENT)


def test_nothing_is_sent_to_a_number_of_the_sample(smsbox, kannel):
    result = kannel.send(OutboundText(7, "+628410000012", "halo"))

    assert (result, smsbox.asked) == (SendFailed("sample_number", retry=False), [])


def test_kannel_has_nothing_that_it_did_not_bring(kannel):
    assert list(kannel.inbound_since(MOMENT)) == []


def test_a_secret_may_hold_anything(kannel):
    with called(f"secret={quote(SECRET)}"):
        assert kannel.verify(request)
