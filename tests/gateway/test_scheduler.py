"""Jobs at intervals, while the clock on the wall is set and when the process is to end."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from gateway import jobs as module
from gateway.jobs import Jobs
from gateway.metrics import Metrics
from gateway.scheduler import Scheduler
from tests.carriers import FakeCarrier
from tests.elections import NOON

WITHIN = 5.0  # seconds
SOON = 0.05


class Turns:
    """A job that counts how often it was run."""

    def __init__(self):
        self.count = 0
        self._more = threading.Condition()

    def __call__(self):
        with self._more:
            self.count += 1
            self._more.notify_all()

    def come(self, more):
        wanted = self.count + more
        with self._more:
            return self._more.wait_for(lambda: self.count >= wanted, WITHIN)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=True) as moved:
        yield moved


@pytest.fixture
def scheduler(clock):  # noqa: ARG001 - it plans by that clock
    running = Scheduler()
    yield running
    running.stop()


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param(timedelta(hours=-2), id="set back by two hours"),
        pytest.param(timedelta(hours=2), id="set ahead by two hours"),
        pytest.param(timedelta(days=3650), id="set ahead by ten years: no turn of them is made up for"),
    ],
)
def test_jobs_go_on_when_the_clock_is_set(scheduler, clock, moved):
    turns, other = Turns(), Turns()
    scheduler.every(SOON, turns, name="soon")
    scheduler.every(3600, other, name="in an hour", after=timedelta(hours=1))
    scheduler.start()
    began = turns.come(2)

    clock.shift(moved)

    assert (began, turns.come(5)) == (True, True)
    assert other.count == 0


def test_jobs_go_on_when_a_clock_that_ran_ahead_is_put_right(scheduler, clock):
    turns = Turns()
    scheduler.every(SOON, turns, name="soon")
    scheduler.start()
    found = []

    for moved in (timedelta(hours=5), timedelta(hours=-5)):
        clock.shift(moved)
        found.append(turns.come(3))

    assert found == [True, True]


def test_a_process_does_not_wait_for_a_carrier_that_never_answers(city, monkeypatch):
    asked, answered = threading.Event(), threading.Event()

    class Silent(FakeCarrier):
        def inbound_since(self, since):
            asked.set()
            answered.wait()
            yield from super().inbound_since(since)

    monkeypatch.setattr(module, "STOP_SECONDS", 0.5)
    jobs = Jobs(replace(city.service, carriers={"silent": Silent("silent")}), Metrics())
    jobs.start()
    asked.wait(WITHIN)
    began = time.monotonic()

    jobs.stop()

    took = time.monotonic() - began
    left = [thread for thread in threading.enumerate() if thread.name == "reconciliation silent"]
    answered.set()
    for thread in left:
        thread.join(WITHIN)
    assert took < WITHIN
    assert [thread.daemon for thread in left] == [True]
