"""Texts out, from the row to the carrier and back: SPEC section 5, on both databases."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from config.election import Sending
from models import carriers, delivery, opt_outs
from models.outbox import BULK, DIRECT, REPLY
from notify import outbox
from notify.carrier import NeverTold, SendFailed, Sent
from notify.outbox import run
from notify.pace import backoff
from notify.pulse import Pulse
from tests.carriers import FakeCarrier
from tests.outboxes import (
    BROKEN,
    BUSY,
    FAST,
    LOST,
    NEVER,
    NOW,
    OTHER,
    PHONE,
    SAMPLE,
    box_of,
    heard,
    queued,
    row_of,
)


@pytest.fixture
def store(city):
    return city.service.store


def test_a_text_is_sent_and_its_row_says_by_whom_and_under_which_id(store):
    carrier = FakeCarrier("twilio")
    key = queued(store)

    worked = box_of(store, carrier).step(NOW)

    row = row_of(store, key)
    assert worked
    assert [(each.row_id, each.recipient, each.body) for each in carrier.sent] == [(key, PHONE, "halo")]
    assert (row.status, row.carrier, row.carrier_id, row.attempts) == ("sent", "twilio", "twilio-1", 1)


def test_with_nothing_to_send_nothing_is_done(store):
    assert not box_of(store, FakeCarrier("twilio")).step(NOW)


def test_replies_go_before_texts_that_we_start_and_those_before_bulk(store):
    carrier = FakeCarrier("twilio")
    for kind in (BULK, DIRECT, REPLY):
        queued(store, body=kind, kind=kind)
    box = box_of(store, carrier)

    while box.step(NOW):
        pass

    assert [each.body for each in carrier.sent] == [REPLY, DIRECT, BULK]


def test_a_text_that_is_not_taken_is_tried_again_within_10_seconds_and_then_less_often(store):
    carrier = FakeCarrier("twilio", *[BUSY] * 4)
    key = queued(store)
    box = box_of(store, carrier)
    waits, now = [], NOW

    for _ in range(4):
        box.step(now)
        row = row_of(store, key)
        waits.append((row.next_attempt - now).total_seconds())
        now = row.next_attempt
    box.step(now)

    assert 0 < waits[0] <= 10
    assert waits == sorted(waits)
    assert row.error_code == "20429"
    assert (row_of(store, key).status, row_of(store, key).error_code) == ("sent", None)


@pytest.mark.parametrize("jitter", [0, 0.5, 1])
def test_waits_double_to_five_minutes_less_a_jitter(jitter):
    waits = [backoff(attempts, jitter).total_seconds() for attempts in (1, 2, 3, 50)]

    assert waits == [each * (1 - jitter / 2) for each in (5, 10, 20, 300)]


def test_a_carrier_that_names_its_own_wait_gets_it(store):
    key = queued(store)
    asks = replace(BUSY, after=timedelta(seconds=90))

    box_of(store, FakeCarrier("twilio", asks)).step(NOW)

    assert row_of(store, key).next_attempt == NOW + timedelta(seconds=90)


def test_a_wait_beyond_a_texts_life_is_not_waited_for(store):
    key = queued(store)
    asks = replace(BUSY, after=timedelta(days=365))

    box_of(store, FakeCarrier("twilio", asks)).step(NOW)

    assert row_of(store, key).next_attempt == NOW + timedelta(minutes=10)


def test_a_text_whose_time_is_over_expires_and_is_not_sent(store):
    carrier = FakeCarrier("twilio", *[BUSY] * 100)
    key = queued(store, expires_at=NOW + timedelta(minutes=3))
    box = box_of(store, carrier)

    for seconds in range(181):
        box.step(NOW + timedelta(seconds=seconds))

    assert row_of(store, key).status == "expired"
    assert len(carrier.sent) < 10


def test_a_permanent_error_is_final_with_its_code(store):
    carrier = FakeCarrier("twilio", NEVER)
    key = queued(store)
    box = box_of(store, carrier)

    box.step(NOW)
    box.step(NOW + timedelta(minutes=30))

    assert len(carrier.sent) == 1
    assert (row_of(store, key).status, row_of(store, key).error_code) == ("failed", "21211")


@pytest.mark.parametrize(
    ("recipient", "sending", "code"),
    [
        pytest.param(PHONE, Sending(1000, only=(OTHER,)), "not_in_only", id="a rehearsal with others"),
        pytest.param(SAMPLE, FAST, "sample_number", id="a number of the sample"),
    ],
)
def test_what_must_not_leave_does_not(store, recipient, sending, code):
    carrier = FakeCarrier("twilio")
    key = queued(store, recipient=recipient)

    box_of(store, carrier, sending=sending).step(NOW)

    assert carrier.sent == []
    assert (row_of(store, key).status, row_of(store, key).error_code) == ("failed", code)


def test_a_rehearsal_reaches_its_own_numbers_and_the_sandbox_those_of_the_sample(store):
    real, sandbox = FakeCarrier("twilio"), FakeCarrier("sandbox")
    queued(store, recipient=OTHER)
    box_of(store, real, sending=Sending(1000, only=(OTHER,))).step(NOW)
    queued(store, recipient=SAMPLE)
    box_of(store, sandbox).step(NOW)

    assert (len(real.sent), len(sandbox.sent)) == (1, 1)


@pytest.mark.parametrize(("kind", "status"), [(DIRECT, "failed"), (REPLY, "sent")])
def test_an_opt_out_after_queuing_stops_all_but_replies(store, kind, status):
    key = queued(store, kind=kind)
    with store.transaction() as db:
        opt_outs.opt_out(db, PHONE, NOW)

    box_of(store, FakeCarrier("twilio")).step(NOW)

    assert row_of(store, key).status == status


@pytest.mark.parametrize(
    ("carrier", "wrote_by", "expected"),
    [
        pytest.param(None, None, "one", id="nothing known: the order of preference"),
        pytest.param(None, "two", "two", id="the carrier they last wrote through"),
        pytest.param("two", "one", "two", id="a reply: the carrier of its question"),
        pytest.param(None, "gone", "one", id="their carrier is not in use any more"),
    ],
)
def test_which_carrier_a_text_leaves_by(store, carrier, wrote_by, expected):
    key = queued(store, carrier=carrier)
    if wrote_by:
        heard(store, wrote_by)

    box_of(store, FakeCarrier("one"), FakeCarrier("two")).step(NOW)

    assert row_of(store, key).carrier == expected


class Died(BaseException):
    """What a test raises in place of ``kill -9``."""


class Deadly(FakeCarrier):
    def send(self, text):
        super().send(text)
        raise Died


def died_while_sending(store, **more):
    key = queued(store, **more)
    with pytest.raises(Died):
        box_of(store, Deadly("twilio"), worker="dead", sending=Sending(10)).step(NOW)
    return key


@pytest.mark.parametrize(
    ("took", "sent_again", "carrier_id"),
    [
        pytest.param(("SM7",), 0, "SM7", id="the carrier has it"),
        pytest.param((), 1, "twilio-1", id="the carrier does not have it"),
    ],
)
def test_a_dead_workers_text_is_taken_up_within_60_seconds_once_the_carrier_has_been_asked(
    store, took, sent_again, carrier_id
):
    key = died_while_sending(store)
    carrier = FakeCarrier("twilio", took=took)
    box = box_of(store, carrier, worker="alive")

    early = box.step(NOW + timedelta(seconds=44))
    while box.step(NOW + timedelta(seconds=60)):
        pass

    assert not early
    assert carrier.asked == [(PHONE, "halo", NOW)]
    assert len(carrier.sent) == sent_again
    assert (row_of(store, key).status, row_of(store, key).carrier_id) == ("sent", carrier_id)


def test_a_dead_workers_text_that_its_carrier_does_not_have_expires_when_its_time_is_over(store):
    key = died_while_sending(store, expires_at=NOW + timedelta(minutes=1))
    carrier = FakeCarrier("twilio", took=())
    box = box_of(store, carrier, worker="alive")

    while box.step(NOW + timedelta(minutes=2)):
        pass

    assert row_of(store, key).status == "expired"
    assert carrier.sent == []


def test_the_same_words_sent_before_are_not_taken_for_the_lost_text(store):
    box_of(store, FakeCarrier("twilio")).step(NOW)
    first = queued(store)
    box_of(store, FakeCarrier("twilio")).step(NOW)
    lost = died_while_sending(store)
    carrier = FakeCarrier("twilio", Sent("SM2"), took=("twilio-1",))

    box = box_of(store, carrier, worker="alive")
    while box.step(NOW + timedelta(seconds=60)):
        pass

    assert row_of(store, first).carrier_id == "twilio-1"
    assert row_of(store, lost).carrier_id == "SM2"


def test_a_carrier_that_does_not_say_what_it_took_keeps_no_other_from_sending(store):
    for number in range(4):
        died_while_sending(store, body=f"lost {number}")
    mute, well = FakeCarrier("twilio", took=ConnectionError()), FakeCarrier("gammu")
    box = box_of(store, mute, well, worker="alive")
    for number in range(3):
        queued(store, body=str(number), carrier="gammu")

    for seconds in range(46, 106):
        box.step(NOW + timedelta(seconds=seconds))

    assert [each.body for each in well.sent] == ["0", "1", "2"]
    assert len(mute.asked) <= 3  # one question in 30 seconds, whatever waits for its answer


def test_a_lost_connection_is_asked_about_before_anything_is_sent_again(store):
    carrier = FakeCarrier("twilio", LOST, took=("SM7",))
    key = queued(store)
    box = box_of(store, carrier)

    box.step(NOW)
    waiting = row_of(store, key).status
    at_once = box.step(NOW + timedelta(seconds=1))
    box.step(NOW + timedelta(seconds=6))

    assert (waiting, at_once) == ("sending", False)
    assert len(carrier.sent) == 1
    assert row_of(store, key).carrier_id == "SM7"


def test_a_carrier_that_takes_a_text_late_is_not_asked_before(store, monkeypatch):
    carrier = FakeCarrier("twilio", LOST)
    now, waited = time.monotonic, [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now() + waited[0])

    def slow(text, send=carrier.send):
        waited[0] += 15
        return send(text)

    monkeypatch.setattr(carrier, "send", slow)
    key = queued(store)
    box = box_of(store, carrier)

    for seconds in (0, *range(15, 60)):
        carrier.took = ("SM7",) if seconds >= 45 else ()
        box.step(NOW + timedelta(seconds=seconds))

    assert len(carrier.sent) == 1
    assert (row_of(store, key).status, row_of(store, key).carrier_id) == ("sent", "SM7")


def test_what_a_carrier_says_it_failed_with_and_took_is_not_sent_again(store):
    carrier = FakeCarrier("twilio", BROKEN, took=("SM7",))
    key = queued(store)
    box = box_of(store, carrier)

    for seconds in range(30):
        box.step(NOW + timedelta(seconds=seconds))

    assert (len(carrier.sent), len(carrier.asked)) == (1, 1)
    assert (row_of(store, key).status, row_of(store, key).carrier_id) == ("sent", "SM7")


@pytest.mark.parametrize(
    "took",
    [
        pytest.param((), id="and has not"),
        pytest.param(ConnectionError(), id="and cannot be asked about"),
    ],
)
def test_what_a_carrier_says_it_failed_with_is_tried_again_within_10_seconds_and_then_less_often(store, took):
    carrier = FakeCarrier("twilio", *[BROKEN] * 4, took=took)
    keys = [queued(store) for _ in range(2)]
    box = box_of(store, carrier)
    times = []

    for seconds in range(300):
        before = len(carrier.sent)
        while box.step(NOW + timedelta(seconds=seconds)):
            pass
        times += [seconds] * (len(carrier.sent) - before)

    assert [row_of(store, key).status for key in keys] == ["sent", "sent"]
    assert times[:2] == [0, 0]
    assert all(time <= 10 for time in times[2:4])
    assert len(times) == 6


def test_what_a_carrier_in_trouble_says_it_failed_with_leaves_by_the_next(store):
    broken = FakeCarrier("twilio", *[BROKEN] * 100, took=ConnectionError())
    well = FakeCarrier("gammu")
    keys = [queued(store) for _ in range(6)]
    box = box_of(store, broken, well)

    for seconds in range(60):
        while box.step(NOW + timedelta(seconds=seconds)):
            pass

    assert {row_of(store, key).status for key in keys} == {"sent"}
    assert {row_of(store, key).carrier for key in keys} == {"gammu"}


def test_what_could_not_be_known_until_its_time_was_over_is_unknown(store):
    key = died_while_sending(store, expires_at=NOW + timedelta(minutes=3))
    carrier = FakeCarrier("twilio", took=ConnectionError())
    box = box_of(store, carrier, worker="alive")

    for seconds in range(46, 240):
        box.step(NOW + timedelta(seconds=seconds))

    assert row_of(store, key).status == "unknown"
    assert carrier.sent == []
    assert len(carrier.asked) < 10


def test_a_carrier_that_tells_nobody_what_it_took_is_not_asked_again_nor_called_failing(store):
    carrier = FakeCarrier("kannel", SendFailed("lost", retry=True, unsure=True), took=NeverTold())
    box = box_of(store, carrier)
    key = queued(store)

    for seconds in range(60):
        box.step(NOW + timedelta(seconds=seconds))

    assert row_of(store, key).status == "unknown"
    assert (len(carrier.sent), len(carrier.asked)) == (1, 1)
    with store.reading() as db:
        assert carriers.states(db, ["kannel"])["kannel"].failures == 1


def test_what_waits_leaves_though_the_clock_was_set_back(store):
    carrier = FakeCarrier("twilio", BUSY)
    box = box_of(store, carrier)
    fresh, put_off, abandoned = queued(store), queued(store), died_while_sending(store)
    before = NOW - timedelta(hours=1)

    for seconds in range(60):
        box.step(before + timedelta(seconds=seconds))

    assert {row_of(store, key).status for key in (fresh, put_off, abandoned)} == {"sent"}


def test_a_carrier_that_said_nothing_is_asked_again_though_the_clock_was_set_back(store):
    key = died_while_sending(store, expires_at=NOW + timedelta(days=1))
    carrier = FakeCarrier("twilio", took=ConnectionError())
    box = box_of(store, carrier, worker="alive")
    while not carrier.asked:
        box.step(NOW + timedelta(seconds=60))
    carrier.took = ("SM7",)

    box.step(NOW - timedelta(hours=2))
    box.step(NOW - timedelta(hours=2))

    assert (row_of(store, key).status, row_of(store, key).carrier_id) == ("sent", "SM7")


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param(timedelta(minutes=2), id="ahead"),
        pytest.param(timedelta(hours=-2), id="back"),
        pytest.param(timedelta(hours=2), id="ahead, past the end of its time"),
    ],
)
def test_a_text_on_its_way_is_nobody_elses_in_the_process_when_the_clock_is_set(store, moved):
    key = queued(store)
    in_hand: dict[str, int] = {}
    beside = FakeCarrier("twilio")

    class Slow(FakeCarrier):
        def send(self, text):
            other = box_of(store, beside, worker="beside", in_hand=in_hand)
            for _ in range(3):
                other.step(NOW + moved)
            return super().send(text)

    box = box_of(store, Slow("twilio"), worker="slow", in_hand=in_hand)
    box.step(NOW)

    assert (beside.asked, beside.sent) == ([], [])
    assert (row_of(store, key).status, row_of(store, key).attempts) == ("sent", 1)


def test_what_a_worker_did_not_settle_is_taken_up_by_the_others_of_its_process(store):
    queued(store)
    in_hand: dict[str, int] = {}
    broken = box_of(store, Deadly("twilio"), worker="broken", in_hand=in_hand)
    with pytest.raises(Died):
        broken.step(NOW)
    broken.step(NOW)
    carrier = FakeCarrier("twilio", took=("SM7",))

    box_of(store, carrier, worker="beside", in_hand=in_hand).step(NOW + timedelta(seconds=60))

    assert len(carrier.asked) == 1


def test_a_delivery_report_that_names_the_row_settles_a_lost_text(store):
    key = died_while_sending(store)
    with store.transaction() as db:
        delivery.report(
            db,
            carrier="twilio",
            carrier_id="SM7",
            status="delivered",
            error_code=None,
            at=NOW,
            row_id=key,
        )
    carrier = FakeCarrier("twilio")

    worked = box_of(store, carrier, worker="alive").step(NOW + timedelta(seconds=60))

    assert not worked
    assert (row_of(store, key).status, row_of(store, key).carrier_id) == ("delivered", "SM7")


def test_a_worker_that_was_stopped_before_it_sent_leaves_its_text_to_others(store, monkeypatch):
    key, carrier = queued(store), FakeCarrier("twilio")
    monkeypatch.setattr(outbox, "LATEST_SECONDS", -1)

    box_of(store, carrier).step(NOW)

    assert (row_of(store, key).status, carrier.sent) == ("queued", [])


def test_a_slow_worker_does_not_undo_what_another_has_settled(store):
    key = queued(store)

    class Slow(FakeCarrier):
        def send(self, text):
            super().send(text)
            other = box_of(store, FakeCarrier("twilio", took=("SM7",)), worker="other")
            other.step(NOW + timedelta(seconds=60))
            return BUSY

    box_of(store, Slow("twilio"), worker="slow").step(NOW)

    assert (row_of(store, key).status, row_of(store, key).carrier_id) == ("sent", "SM7")


def test_workers_at_once_send_each_text_once(store):
    carrier = FakeCarrier("sandbox")
    keys = [queued(store, body=str(number)) for number in range(30)]

    def work(number):
        box = box_of(store, carrier, worker=f"w{number}")
        while box.step(NOW):
            pass

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.row_id for each in carrier.sent) == keys


def test_the_sandbox_has_no_pace_and_a_carrier_has(store):
    for number in range(10):
        queued(store, body=str(number), recipient=SAMPLE if number % 2 else PHONE)
    box = box_of(store, FakeCarrier("sandbox"), sending=Sending(1))

    steps = [box.step(NOW) for _ in range(11)]

    assert steps == [True] * 10 + [False]


def test_refusals_and_expired_texts_cost_no_pace(store):
    carrier = FakeCarrier("twilio")
    for _ in range(3):
        queued(store, recipient=SAMPLE, kind=REPLY)
    queued(store)
    box = box_of(store, carrier, sending=Sending(1))

    while box.step(NOW):
        pass

    assert len(carrier.sent) == 1


def test_the_loop_survives_a_bug_and_finishes_the_text_in_hand_when_it_is_stopped(store, monkeypatch):
    monkeypatch.setattr("notify.outbox.TROUBLE_SECONDS", 0.01)
    stop, pulse = threading.Event(), Pulse("outbox")
    first, second = queued(store, body="first"), queued(store, body="second")

    class Buggy(FakeCarrier):
        def send(self, text):
            if text.body == "first":
                raise RuntimeError("a bug")
            stop.set()
            return super().send(text)

    run(box_of(store, Buggy("twilio")), lambda: NOW, stop, pulse)

    assert pulse.troubles == 1
    assert [row_of(store, key).status for key in (first, second)] == ["sending", "sent"]
