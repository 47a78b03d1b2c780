"""A night without power costs no report: what a carrier received is asked for."""

import threading
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from config.settings import read_settings
from gateway import inbox as inbox_module
from gateway import reconcile as module
from gateway.carriers import CARRIERS
from gateway.carriers.twilio import Twilio
from gateway.metrics import Metrics
from gateway.reconcile import reconcile
from models import reconciliation
from models.tables import MessageRow
from notify.carrier import InboundText
from tests.carriers import FakeCarrier
from tests.city import MONITOR, NEIGHBOUR, REPORT
from tests.elections import NOON, OPENS, REFERENCE

NOW = (NOON + timedelta(hours=2)).astimezone(UTC)


def inbox(*texts):
    return FakeCarrier("sandbox", received=texts)


def received(number, sender, body, at=NOW):
    return InboundText(
        "sandbox", f"R{number}", sender, body, sent_at=at, replies_inline=False, reconciled=True
    )


def inline(number, sender, body):
    """Give the same text as its webhook brings it."""
    return InboundText("sandbox", f"R{number}", sender, body)


def replies(city):
    query = "SELECT body, status FROM messages WHERE kind = 'reply' ORDER BY id"
    return city.read(lambda db: db.execute(text(query)).all())


def test_what_never_came_is_taken_in_once_and_answered_through_the_outbox(city):
    city.now = NOW
    carrier = inbox(received(1, MONITOR, REPORT), received(2, NEIGHBOUR, "TPS013 G:1,2,3 SAH:6"))

    counts = Metrics()

    taken = [reconcile(city.service, carrier, counts) for _ in range(2)]

    assert taken == [2, 0]
    assert b'pantau_texts_in_total{carrier="sandbox",outcome="accepted"} 2.0' in counts.shown([])
    assert city.votes() == (121, 100, 80)
    assert [status for _, status in replies(city)] == ["queued", "queued"]


def test_what_a_webhook_brought_is_not_taken_in_again(city):
    city.text(MONITOR, REPORT, carrier_id="R1")

    assert reconcile(city.service, inbox(received(1, MONITOR, REPORT))) == 0
    assert len(city.history()) == 2


@pytest.mark.parametrize(
    ("opens", "since"),
    [
        pytest.param(OPENS, OPENS - timedelta(days=1), id="a day before opens"),
        pytest.param(None, NOW - timedelta(days=1), id="a day ago, where nothing opens"),
        pytest.param(OPENS + timedelta(days=9), NOW - timedelta(days=1), id="never from the future"),
    ],
)
def test_a_carrier_of_which_nothing_is_known_is_asked_from_a_day_before(city_with, opens, since):
    city = city_with(replace(REFERENCE, opens=opens), now=NOW)
    carrier = inbox()

    reconcile(city.service, carrier)
    reconcile(city.service, carrier)

    assert carrier.listed == [since, since]


def test_a_carrier_is_asked_from_an_hour_before_the_last_text_by_its_own_time(city):
    city.now = NOW
    carrier = inbox()
    reconcile(city.service, carrier)
    city.text(MONITOR, REPORT, sent_at=NOW - timedelta(minutes=30))

    reconcile(city.service, carrier)

    assert carrier.listed[-1] == NOW - timedelta(minutes=90)


def test_a_text_that_comes_before_the_first_asking_hides_none_of_before_it(city):
    city.now = NOW
    city.text(MONITOR, REPORT)
    carrier = inbox()

    reconcile(city.service, carrier)

    assert carrier.listed == [city.now - timedelta(days=1)]


def test_what_came_while_the_clock_ran_ahead_hides_nothing_of_that_time(city):
    city.now = NOW
    city.text(MONITOR, REPORT)
    city.wait(days=300)
    reconcile(city.service, inbox())
    city.text(NEIGHBOUR, "HADIR")
    city.now = NOW + timedelta(hours=4)
    carrier = inbox()

    reconcile(city.service, carrier)

    assert carrier.listed[0] < NOW


