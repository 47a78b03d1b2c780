"""``pantau roster``: stations and people in, and a list of who is there."""

from pathlib import Path
from typing import Any

import click

from config.errors import OperatorError
from gateway.commands.opening import Deployment, as_json, pass_deployment
from gateway.commands.output import print_json, print_table, progress_bar
from gateway.service import utc_now
from models import elections, people
from models.people import Person
from models.roster_import import ImportSummary, import_roster

# Not checked by click: a file that is there and cannot be read is a failure, no wrong usage.
a_file = click.Path(path_type=Path, readable=False)


class _DryRun(Exception):
    """Raised to leave a transaction without writing it, with what it would have changed."""

    def __init__(self, done: ImportSummary) -> None:
        self.done = done


@click.group(short_help="Bring in stations and people; list them.")
def roster() -> None:
    """Bring in stations and people, and list who is there.

    \b
    Example:
      pantau roster import --stations stations.csv --people people.csv
      pantau roster list
    """


@roster.command("import", short_help="Read stations and people from files.")
@click.option("--stations", type=a_file, help="station,district,village,voters[,number,voters_CODE]")
@click.option("--people", type=a_file, help="role,phone,name,station,district[,language,pin,phone2]")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--prune", is_flag=True, help="Remove whom and what the files do not name.")
@pass_deployment
def import_(
    deployment: Deployment, stations: Path | None, people: Path | None, dry_run: bool, prune: bool
) -> None:
    """Read stations and people from CSV or XLSX files: all or nothing, and only what changed.

    Results are never touched. The monitors of a station that the file names become those of the
    file. Whom it does not name stays, unless --prune; a station with results stays in any case.

    \b
    Example:
      pantau roster import --stations stations.csv --people people.csv --dry-run
    """
    if stations is None and people is None:
        raise click.UsageError("give --stations, --people or both")
    for path in filter(None, (stations, people)):
        if not path.is_file():
            raise OperatorError(f"{path}: there is no such file; check the path")
    try:
        done = _import(deployment, stations, people, dry_run=dry_run, prune=prune)
    except _DryRun as stopped:
        done = stopped.done
        click.echo("nothing was changed; this would be:")
    for warning in done.warnings:
        click.echo(f"warning: {warning}", err=True)
    for what, added, changed, removed in (
        ("stations", done.stations_added, done.stations_changed, done.stations_removed),
        ("people", done.people_added, done.people_changed, done.people_removed),
    ):
        click.echo(f"{what}: {added} added, {changed} changed, {removed} removed")


@roster.command("list", short_help="List the people and their roles.")
@as_json
@pass_deployment
def list_(deployment: Deployment, as_json: bool) -> None:
    """List everyone with their roles, phones, stations and districts.

    \b
    Example:
      pantau roster list --json
    """
    with deployment.service() as service, service.store.reading() as db:
        rows = [row for person in people.everyone(db) for row in _roles(person)]
    if as_json:
        print_json({"people": rows})
        return
    print_table(("role", "name", "phones", "place"), [_cells(row) for row in rows])


def _import(
    deployment: Deployment, stations: Path | None, people: Path | None, *, dry_run: bool, prune: bool
) -> ImportSummary:
    with (
        deployment.store() as (store, election),
        progress_bar("importing") as progress,
        store.transaction() as db,
    ):
        done = import_roster(db, election, stations, people, prune=prune, progress=progress)
        elections.remember(db, election, utc_now())
        if dry_run:
            raise _DryRun(done)
        return done


def _roles(person: Person) -> list[dict[str, Any]]:
    """Give a row for each role of a person."""
    common = {"name": person.name, "phones": list(person.phones)}
    language = person.lang.value if person.lang else None
    found = []
    for role, has, stations, districts in (
        ("monitor", person.is_monitor, [each.code for each in person.stations], []),
        ("coordinator", person.is_coordinator, [], [each.name for each in person.districts]),
        ("official", person.is_official, [], [each.name for each in person.watches]),
    ):
        if has:
            places = {"stations": stations, "districts": districts}
            found.append({"role": role, **common, **places, "language": language})
    return found


def _cells(row: dict[str, Any]) -> tuple[str, str, str, str]:
    place = ", ".join((*(f"TPS{code}" for code in row["stations"]), *row["districts"])) or "all"
    return row["role"], row["name"], " ".join(row["phones"]), place
