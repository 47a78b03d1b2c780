"""The loops of a worker, as they run beside the web."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, text

from config.election import SummaryPlan
from config.settings import read_settings
from gateway import jobs as module
from gateway.carriers.sandbox import Sandbox
from gateway.jobs import Jobs
from gateway.metrics import Metrics
from models.tables import CarrierRow
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
