"""Rows of the outbox and what carriers say of them: SPEC sections 4 and 5, on both databases.

What the worker makes of them is in tests/notify/test_outbox.py.
"""

import threading
from datetime import UTC, timedelta
from itertools import permutations

import pytest
from sqlalchemy import insert, select, update

from models import answering, delivery, messages, opt_outs, outbox, people, stations
from models.answering import Ending
from models.messages import Arrival
from models.outbox import BULK, DIRECT, REPLY, Draft
from models.tables import DeliveryReport, MessageRow
from tests.city import COORDINATOR, MONITOR
from tests.elections import NOON
from tests.outboxes import row_of

NOW = NOON.astimezone(UTC)
LEASE = timedelta(seconds=45)
PHONE, NEW = "+6281200000001", "+6281200000002"
FINAL = ("delivered", "undelivered", "failed", "expired")


@pytest.fixture
def store(city):
    return city.service.store


def queued(store, *, recipient=PHONE, at=NOW, **more):
    with store.transaction() as db:
        return outbox.queue(db, Draft(recipient=recipient, body="halo", segments=1, **more), at)


def claimed(store, *, worker="w1", now=NOW):
    with store.transaction() as db:
        return outbox.claim(db, worker, now, LEASE)


def claimed_id(store, *, worker="w1", now=NOW):
    row = claimed(store, worker=worker, now=now)
    return None if row is None else row.id


def settled(store, key, status, *, worker="w1", **values):
    with store.transaction() as db:
        return outbox.settle(db, key, worker, status, **values)


def sent(store, carrier_id="SM1"):
    """Send a text through Twilio and give its row."""
    key = queued(store)
    claimed(store)
    settled(store, key, "sent", carrier="twilio", carrier_id=carrier_id)
    return key


def reported(store, status, *, carrier_id="SM1", carrier="twilio", error_code=None, row_id=None):
    with store.transaction() as db:
        delivery.report(
            db,
            carrier=carrier,
            carrier_id=carrier_id,
            status=status,
            error_code=error_code,
            at=NOW,
            row_id=row_id,
        )


def station_id(db, number=12):
    found = stations.station_by_number(db, number)
    assert found is not None
    return found.id


def person_id(db, phone):
    found = people.person_by_phone(db, phone)
    assert found is not None
    return found.id


def status_of(store, key):
    return row_of(store, key).status


def early(store):
    with store.reading() as db:
        rows = db.execute(select(DeliveryReport.carrier_id, DeliveryReport.status)).all()
        return [tuple(row) for row in rows]


def at_once(*works):
    """Run functions at the same moment and give what each gave."""
    start, found = threading.Barrier(len(works)), []

    def run(work):
        start.wait()
        found.append(work())

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == len(works)
    return found


def test_a_queued_text_has_an_hour_and_no_attempt(store):
    key = queued(store, station_id=None)

    row = row_of(store, key)
    assert (row.direction, row.status, row.attempts, row.kind) == ("out", "queued", 0, DIRECT)
    assert (row.next_attempt, row.expires_at) == (NOW, NOW + timedelta(hours=1))


def test_a_claimed_text_is_sending_and_its_workers_until_the_lease_ends(store):
    key = queued(store)

    found = claimed(store)

    row = row_of(store, key)
    assert (found.id, found.recipient, found.body, found.attempts) == (key, PHONE, "halo", 1)
    assert (row.status, row.claimed_by, row.claimed_until) == ("sending", "w1", NOW + LEASE)


def test_a_claimed_text_is_claimed_by_nobody_else(store):
    queued(store)
    claimed(store)

    assert claimed(store, worker="w2") is None
    assert claimed(store, worker="w2", now=NOW + timedelta(hours=2)) is None


def test_workers_at_the_same_moment_never_claim_the_same_row(store):
    keys = [queued(store) for _ in range(24)]

    def work(worker):
        found = []
        while (key := claimed_id(store, worker=worker)) is not None:
            found.append(key)
        return found

    found = at_once(*(lambda worker=f"w{number}": work(worker) for number in range(4)))

    assert sorted(key for each in found for key in each) == keys


# SQLite has one writer: there the second waits in line, as it must.
@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_worker_does_not_wait_for_the_row_that_another_is_claiming(store):
    first, second = queued(store), queued(store)

    with store.transaction() as db:
        mine = outbox.claim(db, "w1", NOW, LEASE)
        [other] = at_once(lambda: claimed_id(store, worker="w2"))

    assert mine is not None
    assert (mine.id, other) == (first, second)


def test_the_order_is_replies_then_what_we_start_then_bulk_and_the_oldest_first(store):
    late = NOW + timedelta(seconds=1)
    texts = [(BULK, NOW), (DIRECT, late), (REPLY, late), (DIRECT, NOW), (REPLY, NOW), (REPLY, NOW)]
    keys = [queued(store, kind=kind, at=at) for kind, at in texts]

    found = [claimed_id(store, now=late) for _ in keys]

    assert found == [keys[place] for place in (4, 5, 2, 3, 1, 0)]


