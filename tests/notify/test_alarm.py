"""The operator's phones: one text when something is wrong, one when it is over (SPEC section 5)."""

import threading
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from sqlalchemy import insert, select, text

from config.language import Lang
from models import alarms, reconciliation
from models.tables import CarrierRow, MessageRow
from notify.alarm import Watch
from notify.outbox import Outbox
from notify.texts import alarm as words
from tests.carriers import FakeCarrier
from tests.city import MONITOR, REPORT
from tests.elections import NOON, OPENS, REFERENCE
from tests.outboxes import BUSY, FAST, MINUTE, NOW, SECOND, queued

PHONES = ("+6281300000001", "+6281300000002")
CLOSES = OPENS + timedelta(hours=10)
ELECTION = replace(REFERENCE, operator_phones=PHONES, sending=FAST, opens=OPENS, closes=CLOSES)
START = OPENS.astimezone(UTC)
NAMES = ("one", "two")


def look(city, now):
    """Look as a new process would: nothing is remembered but in the database."""
    Watch(city.service.store, city.service.election, NAMES, NOW).look(now.astimezone(UTC))


def told(city, phone=PHONES[0]):
    return [each[13:] for each in city.texted(phone)]


def trouble(city, name="one", **more):
    values = {"name": name, "failures": 5, "trouble": "failing", **more}
    with city.service.store.transaction() as db:
        db.execute(text("DELETE FROM carriers WHERE name = :name"), {"name": name})
        db.execute(insert(CarrierRow).values(values))


@pytest.fixture
def city_before(city_with):
    """The city before the opening, when nothing need come in."""
    return city_with(replace(ELECTION, opens=OPENS + timedelta(days=1), closes=None))


def test_each_phone_is_told_once_that_a_carrier_fails_and_once_that_it_works_again(city_before):
    trouble(city_before)
    for second in range(3):
        look(city_before, NOW + second * SECOND)
    trouble(city_before, trouble=None, failures=0, calm_at=NOW + 2 * MINUTE)
    for minute in (1, 2, 3):
        look(city_before, NOW + minute * MINUTE)

    assert [told(city_before, phone) for phone in PHONES] == [
        [
            "ALARM: one tidak mengirim SMS. Akan dikabari bila sudah beres.",
            "BERES, alarm selesai: one tidak mengirim SMS.",
        ]
    ] * 2


def test_a_carrier_that_cannot_be_asked_for_a_while_is_an_alarm_until_it_can_be(city_before):
    """With two carriers nothing else says that texts lie at one of them."""

    def note(what, *more):
        with city_before.service.store.transaction() as db:
            what(db, "one", *more)

    for minute in (0, 2, 10, 12):
        note(reconciliation.unanswered, NOW + minute * MINUTE)
        look(city_before, NOW + minute * MINUTE)
    raised = told(city_before)
    note(reconciliation.answered)
    look(city_before, NOW + 14 * MINUTE)

    assert raised == ["ALARM: SMS masuk lewat one tidak bisa diambil. Akan dikabari bila sudah beres."]
    assert told(city_before)[1:] == ["BERES, alarm selesai: SMS masuk lewat one tidak bisa diambil."]


def test_the_alarm_of_a_carrier_that_was_taken_out_of_use_is_not_called_over(city_before):
    with city_before.service.store.transaction() as db:
        reconciliation.unanswered(db, "one", NOW)
    look(city_before, NOW + 11 * MINUTE)
    raised = told(city_before)
    watch = Watch(city_before.service.store, city_before.service.election, ("two",), NOW)

    watch.look(NOW + 12 * MINUTE)

    assert (len(raised), told(city_before)) == (1, raised)
    with city_before.service.store.reading() as db:
        assert alarms.raised(db) == set()


def test_the_alarm_of_a_carrier_that_cannot_be_asked_leaves_by_one_that_works(city_before):
    """SMSD's outbox takes a text though no modem lives: there it would lie."""
    with city_before.service.store.transaction() as db:
        reconciliation.unanswered(db, "one", NOW)
    look(city_before, NOW + 11 * MINUTE)
    one, two = FakeCarrier("one"), FakeCarrier("two")
    box = Outbox(city_before.service.store, {"one": one, "two": two}, FAST, worker="w1")

    while box.step((NOW + 11 * MINUTE).astimezone(UTC)):
        pass

    assert ([each.recipient for each in one.sent], [each.recipient for each in two.sent]) == (
        [],
        list(PHONES),
    )


