"""Over a phone that speaks SMSGate's API, and over two carriers at once."""

import json

import pytest
import requests

from tests.databases import SqliteDatabases
from tests.end_to_end.conftest import KINDS, QUICK, _databases, import_own_roster
from tests.end_to_end.places import election_file, own_posts
from tests.end_to_end.running import Deployment, eventually, free_port, reply_of
from tests.end_to_end.services import PUBLIC_URL, twilio_settings
from tests.smsgate_server import SmsgateServer, signed
from tests.twilio_server import TwilioServer, signature


class OverPhone:
    """A service on a phone, with a Twilio beside it where one is given."""

    def __init__(self, folder, url, server, twilio=None):
        (folder / "election.toml").write_text(election_file(*QUICK), encoding="utf-8")
        settings = {"PANTAU_DATABASE_URL": url, **server.settings, "PANTAU_CARRIER": "smsgate"}
        if twilio is not None:
            settings |= twilio_settings(twilio) | {"PANTAU_CARRIER": "smsgate,twilio"}
        self.deployment = Deployment(folder, settings)
        self.phone = server.phone
        self.port = free_port()
        self.phone.webhook = f"http://127.0.0.1:{self.port}/smsgate/sms"
        self.posts = own_posts()

    def serving(self):
        return self.deployment.serving(port=self.port)

    def wait_for(self, number, count=1):
        return eventually(lambda: self.phone.sent_to(number), wanted=lambda found: len(found) >= count)

    def log(self, number):
        rows = self.deployment.messages("--phone", number)
        return [each for each in rows if each["direction"] == "in"], [
            each for each in rows if each["direction"] == "out"
        ]


@pytest.fixture(scope="module", params=KINDS)
def service(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("smsgate")
    with _databases(request, folder) as databases, SmsgateServer() as server:
        over = OverPhone(folder, databases.migrated(import_own_roster), server)
        with over.serving():
            yield over


def test_a_text_is_judged_its_reply_leaves_by_the_phone_and_its_events_are_kept(service):
    post = next(service.posts)

    answered = service.phone.arrive(post.monitor, post.report)
    [words] = service.wait_for(post.monitor)
    [message_id] = [
        key for key, each in service.phone.messages.items() if each["phoneNumbers"] == [post.monitor]
    ]
    codes = [service.phone.tell(name, message_id) for name in ("sms:delivered", "sms:sent", "sms:delivered")]

    [text], [reply] = service.log(post.monitor)
    assert (answered, codes) == (200, [200] * 3)
    assert (text["outcome"], words) == ("accepted", reply["body"])
    assert (reply["carrier"], reply["status"]) == ("smsgate", "delivered")
    assert words.startswith(f"DITERIMA TPS{post.station}")


def test_a_text_that_comes_again_is_a_200_and_changes_nothing(service):
    post = next(service.posts)
    service.phone.arrive(post.monitor, post.report)
    listed = service.phone.inbox[-1]
    service.wait_for(post.monitor)

    again = {
        "event": "sms:received",
        "payload": {
            "messageId": "another",
            "sender": listed["sender"],
            "message": listed["contentPreview"],
            "receivedAt": listed["createdAt"],
        },
    }
    body = json.dumps(again).encode()
    codes = [
        requests.post(service.phone.webhook, data=body, headers=signed(body), timeout=9).status_code
        for _ in range(3)
    ]

    assert codes == [200] * 3
    assert [len(each) for each in service.log(post.monitor)] == [1, 1]


def test_an_event_that_nobody_signed_is_refused_and_nothing_is_stored(service):
    post = next(service.posts)
    body = json.dumps(
        {"event": "sms:received", "payload": {"sender": post.monitor, "message": post.report}}
    ).encode()

    codes = [
        requests.post(service.phone.webhook, data=body, headers=headers, timeout=9).status_code
        for headers in ({}, signed(body, key="falsch"), signed(body, late=3600), signed(body))
    ]

    assert codes == [403, 403, 403, 400]
    assert service.log(post.monitor) == ([], [])


@pytest.fixture
def own_url(tmp_path, sqlite_templates):
    return SqliteDatabases(tmp_path, sqlite_templates).migrated(import_own_roster)


def test_what_came_while_we_were_away_is_read_from_the_phone_once(tmp_path, own_url):
    with SmsgateServer() as server:
        service = OverPhone(tmp_path, own_url, server)
        posts = [next(service.posts) for _ in range(5)]
        for post in posts:
            server.phone.arrive(post.monitor, post.report, told=False)
        with service.serving() as running:
            sent = [service.wait_for(post.monitor) for post in posts]
            running.kill()
        with service.serving():
            late = server.phone.arrive(posts[0].monitor, posts[0].other_report)
            service.wait_for(posts[0].monitor, 2)

        outcomes = [each["outcome"] for each in service.deployment.messages() if each["direction"] == "in"]

    assert [len(each) for each in sent] == [1] * 5
    assert (late, outcomes) == (200, ["accepted"] * 5 + ["corrected"])


def test_one_phone_through_two_carriers_is_one_sender_answered_by_the_one_it_wrote_through(tmp_path, own_url):
    with SmsgateServer() as server, TwilioServer() as twilio:
        service = OverPhone(tmp_path, own_url, server, twilio)
        post, other = next(service.posts), next(service.posts)
        with service.serving() as running:

            def by_twilio(sender, words, sid):
                form = {"MessageSid": sid, "From": sender, "To": twilio.numbers[0], "Body": words}
                headers = {
                    "X-Twilio-Signature": signature(twilio.auth_token, f"{PUBLIC_URL}/twilio/sms", form)
                }
                return reply_of(running.post("/twilio/sms", form, headers)).text

            first = by_twilio(post.monitor, post.report, "SM1")
            server.phone.arrive(post.monitor, post.report)  # the same words by the other way
            second = service.wait_for(post.monitor)
            server.phone.arrive(post.coordinator, post.correction)
            told = service.wait_for(post.monitor, 2)
            third = by_twilio(other.monitor, other.report, "SM2")
            by_twilio(post.coordinator, other.correction, "SM3")
            by_the_other = eventually(lambda: [each.body for each in twilio.sent if each.to == other.monitor])

        texts, _ = service.log(post.monitor)

    assert first.startswith("DITERIMA")
    assert second[0].startswith("SUDAH ADA")
    assert [each["carrier"] for each in texts] == ["twilio", "smsgate"]
    assert told[1].startswith("DIKOREKSI")
    assert third.startswith("DITERIMA")
    assert by_the_other[0].startswith("DIKOREKSI")
    assert server.phone.sent_to(other.monitor) == []
