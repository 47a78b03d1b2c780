"""The loops of a worker, as they run beside the web."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError

from config.election import ReminderPlan, SummaryPlan
from config.settings import read_settings
from gateway import jobs as module
from gateway.behind import LONGEST_SECONDS, Behind
from gateway.carriers.sandbox import Sandbox
from gateway.collecting import SPOOL
from gateway.jobs import Jobs
from gateway.metrics import Metrics
from models.tables import CarrierRow
from notify.carrier import InboundText
from notify.pulse import Pulse
from notify.schedule import Schedule
from tests.carriers import FakeCarrier
from tests.city import MAYOR, MONITOR, NEIGHBOUR, REPORT
from tests.elections import OPENS, REFERENCE
from tests.outboxes import MINUTE

NO_SETTINGS = read_settings({}, Path("nowhere"), known_carriers=["sandbox"])
OPERATOR = "+6281300000001"
WITHIN = 20.0


def eventually(question, wanted):
    until = time.monotonic() + WITHIN
    while (answer := question()) != wanted and time.monotonic() < until:
        time.sleep(0.05)
    return answer


def test_a_worker_sends_what_is_due_and_tells_the_operator_what_is_wrong(city_with, monkeypatch):
    monkeypatch.setattr(module, "WATCH_FROM", timedelta())
    plan = SummaryPlan("official", 30 * MINUTE, OPENS)
    city = city_with(replace(REFERENCE, summaries=(plan,), operator_phones=(OPERATOR,)), now=OPENS)
    with city.service.store.transaction() as db:
        db.execute(insert(CarrierRow), {"name": "sandbox", "failures": 5, "trouble": "failing"})
    service = replace(city.service, carriers={"sandbox": Sandbox(NO_SETTINGS)})
    query = text("SELECT recipient, status FROM messages WHERE recipient IN (:mayor, :operator) ORDER BY 1")

    def texted():
        rows = city.read(lambda db: db.execute(query, {"mayor": MAYOR, "operator": OPERATOR}).all())
        return [tuple(row) for row in rows]

    worker = Jobs(service, Metrics())
    worker.start()
    try:
        found = eventually(texted, [(OPERATOR, "sent"), (MAYOR, "sent")])
    finally:
        worker.stop()

    assert found == [(OPERATOR, "sent"), (MAYOR, "sent")]


def test_what_a_job_waits_for_is_said_once_and_that_it_goes_on():
    away = [ConnectionError("SMSD's database cannot be asked: unable to open database file")] * 3
    found = iter([None, *away, OSError("another"), None, None])

    def job():
        if (error := next(found)) is not None:
            raise error

    survive = module._surviving(job, Pulse("collection gammu"))
    with structlog.testing.capture_logs() as lines:
        for _ in range(7):
            survive()

    assert [(line["event"], line.get("trouble")) for line in lines] == [
        ("job has to wait", f"ConnectionError: {away[0]}"),
        ("job has to wait", "OSError: another"),
        ("job goes on", None),
    ]


class Slow(FakeCarrier):
    """Takes its time to say what came in."""

    def inbound_since(self, since):
        time.sleep(1.5)  # the schedule runs every second
        yield from super().inbound_since(since)


def test_no_reminder_and_no_summary_goes_out_before_what_came_meanwhile_is_taken_in(city_with):
    """Who had reported while nothing ran was told that the result is missing, and the mayor that nothing had
    come."""
    summaries, reminders = (SummaryPlan("official", 30 * MINUTE, OPENS),), (ReminderPlan(OPENS),)
    city = city_with(replace(REFERENCE, summaries=summaries, reminders=reminders), now=OPENS + MINUTE)
    came = InboundText("slow", "R1", MONITOR, REPORT, sent_at=OPENS, replies_inline=False, reconciled=True)
    worker = Jobs(replace(city.service, carriers={"slow": Slow("slow", received=(came,))}), Metrics())

    worker.start()
    try:
        reminded = eventually(lambda: len(city.texted(NEIGHBOUR)), 1)
        summary = eventually(lambda: [" TPS 1/20 " in body for body in city.texted(MAYOR)], [True])
    finally:
        worker.stop()

    assert (reminded, city.texted(MONITOR), summary) == (1, [], [True])


def test_after_trouble_with_the_database_the_carriers_are_asked_before_the_schedule_goes_on(
    city, monkeypatch
):
    """What was answered 503 is not there yet."""
    monkeypatch.setattr(module, "SOON", timedelta(seconds=1.5))
    done: list[str] = []

    class Asked(FakeCarrier):
        def inbound_since(self, since):
            done.append("asked")
            yield from super().inbound_since(since)

    def run_due(_schedule, _now):
        done.append("schedule")
        if done.count("schedule") == 1:
            raise OperationalError("SELECT", {}, ConnectionRefusedError("gone"))

    monkeypatch.setattr(Schedule, "run_due", run_due)
    worker = Jobs(replace(city.service, carriers={"asked": Asked("asked")}), Metrics())

    worker.start()
    try:
        found = eventually(lambda: done[:4], ["asked", "schedule", "asked", "schedule"])
    finally:
        worker.stop()

    assert found == ["asked", "schedule", "asked", "schedule"]


def test_a_carrier_that_does_not_come_to_an_end_holds_up_the_schedule_for_a_minute_at_most():
    now = [0.0]
    behind = Behind(["twilio", "kannel"], clock=lambda: now[0])

    found = [bool(behind)]
    behind.asked("kannel", began=0)
    for at in (LONGEST_SECONDS - 1, LONGEST_SECONDS):
        now[0] = at
        found.append(bool(behind))
    behind.again()
    found.append(bool(behind))
    behind.asked("kannel", began=LONGEST_SECONDS)
    behind.asked("twilio", began=LONGEST_SECONDS)

    assert [*found, bool(behind)] == [True, True, False, True, False]


def test_a_carrier_that_was_asked_before_the_trouble_is_asked_again():
    """It had listed what came before: what came meanwhile is not in it."""
    now = [0.0]
    behind = Behind(["twilio"], clock=lambda: now[0])
    now[0] = 5
    behind.again()

    early = behind.asked("twilio", began=4)
    waits = bool(behind)
    late = behind.asked("twilio", began=6)

    assert (early, waits, late, bool(behind)) == (False, True, True, False)


def test_a_spool_that_fills_while_a_carrier_is_waited_for_is_waited_for_too():
    behind = Behind(["kannel", SPOOL])
    behind.asked(SPOOL, behind.now())  # it was empty

    behind.waits(SPOOL)
    behind.asked("kannel", behind.now())
    waits = bool(behind)
    behind.asked(SPOOL, behind.now())
    behind.waits(SPOOL)  # later on it holds up nothing

    assert (waits, bool(behind)) == (True, False)
