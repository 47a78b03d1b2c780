"""A short soak (``make soak`` is the long one): texts come while processes are killed with -9."""

import re
import subprocess
import sys

import pytest

from tests.end_to_end.running import ROOT

SECONDS = 5
LONGEST = 600


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_counts_twice_while_processes_are_killed(database):
    command = [sys.executable, "-m", "bench.soak", "--seconds", str(SECONDS), "--database", database]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LONGEST)

    assert result.returncode == 0, result.stdout + result.stderr
    found = {name.strip(): value for name, value in re.findall(r"^(.{20})(\d+)", result.stdout, re.MULTILINE)}
    assert int(found["texts answered"]) == int(found["texts stored"]) > 0
    assert {found[name] for name in ("lost", "stored twice", "counted twice", "answered otherwise")} == {"0"}
    assert int(found["kills survived"]) > 0
