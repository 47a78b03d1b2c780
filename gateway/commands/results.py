"""What has been counted: tally, missing, practice, station, summary."""

import csv
import sys
from typing import Any

import click

from config.errors import OperatorError
from gateway.commands.opening import (
    Deployment,
    a_district,
    a_phone,
    a_station,
    as_json,
    in_district,
    pass_deployment,
    print_json,
)
from gateway.commands.station_json import station_json
from gateway.service import Service
from models import messages as log
from models import missing as lacking
from models import notes, outbox, people
from models import stations as known_stations
from models import tally as totals_of
from models.people import Person
from models.tally import ContestTotal, Totals
from notify import summary as summaries
from notify.segments import segments


@click.command(short_help="Totals.")
@click.option("--contest", metavar="CODE", help="Of this contest alone.")
@in_district
@as_json
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a line for each candidate.")
@pass_deployment
def tally(
    deployment: Deployment, contest: str | None, district: str | None, as_json: bool, as_csv: bool
) -> None:
    """Give the totals now; they are unofficial.

    Example: pantau tally --contest G --district "Timur I"
    """
    with deployment.service() as service:
        with service.store.reading() as db:
            found = totals_of.totals(db, service.election, a_district(db, district))
        contests = _contests(service, found, contest)
        value = {
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

    Example: pantau missing --district "Timur I"
    """
    with deployment.service() as service, service.store.reading() as db:
        phones = lacking.monitor_phones(db)
        rows = [
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
    for row in rows:
        click.echo(
            f"{row['station']} {row['district']}: {', '.join(row['contests'])}  {' '.join(row['monitors'])}"
        )
    click.echo(f"{len(rows)} stations are missing")


@click.command(short_help="Who has practised, and who has not.")
@as_json
@pass_deployment
def practice(deployment: Deployment, as_json: bool) -> None:
    """List the stations from which a correct practice report has come, and the others.

    Example: pantau practice --json
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
    for row in left:
        click.echo(f"{row['station']} {row['district']}  {' '.join(row['monitors'])}")
    click.echo(f"{len(done)} stations have practised, {len(left)} have not (above)")


@click.command(short_help="The history of a station.")
@click.argument("code")
@as_json
@pass_deployment
def station(deployment: Deployment, code: str, as_json: bool) -> None:
    """Show what stands at station CODE and every revision: who, when, which text, why.

    Example: pantau station 012
    """
    with deployment.service() as service, service.store.reading() as db:
        value = station_json(service, db, a_station(db, code))
    if as_json:
        print_json(value)
        return
    voters = value["voters"] if value["voters"] is not None else "?"
    click.echo(f"TPS{value['station']} {value['village']}, {value['district']}, {voters} voters")
    click.echo(f"monitors: {' '.join(value['monitors']) or 'none'}")
    for row in value["history"]:
        figures = (
            f"{','.join(map(str, row['votes']))} = {row['valid']}" if row["votes"] is not None else "void"
        )
        number = row["revision"] if row["revision"] is not None else "-"
        by = f"{row['by'] or '-'}, text {row['message']}, {row['source']} ({row['reason']})"
        click.echo(f"{row['contest']} {number} {row['status']:10} {figures}  {row['at'][:19]} by {by}")


@click.command(short_help="The summary as it would go out now.")
@click.option("--to", "phone", metavar="PHONE", help="As this person would get it.")
@click.option("--send", is_flag=True, help="Queue it to that person.")
@pass_deployment
def summary(deployment: Deployment, phone: str | None, send: bool) -> None:
    """Print the summary as it would go out now.

    Example: pantau summary --to 081234567890 --send
    """
    if send and phone is None:
        raise click.UsageError("--send needs --to PHONE")
    with deployment.service() as service, service.store.transaction() as db:
        person = _recipient(people.person_by_phone(db, a_phone(service, phone)), phone) if phone else None
        area = None if person is None or person.everywhere else (person.watches or person.districts or None)
        region = ", ".join(each.name for each in area) if area else None
        lang = (person.lang if person else None) or service.election.language
        now = service.clock()
        body = summaries.compose(
            totals_of.totals(db, service.election, area), service.election, lang, now, region
        )
        if send and person is not None:
            draft = outbox.Draft(
                log.phone_of(db, person), body, segments(body), kind=outbox.BULK, person_id=person.id
            )
            outbox.queue(db, draft, now)
    click.echo(body)


def _recipient(person: Person | None, phone: str) -> Person:
    if person is None:
        raise OperatorError(f"{phone} is not on the roster; see pantau roster list")
    return person


def _contests(service: Service, found: Totals, code: str | None) -> list[ContestTotal]:
    if code is None:
        return list(found.contests)
    wanted = [each for each in found.contests if each.contest.code == code.upper()]
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
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["contest", "number", "name", "votes", "share", "stations", "valid", "invalid"])
    for each in contests:
        for row in _contest(each)["candidates"]:
            invalid = "" if each.invalid is None else each.invalid
            writer.writerow([each.contest.code, *row.values(), each.stations, each.valid, invalid])


def _print_tally(value: dict[str, Any]) -> None:
    counts = value["stations"]
    click.echo(f"{value['election']}, {value['as_of']}, UNOFFICIAL")
    click.echo(
        f"stations: {counts['reported']} of {counts['registered']} reported, "
        f"{counts['complete']} complete, {counts['held']} held"
    )
    for contest in value["contests"]:
        click.echo(
            f"{contest['code']} {contest['name']}: {contest['valid']} valid, {contest['stations']} stations"
        )
        for row in contest["candidates"]:
            click.echo(f"  {row['number']} {row['name']:40} {row['votes']:>9} {row['share']:7.1%}")
