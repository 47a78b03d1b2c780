"""The carriers at their edge: requests in, texts out, against a server that speaks Twilio's API."""

import logging
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from flask import Flask, request

from config.settings import read_settings
from gateway.carriers import CARRIERS
from gateway.carriers.sandbox import Sandbox
from gateway.carriers.twilio import OURS, PASSING, PERMANENT, Twilio
from gateway.service import Answer
from notify.carrier import InboundText, OutboundText, SendFailed, Sent, StatusReport
from tests.twilio_server import TwilioServer, signature

PUBLIC = "https://pantau.example.org"
SERVICE_SID = "MG" + "0" * 32
PHONE = "+6281200000001"
TEXT = OutboundText(7, PHONE, "halo")
FORM = {"MessageSid": "SM1", "From": PHONE, "To": "+15005550006", "Body": "TPS012 G:120,98,77 SAH:295"}
NOW = datetime.now(UTC).replace(microsecond=0)
SENDER = {"TWILIO_FROM_NUMBER": "+15005550006"}


@pytest.fixture
def server():
    with TwilioServer() as running:
        yield running


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def twilio_of(server, **given):
    environ = {
        "PANTAU_CARRIER": "twilio",
        "PANTAU_ELECTION": "pyproject.toml",  # any file: nobody reads it here
        "PANTAU_PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": server.account_sid,
        "TWILIO_AUTH_TOKEN": server.auth_token,
        "TWILIO_API_URL": server.url,
        **(given or SENDER),
    }
    return Twilio(read_settings(environ, Path(__file__).parents[2], known_carriers=CARRIERS))


def posted(path="/twilio/sms", form=FORM, **more):
    return Flask("gateway").test_request_context(path, method="POST", data=form, **more)


@pytest.fixture
def twilio(server):
    return twilio_of(server)


@pytest.fixture
def sandbox(tmp_path):
    return Sandbox(read_settings({}, tmp_path, known_carriers=CARRIERS))


@pytest.mark.parametrize(
    ("path", "signed", "header", "genuine"),
    [
        pytest.param("/twilio/sms", "/twilio/sms", None, True, id="as Twilio signs"),
        pytest.param("/twilio/status?row=7", "/twilio/status?row=7", None, True, id="with a query"),
        pytest.param(
            "/twilio/sms?a=%2F&b=x+y", "/twilio/sms?a=%2F&b=x+y", None, True, id="the query stays raw"
        ),
        pytest.param("/twilio/status?row=8", "/twilio/status?row=7", None, False, id="another query"),
        pytest.param("/twilio/sms", "/other", None, False, id="signed for another path"),
        pytest.param("/twilio/sms", None, "nonsense", False, id="a wrong signature"),
        pytest.param("/twilio/sms", None, "", False, id="an empty signature"),
        pytest.param("/twilio/sms", None, None, False, id="no signature"),
    ],
)
def test_a_request_is_twilios_if_its_signature_is(server, twilio, path, signed, header, genuine):
    given = signature(server.auth_token, PUBLIC + signed, FORM) if signed else header
    headers = {} if given is None else {"X-Twilio-Signature": given}

    with posted(path, headers=headers):
        assert twilio.verify(request) is genuine


def test_a_signature_is_of_the_form_that_came(server, twilio):
    given = signature(server.auth_token, f"{PUBLIC}/twilio/sms", FORM)

    with posted(form={**FORM, "Body": "TPS012 G:999,98,77"}, headers={"X-Twilio-Signature": given}):
        assert not twilio.verify(request)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        pytest.param(FORM, InboundText("twilio", "SM1", PHONE, FORM["Body"], FORM["To"]), id="whole"),
        pytest.param({**FORM, "Body": ""}, InboundText("twilio", "SM1", PHONE, "", FORM["To"]), id="empty"),
        pytest.param(
            {"MessageSid": "SM1", "From": PHONE}, InboundText("twilio", "SM1", PHONE, ""), id="no body"
        ),
        *(
            pytest.param(
                {**FORM, "From": f"{channel}{PHONE}"},
                InboundText("twilio", "SM1", PHONE, FORM["Body"], FORM["To"]),
                id=f"by {channel}",
            )
            for channel in ("rcs:", "whatsapp:")
        ),
        pytest.param(
            {**FORM, "From": "messenger:7"},
            InboundText("twilio", "SM1", "messenger:7", FORM["Body"], FORM["To"]),
            id="by a channel without numbers",
        ),
        pytest.param({**FORM, "MessageSid": ""}, None, id="an empty id"),
        pytest.param({"From": PHONE, "Body": "x"}, None, id="no id"),
        pytest.param({"MessageSid": "SM1", "Body": "x"}, None, id="no sender"),
        pytest.param({**FORM, "MessageSid": "S" * 101}, None, id="an id that is none"),
    ],
)
def test_twilios_form_becomes_a_text(twilio, form, text):
    with posted(form=form):
        assert twilio.decode(request) == text


