"""The command line: SPEC section 6, command by command, and what it prints for other programs."""

import csv
import io
import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest
from sqlalchemy import text, update

from config.election_file import read_election
from config.sample import SAMPLE_FILES, sample_path
from gateway.commands.group import cli
from models.store import Store
from models.tables import PersonRow
from tests.city import (
    COORDINATOR,
    DEPUTY,
    DISTRICT_OFFICIAL,
    MAYOR,
    MONITOR,
    NEIGHBOUR,
    OTHER_COORDINATOR,
    REPORT,
    city_at,
)
from tests.elections import NOON, OPENS, REFERENCE
from tests.gateway.command_line import ROOT, run, without_settings

ELECTION = read_election(sample_path("election.toml"))  # of a sandbox without a file of its own
NOTHING_LISTENS = "postgresql://pantau:geheim@127.0.0.1:1/pantau"


def commands(group=cli, path=("pantau",)):
    """Give every command that does something, with its whole name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield pytest.param(command, " ".join((*path, name)), id=" ".join((*path, name)))


@pytest.mark.parametrize(("command", "name"), list(commands()))
def test_the_help_of_a_command_says_what_it_does_and_shows_an_example(command, name):
    shown = command.get_help(click.Context(command, info_name=name))

    assert command.short_help
    assert command.help
    assert "Example" in shown
    assert any(line.split("Example:")[-1].strip().startswith(name) for line in shown.splitlines())


@pytest.mark.parametrize(
    "name",
    [
        *("serve", "init", "roster", "receive", "tally", "missing", "practice", "station", "messages"),
        *("summary", "send", "resend", "forget", "simulate", "doctor", "audit"),
        *("export", "report", "guide", "compare"),
    ],
)
def test_the_commands_of_the_contract_are_there(name):
    assert name in cli.list_commands(click.Context(cli))


@pytest.mark.parametrize(
    "arguments", [("--help",), ("-h",), ("tally", "--help"), ("roster", "import", "--help")]
)
def test_help_needs_no_deployment(pantau, monkeypatch, arguments):
    monkeypatch.setenv("PANTAU_DATABASE_URL", NOTHING_LISTENS)

    done = pantau(*arguments)

    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage: pantau")


def test_init_writes_the_four_files_of_the_sample_and_names_them(tmp_path):
    done = run(tmp_path, "init", "city")

    assert (done.status, done.err) == (0, "")
    assert done.out.split() == [f"city/{name}" for name in SAMPLE_FILES]
    assert sorted(path.name for path in (tmp_path / "city").iterdir()) == sorted(SAMPLE_FILES)
    for name, sample in SAMPLE_FILES.items():
        assert (tmp_path / "city" / name).read_bytes() == sample_path(sample).read_bytes()


def test_what_init_writes_for_secrets_is_for_its_owner_alone(pantau, folder):
    pantau("init")

    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    assert (folder / "people.csv").stat().st_mode & 0o777 != 0o600


@pytest.mark.parametrize("name", SAMPLE_FILES)
def test_init_overwrites_nothing_and_then_writes_nothing(pantau, name):
    Path(name).write_text("mine")

    done = pantau("init")

    assert f"{name} is there already" in done.refusal
    assert [path.name for path in Path().iterdir()] == [name]
    assert Path(name).read_text() == "mine"


def test_init_for_which_there_is_no_room_leaves_nothing_behind(tmp_path):
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(sample_path(sample).stat().st_size for sample in SAMPLE_FILES.values())

    resource.setrlimit(
        resource.RLIMIT_FSIZE, (largest - 1, limit[1])
    )  # the process that is started has it, too
    try:
        done = run(tmp_path, "init", "city")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert done.status == 1
    assert list((tmp_path / "city").iterdir()) == []


def test_init_where_no_folder_can_be_says_so_in_one_line(pantau):
    Path("city").write_text("a file")

    assert "city" in pantau("init", "city").refusal


def test_from_init_to_a_result(tmp_path):
    """What a deployment does first, each in a process of its own."""
    init = run(tmp_path, "init")
    imported = run(tmp_path, "roster", "import", "--stations", "stations.csv", "--people", "people.csv")
    received = run(tmp_path, "receive", "--from", "+628410000012", REPORT)
    again = run(tmp_path, "receive", "--from", "+628410000012", REPORT)
    tally = run(tmp_path, "tally", "--json")

    assert [each.status for each in (init, imported, received, again, tally)] == [0] * 5
    assert [each.err for each in (init, imported, received, again, tally)] == [""] * 5
    assert imported.out.splitlines() == [
        "stations: 326 added, 0 changed, 0 removed",
        "people: 338 added, 0 changed, 0 removed",
    ]
    assert received.out.startswith("DITERIMA TPS012")
    assert again.out.startswith("SUDAH ADA")
    assert tally.json["stations"] == {"registered": 326, "reported": 1, "complete": 1, "held": 0}
    assert [[each["votes"] for each in contest["candidates"]] for contest in tally.json["contests"]] == [
        [120, 98, 77],
        [140, 155],
    ]


STATIONS = "station,district,village,voters\n1,Utara,Air Kuti,480\n2,Utara,Air Kuti,\n"
PEOPLE = (
    "role,phone,name,station,district\n"
    "monitor,+628410000101,Siti,1,\nmonitor,+628410000102,Budi,2,\ncoordinator,+628420000101,Ani,,Utara\n"
)


@pytest.fixture
def files(folder):
    """A roster of two stations in the working directory, and the options that name it."""
    (folder / "stations.csv").write_text(STATIONS)
    (folder / "people.csv").write_text(PEOPLE)
    return "--stations", "stations.csv", "--people", "people.csv"


def test_an_import_says_what_it_changed_and_a_second_one_that_nothing(pantau, files):
    first = pantau("roster", "import", *files)
    second = pantau("roster", "import", *files)

    assert (first.status, first.err, second.status, second.err) == (0, "", 0, "")
    assert first.out == "stations: 2 added, 0 changed, 0 removed\npeople: 3 added, 0 changed, 0 removed\n"
    assert second.out == "stations: 0 added, 0 changed, 0 removed\npeople: 0 added, 0 changed, 0 removed\n"


def test_an_import_into_a_new_sandbox_brings_the_files_and_not_the_sample(pantau, files):
    pantau("roster", "import", *files)

    assert pantau("tally", "--json").json["stations"]["registered"] == 2
    assert len(pantau("roster", "list", "--json").json["people"]) == 3


def test_a_sandbox_with_other_contests_has_the_sample_s_roster_all_the_same(pantau):
    sample = sample_path("election.toml").read_text(encoding="utf-8")
    Path("election.toml").write_text(sample.replace('code = "W"', 'code = "B"'), encoding="utf-8")

    tally, audit = pantau("tally", "--json"), pantau("audit")

    assert (tally.status, tally.err, audit.status) == (0, "", 0)
    assert tally.json["stations"]["registered"] == 326


def test_a_dry_run_says_what_would_change_and_changes_nothing(pantau, files):
    dry = pantau("roster", "import", *files, "--dry-run")
    real = pantau("roster", "import", *files)

    assert (dry.status, dry.err) == (0, "")
    said, *counts = dry.out.splitlines()
    assert "nothing was changed" in said
    assert counts == real.out.splitlines()


def test_every_bad_line_is_a_line_and_nothing_is_imported(pantau, files):
    Path("stations.csv").write_text(STATIONS + "x,Utara,Air Kuti,480\n02,Utara,Air Kuti,480\n")
    Path("people.csv").write_text(PEOPLE + "monitor,12,Adi,9,\n")

    done = pantau("roster", "import", *files)

    assert (done.status, done.out) == (1, "")
    lines = done.err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "stations.csv, line 4",
        "stations.csv, line 5",
        "people.csv, line 5",
    ]
    Path("stations.csv").write_text(STATIONS)
    Path("people.csv").write_text(PEOPLE)
    assert "stations: 2 added" in pantau("roster", "import", *files).out


def test_who_is_placed_at_a_station_on_a_line_with_a_stray_quote_is_no_bad_line(pantau, files):
    Path("stations.csv").write_text(STATIONS + '09,Utara,"Air Kuti,480\n10,,,\n')
    Path("people.csv").write_text(PEOPLE + "monitor,081299990001,Adi,9,\n")

    done = pantau("roster", "import", *files)

    assert done.err.splitlines() == [
        "stations.csv, line 4: a quote that does not enclose a whole cell",
        "stations.csv, line 5: the district is empty",
    ]


def test_one_bad_line_is_one_line(pantau, files):
    Path("people.csv").write_text(PEOPLE + "monitor,12,Adi,1,\n")

    assert "people.csv, line 5: " in pantau("roster", "import", *files).refusal


def test_columns_that_are_passed_over_are_named_for_one_may_be_a_slip(pantau, files):
    Path("stations.csv").write_text(STATIONS.replace("voters\n", "voters,,Voters W\n", 1))
    Path("people.csv").write_text(PEOPLE.replace("district\n", "district,Second phone,Note,PIN\n", 1))

    done = pantau("roster", "import", *files)

    assert (done.status, done.err.splitlines()) == (
        0,
        [
            "warning: stations.csv: passed over: votersw",
            "warning: people.csv: passed over: secondphone, note",
        ],
    )


def test_totals_are_by_the_file_of_now_though_an_import_was_by_another_one(pantau, files, folder):
    pantau("roster", "import", *files)
    pantau("receive", "--from", "+628410000101", "TPS1 G:120,98,77 W:140,155 SAH:295")
    third = (
        '[[contest]]\ncode = "D"\nname = "D"\n[[contest.candidate]]\nnumber = 1\nname = "A"\nshort = "A"\n'
    )
    (folder / "election.toml").write_text(ELECTION.source + third)
    Path("stations.csv").write_text(STATIONS + "3,Utara,Air Kuti,480\n")
    pantau("roster", "import", *files)
    (folder / "election.toml").unlink()

    assert pantau("tally", "--json").json["stations"] == {
        "registered": 3,
        "reported": 1,
        "complete": 1,
        "held": 0,
    }


@pytest.mark.parametrize("option", ["--stations", "--people"])
@pytest.mark.parametrize("name", ["nowhere.csv", "nowhere.xlsx", "."])
def test_a_missing_file_is_a_failure_that_names_it(pantau, option, name):
    assert name in pantau("roster", "import", option, name).refusal


@pytest.mark.usefixtures("night")
def test_prune_removes_what_is_not_named_and_warns_of_what_stays(pantau):
    header, *lines = ["station,district,village,voters", *(f"{each},Timur I,x,480" for each in range(1, 12))]
    Path("stations.csv").write_text("\n".join([header, *lines]))

    done = pantau("roster", "import", "--stations", "stations.csv", "--prune")

    assert done.status == 0
    assert [line.split(" has ")[0] for line in done.err.splitlines()] == [
        "warning: station 012",
        "warning: station 013",
        "warning: station 014",
    ]
    assert "6 removed" in done.out.splitlines()[0]
    assert pantau("tally", "--json").json["stations"]["registered"] == 14


@pytest.mark.usefixtures("town")
def test_the_roster_is_listed_with_every_role_of_a_person(pantau):
    people = pantau("roster", "list", "--json").json["people"]

    found = {(row["role"], row["phones"][0]): row for row in people}
    assert len(people) == len(found) == 25
    assert found["monitor", MONITOR] == {
        "role": "monitor",
        "name": "Monitor 12",
        "phones": [MONITOR],
        "stations": ["012"],
        "districts": [],
        "language": None,
    }
    assert found["coordinator", DEPUTY] == {
        "role": "coordinator",
        "name": "Wakil Timur",
        "phones": [DEPUTY],
        "stations": [],
        "districts": ["Timur I"],
        "language": "en",
    }
    assert found["official", MAYOR]["districts"] == []
    assert found["official", DISTRICT_OFFICIAL]["districts"] == ["Timur I"]


@pytest.mark.usefixtures("town")
def test_the_roster_for_people_has_a_line_for_each_role(pantau):
    lines = pantau("roster", "list").out.splitlines()

    [monitor] = [line for line in lines if MONITOR in line]
    assert "Monitor 12" in monitor
    assert "012" in monitor
    assert sum("official" in line for line in lines) == 2


@pytest.mark.parametrize(
    ("sender", "body", "reply"),
    [
        pytest.param(MONITOR, REPORT, "DITERIMA TPS012", id="accepted"),
        pytest.param("0841-9999-012", REPORT, "DITOLAK", id="a number of nobody"),
        pytest.param(MONITOR, "TPS012 G:1,2", "DITOLAK TPS012", id="refused"),
        pytest.param(MONITOR, "-2+3 G:1,2,3 SAH:6", "DITOLAK", id="a dash first"),
        pytest.param(MONITOR, "terima kasih", "(ignored: no reply)", id="not answered"),
        pytest.param(MAYOR, "REKAP", "PANTAU", id="an enquiry"),
    ],
)
@pytest.mark.usefixtures("town")
def test_a_text_that_is_phoned_in_is_answered_on_the_screen_whatever_becomes_of_it(
    pantau, sender, body, reply
):
    done = pantau("receive", "--from", sender, body)

    assert (done.status, done.err) == (0, "")
    assert reply in done.out


def test_a_correction_that_was_phoned_in_is_the_operators(pantau, town):
    town.text(MONITOR, REPORT)

    pantau("receive", "--from", COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")

    results = pantau("station", "012", "--json").json["results"]
    assert {each["contest"]: each["source"] for each in results} == {"G": "operator", "W": "report"}


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["compare", "nowhere.csv"], id="an official count"),
        pytest.param(["roster", "import", "--stations", "nowhere.csv"], id="a roster"),
        pytest.param(["init", "in-the-way"], id="a file in the way"),
        pytest.param(["export", "nowhere/x.csv"], id="a folder that is not there"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_with_what_to_do(pantau, arguments):
    Path("in-the-way").touch()

    done = pantau(*arguments)

    assert done.status == 1
    assert done.err.count("\n") == 1
    assert ";" in done.err


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["compare", "x.csv"], id="an official count"),
        pytest.param(["roster", "import", "--people", "x.csv"], id="a roster"),
    ],
)
def test_that_a_file_may_not_be_read_is_a_failure_and_no_wrong_usage(pantau, monkeypatch, arguments):
    Path("x.csv").touch()
    monkeypatch.setattr(os, "access", lambda *_: False)  # what click asks; root may read everything

    assert pantau(*arguments).status == 1


def test_what_is_phoned_in_is_marked_as_the_operators_and_its_reply_is_texted_to_nobody(pantau, town):
    pantau("receive", "--from", MONITOR, REPORT)

    received, reply = [json.loads(line) for line in pantau("messages", "--json").out.splitlines()]
    [history] = {row["source"] for row in pantau("station", "012", "--json").json["history"]}
    assert (received["carrier"], received["from"], received["outcome"]) == ("operator", MONITOR, "accepted")
    assert (reply["carrier"], reply["to"], reply["status"]) == ("operator", MONITOR, "sent")
    assert history == "operator"
    with town.service.store.reading() as db:
        queued = db.execute(text("SELECT count(*) FROM messages WHERE status = 'queued'")).scalar_one()
    assert queued == 0


def test_a_text_of_one_place_beside_a_running_service_is_counted_with_the_others(pantau, town):
    town.text(NEIGHBOUR, "TPS013 G:100,90,80 SAH:270")

    pantau("receive", "--from", MONITOR, REPORT)
    town.text("+628410000014", "TPS014 G:10,20,30 SAH:60")

    assert town.votes() == (230, 208, 187)


def contest_json(contest, stations, votes, invalid):
    valid = sum(votes)
    return {
        "code": contest.code,
        "name": contest.name,
        "stations": stations,
        "valid": valid,
        "invalid": invalid,
        "candidates": [
            {
                "number": each.number,
                "name": each.name,
                "votes": votes[each.number - 1],
                "share": round(votes[each.number - 1] / valid, 3) if valid else 0,
            }
            for each in contest.candidates
        ],
    }


@pytest.mark.usefixtures("night")
def test_totals_are_printed_key_by_key_as_promised(pantau):
    before = datetime.now(ELECTION.timezone).replace(microsecond=0)

    found = pantau("tally", "--json").json

    as_of = found.pop("as_of")
    assert before <= datetime.fromisoformat(as_of) <= datetime.now(ELECTION.timezone)
    assert as_of.endswith("+07:00")
    assert len(as_of) == len("2024-11-27T15:30:00+07:00")
    governor, mayor = ELECTION.contests
    assert found == {
        "election": ELECTION.name,
        "unofficial": True,
        "stations": {"registered": 20, "reported": 3, "complete": 2, "held": 1},
        "contests": [
            contest_json(governor, 3, (230, 208, 188), 5),
            contest_json(mayor, 2, (180, 175), 5),
        ],
    }


@pytest.mark.usefixtures("night")
def test_a_share_has_three_decimals(pantau):
    shares = [each["share"] for each in pantau("tally", "--json").json["contests"][0]["candidates"]]

    assert shares == [0.367, 0.332, 0.3]


def test_nearly_all_votes_are_100_percent_in_no_tally_for_people(pantau, town):
    for number in range(1, 6):
        votes = "479,1,0" if number == 1 else "480,0,0"
        town.text(f"+628410000{number:03d}", f"G:{votes} SAH:480")

    printed = pantau("tally", "--contest", "G").out

    assert [line.split()[-1] for line in printed.splitlines()[-3:]] == ["99.9%", "0.0%", "0.0%"]


@pytest.mark.usefixtures("night")
def test_where_there_are_no_votes_shares_are_0_and_invalid_votes_unknown(pantau):
    found = pantau("tally", "--district", "barat i", "--json").json

    assert found["stations"] == {"registered": 6, "reported": 0, "complete": 0, "held": 0}
    assert found["contests"] == [
        contest_json(each, 0, (0,) * len(each.candidates), None) for each in ELECTION.contests
    ]
    assert found["contests"][0]["candidates"][0]["share"] == 0


@pytest.mark.usefixtures("night")
def test_totals_of_one_contest_and_one_district(pantau):
    found = pantau("tally", "--contest", "walikota", "--district", "Timur I", "--json").json

    assert found["stations"]["registered"] == 14
    assert [each["code"] for each in found["contests"]] == ["W"]
    assert found["contests"][0]["valid"] == 355


@pytest.mark.usefixtures("night")
def test_totals_as_csv_have_a_line_for_each_candidate(pantau):
    done = pantau("tally", "--csv")

    header, *rows = csv.reader(io.StringIO(done.out))
    assert header == ["contest", "number", "name", "votes", "share", "stations", "valid", "invalid"]
    names = [each.name for each in ELECTION.contests[0].candidates]
    assert rows[:3] == [
        ["G", "1", names[0], "230", "0.367", "3", "626", "5"],
        ["G", "2", names[1], "208", "0.332", "3", "626", "5"],
        ["G", "3", names[2], "188", "0.3", "3", "626", "5"],
    ]
    assert [row[0] for row in rows[3:]] == ["W", "W"]


@pytest.mark.usefixtures("town")
def test_an_unknown_figure_is_an_empty_cell(pantau):
    rows = list(csv.DictReader(io.StringIO(pantau("tally", "--csv").out)))

    assert [(row["votes"], row["share"], row["invalid"]) for row in rows] == [("0", "0.0", "")] * 5


@pytest.mark.usefixtures("night")
def test_totals_for_people_say_that_they_are_unofficial(pantau):
    shown = pantau("tally").out

    assert "UNOFFICIAL" in shown
    assert "3 of 20 reported" in shown
    assert "36.7%" in shown


@pytest.mark.usefixtures("night")
def test_missing_stations_have_their_contests_and_monitors(pantau):
    rows = {row["station"]: row for row in pantau("missing", "--json").json["missing"]}

    assert rows["013"] == {
        "station": "013",
        "district": "Timur I",
        "contests": ["W"],
        "monitors": [NEIGHBOUR],
    }
    assert rows["011"]["contests"] == ["G", "W"]
    assert rows.keys() == {f"{number:03d}" for number in range(1, 21)} - {"012", "014"}
    assert list(rows) == sorted(rows)


@pytest.mark.usefixtures("night")
def test_missing_stations_of_one_district(pantau):
    rows = pantau("missing", "--district", "Barat I", "--json").json["missing"]

    assert [row["station"] for row in rows] == [f"{number:03d}" for number in range(15, 21)]
    assert "6 stations are missing" in pantau("missing", "--district", "Barat I").out


def test_who_has_practised_and_who_has_not(pantau, url):
    city = city_at(url, replace(REFERENCE, opens=OPENS))
    city.text(MONITOR, REPORT)
    city.text(NEIGHBOUR, "TPS013 G:1,2,3 SAH:7")
    city.service.store.close()

    found = pantau("practice", "--json").json

    at = (NOON + timedelta(seconds=1)).isoformat()
    assert found["practised"] == [{"station": "012", "at": at, "monitors": [MONITOR]}]
    assert [row["station"] for row in found["missing"]] == [
        f"{number:03d}" for number in range(1, 21) if number != 12
    ]
    assert found["missing"][11] == {"station": "013", "district": "Timur I", "monitors": [NEIGHBOUR]}
    assert "1 station has practised, 19 not" in pantau("practice").out


def local(seconds, minutes=0):
    return (NOON + timedelta(minutes=minutes, seconds=seconds)).isoformat()


@pytest.mark.usefixtures("night")
def test_a_station_shows_what_stands_and_every_revision(pantau):
    found = pantau("station", "012", "--json").json

    first = {
        "contest": "G",
        "votes": [120, 98, 77],
        "valid": 295,
        "invalid": 5,
        "stated": 295,
        "adds_up": True,
        "revision": 1,
        "source": "report",
        "by": MONITOR,
        "at": local(1),
        "message": 1,
        "receipt": "0001",
    }
    mayor = {**first, "contest": "W", "votes": [140, 155]}
    second = {
        **first,
        "votes": [120, 98, 78],
        "valid": 296,
        "stated": 296,
        "revision": 2,
        "source": "correction",
        "by": COORDINATOR,
        "at": local(2),
        "message": 3,
        "receipt": "0003",
    }
    assert found == {
        "station": "012",
        "district": "Timur I",
        "village": "Cereme Taba",
        "voters": 480,
        "monitors": [MONITOR],
        "results": [second, mayor],
        "history": [
            {**first, "status": "superseded", "reason": "report"},
            {**mayor, "status": "accepted", "reason": "report"},
            {**second, "status": "accepted", "reason": "correction"},
        ],
        "held": [],
    }


@pytest.mark.usefixtures("night")
def test_a_held_report_is_in_the_history_without_a_revision_and_under_held(pantau):
    found = pantau("station", "13", "--json").json

    stands, held = found["history"]
    assert (stands["status"], stands["revision"]) == ("accepted", 1)
    assert (held["status"], held["revision"], held["votes"]) == ("held", None, [100, 90, 81])
    assert (held["source"], held["by"], held["receipt"]) == ("report", NEIGHBOUR, None)
    assert "conflict" in held["reason"]
    assert held.keys() == stands.keys()
    [case] = found["held"]
    assert (case["case"], case["codes"]) == ("K1", ["conflict"])
    assert [row["votes"] for row in found["results"]] == [[100, 90, 80]]


@pytest.mark.usefixtures("night")
def test_a_rejected_report_stays_in_the_history_alone(pantau):
    found = pantau("station", "014", "--json").json

    assert [(row["contest"], row["status"], row["revision"]) for row in found["history"]] == [
        ("G", "accepted", 1),
        ("W", "accepted", 1),
        ("G", "rejected", None),
    ]
    assert found["held"] == []


@pytest.mark.usefixtures("night")
def test_what_was_taken_out_is_a_void_revision_and_stands_no_more(pantau):
    found = pantau("station", "011", "--json").json

    superseded, void = found["history"]
    assert (superseded["status"], superseded["revision"]) == ("superseded", 1)
    assert (void["status"], void["revision"], void["votes"], void["reason"]) == ("void", 2, None, "void")
    assert found["results"] == []


def test_an_accepted_case_is_a_decision_that_says_when_the_form_does_not_add_up(pantau, night):
    night.text(COORDINATOR, "KOREKSI TPS011 G:50,50,51 SAH:150")
    night.text(COORDINATOR, "YA")
    night.text(COORDINATOR, "TERIMA K3")

    found = pantau("station", "TPS 11", "--json").json

    [result] = found["results"]
    assert (result["source"], result["adds_up"], result["valid"]) == ("decision", False, 151)
    assert result["stated"] == 150
    assert "50,50,51  151 (SAH 150)" in pantau("station", "11").out
    assert [row["status"] for row in found["history"]] == ["superseded", "void", "accepted"]


@pytest.mark.parametrize("code", ["12", "012", "0012", "TPS012", "tps 12", "TPS.12"])
@pytest.mark.usefixtures("town")
def test_a_station_is_known_with_and_without_its_zeros(pantau, code):
    assert pantau("station", code, "--json").json["station"] == "012"


@pytest.mark.usefixtures("night")
def test_a_station_for_people_has_a_line_for_each_revision(pantau):
    lines = pantau("station", "13").out.splitlines()

    assert lines[0] == "TPS013 Cereme Taba, Timur I, 480 voters"
    assert any("100,90,80" in line and "accepted" in line for line in lines)
    assert any("100,90,81" in line and "held" in line for line in lines)
    assert any(line.startswith("K1 ") for line in lines)


KEYS = [
    "id",
    "direction",
    "at",
    "from",
    "to",
    "body",
    "outcome",
    "codes",
    "status",
    "carrier",
    "carrier_id",
    "segments",
    "in_reply_to",
]


def messages_of(done):
    assert (done.status, done.err) == (0, "")
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_text_in_and_its_reply_are_an_object_a_line_key_by_key(pantau, town):
    town.text(MONITOR, "TPS012 G:120,98,77 SAH:294", carrier_id="SM1", recipient="+628449999999")

    received, reply = messages_of(pantau("messages", "--json"))

    assert {key: received[key] for key in KEYS} == {
        "id": 1,
        "direction": "in",
        "at": local(1),
        "from": MONITOR,
        "to": "+628449999999",
        "body": "TPS012 G:120,98,77 SAH:294",
        "outcome": "refused",
        "codes": ["sum_mismatch"],
        "status": None,
        "carrier": "sandbox",
        "carrier_id": "SM1",
        "segments": None,
        "in_reply_to": None,
    }
    assert {key: reply[key] for key in KEYS} == {
        "id": 2,
        "direction": "out",
        "at": local(1),
        "from": None,
        "to": MONITOR,
        "body": reply["body"],
        "outcome": None,
        "codes": [],
        "status": "sent",
        "carrier": "sandbox",
        "carrier_id": None,
        "segments": 1,
        "in_reply_to": 1,
    }


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029", "\x1c", "\x9b2J", "\x1b[2J"])
def test_a_text_can_neither_end_a_line_nor_order_a_terminal(pantau, town, mark):
    town.text(MONITOR, f"TPS012 G:120,98,77{mark} SAH:295")

    received, _ = messages_of(pantau("messages", "--json"))
    lines = pantau("messages").out.splitlines()

    assert received["body"] == f"TPS012 G:120,98,77{mark} SAH:295"
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


@pytest.mark.usefixtures("night")
def test_texts_are_listed_oldest_first(pantau):
    ids = [each["id"] for each in messages_of(pantau("messages", "--json"))]

    assert ids == list(range(1, len(ids) + 1))


@pytest.mark.usefixtures("night")
def test_texts_of_a_number_are_those_from_and_to_it(pantau):
    found = messages_of(pantau("messages", "--phone", "0842 0000 002", "--json"))
    mine = messages_of(pantau("messages", "--phone", NEIGHBOUR, "--json"))

    assert found == []
    assert {each["direction"] for each in mine} == {"in", "out"}
    assert all(NEIGHBOUR in (each["from"], each["to"]) for each in mine)


@pytest.mark.usefixtures("night")
def test_texts_about_a_station_are_those_to_its_coordinators_too(pantau):
    found = messages_of(pantau("messages", "--station", "13", "--json"))

    assert {each["from"] for each in found} == {NEIGHBOUR, None}
    assert {each["to"] for each in found if each["direction"] == "out"} == {NEIGHBOUR, COORDINATOR, DEPUTY}


def test_texts_for_people_are_a_line_each_though_they_have_several(pantau, town):
    town.text(MONITOR, "TPS012 G:120,98,77\nSAH:295")

    lines = pantau("messages").out.splitlines()

    assert len(lines) == 2
    assert "TPS012 G:120,98,77 SAH:295" in lines[0]


@pytest.mark.usefixtures("night")
def test_the_summary_is_printed_as_it_would_go_out(pantau):
    shown = pantau("summary").out

    assert "3/20" in shown
    assert "TIDAK RESMI" in shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        pytest.param(MAYOR, "3/20", id="an official of the whole"),
        pytest.param(DISTRICT_OFFICIAL, "3/14", id="an official of a district"),
        pytest.param(OTHER_COORDINATOR, "0/6", id="a coordinator"),
        pytest.param(DEPUTY, "UNOFFICIAL", id="in their language"),
    ],
)
def test_the_summary_is_of_what_its_recipient_is_to_know(pantau, night, phone, shown):
    before = night.count("messages")

    assert shown in pantau("summary", "--to", phone).out
    assert night.count("messages") == before


def test_a_summary_that_is_sent_is_queued_to_its_recipient_alone(pantau, night):
    done = pantau("summary", "--to", DISTRICT_OFFICIAL, "--send")

    last = messages_of(pantau("messages", "--json"))[-1]
    assert (last["to"], last["status"], last["body"]) == (DISTRICT_OFFICIAL, "queued", done.out.strip())
    assert done.err == "queued to Camat Timur:\n"
    assert night.texted(MAYOR) == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(("station", "999"), "999", id="unknown station"),
        pytest.param(("station", "abc", "--json"), "abc", id="a station that is no number"),
        pytest.param(("station", "9" * 5000), "99999", id="a station of 5,000 digits"),
        pytest.param(("messages", "--station", "999"), "999", id="texts of an unknown station"),
        pytest.param(("messages", "--phone", "12"), "12", id="texts of what is no number"),
        pytest.param(("tally", "--district", "Utara"), "Utara.*Barat I, Timur I", id="unknown district"),
        pytest.param(("missing", "--district", ""), "Barat I, Timur I", id="a district without a name"),
        pytest.param(("tally", "--contest", "X", "--json"), "X.*G, W", id="unknown contest"),
        pytest.param(("receive", "--from", "12", "halo"), "12", id="a sender that is no number"),
        pytest.param(("summary", "--to", "+6281234567890"), r"\+6281234567890", id="a stranger's summary"),
        pytest.param(("summary", "--to", "x"), "x", id="a summary to what is no number"),
    ],
)
@pytest.mark.usefixtures("town")
def test_what_is_unknown_is_said_in_one_line_that_names_it(pantau, arguments, named):
    assert re.search(named, pantau(*arguments).refusal)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("nonsense",), id="no such command"),
        pytest.param(("tally", "--nonsense"), id="no such option"),
        pytest.param(("tally", "--json", "--csv"), id="two formats"),
        pytest.param(("station",), id="no station"),
        pytest.param(("receive", "halo"), id="no sender"),
        pytest.param(("receive", "--from", MONITOR), id="no text"),
        pytest.param(("send", "halo"), id="to nobody"),
        pytest.param(("completion",), id="no shell"),
        pytest.param(("roster", "import"), id="an import of nothing"),
        pytest.param(("roster", "nonsense"), id="no such command of a group"),
        pytest.param(("summary", "--send"), id="a summary sent to nobody"),
        pytest.param(("serve", "--port", "99999"), id="a port that there is not"),
        pytest.param(("serve", "--role", "nonsense"), id="a role that there is not"),
        pytest.param(("simulate", "--minutes", "nan"), id="minutes that are no number"),
    ],
)
def test_wrong_usage_is_2_and_says_what_is_wrong(pantau, arguments):
    done = pantau(*arguments)

    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param("PANTAU_DATABASE_URL", "mysql://u:geheim@h/d", "PANTAU_DATABASE_URL", id="database"),
        pytest.param("PANTAU_CARRIER", "fax", "fax", id="carrier"),
        pytest.param("PANTAU_ELECTION", "none.toml", "none.toml", id="election file"),
        pytest.param("PANTAU_DATABASE_URL", "sqlite:////dev/null/x.db", "/dev/null", id="no folder to write"),
    ],
)
def test_a_wrong_setting_is_one_line(pantau, monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)

    line = pantau("tally").refusal

    assert said in line
    assert "geheim" not in line


@pytest.mark.parametrize("command", [("tally",), ("messages", "--json"), ("receive", "--from", MONITOR, "x")])
def test_a_database_that_does_not_answer_is_one_line_without_its_password(pantau, monkeypatch, command):
    monkeypatch.setenv("PANTAU_DATABASE_URL", NOTHING_LISTENS)

    line = pantau(*command).refusal

    assert "PANTAU_DATABASE_URL" in line
    assert "geheim" not in line


def test_who_only_reads_does_not_wait_for_who_writes(pantau, url):
    pantau("tally")  # keeps the election file
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")

        tally, receive = pantau("tally"), pantau("receive", "--from", MONITOR, "STATUS")

    assert (tally.status, tally.err) == (0, "")
    assert receive.refusal.endswith("database is locked; somebody else holds it: end that, or try again")


def damage(path):
    """Leave the head of a database, as a disk does that fails."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE alembic_version (version_num TEXT)")
        db.execute("CREATE TABLE filling AS SELECT hex(randomblob(90000))")
        db.commit()
    path.write_bytes(path.read_bytes()[:4096] + b"x" * 40960)


