"""SMSGate at its edge: signed events in, messages out, against a server that speaks its API."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, request

from config.settings import read_settings
from gateway.carriers import CARRIERS
from gateway.carriers.smsgate import Smsgate
from gateway.service import Answer
from notify.carrier import InboundText, OutboundText, SendFailed, Sent, StatusReport
from tests.smsgate_server import SmsgateServer, event, made_earlier, received, signed

PHONE = "+6281200000001"
REPORT = "TPS012 G:120,98,77 SAH:295"
NOW = datetime.now(UTC).replace(microsecond=0)
TEXT = OutboundText(7, PHONE, "halo")


@pytest.fixture
def server():
    with SmsgateServer() as running:
        yield running


def smsgate_at(settings):
    environ = {
        "PANTAU_CARRIER": "smsgate",
        "PANTAU_ELECTION": "pyproject.toml",
        **settings,
    }  # nobody reads it here
    return Smsgate(read_settings(environ, Path(__file__).parents[2], known_carriers=CARRIERS))


@pytest.fixture
def smsgate(server):
    return smsgate_at(server.settings)


def posted(content, **given):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = signed(body, **given)
    return Flask("gateway").test_request_context("/smsgate/sms", method="POST", data=body, headers=headers)


def decoded(smsgate, content):
    with posted(content):
        return smsgate.decode(request)


@pytest.mark.parametrize(
    ("given", "changed", "genuine"),
    [
        pytest.param({}, {}, True, id="as the application signs"),
        pytest.param({"late": 290}, {}, True, id="a phone whose clock is slow"),
        pytest.param({"late": -290}, {}, True, id="a phone whose clock is fast"),
        pytest.param({"late": 330}, {}, False, id="too old"),
        pytest.param({"late": -330}, {}, False, id="from the future"),
        pytest.param({"key": "another"}, {}, False, id="another key"),
        pytest.param({}, {"X-Signature": ""}, False, id="an empty signature"),
        pytest.param({}, {"X-Signature": "é" * 64}, False, id="no hexadecimal"),
        pytest.param({}, {"X-Timestamp": ""}, False, id="no moment"),
        pytest.param({}, {"X-Timestamp": "-1"}, False, id="no such moment"),
        pytest.param({}, {"X-Timestamp": "9" * 40}, False, id="no moment of this world"),
        pytest.param(
            {}, {"X-Timestamp": str(int(time.time()) + 200)}, False, id="a moment that was not signed"
        ),
    ],
)
def test_an_event_is_the_phones_if_its_signature_is_of_this_body_and_moment(smsgate, given, changed, genuine):
    body = json.dumps(received(PHONE, REPORT, NOW)).encode()
    headers = signed(body, **given) | changed

    with Flask("gateway").test_request_context("/", method="POST", data=body, headers=headers):
        assert smsgate.verify(request) is genuine


def test_a_signature_is_of_the_bytes_that_came(smsgate):
    body = b'{"event":  "sms:received", "payload": {"message": "\xc3\xa9"}}'

    with posted(body):
        assert smsgate.verify(request)
    with Flask("gateway").test_request_context("/", method="POST", data=body + b" ", headers=signed(body)):
        assert not smsgate.verify(request)


def text_of(body=REPORT, sender=PHONE, **given):
    return InboundText(
        "smsgate", "", sender, body, given.get("recipient"), NOW, replies_inline=False, stop_answered=False
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(received(PHONE, REPORT, NOW), text_of(), id="whole"),
        pytest.param(received(PHONE, "", NOW), text_of(""), id="empty"),
        pytest.param(received(PHONE, REPORT, NOW, recipient="+628111"), text_of(recipient="+628111"), id="its own number"),
        pytest.param(event("sms:received", {"messageId": "a", "phoneNumber": PHONE, "message": REPORT, "receivedAt": NOW.isoformat()}), text_of(), id="an older application"),
        pytest.param(received(PHONE, REPORT, NOW, receivedAt=f"{NOW + timedelta(hours=7):%Y-%m-%dT%H:%M:%S}.000+07:00"), text_of(), id="the phone's zone"),
        pytest.param(received("TELKOMSEL", "promo", NOW), text_of("promo", "TELKOMSEL"), id="a name"),
        pytest.param(received(PHONE, REPORT, NOW, receivedAt="1970-01-01T00:00:09Z"), replace(text_of(), sent_at=None), id="a clock that was lost"),
        pytest.param(received(PHONE, REPORT, NOW, receivedAt="2099-01-01T00:00:00Z"), replace(text_of(), sent_at=None), id="a clock of the future"),
    ],
)  # fmt: skip
def test_an_event_becomes_a_text(smsgate, content, text):
    found = decoded(smsgate, content)

    assert found.carrier_id
    assert InboundText(**{**{f: getattr(found, f) for f in found.__slots__}, "carrier_id": ""}) == text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param(received(PHONE, REPORT, NOW), received(PHONE, REPORT, NOW, messageId="else"), True, id="the phone's hash does not matter"),
        pytest.param(received(PHONE, REPORT, NOW), received(PHONE, REPORT, NOW + timedelta(milliseconds=300)), True, id="nor does a part of a second"),
        pytest.param(received(PHONE, REPORT, NOW), received(PHONE, REPORT + "1", NOW), False, id="other words under one hash"),
        pytest.param(received(PHONE, REPORT, NOW), received(PHONE, REPORT, NOW + timedelta(seconds=1)), False, id="the same words again"),
        pytest.param(received(PHONE, REPORT, NOW), received("+6281200000002", REPORT, NOW), False, id="another sender"),
    ],
)  # fmt: skip
def test_a_text_is_known_by_its_sender_second_and_words(smsgate, one, other, same):
    ids = {decoded(smsgate, content).carrier_id for content in (one, other)}

    assert (len(ids) == 1) is same


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"[" * 100_000, id="deeper than can be read"),
        pytest.param([1], id="a list"),
        pytest.param({"event": "sms:received", "payload": {}}, id="no text"),
        pytest.param(event("system:ping", {"health": {}}), id="an event of another kind"),
        pytest.param(received(PHONE, REPORT, NOW, receivedAt="2026-11-25T10:00:00Z") | {"event": 5}, id="no event"),
        pytest.param(event("sms:received", {"message": "x", "receivedAt": "gestern", "sender": PHONE}), id="no moment"),
        pytest.param(event("sms:received", {"message": "x", "receivedAt": "2026-11-25T10:00:00Z"}), id="no sender"),
        pytest.param(event("sms:received", {"message": 5, "receivedAt": "2026-11-25T10:00:00Z", "sender": PHONE}), id="no words"),
        pytest.param(event("sms:delivered", {"messageId": 5}), id="no id"),
    ],
)  # fmt: skip
def test_what_is_neither_a_text_nor_a_report_is_nothing(smsgate, content):
    assert decoded(smsgate, content) is None


@pytest.mark.parametrize(
    ("content", "report"),
    [
        pytest.param(event("sms:sent", {"messageId": "7-x"}), StatusReport("7-x", "sent"), id="sent"),
        pytest.param(
            event("sms:delivered", {"messageId": "7-x"}), StatusReport("7-x", "delivered"), id="delivered"
        ),
        pytest.param(
            event("sms:failed", {"messageId": "7-x", "reason": "RESULT_ERROR_NO_SERVICE"}),
            StatusReport("7-x", "failed", "RESULT_ERROR_NO_SERVICE", sent_on=False),
            id="failed, with the reason",
        ),
        pytest.param(
            event("sms:cancelled", {"messageId": "7-x"}),
            StatusReport("7-x", "failed", sent_on=False),
            id="cancelled",
        ),
        pytest.param(
            event("sms:failed", {"messageId": "7\0-x\ud800", "reason": "no\0 \udc00service" + "!" * 200}),
            StatusReport("7-x", "failed", "no service" + "!" * 90, sent_on=False),
            id="with what no database keeps",
        ),
    ],
)
def test_an_event_of_a_text_out_in_our_words_at_either_address(smsgate, content, report):
    with posted(content):
        assert (smsgate.decode(request), smsgate.decode_status(request)) == (report, report)


def test_a_text_in_is_no_delivery_report(smsgate):
    with posted(received(PHONE, REPORT, NOW)):
        assert smsgate.decode_status(request) is None


def test_the_answer_to_the_phone_carries_no_reply(smsgate):
    for answer in (Answer(1, "accepted", "DITERIMA", 7), None):
        response = smsgate.respond(answer)

        assert (response.status_code, response.get_data()) == (200, b"")


def test_a_text_is_given_to_the_phone_under_our_own_id(server, smsgate):
    result = smsgate.send(TEXT)

    [(given, message)] = server.phone.messages.items()
    assert result == Sent(given)
    assert (message["phoneNumbers"], message["textMessage"]["text"]) == ([PHONE], "halo")
    assert (message["withDeliveryReport"], message["ttl"]) == (True, 3600)
    assert "skipPhoneValidation=true" in server.phone.requests[0]


def test_the_longest_row_still_has_an_id_that_the_phone_takes(smsgate):
    assert isinstance(smsgate.send(OutboundText(999_999_999_999, PHONE, "halo")), Sent)


def test_a_text_that_is_given_twice_leaves_once(server, smsgate):
    first, again = smsgate.send(TEXT), smsgate.send(TEXT)

    assert first == again
    assert server.phone.sent_to(PHONE) == ["halo"]


def test_a_row_of_another_nights_database_does_not_keep_a_text_back(server, smsgate):
    before = smsgate.send(TEXT)
    made_earlier(server.phone, before.carrier_id, timedelta(hours=3))

    now = smsgate.send(TEXT)

    assert now != before
    assert server.phone.sent_to(PHONE) == ["halo", "halo"]


@pytest.mark.parametrize(
    ("status", "result"),
    [
        pytest.param(400, SendFailed("400", retry=False), id="refused"),
        pytest.param(401, SendFailed("401", retry=True), id="a wrong password"),
        pytest.param(404, SendFailed("404", retry=True), id="another program's port"),
        pytest.param(429, SendFailed("429", retry=True), id="too fast"),
        pytest.param(500, SendFailed("500", retry=True), id="the phone's trouble"),
        pytest.param(503, SendFailed("503", retry=True), id="a full queue"),
        pytest.param(504, SendFailed("504", retry=True, unsure=True), id="a gateway that gave up waiting"),
    ],
)
def test_a_refusal_is_a_value(server, smsgate, status, result):
    server.phone.answers = [status]

    assert smsgate.send(TEXT) == result


@pytest.mark.parametrize(
    "answer",
    [b"[" * 100_000, b"<html>", b"[]", b'"x"', b"5", b'{"id": "x", "state": {}, "recipients": 5}'],
    ids=lambda answer: repr(answer[:15]),
)
def test_an_answer_that_is_not_the_phones_leaves_it_open(server, smsgate, answer):
    server.phone.answers = [answer]

    result = smsgate.send(TEXT)

    assert (result.retry, result.unsure) == (True, True)


def test_a_phone_that_is_not_there_is_tried_again(server):
    gone = smsgate_at(server.settings | {"SMSGATE_URL": "http://127.0.0.1:9"})

    assert gone.send(TEXT) == SendFailed("ConnectionError", retry=True)


def test_a_connection_that_is_lost_afterwards_leaves_it_open_until_the_phone_is_asked(server, smsgate):
    server.phone.lose_answers = True
    lost = smsgate.send(TEXT)
    server.phone.lose_answers = False

    found = smsgate.find_sent(PHONE, "halo", NOW)

    assert (lost.retry, lost.unsure) == (True, True)
    assert found == tuple(server.phone.messages)
    assert smsgate.send(TEXT) == Sent(*found)
    assert server.phone.sent_to(PHONE) == ["halo"]


def test_only_the_very_text_to_that_number_is_found(smsgate):
    sent = smsgate.send(TEXT)

    assert smsgate.find_sent(PHONE, "halo", NOW) == (sent.carrier_id,)
    assert smsgate.find_sent(PHONE, "lain", NOW) == ()
    assert smsgate.find_sent("+6281200000002", "halo", NOW) == ()
    assert smsgate.find_sent(PHONE, "halo", NOW + timedelta(hours=1)) == ()


def test_nothing_is_sent_to_a_number_of_the_sample(server, smsgate):
    result = smsgate.send(OutboundText(7, "+628410000012", "halo"))

    assert (result, server.phone.requests) == (SendFailed("sample_number", retry=False), [])


def test_the_inbox_is_read_over_all_pages_oldest_first(server, smsgate):
    for number in range(1201):
        server.phone.arrive(
            PHONE, f"teks {number}", told=False, at=NOW - timedelta(minutes=30, seconds=-number)
        )

    found = list(smsgate.inbound_since(NOW - timedelta(hours=1)))

    assert [each.body for each in found] == [f"teks {number}" for number in range(1201)]
    assert all(each.reconciled and not each.replies_inline for each in found)


def test_a_text_of_the_inbox_is_the_one_that_the_webhook_brought(server, smsgate):
    at = NOW - timedelta(milliseconds=1, minutes=1)
    server.phone.arrive(PHONE, REPORT, told=False, at=at)

    [listed] = smsgate.inbound_since(NOW - timedelta(hours=1))

    assert listed.carrier_id == decoded(smsgate, received(PHONE, REPORT, at)).carrier_id


@pytest.mark.parametrize("question", ["find_sent", "inbound_since"])
@pytest.mark.parametrize("status", [401, 500])
def test_a_phone_that_cannot_be_asked_is_an_os_error(server, smsgate, question, status):
    server.phone.answers = [status]
    asked = {
        "find_sent": lambda: smsgate.find_sent(PHONE, "halo", NOW),
        "inbound_since": lambda: list(smsgate.inbound_since(NOW)),
    }

    with pytest.raises(OSError, match="could not be read"):
        asked[question]()
