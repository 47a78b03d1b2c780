"""The sample deployment is whole, fictitious, and as large as the reference."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from dotenv import dotenv_values

from config.election import SummaryPlan
from config.election_file import read_election
from config.phones import e164, is_sample
from config.sample import SAMPLE_FILES, sample_path
from config.settings import documented, read_settings


def rows(name: str) -> list[dict[str, str]]:
    with sample_path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_election_is_read_and_has_no_bounds() -> None:
    election = read_election(sample_path("election.toml"))

    assert (election.country, election.timezone.key, election.language) == ("ID", "Asia/Jakarta", "id")
    assert (election.opens, election.closes) == (None, None)
    assert [(c.code, len(c.candidates), c.aliases) for c in election.contests] == [
        ("G", 3, ("GUB", "GUBERNUR")),
        ("W", 2, ("WALI", "WALIKOTA")),
    ]


def test_officials_get_a_summary_every_minute() -> None:
    (plan,) = read_election(sample_path("election.toml")).summaries

    assert isinstance(plan, SummaryPlan)
    assert (plan.to, plan.every.total_seconds(), plan.unchanged) == ("official", 60, "skip")


def test_what_is_commented_out_in_the_election_file_can_be_switched_on(tmp_path: Path) -> None:
    text = sample_path("election.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line != "phones = []"]
    switched = [
        line[2:] if line.startswith("# ") and ("=" in line or "[[" in line) else line for line in lines
    ]
    path = tmp_path / "election.toml"
    path.write_text("\n".join(switched), encoding="utf-8")

    election = read_election(path)

    assert None not in (election.opens, election.closes)
    assert [plan.to for plan in election.summaries] == ["official", "coordinator"]
    assert [plan.about for plan in election.reminders] == ["practice", "present", "results"]
    assert election.operator_phones == ("+628440000001",)


def test_there_are_326_stations_in_8_districts_and_72_villages() -> None:
    stations = rows("stations.csv")

    assert [row["station"] for row in stations] == [f"{number:03}" for number in range(1, 327)]
    assert len({row["district"] for row in stations}) == 8
    assert len({(row["district"], row["village"]) for row in stations}) == 72
    assert sum(int(row["voters_W"] or row["voters"]) for row in stations) == 168_384


def test_every_station_has_a_monitor_and_every_district_a_coordinator() -> None:
    stations, people = rows("stations.csv"), rows("people.csv")

    assert Counter(row["role"] for row in people) == {"monitor": 326, "coordinator": 8, "official": 4}
    assert [row["station"] for row in people if row["role"] == "monitor"] == [
        row["station"] for row in stations
    ]
    districts = {row["district"] for row in stations}
    assert {row["district"] for row in people if row["role"] == "coordinator"} == districts
    assert Counter(row["district"] in districts for row in people if row["role"] == "official") == {
        False: 3,
        True: 1,
    }
    assert {row["language"] for row in people} == {"id", "en"}


def test_every_phone_can_be_written_and_reaches_nobody() -> None:
    phones = [row["phone"] for row in rows("people.csv")]

    assert [e164(phone, "ID") for phone in phones] == phones
    assert all(map(is_sample, phones))
    assert len(set(phones)) == len(phones)


def test_a_monitors_phone_ends_with_the_station() -> None:
    monitors = [row for row in rows("people.csv") if row["role"] == "monitor"]

    assert all(row["phone"] == f"+628410000{row['station']}" for row in monitors)


def test_names_are_all_different() -> None:
    names = [row["name"] for row in rows("people.csv")]

    assert len(set(names)) == len(names)


def test_the_sample_env_names_every_setting_and_starts_the_sandbox(tmp_path: Path) -> None:
    for written, name in SAMPLE_FILES.items():
        (tmp_path / written).write_bytes(sample_path(name).read_bytes())

    settings = read_settings({}, tmp_path, known_carriers=("sandbox",))

    assert settings.carriers == ("sandbox",)
    assert settings.election == tmp_path / "election.toml"
    assert set(dotenv_values(tmp_path / ".env")) == {setting.name for setting in documented()}


def test_there_is_no_sample_of_another_name() -> None:
    with pytest.raises(FileNotFoundError):
        sample_path("none.csv")
