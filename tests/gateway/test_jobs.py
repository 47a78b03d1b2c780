"""The loops of a worker, as they run beside the web."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import insert, text

from config.election import SummaryPlan
from config.settings import read_settings
from gateway import jobs as module
from gateway.carriers.sandbox import Sandbox
from gateway.jobs import Jobs
from gateway.metrics import Metrics
from models.tables import CarrierRow
from notify.pulse import Pulse
from tests.city import MAYOR
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
