"""What became of texts out, from Twilio's own answers and callbacks to what ``pantau messages`` lists."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import read_settings
from gateway.app import create_app
from gateway.carriers import CARRIERS
from gateway.carriers.twilio import Twilio
from gateway.health import Readiness
from notify.choice import choice_of
from tests.carriers import FakeCarrier
from tests.outboxes import FAST, OTHER, box_of, queued, row_of
from tests.twilio_server import signature

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = "https://pantau.example.org"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def twilio(twilio_server):
    environ = {
        "PANTAU_CARRIER": "twilio",
        "PANTAU_ELECTION": "pyproject.toml",  # any file: nobody reads it here
        "PANTAU_PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": twilio_server.account_sid,
        "TWILIO_AUTH_TOKEN": twilio_server.auth_token,
        "TWILIO_API_URL": twilio_server.url,
        "TWILIO_FROM_NUMBER": twilio_server.numbers[0],
    }
    return Twilio(read_settings(environ, ROOT, known_carriers=CARRIERS))


@pytest.fixture
def client(city, twilio):
    service = replace(city.service, carriers={"twilio": twilio})
    return create_app(service, Readiness(service.store)).test_client()


@pytest.fixture
def call(client, twilio_server):
    """Call a webhook as Twilio does; give the status and the body of the answer."""

    def post(path, **form):
        signed = signature(twilio_server.auth_token, PUBLIC + path, form)
        answer = client.post(path, data=form, headers={"X-Twilio-Signature": signed})
        return answer.status_code, answer.text

    return post


def listed(folder, url, *arguments):
    """Give what ``pantau messages`` prints, as a process of its own."""
    settings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PANTAU_DATABASE_URL": url}
    command = [sys.executable, "-m", "gateway.cli", "messages", *arguments]
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def statuses(lines):
    return [(each["body"], each["status"], each["error_code"]) for each in map(json.loads, lines)]


def test_every_end_of_a_text_is_listed_the_one_that_could_not_be_known_too(
    city, migrated_url, tmp_path, twilio, twilio_server, call
):
    store, now = city.service.store, city.now
    box = box_of(store, twilio)
    queued(store, recipient=OTHER, body="reached", at=now)
    box.step(now)
    delivered = call("/twilio/status", MessageSid=twilio_server.sent[0].sid, MessageStatus="delivered")
    queued(store, recipient=OTHER, body="refused", at=now)
    twilio_server.fail_next(400, 21614)
    box.step(now)
    queued(store, recipient=OTHER, body="lost", at=now)
    twilio_server.drop_next_response()
    box.step(now)
    twilio_server.fail_next(503, 20503, method="GET", times=99)  # it cannot be asked what it took
    for seconds in (10, 3601):
        box.step(now + seconds * SECOND)
    queued(store, recipient=OTHER, body="too late", at=now - HOUR)
    box.step(now)
    queued(store, recipient=OTHER, body="waiting", at=now)

    as_json = listed(tmp_path, migrated_url, "--json")
    as_lines = listed(tmp_path, migrated_url, "--phone", OTHER)

    assert delivered == (204, "")
    assert statuses(as_json) == [
        ("reached", "delivered", None),
        ("refused", "failed", "21614"),
        ("lost", "unknown", "ConnectionError"),
        ("too late", "expired", None),
        ("waiting", "queued", None),
    ]
    for line, (body, status, _) in zip(as_lines, statuses(as_json), strict=True):
        assert body in line
        assert status in line


def test_a_reply_in_the_answer_is_listed_as_its_callbacks_say_in_any_order_and_twice(
    city, migrated_url, tmp_path, call
):
    call("/twilio/sms", MessageSid="SM1", From="+628110000012", To="+15005550006", Body="BANTUAN")
    reply = city.count("messages")

    answers = [
        call(f"/twilio/status?row={reply}", MessageSid="SM2", MessageStatus=status)
        for status in ("delivered", "sent", "delivered", "queued", "failed")
    ]

    assert answers == [(204, "")] * 5
    assert [each["status"] for each in map(json.loads, listed(tmp_path, migrated_url, "--json"))] == [
        None,
        "delivered",
    ]


def test_what_a_text_reached_is_counted_once_however_often_and_late_it_is_told(city, client, call):
    call("/twilio/sms", MessageSid="SM1", From="+628110000012", To="+15005550006", Body="BANTUAN")
    reply = city.count("messages")
    for status in ("sent", "delivered", "sent", "delivered"):
        call(f"/twilio/status?row={reply}", MessageSid="SM2", MessageStatus=status)
        call("/twilio/status", MessageSid="SM of a text not known yet", MessageStatus=status)

    counted = client.get("/metrics").text

    assert 'pantau_texts_out_total{carrier="twilio",status="delivered"} 2.0' in counted
    # the reply as it left, and what was told of the other
    assert 'pantau_texts_out_total{carrier="twilio",status="sent"} 2.0' in counted


def test_a_callback_that_names_another_row_than_its_texts_is_no_error(city, twilio, twilio_server, call):
    store = city.service.store
    keys = [queued(store, recipient=OTHER, body=body, at=city.now) for body in ("one", "two")]
    box_of(store, twilio, sending=FAST).step(city.now)
    sid = twilio_server.sent[0].sid

    answer = call(f"/twilio/status?row={keys[1]}", MessageSid=sid, MessageStatus="delivered")

    assert answer == (204, "")
    assert [row_of(store, key).status for key in keys] == ["delivered", "queued"]


def test_twilio_is_passed_over_while_it_keeps_texts_in_its_queue_and_used_again_once_it_sends_them(
    city, twilio, twilio_server, call
):
    store, other = city.service.store, FakeCarrier("gammu")
    choice = choice_of(("twilio", "gammu"), FAST)

    def send(at, status):
        """Send a text; give by whom, and let Twilio say what became of it."""
        queued(store, recipient=OTHER, body=f"at {at}", at=at)
        before = len(other.sent)
        box_of(store, twilio, other).step(at)
        if len(other.sent) > before:
            return "gammu"
        call("/twilio/status", MessageSid=twilio_server.sent[-1].sid, MessageStatus=status)
        choice.review(store, at + SECOND, city.now)
        return "twilio"

    began = [send(city.now + number * SECOND, "queued") for number in range(3)]
    choice.review(store, city.now + 310 * SECOND, city.now)
    while_it_lies = send(city.now + 311 * SECOND, "queued")
    trial = send(city.now + 611 * SECOND, "sent")
    after = send(city.now + 613 * SECOND, "sent")

    assert (began, while_it_lies, trial, after) == (["twilio"] * 3, "gammu", "twilio", "twilio")