def test_a_text_whose_time_has_not_come_is_left(store):
    key = queued(store, at=NOW + timedelta(seconds=1))

    early_claim = claimed(store)
    with store.reading() as db:
        waiting = [outbox.waiting(db, NOW + timedelta(seconds=each)) for each in (0, 1)]

    assert (early_claim, waiting) == (None, [False, True])
    assert claimed_id(store, now=NOW + timedelta(seconds=1)) == key


@pytest.mark.parametrize(
    ("seconds", "left"),
    [
        pytest.param(45, 0, id="the lease has not ended"),
        pytest.param(45.000001, 1, id="the lease has ended"),
    ],
)
def test_a_text_is_abandoned_when_its_lease_ends(store, seconds, left):
    queued(store)
    claimed(store)

    with store.reading() as db:
        found = outbox.abandoned(db, NOW + timedelta(seconds=seconds))

    assert len(found) == left


def test_an_abandoned_text_is_taken_over_by_one_worker(store):
    key = queued(store)
    claimed(store, worker="dead")
    now = NOW + timedelta(seconds=60)

    def take(worker):
        with store.transaction() as db:
            return outbox.take_over(db, key, worker, now, LEASE)

    found = at_once(*(lambda worker=f"w{number}": take(worker) for number in range(4)))

    assert sorted(found) == [False, False, False, True]
    with store.reading() as db:
        assert outbox.abandoned(db, now) == []


def test_whoever_lost_a_text_to_another_cannot_settle_it(store):
    key = queued(store)
    claimed(store, worker="slow")
    with store.transaction() as db:
        outbox.take_over(db, key, "other", NOW + timedelta(seconds=60), LEASE)

    slow = settled(store, key, "failed", worker="slow")
    other = settled(store, key, "sent", worker="other", carrier="twilio", carrier_id="SM1")

    assert (slow, other, status_of(store, key)) == (False, True, "sent")


@pytest.mark.parametrize("final", FINAL)
def test_a_final_status_stays(store, final):
    key = sent(store)
    reported(store, final, error_code="30003")

    for later in (*delivery.ORDER, "unknown", *FINAL):
        reported(store, later, error_code="later")

    assert (status_of(store, key), row_of(store, key).error_code) == (final, "30003")


def test_a_status_never_goes_backwards_whatever_the_order_of_reports(store):
    orders = list(permutations(["queued", "sending", "sent", "delivered"]))
    for number, order in enumerate(orders):
        key, seen = sent(store, f"SM{number}"), []

        for status in order:
            reported(store, status, carrier_id=f"SM{number}")
            seen.append(status_of(store, key))

        assert seen == ["sent"] * order.index("delivered") + ["delivered"] * (4 - order.index("delivered"))


@pytest.mark.parametrize("final", FINAL)
def test_what_could_not_be_known_is_known_once_the_carrier_says_it(store, final):
    key = queued(store)
    claimed(store)
    settled(store, key, "unknown", carrier="twilio", carrier_id="SM1")

    reported(store, "sent")
    said = status_of(store, key)
    reported(store, final)

    assert (said, status_of(store, key)) == ("sent", final)


def test_a_report_that_comes_before_the_texts_id_is_known_is_kept_and_applied(store):
    key = queued(store)
    claimed(store)

    reported(store, "undelivered", error_code="30005")
    kept = early(store)
    settled(store, key, "sent", carrier="twilio", carrier_id="SM1")

    assert kept == [("SM1", "undelivered")]
    assert (status_of(store, key), row_of(store, key).error_code) == ("undelivered", "30005")


def test_of_several_early_reports_the_furthest_is_kept(store):
    orders = list(permutations(["sending", "sent", "delivered"]))
    for number, order in enumerate(orders):
        for status in order:
            reported(store, status, carrier_id=f"SM{number}")

    assert sorted(early(store)) == [(f"SM{number}", "delivered") for number in range(len(orders))]


def test_an_early_report_is_of_its_own_carrier_and_id_alone(store):
    reported(store, "failed", carrier_id="SM2")
    reported(store, "failed", carrier="other")

    assert status_of(store, sent(store)) == "sent"


def test_two_early_reports_at_the_same_moment_are_one(store):
    at_once(lambda: reported(store, "sent"), lambda: reported(store, "delivered"))

    assert early(store) == [("SM1", "delivered")]


def answered(store):
    with store.transaction() as db:
        arrival = Arrival("twilio", "IN1", NOW, None, PHONE, None, "TPS012")
        message_id = messages.claim(db, arrival, 1)
        draft = Draft(PHONE, "DITERIMA", 1, kind=REPLY, carrier="twilio", in_reply_to=message_id)
        ending = Ending("accepted", (), None, None, None, None, None)
        return answering.reply(db, ending, draft, NOW, status="sent")


def test_a_reply_in_the_answer_is_sent_and_never_in_the_outbox(store):
    key = answered(store)

    assert (status_of(store, key), row_of(store, key).attempts) == ("sent", None)
    assert claimed(store, now=NOW + timedelta(hours=2)) is None