def theirs(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE messages (words TEXT)")


@pytest.mark.parametrize(
    ("make", "mend"),
    [
        pytest.param(lambda path: path.write_bytes(b"x" * 4096), "name another file, or restore a backup", id="no database"),
        pytest.param(damage, "it is damaged: restore a backup", id="damaged"),
        pytest.param(theirs, "it is another program's: name a new one", id="another program's"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_database_of_ours_is_one_line_with_what_to_do(
    pantau, monkeypatch, tmp_path, make, mend
):
    make(tmp_path / "odd.db")
    monkeypatch.setenv("PANTAU_DATABASE_URL", f"sqlite:///{tmp_path / 'odd.db'}")

    line = pantau("tally").refusal

    assert line.partition("; ")[2] == mend


def test_a_service_says_what_to_do_about_a_file_that_is_no_database(folder):
    (folder / "odd.db").write_bytes(b"x" * 4096)

    line = run(folder, "serve", "--port", "0", PANTAU_DATABASE_URL="sqlite:///odd.db").refusal

    assert "PANTAU_DATABASE_URL" in line
    assert line.endswith("file is not a database; name another file, or restore a backup")


def test_a_service_says_what_to_do_about_a_database_that_is_another_programs(folder):
    theirs(folder / "odd.db")

    line = run(folder, "serve", "--port", "0", PANTAU_DATABASE_URL="sqlite:///odd.db").refusal

    assert line.endswith("table messages already exists; it is another program's: name a new one")


def test_a_database_of_a_newer_version_is_one_line(pantau, url):
    store = Store.open(url)
    with store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()

    assert "newer Pantau" in pantau("tally").refusal


def test_with_debug_a_failure_has_a_traceback_and_without_it_has_none(tmp_path):
    debug = run(tmp_path, "--debug", "tally", PANTAU_DATABASE_URL=NOTHING_LISTENS)
    behind = run(tmp_path, "tally", "--json", "--debug", PANTAU_DATABASE_URL=NOTHING_LISTENS)
    plain = run(tmp_path, "tally", PANTAU_DATABASE_URL=NOTHING_LISTENS)

    assert (debug.status, behind.status, plain.status) == (1, 1, 1)
    assert "Traceback" in debug.err
    assert "Traceback" in behind.err
    assert "Traceback" not in plain.err
    assert "geheim" not in debug.err + behind.err + plain.err


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        pytest.param(
            *("missing > /dev/full", 1, "pantau: No space left on device; make room, or take another place"),
            id="full disk",
        ),
        pytest.param("missing 2>&-", 0, "326 stations are missing", id="no standard error"),
        pytest.param("missing >&-", 0, "", id="no standard output"),
        pytest.param("send --to officials Halo <&-", 1, "nothing was queued", id="nobody to ask"),
    ],
)
def test_standard_streams_may_be_full_or_closed(tmp_path, command, status, said):
    environ = without_settings(os.environ) | {"PYTHONPATH": str(ROOT)}
    line = f"{sys.executable} -m gateway.cli {command}"

    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == status
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path):
    command = f"{sys.executable} -m gateway.cli missing | head -1"
    environ = without_settings(os.environ) | {"PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_a_terminal_without_our_alphabet_is_no_failure(tmp_path):
    run(tmp_path, "init")
    (tmp_path / "election.toml").write_text(
        (tmp_path / "election.toml").read_text().replace("Harun Wiratama", "Hárun Wiratama")
    )

    done = run(tmp_path, "tally", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")

    assert (done.status, done.err) == (0, "")
    assert "run Wiratama" in done.out


def test_a_pin_is_never_listed(pantau, town):
    with town.service.store.transaction() as db:
        db.execute(update(PersonRow).values(pin_hash="salt$digest"))
    town.text(MONITOR, f"{REPORT} PIN:4821")

    shown = pantau("messages", "--json").out + pantau("roster", "list", "--json").out

    assert "4821" not in shown
    assert "digest" not in shown


def test_the_audit_agrees_with_a_night_and_names_a_vote_that_was_changed(pantau):
    people = pantau("roster", "list", "--json").json["people"]
    [monitor] = [each["phones"][0] for each in people if each["stations"] == ["012"]]
    pantau("receive", "--from", monitor, REPORT)

    agreed = pantau("audit")
    store = Store.open("sqlite:///var/pantau.db")
    with store.transaction() as db:
        db.execute(text("UPDATE results SET votes = '[121,98,77]' WHERE contest = 'G'"))
    store.close()
    tampered = pantau("audit", "--json")

    assert (agreed.status, agreed.err) == (0, "")
    assert [line.split()[-1] for line in agreed.out.splitlines()] == ["agrees"] + ["yes"] * 5
    assert tampered.status == 1
    assert "pantau audit: chain: results row 1 (TPS012 G): its content is not what" in tampered.err
    assert tampered.json["agrees"] is False
    assert [each["part"] for each in tampered.json["checks"]] == ["rows", "chain", "log", "totals", "replay"]