@pytest.mark.parametrize(
    ("form", "query", "report"),
    [
        pytest.param(
            {"MessageSid": "SM1", "MessageStatus": "delivered"},
            "?row=7",
            StatusReport("SM1", "delivered", None, 7),
            id="delivered, with its row",
        ),
        pytest.param(
            {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"},
            "",
            StatusReport("SM1", "undelivered", "30003"),
            id="undelivered, with its code",
        ),
        pytest.param(
            {"MessageSid": "SM1", "MessageStatus": "queued"},
            "",
            StatusReport("SM1", "sent", sent_on=False),
            id="at Twilio",
        ),
        pytest.param(
            {"MessageSid": "SM1", "MessageStatus": "canceled"},
            "",
            StatusReport("SM1", "failed", sent_on=False),
            id="canceled",
        ),
        pytest.param(
            {"MessageSid": "SM1", "MessageStatus": "new_word"},
            "",
            StatusReport("SM1", "sent"),
            id="a new word",
        ),
        pytest.param(
            {"MessageSid": "SM1", "MessageStatus": "sent"},
            "?row=none",
            StatusReport("SM1", "sent"),
            id="a row that is none",
        ),
        pytest.param({"MessageStatus": "sent"}, "", None, id="no id"),
        pytest.param({"MessageSid": "SM1"}, "", None, id="no status"),
    ],
)
def test_twilios_delivery_report_in_our_words(twilio, form, query, report):
    with posted(f"/twilio/status{query}", form=form):
        assert twilio.decode_status(request) == report


def test_a_reply_is_twiml_whose_status_names_its_row(twilio):
    response = twilio.respond(Answer(1, "accepted", "Suara < 600 & sah", 7))

    assert response.mimetype == "application/xml"
    assert response.get_data(as_text=True) == (
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        f'<Message statusCallback="{PUBLIC}/twilio/status?row=7">Suara &lt; 600 &amp; sah</Message></Response>'
    )


def test_no_reply_is_an_empty_response(twilio, sandbox):
    for carrier in (twilio, sandbox):
        response = carrier.respond(Answer(1, "ignored"))

        assert response.get_data(as_text=True).endswith("<Response />")


def test_a_text_is_created_at_twilio_with_a_status_callback(server, twilio):
    result = twilio.send(TEXT)

    [message] = server.sent
    assert result == Sent(message.sid)
    assert (message.to, message.body, message.from_) == (PHONE, "halo", "+15005550006")
    assert message.status_callback == f"{PUBLIC}/twilio/status?row=7"


def test_a_messaging_service_sends_where_there_is_one(server):
    twilio_of(server, TWILIO_MESSAGING_SERVICE_SID=SERVICE_SID).send(TEXT)

    assert server.sent[0].messaging_service_sid == SERVICE_SID


def test_nothing_is_sent_to_a_number_of_the_sample(server, twilio):
    result = twilio.send(OutboundText(7, "+628410000012", "halo"))

    assert (result, server.requests) == (SendFailed("sample_number", retry=False), [])


def test_what_is_not_out_in_time_is_not_sent(server, twilio):
    result = twilio.send(replace(TEXT, until=0))

    assert (result.retry, result.unsure, server.requests) == (True, False, [])


def in_doubt(code):
    return SendFailed(code, retry=True, unsure=True, answered=True)


@pytest.mark.parametrize(
    ("status", "code", "retry_after", "result"),
    [
        pytest.param(
            429, 20429, 30, SendFailed("20429", True, timedelta(seconds=30)), id="too many, wait 30 s"
        ),
        pytest.param(429, 20429, None, SendFailed("20429", retry=True), id="too many"),
        pytest.param(503, 20503, None, SendFailed("20503", retry=True), id="not available"),
        pytest.param(500, 20500, None, in_doubt("20500"), id="broken with the text in hand"),
        pytest.param(504, 20504, None, in_doubt("20504"), id="a gateway gave up"),
        pytest.param(401, 20003, None, SendFailed("20003", retry=True), id="a wrong token can be mended"),
        pytest.param(400, 21999, None, SendFailed("21999", retry=False), id="refused for another reason"),
        pytest.param(410, 29999, None, SendFailed("29999", retry=False), id="a status that nobody knows"),
        pytest.param(429, 21610, None, SendFailed("21610", retry=False), id="a permanent code by any status"),
        pytest.param(
            503,
            20503,
            "Wed, 27 Nov 2024 13:00:00 GMT",
            SendFailed("20503", True, timedelta()),
            id="a date gone by",
        ),
        pytest.param(503, 20503, "soon", SendFailed("20503", retry=True), id="a wait that cannot be read"),
        pytest.param(403, 21408, None, SendFailed("21408", retry=False), id="region not allowed"),
    ],
)
def test_what_twilio_refuses_is_a_value(server, twilio, status, code, retry_after, result):
    server.fail_next(status, code, retry_after=retry_after)

    assert twilio.send(TEXT) == result


@pytest.mark.parametrize("code", PERMANENT)
def test_no_second_attempt_mends_a_permanent_error(server, twilio, code):
    server.fail_next(400, code)

    assert twilio.send(TEXT) == SendFailed(str(code), retry=False)


@pytest.mark.parametrize("code", [*PASSING, *OURS])
def test_what_passes_or_can_be_mended_is_tried_again_whatever_the_status(server, twilio, code):
    server.fail_next(400, code)

    assert twilio.send(TEXT) == SendFailed(str(code), retry=True)


def test_a_date_until_which_to_wait_is_a_wait(server, twilio):
    until = datetime.now(UTC) + timedelta(seconds=90)
    server.fail_next(503, 20503, retry_after=format_datetime(until, usegmt=True))

    result = twilio.send(TEXT)

    assert isinstance(result, SendFailed)
    assert result.after is not None
    assert 80 < result.after.total_seconds() <= 90


@pytest.mark.parametrize(
    ("status", "code", "sent_on"),
    [
        pytest.param("queued", "", False, id="in Twilio's queue"),
        pytest.param("sending", "", False, id="about to leave it"),
        pytest.param("sent", "", True, id="with the operator"),
        pytest.param("undelivered", "30008", True, id="sent in vain"),
        pytest.param("failed", "30001", False, id="never sent: Twilio's queue was full"),
        pytest.param("failed", "21610", True, id="not sent, by the recipient's own wish"),
    ],
)
def test_a_text_that_twilio_still_has_is_told_from_one_that_it_sent_on(twilio, status, code, sent_on):
    form = {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": code}

    with posted("/twilio/status", form):
        assert twilio.decode_status(request).sent_on == sent_on


def test_a_text_without_a_readable_time_is_listed_last_and_has_none(server, twilio, monkeypatch):
    shown = server._shown

    def without_times(message):
        no_time = {"date_sent": "yesterday", "date_created": None} if message.body == "when?" else {}
        return shown(message) | no_time

    monkeypatch.setattr(server, "_shown", without_times)
    for body in ("when?", "now"):
        server.add_inbound(PHONE, server.numbers[0], body, at=NOW)

    found = list(twilio.inbound_since(NOW - timedelta(hours=1)))

    assert [(each.body, each.sent_at) for each in found] == [("now", NOW), ("when?", None)]


def test_the_wait_of_an_earlier_answer_is_not_that_of_a_later_one(server, twilio):
    server.fail_next(429, 20429, retry_after=30)
    server.fail_next(503, 20503)
    twilio.send(TEXT)

    assert twilio.send(TEXT).after is None


def test_a_connection_lost_after_the_request_was_out_is_unsure_and_can_be_asked_about(server, twilio):
    server.drop_next_response()

    result = twilio.send(TEXT)
    found = twilio.find_sent(PHONE, "halo", NOW)

    assert isinstance(result, SendFailed)
    assert (result.retry, result.unsure) == (True, True)
    assert found == (server.sent[0].sid,)


@pytest.mark.parametrize(
    "body",
    [
        *([], None, "queued", {"sid": "SM1", "date_created": 5}, {}, {"sid": None}, {"sid": ""}),
        *({"sid": 5}, {"sid": True}, {"sid": ["SM1"]}, {"sid": {"a": 1}}, {"sid": "SM\0"}, {"sid": "\ud800"}),
        *({"sid": "S" * 101}, b"[" * 100_000, b"<html>", b""),
    ],
    ids=lambda body: repr(body)[:25],
)
def test_an_answer_that_is_not_twilios_is_unsure_and_no_bug(server, twilio, body):
    server.misread_next(body)

    result = twilio.send(TEXT)

    assert (result.retry, result.unsure) == (True, True)
    assert twilio.find_sent(PHONE, "halo", NOW) == (server.sent[0].sid,)


PROBLEM = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "code": 20503}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        pytest.param(503, {"code": {}, "message": "x"}, "503", id="a code that is none"),
        pytest.param(503, {"code": [[]], "message": ["x"]}, "503", id="nor a list"),
        pytest.param(503, {"code": None}, "503", id="no code"),
        pytest.param(429, {"code": "20429"}, "20429", id="a code in quotes"),
        pytest.param(503, {"code": "9" * 5000}, "503", id="a code without end"),
        pytest.param(503, PROBLEM, "20503", id="RFC 9457"),
        pytest.param(503, PROBLEM | {"status": "503", "code": "x"}, "503", id="RFC 9457, with strings"),
        pytest.param(503, PROBLEM | {"status": None, "code": None}, "503", id="RFC 9457, with nothing"),
        pytest.param(503, PROBLEM | {"status": 400, "code": {}}, "503", id="RFC 9457, of another status"),
        pytest.param(503, [1], "503", id="a list"),
        pytest.param(503, b"[" * 100_000, "503", id="deeper than can be read"),
        pytest.param(503, b"<html>", "503", id="a page"),
        pytest.param(302, b"", "302", id="sent on to somebody else's page"),
    ],
)
def test_a_refusal_of_any_form_is_a_value_and_tried_again(server, twilio, status, body, code):
    server.refuse_next(status, body)

    assert twilio.send(TEXT) == SendFailed(code, retry=True)