def test_a_carrier_that_fails_again_before_it_has_been_well_for_a_while_is_one_alarm(city_before):
    trouble(city_before)
    look(city_before, NOW)
    for minute in range(1, 6):
        trouble(city_before, trouble=None, failures=0, calm_at=NOW + (minute + 1) * MINUTE)
        look(city_before, NOW + minute * MINUTE)
        trouble(city_before)
        look(city_before, NOW + minute * MINUTE + SECOND)

    assert len(told(city_before)) == 1


def test_alarms_are_in_the_elections_language(city_with):
    city = city_with(replace(ELECTION, language=Lang.EN, opens=None, closes=None))
    trouble(city)

    look(city, NOW)

    assert city.texted(PHONES[1]) == [
        f"PANTAU {city.service.election.local(NOW):%H:%M} ALARM: one does not send texts."
        " You will be told when it is over."
    ]


@pytest.mark.parametrize(
    ("given", "minutes", "alarms"),
    [
        pytest.param({}, 10, 0, id="ten minutes"),
        pytest.param({}, 10.1, 1, id="longer"),
        pytest.param({"kind": "alarm"}, 11, 0, id="an alarm is no cause of its own"),
        pytest.param({"expires_at": NOW + 9 * MINUTE}, 11, 0, id="a text that will not leave any more"),
    ],
)
def test_a_text_that_waits_for_over_ten_minutes_is_an_alarm(city_before, given, minutes, alarms):
    queued(city_before.service.store, **given)

    look(city_before, NOW + minutes * MINUTE)

    assert (
        told(city_before)
        == ["ALARM: SMS keluar tertahan lebih dari 10 menit. Akan dikabari bila sudah beres."] * alarms
    )


def test_a_queue_that_hovers_at_ten_minutes_is_one_alarm_until_it_is_well_below(city_before):
    store = city_before.service.store
    lags = (11, 9, 11, 6, 10.5, 5)
    for number, lag in enumerate(lags):
        now = NOW + number * 20 * MINUTE
        with store.transaction() as db:
            db.execute(text("UPDATE messages SET status = 'sent' WHERE kind <> 'alarm'"))
        queued(store, at=now - lag * MINUTE, expires_at=now + 60 * MINUTE)
        look(city_before, now)

    assert [each.split()[0] for each in told(city_before)] == ["ALARM:", "BERES,"]


def test_texts_that_expired_where_no_carrier_works_do_not_end_the_alarm(city_before):
    queued(city_before.service.store, expires_at=NOW + 30 * MINUTE)
    for name in NAMES:
        trouble(city_before, name)
    look(city_before, NOW + 11 * MINUTE)

    look(city_before, NOW + 40 * MINUTE)
    before = [each.split()[0] for each in told(city_before)]
    trouble(city_before, "two", trouble=None, failures=0)
    look(city_before, NOW + 41 * MINUTE)

    assert before == ["ALARM:"] * 3
    assert [each.split()[0] for each in told(city_before)] == ["ALARM:"] * 3 + ["BERES,"] * 2


@pytest.mark.parametrize(
    ("opens", "closes", "came", "now", "alarms"),
    [
        pytest.param(OPENS, CLOSES, None, OPENS + 30 * MINUTE, 0, id="half an hour after the opening"),
        pytest.param(OPENS, CLOSES, None, OPENS + 31 * MINUTE, 1, id="longer, and nothing at all"),
        pytest.param(
            OPENS, CLOSES, OPENS - 60 * MINUTE, OPENS + 29 * MINUTE, 0, id="practice an hour before"
        ),
        pytest.param(
            OPENS, CLOSES, OPENS + 60 * MINUTE, OPENS + 90 * MINUTE, 0, id="half an hour after a text"
        ),
        pytest.param(OPENS, CLOSES, OPENS + 60 * MINUTE, OPENS + 91 * MINUTE, 1, id="longer after a text"),
        pytest.param(OPENS, CLOSES, None, CLOSES, 0, id="reporting has closed"),
        pytest.param(OPENS, None, None, OPENS + 24 * 60 * MINUTE, 1, id="it never closes"),
        pytest.param(None, None, None, OPENS, 0, id="it never opens, and nothing has come yet"),
        pytest.param(None, None, OPENS, OPENS + 31 * MINUTE, 1, id="it never opens, and then nothing comes"),
    ],
)
def test_silence_is_an_alarm_while_there_is_something_to_expect(city_with, opens, closes, came, now, alarms):
    city = city_with(replace(ELECTION, opens=opens, closes=closes))
    if came is not None:
        city.now = came.astimezone(UTC) - SECOND
        city.text(MONITOR, REPORT)

    look(city, now)

    assert (
        told(city)
        == ["ALARM: 30 menit tidak ada SMS masuk, hasil belum lengkap. Akan dikabari bila sudah beres."]
        * alarms
    )


