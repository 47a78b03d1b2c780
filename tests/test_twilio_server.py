"""The local Twilio, asked by Twilio's own library."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.twilio_server import TwilioServer, signature

OURS = "+15005550006"
SITI = "+6284100000012"
NOON = datetime(2024, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def twilio():
    with TwilioServer() as server:
        yield server


@pytest.fixture
def client(twilio):
    client = Client(twilio.account_sid, twilio.auth_token)
    client.api.base_url = twilio.url
    yield client
    client.http_client.session.close()


def test_a_text_sent_by_the_library_is_in_sent(twilio, client):
    message = client.messages.create(
        to=SITI, from_=OURS, body="DITERIMA TPS012", status_callback="http://pantau/s"
    )

    [sent] = twilio.sent
    assert (message.sid, message.status, message.num_segments, message.error_code) == (
        sent.sid,
        "queued",
        "1",
        None,
    )
    assert (sent.to, sent.from_, sent.body, sent.status_callback) == (
        SITI,
        OURS,
        "DITERIMA TPS012",
        "http://pantau/s",
    )


def test_a_messaging_service_has_no_sender_yet(twilio, client):
    message = client.messages.create(to=SITI, messaging_service_sid="MG1", body="x")

    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    assert twilio.sent[0].messaging_service_sid == "MG1"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        pytest.param({"to": SITI, "from_": OURS}, 21602, id="no body"),
        pytest.param({"to": SITI, "body": "x"}, 21603, id="no sender"),
        pytest.param({"to": "", "from_": OURS, "body": "x"}, 21604, id="no recipient"),
        pytest.param({"to": "0812", "from_": OURS, "body": "x"}, 21211, id="not a number"),
        pytest.param({"to": SITI, "from_": SITI, "body": "x"}, 21606, id="a sender that is not ours"),
        pytest.param({"to": SITI, "from_": OURS, "body": "x" * 1601}, 21617, id="too long"),
    ],
)
def test_a_faulty_text_is_refused_as_twilio_refuses_it(twilio, client, form, code):
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**form)

    assert (refused.value.status, refused.value.code, twilio.sent) == (400, code, [])


def test_another_token_is_turned_away(twilio):
    stranger = Client(twilio.account_sid, "wrong")
    stranger.api.base_url = twilio.url

    with pytest.raises(TwilioRestException) as refused:
        stranger.messages.create(to=SITI, from_=OURS, body="x")

    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_what_was_texted_in_is_listed_newest_first_over_all_pages(twilio, client):
    for minute in range(7):
        twilio.add_inbound(SITI, OURS, str(minute), sid=f"SM{minute}", at=NOON + timedelta(minutes=minute))
    client.messages.create(to=SITI, from_=OURS, body="ours")

    listed = client.messages.list(to=OURS, date_sent_after=NOON + timedelta(minutes=2), page_size=2)

    assert [each.body for each in listed] == ["6", "5", "4", "3", "2"]
    assert listed[0].date_sent == NOON + timedelta(minutes=6)
    assert {each.direction for each in listed} == {"inbound"}


def test_a_list_ends_with_the_day_or_the_second_that_is_asked_for(twilio, client):
    for hours in (0, 11, 12):
        twilio.add_inbound(SITI, OURS, str(hours), at=NOON + timedelta(hours=hours))

    assert [each.body for each in client.messages.list(from_=SITI, date_sent_before=NOON)] == ["0"]
    assert [each.body for each in client.messages.list(date_sent_before="2024-11-27")] == ["11", "0"]


def test_a_message_can_be_asked_for_by_its_id(twilio, client):
    sid = client.messages.create(to=SITI, from_=OURS, body="x").sid
    twilio.set_status(sid, "undelivered", error_code=30003)

    message = client.messages(sid).fetch()

    assert (message.status, message.error_code) == ("undelivered", 30003)
    with pytest.raises(TwilioRestException, match="was not found"):
        client.messages("SMnone").fetch()


def test_account_and_numbers_can_be_asked_for(twilio, client):
    assert client.api.accounts(twilio.account_sid).fetch().status == "active"
    assert [each.phone_number for each in client.incoming_phone_numbers.list()] == [OURS]


def test_a_planned_failure_has_twilios_shape_and_then_is_over(twilio, client):
    twilio.fail_next(400, 21610, times=2)

    for _ in range(2):
        with pytest.raises(TwilioRestException, match="unsubscribed") as refused:
            client.messages.create(to=SITI, from_=OURS, body="x")
        assert (refused.value.status, refused.value.code) == (400, 21610)
    client.messages.create(to=SITI, from_=OURS, body="x")

    assert len(twilio.sent) == 1


def test_a_busy_server_says_when_to_come_back(twilio):
    twilio.fail_next(429, 20429, retry_after=7)

    answer = requests.post(
        f"{twilio.url}/2010-04-01/Accounts/{twilio.account_sid}/Messages.json",
        auth=(twilio.account_sid, twilio.auth_token),
        timeout=5,
    )

    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) == (429, "7", 20429)


def test_a_list_can_fail_too(twilio, client):
    twilio.fail_next(503, 20503, method="GET")

    with pytest.raises(TwilioException, match="Unable to fetch page"):
        client.messages.list()


def test_a_dropped_answer_leaves_the_message_accepted(twilio, client):
    twilio.drop_next_response()

    with pytest.raises(requests.exceptions.ConnectionError):
        client.messages.create(to=SITI, from_=OURS, body="x")

    assert [each.body for each in client.messages.list(to=SITI)] == ["x"]


def test_a_late_answer_runs_into_the_clients_patience(twilio, client):
    twilio.delay(5)
    client.http_client.timeout = 0.1
    began = time.monotonic()

    with pytest.raises(requests.exceptions.ReadTimeout):
        client.messages.create(to=SITI, from_=OURS, body="x")

    assert time.monotonic() - began < 4
    assert len(twilio.sent) == 1


def test_a_signature_is_the_one_that_the_library_accepts():
    form = {"From": SITI, "Body": "TPS012 G:120,98,77", "MessageSid": "SM1"}

    signed = signature("token", "https://pantau.example/twilio/sms?a=b", form)

    assert RequestValidator("token").validate("https://pantau.example/twilio/sms?a=b", form, signed)
