"""What has been counted: tally, missing, practice, station."""

import csv
import io
from typing import Any

import click

from config.errors import OperatorError
from gateway.commands.opening import (
    Deployment,
    a_district,
    a_station,
    as_json,
    in_district,
    pass_deployment,
)
from gateway.commands.output import print_json, print_table
from gateway.commands.station_json import station_json
from gateway.service import Service
from models import missing as lacking
from models import notes
from models import stations as known_stations
from models import tally as totals_of
from models.tally import ContestTotal, Totals, percent
from notify.texts.catalogue import counted


@click.command(short_help="Totals.")
@click.option("--contest", metavar="CODE", help="Of this contest alone, by code or alias.")
@in_district
@as_json
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a line for each candidate.")
@pass_deployment
def tally(
    deployment: Deployment, contest: str | None, district: str | None, as_json: bool, as_csv: bool
) -> None:
    """Give the totals now; they are unofficial.

    \b
    Example:
      pantau tally --contest G --district "Timur I"
    """
    if as_json and as_csv:
        raise click.UsageError("give --json or --csv, not both")
    with deployment.service() as service:
        with service.store.reading() as db:
            found = totals_of.totals(db, service.election, a_district(db, district))
        contests = _contests(service, found, contest)
        value = _tally(service, found, contests)
    if as_json:
        print_json(value)
    elif as_csv:
        _print_csv(contests)
    else:
        _print_tally(value)


@click.command(short_help="Stations that have not reported every contest.")
@in_district
@as_json
@pass_deployment
def missing(deployment: Deployment, district: str | None, as_json: bool) -> None:
    """List the stations that have not reported every contest, with their monitors.

    \b
    Example:
      pantau missing --district "Timur I"
    """
    with deployment.service() as service, service.store.reading() as db:
        phones = lacking.monitor_phones(db)
        rows: list[dict[str, Any]] = [
            {
                "station": each.station.code,
                "district": each.station.district,
                "contests": list(each.contests),
                "monitors": list(phones.get(each.station.id, ())),
            }
            for each in lacking.missing(db, service.election, a_district(db, district))
        ]
    if as_json:
        print_json({"missing": rows})
        return
    print_table(
        ("station", "district", "contests", "monitors"),
        [
            (row["station"], row["district"], ", ".join(row["contests"]), " ".join(row["monitors"]))
            for row in rows
        ],
    )
    click.echo(f"{counted(len(rows), 'station')} {'is' if len(rows) == 1 else 'are'} missing")


@click.command(short_help="Who has practised, and who has not.")
@as_json
@pass_deployment
def practice(deployment: Deployment, as_json: bool) -> None:
    """List the stations from which a correct practice report has come, and the others.

    \b
    Example:
      pantau practice --json
    """
    with deployment.service() as service, service.store.reading() as db:
        times, phones = notes.practice_times(db), lacking.monitor_phones(db)
        done: list[dict[str, Any]] = []
        left: list[dict[str, Any]] = []
        for station in known_stations.all_stations(db):
            monitors = list(phones.get(station.id, ()))
            if station.id in times:
                at = service.election.local(times[station.id]).isoformat()
                done.append({"station": station.code, "at": at, "monitors": monitors})
            else:
                left.append({"station": station.code, "district": station.district, "monitors": monitors})
    if as_json:
        print_json({"practised": done, "missing": left})
        return
    rows = [(row["station"], row["district"], " ".join(row["monitors"])) for row in left]
    print_table(("station", "district", "monitors"), rows)
    have = "has" if len(done) == 1 else "have"
    click.echo(f"{counted(len(done), 'station')} {have} practised, {len(left)} not: those above")


@click.command(short_help="The history of a station.")
@click.argument("code")
@as_json
@pass_deployment
def station(deployment: Deployment, code: str, as_json: bool) -> None:
    """Show what stands at station CODE and every revision: who, when, which text, why.

    \b
    Example:
      pantau station 012
    """
    with deployment.service() as service, service.store.reading() as db:
        value = station_json(service, db, a_station(db, code))
    if as_json:
        print_json(value)
        return
    _print_station(value)


