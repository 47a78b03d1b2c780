"""``pantau compare``: ours beside the official count."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from gateway.commands.opening import Deployment, as_json, pass_deployment
from gateway.commands.output import print_json, print_table
from gateway.papers.comparison import AtStation, Comparison, InTotal, OfCandidate, Pair
from gateway.papers.comparison import compare as compared
from gateway.papers.official import read_official
from gateway.service import Service
from notify.texts.catalogue import counted


@click.command(short_help="The difference to the official count.")
@click.argument("official", metavar="OFFICIAL.csv", type=click.Path(path_type=Path, readable=False))
@as_json
@pass_deployment
def compare(deployment: Deployment, official: Path, as_json: bool) -> None:
    """Compare with the official count in OFFICIAL.csv: by station, by candidate and in total.

    Its columns are station, contest and candidate_1, candidate_2 and so on; others are passed
    over. The largest differences come first. Totals are over the stations that both have.

    \b
    Example:
      pantau compare official.csv
    """
    with deployment.service() as service:
        read = read_official(official, service.election)
        with service.store.reading() as db:
            found = compared(db, service.election, read)
        value = _json(service, found)
    if as_json:
        print_json(value)
    else:
        _print(value)


def _json(service: Service, found: Comparison) -> dict[str, Any]:
    return {
        "election": service.election.name,
        "as_of": service.election.local(service.clock()).isoformat(timespec="seconds"),
        "unofficial": True,
        "compared": found.agreeing + len(found.stations),
        "agreeing": found.agreeing,
        "differing": len(found.stations),
        "stations": [_station(each) for each in found.stations],
        "candidates": [_candidate(each) for each in found.candidates],
        "totals": [_total(each) for each in found.totals],
        "not_reported": _places(found.not_reported),
        "not_official": _places(found.not_official),
        "unknown": [f"{number:03d}" for number in found.unknown],
        "other_contests": [{"contest": code, "lines": lines} for code, lines in found.other_contests.items()],
    }


def _station(each: AtStation) -> dict[str, Any]:
    return {
        "station": each.station.code,
        "district": each.station.district,
        "village": each.station.village,
        "contest": each.contest,
        "difference": each.size,
        "candidates": [{"number": number, **_pair(votes)} for number, votes in enumerate(each.votes, 1)],
    }


def _candidate(each: OfCandidate) -> dict[str, Any]:
    named = {"number": each.candidate.number, "name": each.candidate.name}
    return {"contest": each.contest.code, **named, **_pair(each.votes)}


def _total(each: InTotal) -> dict[str, Any]:
    named = {"contest": each.contest.code, "name": each.contest.name}
    return {**named, "stations": each.stations, **_pair(each.votes)}


def _pair(votes: Pair) -> dict[str, int]:
    return {"ours": votes.ours, "official": votes.official, "difference": votes.difference}


def _places(found: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"station": station, "contest": contest} for station, contest in found]


def _print(value: dict[str, Any]) -> None:
    click.echo(f"{value['election']}, {value['as_of']}, ours is UNOFFICIAL")
    click.echo(
        f"{counted(value['compared'], 'result')} compared:"
        f" {value['agreeing']} agree, {value['differing']} differ"
    )
    figures = ("ours", "official", "difference")
    _print_list("in total", value["totals"], ("contest", "name", "stations", *figures))
    _print_list("by candidate", value["candidates"], ("contest", "number", "name", *figures))
    stations = [
        {**each, "votes": each["difference"], "ours / official": _votes(each["candidates"])}
        for each in value["stations"]
    ]
    places = ("station", "district", "village", "contest", "votes", "ours / official")
    _print_list("by station, votes that differ", stations, places)
    _print_places("official, and not reported to us", value["not_reported"])
    _print_places("reported to us, and not in the file", value["not_official"])
    if value["unknown"]:
        click.echo(
            f"\n{counted(len(value['unknown']), 'station')} not on the roster: {' '.join(value['unknown'])}"
        )
    for each in value["other_contests"]:
        click.echo(
            f"\n{counted(each['lines'], 'line')} of {each['contest']}, which is no contest of this election"
        )


def _print_places(words: str, found: list[dict[str, str]]) -> None:
    if found:
        places = " ".join(f"{each['station']}({each['contest']})" for each in found)
        click.echo(f"\n{len(found)} {words}: {places}")


def _print_list(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if rows:
        click.echo(f"\n{title}:")
        cells = [[_cell(column, row[column]) for column in columns] for row in rows]
        numbers = ("number", "stations", "ours", "official", "difference", "votes")
        print_table(columns, cells, numbers=numbers)


def _cell(column: str, value: Any) -> str:
    return f"{value:+d}" if column == "difference" and value else str(value)


def _votes(candidates: list[dict[str, int]]) -> str:
    return " ".join(f"{each['ours']}/{each['official']}" for each in candidates)
