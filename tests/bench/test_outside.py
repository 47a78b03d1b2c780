"""What is measured is a service that was started as a user starts it."""

import psutil

from bench import outside
from tests.nation import Nation, settle_nation

SMALL = Nation(20, unreported=20)


def test_the_service_that_is_measured_has_a_python_of_its_own(tmp_path):
    url = f"sqlite:///{tmp_path}/pantau.db"
    settle_nation(url, SMALL)

    with (
        outside.deployed(tmp_path / "served", url, {}) as (deployment, twilio),
        outside.serving(deployment, twilio, SMALL, 1) as bench,
    ):
        started = psutil.Process(bench.running.process.pid).cmdline()

    assert started[1:4] == ["-m", "gateway.cli", "serve"]