def test_a_text_that_comes_ends_the_silence_and_a_result_that_was_phoned_in_does_not(city_with):
    city = city_with(ELECTION)
    city.now = START + 40 * MINUTE
    look(city, city.now)

    city.text(MONITOR, REPORT)
    with city.service.store.transaction() as db:
        db.execute(text("UPDATE messages SET carrier = 'operator' WHERE direction = 'in'"))
    look(city, city.now)
    phoned_in = len(told(city))
    city.text("+628410000013", "HADIR")
    look(city, city.now)

    assert phoned_in == 1
    assert [each.split()[0] for each in told(city)] == ["ALARM:", "BERES,"]


def test_what_came_before_the_clock_was_set_back_does_not_hide_the_silence_since(city_with):
    city = city_with(ELECTION)
    city.now = START + 10 * MINUTE
    city.text(MONITOR, REPORT)
    city.now = START + 180 * MINUTE
    city.text(MONITOR, REPORT)

    look(city, START + 60 * MINUTE)

    assert len(told(city)) == 1


def test_where_every_station_is_complete_nothing_more_is_expected(city_with):
    city = city_with(ELECTION)
    with city.service.store.transaction() as db:
        db.execute(text("UPDATE totals SET complete = registered"))

    look(city, START + 40 * MINUTE)

    assert told(city) == []


def test_processes_that_look_at_once_tell_once(city_before):
    trouble(city_before)
    start = threading.Barrier(4)

    def process():
        start.wait()
        look(city_before, NOW)

    threads = [threading.Thread(target=process, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert [len(told(city_before, phone)) for phone in PHONES] == [1, 1]


def sending(city, *given):
    box = Outbox(city.service.store, {each.name: each for each in given}, FAST, worker="w1")

    def send(now):
        while box.step(now):
            pass

    return send


def test_a_carrier_that_fails_is_told_of_by_one_that_works(city_before):
    bad, good = FakeCarrier("one", *[BUSY] * 99), FakeCarrier("two")
    send = sending(city_before, bad, good)
    for number in range(5):
        queued(city_before.service.store, body=str(number))
    send(NOW)

    look(city_before, NOW + SECOND)
    send(NOW + SECOND)

    assert [each.recipient for each in good.sent if "ALARM" in each.body] == list(PHONES)


def test_an_alarm_that_cannot_leave_waits_and_leaves_before_its_end(city_before):
    class Down(FakeCarrier):
        def send(self, text):
            return BUSY if now < NOW + 20 * MINUTE else super().send(text)

    only = Down("one")
    send = sending(city_before, only)
    for number in range(5):
        queued(city_before.service.store, body=str(number))

    for seconds in range(0, 1800, 10):
        now = NOW + seconds * SECOND
        send(now)
        with city_before.service.store.transaction() as db:
            db.execute(text("UPDATE messages SET sent_on = true WHERE status = 'sent'"))
        look(city_before, now)

    left = [each.body[13:] for each in only.sent if each.recipient == PHONES[0]]
    assert sorted(each.split(": ")[0] for each in left) == ["ALARM"] * 2 + ["BERES, alarm selesai"] * 2
    for cause in ("one tidak mengirim SMS", "SMS keluar tertahan lebih dari 10 menit"):
        assert [each.split(":")[0] for each in left if cause in each] == ["ALARM", "BERES, alarm selesai"]
    statuses = city_before.read(
        lambda db: set(db.execute(select(MessageRow.status).where(MessageRow.kind == "alarm")).scalars())
    )
    assert statuses == {"sent"}


def test_without_a_phone_nobody_is_told(city_with):
    city = city_with(replace(ELECTION, operator_phones=()))
    trouble(city)

    look(city, START + 40 * MINUTE)

    assert city.count("alarms") == 0
    assert city.count("messages") == 0


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("cause", ["carrier", "outbox", "silence"])
def test_an_alarm_and_its_end_name_the_same_cause(cause, lang):
    said = [each(lang, at=NOON, cause=cause, carrier="gammu") for each in (words.alarm, words.alarm_over)]

    assert said[0].split("ALARM: ")[1].split(".")[0] in said[1]
