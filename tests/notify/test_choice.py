"""Which carrier a text leaves by, and how fast: one decision for all processes, on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from config.election import Sending
from models import carriers, delivery
from models.carriers import CarrierState
from models.outbox import ALARM, REPLY
from notify.choice import choice_of
from notify.health import FAILING, LYING
from notify.outbox import MOST_PUT_BACK
from notify.pace import next_turn
from tests.carriers import FakeCarrier
from tests.outboxes import (
    BUSY,
    FAST,
    LOST,
    MINUTE,
    NEVER,
    NOW,
    OTHER,
    PHONE,
    SECOND,
    box_of,
    heard,
    queued,
    row_of,
)

NAMES = ("one", "two")


@pytest.fixture
def store(city):
    return city.service.store


def state_of(store, name="one"):
    with store.reading() as db:
        return carriers.states(db, NAMES).get(name, CarrierState(name))


def bodies(carrier):
    return [each.body for each in carrier.sent]


def sent_one_by_one(store, count, *given, at=NOW, body="x"):
    """Send that many texts, each by a process of its own."""
    for number in range(count):
        queued(store, body=f"{body}{number}", at=at)
        box_of(store, *given).step(at)


@pytest.mark.parametrize(
    ("rate", "seconds", "texts"),
    [
        pytest.param(1.0, 10, 11, id="one a second, and one at once"),
        pytest.param(0.5, 10, 6, id="one every two seconds"),
        pytest.param(4.0, 10, 44, id="four a second, and four at once"),
    ],
)
def test_the_pace_is_the_carriers(rate, seconds, texts):
    free_at, taken = None, 0

    for milliseconds in range(0, seconds * 1000 + 1, 125):
        turn = next_turn(free_at, rate, NOW + timedelta(milliseconds=milliseconds))
        free_at, taken = turn or free_at, taken + (turn is not None)

    assert taken == texts


def test_a_clock_that_is_set_back_does_not_stop_the_pace():
    free_at = next_turn(None, 1.0, NOW)

    turn = next_turn(free_at, 1.0, NOW - timedelta(hours=1))

    assert turn == NOW - timedelta(hours=1) + SECOND


def test_all_processes_together_keep_the_pace(store):
    carrier = FakeCarrier("one")
    for number in range(5):
        queued(store, body=str(number))

    steps = [box_of(store, carrier, sending=Sending(1)).step(NOW) for _ in range(3)]
    later = [box_of(store, carrier, sending=Sending(1)).step(NOW + SECOND) for _ in range(3)]

    assert (steps, later) == ([True, False, False], [True, False, False])
    assert bodies(carrier) == ["0", "1"]


def test_workers_at_the_same_moment_keep_the_pace_and_lose_no_text(store):
    carrier = FakeCarrier("one")
    keys = [queued(store, body=str(number)) for number in range(12)]
    start = threading.Barrier(4)

    def work(number):
        box = box_of(store, carrier, sending=Sending(3), worker=f"w{number}")
        start.wait()
        for _ in range(6):
            box.step(NOW)

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    rows = [row_of(store, key) for key in keys]
    assert len(carrier.sent) == 3
    assert sorted((row.status, row.attempts) for row in rows) == [("queued", 0)] * 9 + [("sent", 1)] * 3


def test_a_carrier_at_its_pace_does_not_hold_another_up(store):
    one, two = FakeCarrier("one"), FakeCarrier("two")
    heard(store, "two", OTHER)
    keys = [queued(store, recipient=recipient) for recipient in (PHONE, PHONE, PHONE, OTHER)]
    box = box_of(store, one, two, sending=Sending(1))

    steps = [box.step(NOW) for _ in range(3)]

    assert steps == [True, True, False]
    assert (len(one.sent), len(two.sent)) == (1, 1)
    assert [row_of(store, key).attempts for key in keys] == [1, 0, 0, 1]


def test_texts_that_wait_for_a_carriers_turn_are_passed_however_many_they_are(store):
    one, two = FakeCarrier("one"), FakeCarrier("two")
    for number in range(3 * MOST_PUT_BACK):
        queued(store, body=str(number), carrier=(None, "one", "no more in use")[number % 3])
    queued(store, recipient=OTHER, body="of the other", carrier="two")
    box = box_of(store, one, two, sending=Sending(1))

    for _ in range(5):
        box.step(NOW)
    for second in range(1, 4):
        box.step(NOW + second * SECOND)

    assert bodies(two) == ["of the other"]
    assert bodies(one) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("asked", "seconds", "sent"),
    [
        pytest.param(30, 29, 0, id="not yet"),
        pytest.param(30, 30, 1, id="after the wait that the carrier asked for"),
        pytest.param(900, 60, 1, id="never longer than a minute for texts that were not refused"),
    ],
)
def test_a_carrier_that_asks_for_a_wait_is_left_alone_by_all_processes(store, asked, seconds, sent):
    carrier = FakeCarrier("one", replace(BUSY, after=timedelta(seconds=asked)))
    queued(store, body="refused")
    box_of(store, carrier).step(NOW)
    queued(store, body="next")

    box_of(store, carrier).step(NOW + seconds * SECOND)

    assert bodies(carrier)[1:].count("next") == sent


def test_a_carrier_that_keeps_failing_is_passed_over_by_every_process(store):
    bad, good = FakeCarrier("one", *[BUSY] * 5), FakeCarrier("two")
    sent_one_by_one(store, 5, bad, good)

    queued(store, body="next")
    box_of(store, bad, good, worker="another").step(NOW)

    assert (len(bad.sent), len(good.sent)) == (5, 1)


def test_what_waited_for_a_carrier_that_is_passed_over_leaves_at_once_by_another(store):
    bad, good = FakeCarrier("one", *[BUSY] * 5), FakeCarrier("two")
    sent_one_by_one(store, 5, bad, good)
    box = box_of(store, bad, good)

    while box.step(NOW):
        pass

    assert sorted(bodies(good)) == ["x0", "x1", "x2", "x3", "x4"]


@pytest.mark.parametrize(
    ("results", "trouble"),
    [
        pytest.param([BUSY] * 5, FAILING, id="five in a row"),
        pytest.param([LOST] * 5, FAILING, id="connections lost"),
        pytest.param([BUSY] * 4, None, id="four"),
        pytest.param([BUSY] * 4 + [NEVER] + [BUSY] * 4, None, id="a refusal between them is an answer"),
    ],
)
def test_a_carrier_fails_when_five_attempts_in_a_row_do(store, results, trouble):
    sent_one_by_one(store, len(results), FakeCarrier("one", *results))

    assert state_of(store).trouble == trouble


def failing(store, *more):
    """Give two carriers, the first of which has begun to fail, and has no text waiting."""
    bad, good = FakeCarrier("one", *[BUSY] * 5, *more), FakeCarrier("two")
    sent_one_by_one(store, 5, bad, good)
    while box_of(store, bad, good).step(NOW):
        pass
    bad.sent.clear()
    good.sent.clear()
    return bad, good


def test_after_five_minutes_one_text_is_its_trial_and_the_others_wait_for_how_it_goes(store):
    bad, good = failing(store)
    at = NOW + 5 * MINUTE
    for body in ("trial", "second", "third"):
        queued(store, body=body, at=at)
    waiting = box_of(store, bad, good, worker="another")

    class Slow(FakeCarrier):
        def send(self, text):
            waiting.step(at)
            waiting.step(at)
            return super().send(text)

    slow = Slow("one")
    box_of(store, slow, good).step(at)
    queued(store, body="after", at=at)
    box_of(store, bad, good).step(at)

    assert bodies(slow) == ["trial"]
    assert bodies(good) == ["second", "third"]
    assert bodies(bad) == ["after"]


def test_a_clock_that_is_set_back_does_not_keep_a_carrier_passed_over(store):
    bad, good = failing(store)
    earlier = NOW - 60 * MINUTE
    queued(store, body="trial", at=earlier)

    box_of(store, bad, good).step(earlier)

    assert bodies(bad) == ["trial"]


def test_a_trial_that_fails_is_the_last_for_five_minutes_and_its_text_leaves_by_another(store):
    bad, good = failing(store, *[BUSY] * 2)
    box = box_of(store, bad, good)
    begins: list[int] = []

    for seconds in range(0, 660, 10):
        at = NOW + seconds * SECOND
        queued(store, body=str(seconds), at=at)
        while box.step(at):
            pass
        begins += [seconds] * (len(bad.sent) - len(begins))

    assert begins == [300, 600]
    assert len(bodies(good)) == 66


def test_a_success_that_was_under_way_before_it_failed_does_not_end_its_failing(store):
    bad, good = FakeCarrier("one", *[BUSY] * 5), FakeCarrier("two")
    queued(store, body="under way")

    class Slow(FakeCarrier):
        def send(self, text):
            for number in range(5):
                queued(store, body=str(number))
                box_of(store, bad, good).step(NOW + SECOND)
            return super().send(text)

    box_of(store, Slow("one"), good).step(NOW)

    assert state_of(store).trouble == FAILING


def test_a_carrier_that_is_alone_is_never_passed_over_and_is_well_when_it_works(store):
    carrier = FakeCarrier("one", *[BUSY] * 5)

    sent_one_by_one(store, 6, carrier)

    assert len(carrier.sent) == 6
    assert state_of(store).trouble is None


def test_where_all_carriers_fail_each_text_goes_on_trying_its_own(store):
    one, two = FakeCarrier("one", *[BUSY] * 50), FakeCarrier("two", *[BUSY] * 50)
    box = box_of(store, one, two)
    for number in range(12):
        queued(store, body=str(number))
    while box.step(NOW):
        pass
    heard(store, "two", OTHER)
    one.sent.clear()
    two.sent.clear()

    queued(store, body="own", recipient=OTHER)
    box.step(NOW)

    assert (bodies(one), bodies(two)) == ([], ["own"])


def test_a_reply_leaves_by_another_carrier_while_its_own_fails_and_by_its_own_again_later(store):
    bad, good = failing(store)
    heard(store, "one")

    queued(store, body="during", kind=REPLY, carrier="one", at=NOW + MINUTE)
    box_of(store, bad, good).step(NOW + MINUTE)
    queued(store, body="after", kind=REPLY, carrier="one", at=NOW + 5 * MINUTE)
    box_of(store, bad, good).step(NOW + 5 * MINUTE)

    assert (bodies(good), bodies(bad)) == (["during"], ["after"])


def test_a_carrier_that_nobody_prefers_is_tried_again_too(store):
    good, bad = FakeCarrier("one"), FakeCarrier("two", *[BUSY] * 5)
    for number in range(5):
        queued(store, body=str(number), carrier="two")
        box_of(store, good, bad).step(NOW)
    while box_of(store, good, bad).step(NOW):
        pass

    queued(store, body="trial", at=NOW + 5 * MINUTE)
    box_of(store, good, bad).step(NOW + 5 * MINUTE)

    assert bodies(bad)[5:] == ["trial"]
    assert state_of(store, "two").trouble is None


def test_an_alarm_is_never_the_trial_of_a_carrier(store):
    bad, good = failing(store)

    queued(store, body="alarm", kind=ALARM, at=NOW + 5 * MINUTE)
    box_of(store, bad, good).step(NOW + 5 * MINUTE)

    assert bodies(good) == ["alarm"]


def took(store, count, *, by="one", at=NOW, sent_on=0):
    """Let a carrier take that many texts, of which it says of the first that it sent them on."""
    carrier = FakeCarrier(by)
    keys = [queued(store, body=f"{by} {at} {number}", at=at, carrier=by) for number in range(count)]
    for _ in keys:
        box_of(store, carrier).step(at)
    for key in keys[:sent_on]:
        said(store, key, by=by)
    return keys


def said(store, key, *, by="one", sent_on=True):
    with store.transaction() as db:
        delivery.report(
            db,
            carrier=by,
            carrier_id=f"{by}-{key}",
            status="sent",
            error_code=None,
            at=NOW,
            row_id=None,
            sent_on=sent_on,
        )


def review(store, at, since=NOW):
    choice_of(NAMES, FAST).review(store, at, since)


@pytest.mark.parametrize(
    ("texts", "sent_on", "minutes", "trouble"),
    [
        pytest.param(20, 17, 5, LYING, id="15 %, after 5 minutes"),
        pytest.param(20, 18, 5, None, id="10 %"),
        pytest.param(20, 17, 4.9, None, id="15 %, not yet 5 minutes"),
        pytest.param(20, 17, 16, None, id="15 %, long ago"),
        pytest.param(1, 0, 5, LYING, id="the only one"),
        pytest.param(0, 0, 5, None, id="nothing was sent"),
    ],
)
def test_a_carrier_that_leaves_its_texts_lying_is_passed_over(store, texts, sent_on, minutes, trouble):
    took(store, texts, sent_on=sent_on)
    took(store, 1, by="two", sent_on=1)

    review(store, NOW + minutes * MINUTE)

    assert state_of(store).trouble == trouble
    assert state_of(store, "two").trouble is None


def test_a_report_that_a_text_still_waits_at_its_carrier_is_no_news(store):
    [key] = took(store, 1)
    said(store, key, sent_on=False)

    review(store, NOW + 5 * MINUTE)

    assert state_of(store).trouble == LYING


def test_what_was_taken_before_a_process_began_to_listen_is_not_held_against_its_carrier(store):
    took(store, 4)

    review(store, NOW + 6 * MINUTE, since=NOW + SECOND)

    assert state_of(store).trouble is None


def lying(store):
    took(store, 4)
    took(store, 1, by="two", sent_on=1)
    review(store, NOW + 5 * MINUTE)


def leaves_by(store, body, at):
    one, two = FakeCarrier("one"), FakeCarrier("two")
    key = queued(store, body=body, at=at)
    box_of(store, one, two).step(at)
    return ("one" if one.sent else "two"), key


def test_what_lies_is_not_sent_by_being_taken_a_trial_ends_only_when_its_text_is_sent_on(store):
    lying(store)

    ways = [leaves_by(store, f"at {minute}", NOW + minute * MINUTE) for minute in (6, 10, 10.1, 15, 15.1)]
    _, last = ways[3]
    said(store, last)
    review(store, NOW + 15.2 * MINUTE)
    after, _ = leaves_by(store, "well", NOW + 15.3 * MINUTE)

    assert [way for way, _ in ways] == ["two", "one", "two", "one", "two"]
    assert (after, state_of(store).trouble) == ("one", None)


def test_what_lay_before_and_is_sent_on_late_says_nothing_of_the_next_texts(store):
    keys = took(store, 4)
    review(store, NOW + 5 * MINUTE)

    for key in keys:
        said(store, key)
    review(store, NOW + 6 * MINUTE)

    assert state_of(store).trouble == LYING


def test_texts_from_before_a_recovery_are_not_held_against_a_carrier_again(store):
    lying(store)
    _, trial = leaves_by(store, "trial", NOW + 10 * MINUTE)
    said(store, trial)
    review(store, NOW + 10.5 * MINUTE)

    review(store, NOW + 11 * MINUTE)

    assert state_of(store).trouble is None


def test_processes_that_review_at_once_pass_a_carrier_over_once(store):
    took(store, 4)
    start = threading.Barrier(3)

    def process(number):
        start.wait()
        review(store, NOW + 5 * MINUTE + number * SECOND)

    threads = [threading.Thread(target=process, args=(number,), daemon=True) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    state = state_of(store)
    assert state.trouble == LYING
    assert state.passed_until - state.judged_from == 5 * MINUTE


def test_the_sandbox_has_no_health_and_no_row(store):
    sent_one_by_one(store, 3, FakeCarrier("sandbox"))
    choice_of(("sandbox",), FAST).review(store, NOW + 5 * MINUTE, NOW)

    with store.reading() as db:
        assert carriers.states(db, ("sandbox",)) == {}