def test_a_reply_gets_its_id_from_the_first_report_that_names_its_row(store):
    key = answered(store)

    reported(store, "sent", row_id=key)
    reported(store, "delivered")
    reported(store, "failed", carrier_id="SM2", row_id=key)

    assert (row_of(store, key).carrier_id, status_of(store, key)) == ("SM1", "delivered")


@pytest.mark.parametrize(
    ("direction", "carrier"),
    [
        pytest.param("in", "twilio", id="a text in"),
        pytest.param("out", "sandbox", id="a text of another carrier"),
    ],
)
def test_a_report_cannot_name_the_row_of_something_else(store, direction, carrier):
    key = answered(store)
    with store.transaction() as db:
        db.execute(
            update(MessageRow).where(MessageRow.id == key).values(direction=direction, carrier=carrier)
        )

    reported(store, "failed", row_id=key)

    assert (row_of(store, key).carrier_id, status_of(store, key)) == (None, "sent")


def test_a_report_cannot_name_a_row_that_no_carrier_has_had(store):
    key = queued(store, kind=REPLY, carrier="twilio")

    reported(store, "delivered", row_id=key)  # of the text that had this row before a backup was restored

    assert (row_of(store, key).carrier_id, status_of(store, key)) == (None, "queued")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        pytest.param(REPLY, "queued", id="a reply"),
        pytest.param(DIRECT, "failed", id="a text that we start"),
        pytest.param(BULK, "failed", id="bulk"),
    ],
)
def test_a_number_that_opted_out_is_queued_nothing_but_replies(store, kind, status):
    with store.transaction() as db:
        opt_outs.opt_out(db, PHONE, NOW)
        opt_outs.opt_out(db, PHONE, NOW)

    key, other = queued(store, kind=kind), queued(store, recipient=NEW, kind=kind)

    assert (status_of(store, key), status_of(store, other)) == (status, "queued")
    assert row_of(store, key).error_code == ("opted_out" if status == "failed" else None)


def test_a_number_that_opted_in_again_gets_texts_again(store):
    with store.transaction() as db:
        opt_outs.opt_out(db, PHONE, NOW)
        opt_outs.opt_in(db, PHONE)

    assert status_of(store, queued(store)) == "queued"


@pytest.mark.parametrize(
    ("given", "recipient"),
    [
        pytest.param({}, NEW, id="about the station, for the old monitor"),
        pytest.param({"kind": BULK}, NEW, id="bulk"),
        pytest.param({"kind": REPLY}, MONITOR, id="a reply stays with who asked"),
        pytest.param({"number": 13}, MONITOR, id="about another station"),
        pytest.param({"number": None}, MONITOR, id="about no station"),
        pytest.param({"recipient": COORDINATOR}, COORDINATOR, id="for somebody else"),
    ],
)
def test_a_substitution_redirects_what_waits_for_the_old_monitor_about_the_station(store, given, recipient):
    with store.reading() as db:
        here, there = (station_id(db, each) for each in (12, 13))
        old, new = (person_id(db, each) for each in (MONITOR, COORDINATOR))
    given = {"number": 12, "recipient": MONITOR, **given}
    about = {12: here, 13: there, None: None}[given.pop("number")]
    key = queued(store, station_id=about, person_id=old, carrier="twilio", **given)

    with store.transaction() as db:
        outbox.redirect(db, station_id=here, old=(MONITOR,), new=NEW, person_id=new, kinds=(BULK, DIRECT))

    row = row_of(store, key)
    moved = recipient == NEW
    assert row.recipient == recipient
    assert (row.person_id, row.carrier) == ((new, None) if moved else (old, "twilio"))


def test_a_text_that_is_being_sent_is_not_redirected(store):
    with store.reading() as db:
        station, person = station_id(db), person_id(db, COORDINATOR)
    key = queued(store, recipient=MONITOR, station_id=station)
    claimed(store)

    with store.transaction() as db:
        outbox.redirect(
            db, station_id=station, old=(MONITOR,), new=NEW, person_id=person, kinds=(BULK, DIRECT)
        )

    assert row_of(store, key).recipient == MONITOR


def test_the_last_carrier_is_the_one_of_the_last_text_in_but_never_the_operator(store):
    def last():
        with store.reading() as db:
            return outbox.last_carrier(db, PHONE)

    def wrote(carrier):
        with store.transaction() as db:
            values = {"direction": "in", "at": NOW, "sender": PHONE, "carrier": carrier}
            db.execute(insert(MessageRow), values)

    found = [last()]
    for carrier in ("twilio", "gammu", "operator"):
        wrote(carrier)
        found.append(last())

    assert found == [None, "twilio", "gammu", "gammu"]


def test_only_our_own_texts_are_known_by_a_carriers_id(store):
    sent(store)

    with store.reading() as db:
        found = [
            messages.known_ids(db, carrier, ["SM1", "SM2"], direction="out")
            for carrier in ("twilio", "other")
        ]

    assert found == [{"SM1"}, set()]