@pytest.mark.parametrize("spoilt", [{"sid": 5}, {"sid": "\0"}, {"body": ["halo"]}, {"from": 5}], ids=repr)
def test_what_is_listed_and_is_no_text_keeps_no_other_from_being_found(server, twilio, monkeypatch, spoilt):
    shown = server._shown
    monkeypatch.setattr(
        server, "_shown", lambda each: shown(each) | (spoilt if each.to == server.numbers[0] else {})
    )
    server.add_inbound(PHONE, server.numbers[0], "halo", at=NOW)
    sent = twilio.send(TEXT)

    assert list(twilio.inbound_since(NOW - timedelta(hours=1))) == []
    assert twilio.find_sent(PHONE, "halo", NOW) == (sent.carrier_id,)


def test_a_connection_that_was_never_made_is_sure():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = TwilioServer()
        try:
            nowhere = twilio_of(server, **SENDER, TWILIO_API_URL=f"http://127.0.0.1:{taken.getsockname()[1]}")
            result = nowhere.send(TEXT)
        finally:
            server._http.server_close()

    assert result == SendFailed("ConnectionError", retry=True)


def test_only_the_very_text_to_that_number_since_then_is_found(server, twilio):
    twilio.send(TEXT)
    twilio.send(OutboundText(8, PHONE, "lain"))
    twilio.send(OutboundText(9, "+6281200000002", "halo"))
    server.add_inbound("+15005550006", PHONE, "halo")

    assert twilio.find_sent(PHONE, "halo", NOW) == (server.sent[0].sid,)
    assert twilio.find_sent(PHONE, "halo", NOW + timedelta(minutes=4)) == (server.sent[0].sid,)  # our clock
    assert twilio.find_sent(PHONE, "halo", NOW + timedelta(hours=1)) == ()


