"""A night without power costs no report: what a carrier received is asked for."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from sqlalchemy import text

from gateway import inbox as inbox_module
from gateway import reconcile as module
from gateway.reconcile import reconcile
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


def replies(city):
    query = "SELECT body, status FROM messages WHERE kind = 'reply' ORDER BY id"
    return city.read(lambda db: db.execute(text(query)).all())


def test_what_never_came_is_taken_in_once_and_answered_through_the_outbox(city):
    city.now = NOW
    carrier = inbox(received(1, MONITOR, REPORT), received(2, NEIGHBOUR, "TPS013 G:1,2,3 SAH:6"))

    taken = [reconcile(city.service, carrier) for _ in range(2)]

    assert taken == [2, 0]
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
    city.text(MONITOR, REPORT, sent_at=NOW - timedelta(minutes=30))
    carrier = inbox()

    reconcile(city.service, carrier)

    assert carrier.listed == [NOW - timedelta(minutes=90)]


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
