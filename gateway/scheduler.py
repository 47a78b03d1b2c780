"""APScheduler, where the clock may be set, and where a process must be able to end."""

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.schedulers.background import BackgroundScheduler

LONGEST_WAIT = 1.0  # seconds, until the clock is looked at again
SET = 0.5  # seconds; by less no clock is set that anyone would notice


class Scheduler(BackgroundScheduler):  # type: ignore[misc]  # the library is not typed
    """Runs jobs at intervals, by how long they have waited.

    APScheduler plans by the clock on the wall: set back by two hours, it would run nothing for two
    hours; set ahead by a year, it would count every second of it. So the plan moves with the clock.
    """

    def __init__(self) -> None:
        self._threads = _Threads()
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        super().__init__(timezone=UTC, job_defaults=defaults, executors={"default": self._threads})
        self._ahead = _ahead()

    def every(self, seconds: float, job: Any, *, name: str, after: timedelta = timedelta()) -> None:
        """Run a job again and again, for the first time after a while."""
        first = datetime.now(UTC) + after
        self.add_job(job, "interval", seconds=seconds, name=name, next_run_time=first)

    def soon(self, name: str, after: timedelta) -> None:
        """Run a job so soon, and from then on as often as ever."""
        for job in self.get_jobs():
            if job.name == name:
                job.modify(next_run_time=datetime.now(UTC) + after)

    def stop(self) -> Sequence[threading.Thread]:
        """Start no job any more; give the threads of those that are running."""
        if self.running:
            self.shutdown(wait=False)
        return self._threads.alive()

    def _process_jobs(self) -> float:
        before, self._ahead = self._ahead, _ahead()
        moved = self._ahead - before
        if abs(moved) > SET:
            for job in self.get_jobs():
                job.modify(next_run_time=job.next_run_time + timedelta(seconds=moved))
        wait: float | None = super()._process_jobs()  # None: there is no job any more
        return LONGEST_WAIT if wait is None else min(wait, LONGEST_WAIT)


class _Threads(BaseExecutor):  # type: ignore[misc]  # the library is not typed
    """Runs each job in a thread of its own that a process does not wait for when it ends, as it would
    for those of ``concurrent.futures``, however long a carrier takes to answer."""

    def __init__(self) -> None:
        super().__init__()
        self._started: list[threading.Thread] = []

    def alive(self) -> list[threading.Thread]:
        """Give the threads of the jobs that are running."""
        return [thread for thread in self._started if thread.is_alive()]

    def _do_submit_job(self, job: Any, run_times: Sequence[datetime]) -> None:
        thread = threading.Thread(target=self._run, args=(job, run_times), name=job.name, daemon=True)
        thread.start()
        self._started = [*self.alive(), thread]

    def _run(self, job: Any, run_times: Sequence[datetime]) -> None:
        self._run_job_success(job.id, run_job(job, job._jobstore_alias, run_times, self._logger.name))


def _ahead() -> float:
    """Give by how much the clock on the wall is ahead of one that nobody sets."""
    return time.time() - time.monotonic()