def test_what_came_in_is_listed_over_all_pages_oldest_first(server, twilio, monkeypatch):
    monkeypatch.setattr("gateway.carriers.twilio.PAGE", 2)
    number = server.numbers[0]
    sids = [server.add_inbound(PHONE, number, f"{n}", at=NOW - timedelta(minutes=n)) for n in range(5)]
    server.add_inbound(PHONE, number, "too early", at=NOW - timedelta(hours=2))
    server.add_inbound(PHONE, "+15005550009", "for somebody else")
    twilio.send(OutboundText(1, PHONE, "ours"))

    found = list(twilio.inbound_since(NOW - timedelta(hours=1)))

    assert [each.carrier_id for each in found] == sids[::-1]
    assert found[-1] == InboundText(
        carrier="twilio",
        carrier_id=sids[0],
        sender=PHONE,
        body="0",
        recipient=number,
        sent_at=NOW,
        replies_inline=False,
        reconciled=True,
    )


def test_a_messaging_service_finds_what_came_in_to_numbers_that_we_do_not_know(server):
    twilio = twilio_of(server, TWILIO_MESSAGING_SERVICE_SID=SERVICE_SID)
    sid = server.add_inbound(PHONE, "+15005550009", "halo")

    assert [each.carrier_id for each in twilio.inbound_since(NOW - timedelta(hours=1))] == [sid]


