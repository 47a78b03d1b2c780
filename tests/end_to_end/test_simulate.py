"""``pantau simulate`` against a service that runs, through its webhook."""

import json
from dataclasses import replace

import pytest

from tests.databases import only_sqlite
from tests.end_to_end.places import STATIONS
from tests.end_to_end.running import free_port


def simulate(deployment, url, *more):
    return deployment.run("simulate", "--url", url, "--minutes", "0", "--seed", "7", *more)


@only_sqlite
def test_a_rehearsal_in_the_sandbox_agrees_and_says_what_became_of_it(sandbox):
    done = simulate(sandbox.deployment, sandbox.running.url, "--stations", "40")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "totals agree"
    assert "\nrefused " in done.stdout
    tally = sandbox.deployment.asked("tally")
    assert tally["stations"]["complete"] == 40


def test_a_rehearsal_over_twilio_is_signed_as_twilio_signs(begin):
    service = begin('only = ["+6281200009999"]')

    done = simulate(service.deployment, service.running.url, "--yes", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["agrees"]
    assert found["expected"] == found["counted"]
    assert service.deployment.asked("tally")["stations"]["complete"] == STATIONS
    assert service.twilio.sent == []


def refusal(done):
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    return line


@only_sqlite
def test_a_rehearsal_without_a_service_says_what_to_start(deployment):
    url = f"http://127.0.0.1:{free_port()}"

    line = refusal(simulate(deployment, url))

    assert url in line
    assert "pantau serve" in line


@only_sqlite
def test_a_rehearsal_of_another_database_is_refused_before_it_texts(sandbox, tmp_path):
    other = {"PANTAU_CARRIER": "sandbox", "PANTAU_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    elsewhere = replace(sandbox.deployment, settings=other)

    assert "another database" in refusal(simulate(elsewhere, sandbox.running.url))
    assert [each for each in sandbox.deployment.messages() if each["direction"] == "in"] == []


@only_sqlite
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param("TWILIO_AUTH_TOKEN", "another", "refuses the signature", id="another token"),
        pytest.param(
            "PANTAU_PUBLIC_URL", "https://other.example.org", "PANTAU_PUBLIC_URL", id="another address"
        ),
        pytest.param("PANTAU_CARRIER", "sandbox", "PANTAU_CARRIER", id="another carrier"),
    ],
)
def test_a_rehearsal_with_other_settings_than_the_service_is_refused(begin, name, value, said):
    service = begin('only = ["+6281200009999"]')
    service.deployment.settings[name] = value

    assert said in refusal(simulate(service.deployment, service.running.url, "--yes"))