def _tally(service: Service, found: Totals, contests: list[ContestTotal]) -> dict[str, Any]:
    return {
        "election": service.election.name,
        "as_of": service.election.local(service.clock()).isoformat(timespec="seconds"),
        "unofficial": True,
        "stations": {
            "registered": found.stations.registered,
            "reported": found.stations.reported,
            "complete": found.stations.complete,
            "held": found.stations.held,
        },
        "contests": [_contest(each) for each in contests],
    }


def _contests(service: Service, found: Totals, code: str | None) -> list[ContestTotal]:
    if code is None:
        return list(found.contests)
    word = code.upper()
    wanted = [each for each in found.contests if word in (each.contest.code, *each.contest.aliases)]
    if not wanted:
        known = ", ".join(each.code for each in service.election.contests)
        raise OperatorError(f"there is no contest {code}; there are {known}")
    return wanted


def _contest(each: ContestTotal) -> dict[str, Any]:
    return {
        "code": each.contest.code,
        "name": each.contest.name,
        "stations": each.stations,
        "valid": each.valid,
        "invalid": each.invalid,
        "candidates": [
            {
                "number": candidate.number,
                "name": candidate.name,
                "votes": each.votes[candidate.number - 1],
                "share": round(each.share(candidate.number), 3),
            }
            for candidate in each.contest.candidates
        ],
    }


def _print_csv(contests: list[ContestTotal]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["contest", "number", "name", "votes", "share", "stations", "valid", "invalid"])
    for each in contests:
        for row in _contest(each)["candidates"]:
            writer.writerow([each.contest.code, *row.values(), each.stations, each.valid, each.invalid])
    click.echo(text.getvalue(), nl=False)


def _print_tally(value: dict[str, Any]) -> None:
    counts = value["stations"]
    click.echo(f"{value['election']}, {value['as_of']}, UNOFFICIAL")
    click.echo(
        f"stations: {counts['reported']} of {counts['registered']} reported, "
        f"{counts['complete']} complete, {counts['held']} held"
    )
    for contest in value["contests"]:
        invalid = "unknown" if contest["invalid"] is None else contest["invalid"]
        click.echo(
            f"\n{contest['code']} {contest['name']}: {counted(contest['stations'], 'station')}, "
            f"{contest['valid']} valid, {invalid} invalid"
        )
        rows = [
            (str(row["number"]), row["name"], str(row["votes"]), _share(row["votes"], contest["valid"]))
            for row in contest["candidates"]
        ]
        print_table(("no", "name", "votes", "share"), rows, numbers=("no", "votes", "share"))


def _share(votes: int, valid: int) -> str:
    return percent(votes / valid if valid else 0.0)  # not of what JSON has: that is rounded already


def _print_station(value: dict[str, Any]) -> None:
    voters = "?" if value["voters"] is None else value["voters"]
    click.echo(f"TPS{value['station']} {value['village']}, {value['district']}, {voters} voters")
    click.echo(f"monitors: {' '.join(value['monitors']) or 'none'}")
    print_table(
        (
            "contest",
            "revision",
            "status",
            "votes",
            "valid",
            "invalid",
            "at",
            "by",
            "text",
            "source",
            "reason",
        ),
        [_history_cells(row) for row in value["history"]],
        numbers=("revision", "valid", "invalid", "text"),
    )
    for held in value["held"]:
        click.echo(f"{held['case']} waits for a coordinator: {', '.join(held['codes'])}")


def _history_cells(row: dict[str, Any]) -> list[str]:
    votes = None if row["votes"] is None else ",".join(map(str, row["votes"]))
    valid = f"{row['valid']} (SAH {row['stated']})" if row["adds_up"] is False else row["valid"]
    cells = [row["contest"], row["revision"], row["status"], votes, valid, row["invalid"]]
    cells += [row["at"][:19], row["by"], row["message"], row["source"], row["reason"]]
    return ["-" if cell is None else str(cell) for cell in cells]