def test_texts_of_one_second_come_in_the_order_in_which_they_were_texted(twilio, server):
    """A phone that has a signal again texts what has waited, report and correction, at once."""
    second, number = NOW.replace(microsecond=0), server.numbers[0]
    for sid, words, part in (("SM9", "report", 1), ("SM1", "correction", 2), ("SM5", "thanks", 3)):
        server.add_inbound(PHONE, number, words, sid=sid, at=second + timedelta(milliseconds=part))

    found = list(twilio.inbound_since(NOW - timedelta(hours=1)))

    assert [each.body for each in found] == ["report", "correction", "thanks"]
    assert len({each.sent_at for each in found}) == 1


@pytest.mark.parametrize("question", ["find_sent", "inbound_since"])
@pytest.mark.parametrize("status", [401, 503])
def test_a_carrier_that_cannot_be_asked_is_an_os_error(server, twilio, question, status):
    server.fail_next(status, 20000, method="GET")

    questions = {
        "find_sent": lambda: twilio.find_sent(PHONE, "halo", NOW),
        "inbound_since": lambda: list(twilio.inbound_since(NOW)),
    }

    with pytest.raises(OSError, match="Twilio"):
        questions[question]()


def test_no_number_is_logged_on_the_way(twilio, caplog):
    caplog.set_level(logging.INFO)

    twilio.send(TEXT)
    twilio.find_sent(PHONE, "halo", NOW)

    assert PHONE[1:] not in caplog.text


@pytest.mark.parametrize(
    ("sender", "read"),
    [
        pytest.param("+628410000012", "+628410000012", id="with a plus"),
        pytest.param(" 628410000012", "+628410000012", id="a plus that a form decoded"),
        pytest.param("08410000012", "08410000012", id="a national number"),
        pytest.param(" 08410000012", " 08410000012", id="a national number after a blank"),
    ],
)
def test_the_sandbox_reads_a_blank_before_digits_as_a_plus(sandbox, sender, read):
    with posted("/sandbox/sms", {"From": sender, "Body": "halo", "MessageSid": "SM1"}):
        assert sandbox.decode(request) == InboundText("sandbox", "SM1", read, "halo")


def test_the_sandbox_gives_a_text_an_id_where_it_has_none(sandbox):
    with posted("/sandbox/sms", {"From": PHONE, "Body": "halo"}):
        ids = {sandbox.decode(request).carrier_id for _ in range(2)}

    assert len(ids) == 2


@pytest.mark.parametrize("sender", [None, "", " "])
def test_the_sandbox_needs_a_sender(sandbox, sender):
    form = {"Body": "halo"} if sender is None else {"Body": "halo", "From": sender}

    with posted("/sandbox/sms", form):
        assert sandbox.decode(request) is None


def test_the_sandbox_takes_everything_and_has_received_nothing(sandbox):
    ids = {sandbox.send(TEXT).carrier_id for _ in range(2)}

    assert len(ids) == 2
    assert sandbox.find_sent(PHONE, "halo", NOW) == ()
    assert list(sandbox.inbound_since(NOW)) == []
    with posted("/sandbox/sms"):
        assert sandbox.verify(request)