def test_a_text_after_an_outage_does_not_hide_those_during_it(city):
    city.now = NOW
    city.text(MONITOR, REPORT)
    reconcile(city.service, inbox())
    city.wait(hours=5)
    city.text(NEIGHBOUR, "HADIR")
    carrier = inbox(received(1, NEIGHBOUR, "TPS013 G:1,2,3 SAH:6", at=NOW + timedelta(hours=2)))

    taken = reconcile(city.service, carrier)

    assert taken == 1
    assert carrier.listed[0] < NOW


def test_a_text_that_fails_does_not_keep_out_the_others_and_is_asked_for_again(city, monkeypatch):
    city.now = NOW

    def fails_for_one(service, found):
        if found.carrier_id == "R1":
            raise RuntimeError("a bug")
        return inbox_module.receive(service, found)

    carrier = inbox(received(1, MONITOR, REPORT), received(2, NEIGHBOUR, "TPS013 G:1,2,3 SAH:6"))
    monkeypatch.setattr(module, "receive", fails_for_one)  # no text is known to make the real one fail
    first = reconcile(city.service, carrier)
    monkeypatch.undo()

    assert (first, reconcile(city.service, carrier)) == (1, 1)
    assert city.votes() == (121, 100, 80)


def at_once(*works):
    """Run functions at the same moment; give what each gave, in their order."""
    start, found = threading.Barrier(len(works)), {}

    def run(number, work):
        start.wait()
        found[number] = work()

    threads = [
        threading.Thread(target=run, args=(number, work), daemon=True) for number, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [found[number] for number in range(len(works))]


def test_a_webhook_and_reconciliations_of_the_same_text_at_once_give_one_message_and_one_reply(city):
    city.now = NOW
    reports = [f"TPS{number:03d} G:{number},1,1 SAH:{number + 2}" for number in range(1, 13)]
    senders = [f"+628410000{number:03d}" for number in range(1, 13)]
    texts = [received(*each) for each in zip(range(12), senders, reports, strict=True)]

    def bring():
        brought = zip(range(12), senders, reports, strict=True)
        return [inbox_module.receive(city.service, inline(*each)) for each in brought]

    answers, one, two = at_once(
        bring, lambda: reconcile(city.service, inbox(*texts)), lambda: reconcile(city.service, inbox(*texts))
    )

    in_answers = [answer for answer in answers if answer.reply is not None]
    statuses = [status for _, status in replies(city)]
    assert city.votes() == (78, 12, 12)
    assert len(statuses) == 12
    assert statuses.count("sent") == len(in_answers)
    assert one + two >= statuses.count("queued")


def test_a_webhook_that_comes_after_its_reconciliation_is_not_answered_again(city):
    city.now = NOW
    reconcile(city.service, inbox(received(1, MONITOR, REPORT)))

    late = inbox_module.receive(city.service, inline(1, MONITOR, REPORT))

    assert (late.outcome, late.reply) == ("accepted", None)
    assert len(replies(city)) == 1


def test_a_text_without_a_readable_time_is_taken_in_as_of_its_arrival(city):
    city.now = NOW

    reconcile(city.service, inbox(received(1, MONITOR, REPORT, at=None)))

    [revision] = city.history()[:1]
    assert revision.received == NOW


def test_the_hour_of_a_reply_counts_from_when_its_text_was_taken_in(city):
    city.now = NOW
    reconcile(city.service, inbox(received(1, MONITOR, REPORT, at=NOW - timedelta(hours=3))))

    query = select(MessageRow.expires_at).where(MessageRow.kind == "reply")
    assert city.read(lambda db: db.execute(query).scalar_one()) == NOW + timedelta(hours=1)


def test_what_is_made_up_for_is_not_too_much_from_one_number(city):
    city.now = NOW
    many = [received(number, MONITOR, f"KABAR {number}") for number in range(30)]

    reconcile(city.service, inbox(*many))

    query = "SELECT count(*) FROM messages WHERE codes LIKE '%rate_limited%'"
    assert city.read(lambda db: db.execute(text(query)).scalar_one()) == 0


def test_texts_are_judged_in_the_order_in_which_the_carrier_got_them(city):
    city.now = NOW
    first = received(2, MONITOR, "TPS012 G:1,2,3 SAH:6", at=NOW - timedelta(minutes=10))
    second = received(1, MONITOR, "TPS012 G:3,2,1 SAH:6", at=NOW - timedelta(minutes=5))

    reconcile(city.service, inbox(first, second))

    assert [each.votes for each in city.history()] == [(1, 2, 3), (3, 2, 1)]


def test_over_all_pages_of_twilio_what_is_missing_is_taken_in_and_what_is_known_is_not(
    city, twilio_server, monkeypatch
):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("gateway.carriers.twilio.PAGE", 4)
    environ = {
        "PANTAU_CARRIER": "twilio",
        "PANTAU_ELECTION": "pyproject.toml",  # any file: nobody reads it here
        "PANTAU_PUBLIC_URL": "https://pantau.example.org",
        "TWILIO_ACCOUNT_SID": twilio_server.account_sid,
        "TWILIO_AUTH_TOKEN": twilio_server.auth_token,
        "TWILIO_API_URL": twilio_server.url,
        "TWILIO_FROM_NUMBER": twilio_server.numbers[0],
    }
    twilio = Twilio(read_settings(environ, Path(__file__).parents[2], known_carriers=CARRIERS))
    sids = [
        twilio_server.add_inbound(
            f"{'rcs:' if number == 10 else ''}+628410000{number:03d}",
            twilio_server.numbers[0],
            f"TPS{number:03d} G:{number},1,1 SAH:{number + 2}",
            at=NOW - timedelta(minutes=20 - number),
        )
        for number in range(1, 11)
    ]
    city.now = NOW - timedelta(minutes=12)
    city.text("+628410000008", "TPS008 G:8,1,1 SAH:10", carrier_id=sids[7], carrier="twilio")
    city.now = NOW

    taken = [reconcile(city.service, twilio) for _ in range(2)]

    assert taken == [9, 0]
    assert city.votes() == (55, 10, 10)
    assert sum(path.endswith("/Messages.json") for _, path in twilio_server.requests) == 6


def test_what_did_come_in_is_taken_in_though_nothing_more_can(city):
    """SMSD's database answers though no modem lives: what a backup lacks is in it all the same."""

    class Dead(FakeCarrier):
        def waiting(self, _since):
            return iter(())

        def taken_in(self, _text):
            pass

        def silence(self):
            return "no modem has been there"

    def since():
        return city.read(lambda db: reconciliation.unanswered_since(db, ["sandbox"]))

    city.now = NOW
    with pytest.raises(ConnectionError, match="no modem has been there"):
        reconcile(city.service, Dead("sandbox", received=(received(1, MONITOR, REPORT),)))

    assert city.votes() == (120, 98, 77)
    assert since() == {"sandbox": NOW}


def test_a_carrier_counts_as_asked_before_what_it_listed_is_taken_in(city, monkeypatch):
    """That may take a while after an outage: nobody should be told meanwhile that it cannot be asked."""

    def since():
        return city.read(lambda db: reconciliation.unanswered_since(db, ["sandbox"]))

    seen = []

    def receive(service, text):
        seen.append(since())
        return inbox_module.receive(service, text)

    with city.service.store.transaction() as db:
        reconciliation.unanswered(db, "sandbox", NOW)
    monkeypatch.setattr(module, "receive", receive)
    reconcile(city.service, inbox(received(1, MONITOR, REPORT)))

    assert seen == [{}]


def test_since_when_a_carrier_cannot_be_asked_is_kept_until_it_answers(city):
    class Away(FakeCarrier):
        def inbound_since(self, since):
            self.listed.append(since)
            raise ConnectionError("SMSD's database cannot be asked: unable to open database file")

    def since():
        return city.read(lambda db: reconciliation.unanswered_since(db, ["sandbox", "other"]))

    found = []
    for moment in (NOW + timedelta(minutes=2), NOW + timedelta(minutes=4), NOW):  # and the clock set back
        city.now = moment
        with pytest.raises(ConnectionError):
            reconcile(city.service, Away("sandbox"))
        found.append(since())
    reconcile(city.service, inbox())

    assert found == [
        {"sandbox": NOW + timedelta(minutes=2)},
        {"sandbox": NOW + timedelta(minutes=2)},
        {"sandbox": NOW},
    ]
    assert since() == {}
