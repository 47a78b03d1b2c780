"""``pantau simulate``: a rehearsal against the running service."""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random, SystemRandom
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from config.errors import OperatorError
from gateway.commands import asking
from gateway.commands.opening import Deployment, as_json, pass_deployment
from gateway.commands.output import print_json, print_table
from gateway.rehearsal import rehearsal
from gateway.rehearsal.doors import Webhook, door_of
from gateway.rehearsal.night import Night
from gateway.rehearsal.rehearsal import Verdict, Watch
from gateway.serve import HOST, PORT
from gateway.service import Service
from models import elections, messages

URL = f"http://{HOST}:{PORT}"
NAMED = 10  # stations that differ


def _a_number(_context: click.Context, _option: click.Parameter, minutes: float) -> float:
    if math.isnan(minutes):  # no range keeps it out
        raise click.BadParameter("nan is no number of minutes")
    return minutes


@click.command(short_help="A rehearsal against the running service.")
@click.option("--stations", type=click.IntRange(min=1), metavar="N", help="How many report; left out: all.")
@click.option(
    "--minutes",
    type=click.FloatRange(0, 24 * 60),
    default=5.0,
    show_default=True,
    callback=_a_number,
    help="0: as fast as it goes.",
)
@click.option("--seed", type=int, metavar="S", help="The same seed on the same roster: the same night.")
@click.option("--url", default=URL, show_default=True, help="Where the service is.")
@asking.yes
@as_json
@pass_deployment
def simulate(
    deployment: Deployment,
    *,
    stations: int | None,
    minutes: float,
    seed: int | None,
    url: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Rehearse the night: monitors and coordinators text to the service's own webhook, as people do.

    With typing mistakes that are sent again corrected, texts that come twice, late, out of order or
    never, forms that do not add up, and corrections. Prints what was sent, what was refused and why,
    and whether the totals agree with the forms; exit status 1 where they do not. Outside the sandbox
    it needs an empty database, [sending] only, and --yes.

    \b
    Example:
      pantau simulate --stations 326 --minutes 1 --seed 7
    """
    seed = SystemRandom().randrange(10**6) if seed is None else seed
    with deployment.service() as service:
        rehearsal.check(service, yes=yes)
        found = _rehearse(service, url, stations, minutes=minutes, seed=seed)
    print_json(_json(found, seed)) if as_json else _print(found, seed)
    if not found.agrees:
        raise OperatorError(_disagreement(found))


def _rehearse(service: Service, url: str, stations: int | None, *, minutes: float, seed: int) -> Verdict:
    door = door_of(service.settings)
    webhook = Webhook(url, door, partial(_kept_back, service, door.carrier))
    with service.store.reading() as db:
        mark = elections.mark(db, service.election_id)
    webhook.check(mark)
    with service.store.reading() as db:
        cast = rehearsal.cast(db, service.election, stations, Random(seed))
    if cast.left_out:
        click.echo(f"{cast.left_out} stations fewer: the others have reported or have no monitor", err=True)
    with _watching() as watch:
        return rehearsal.rehearse(service, webhook, cast, minutes=minutes, seed=seed, watch=watch)


def _kept_back(service: Service, carrier: str, text_id: str) -> str | None:
    """Give the reply to a text from the log."""
    with service.store.reading() as db:
        found = messages.by_carrier_id(db, carrier, text_id)
        reply = messages.reply_to(db, found.id) if found else None
        return reply.body if reply else None


@contextmanager
def _watching() -> Iterator[Watch]:
    """Give what shows how the night goes, where somebody watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total, _night: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[said]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("rehearsing", total=None, said="")

        def watch(done: int, total: int, night: Night) -> None:
            said = f"{done} of {total} monitors, {night.sent.total()} texts"
            bar.update(task, completed=done, total=total, said=said)

        yield watch


def _outcomes(found: Verdict) -> Counter[str]:
    """Count the texts by outcome, those that something was wrong with by their codes too."""
    counted: Counter[str] = Counter()
    for (outcome, codes), count in found.outcomes.items():
        counted[" ".join(filter(None, (outcome, ", ".join(codes))))] += count
    return counted


def _print(found: Verdict, seed: int) -> None:
    click.echo(
        f"seed {seed}: {found.stations} stations, {found.sent.total()} texts sent, {found.lost} lost\n"
    )
    print_table(
        ("sent", "texts"), [(what, str(n)) for what, n in sorted(found.sent.items())], numbers=("texts",)
    )
    click.echo()
    rows = [(what, str(n)) for what, n in sorted(_outcomes(found).items())]
    print_table(("became", "texts"), rows, numbers=("texts",))
    click.echo()
    for contest, votes in found.expected.items():
        counted = found.found[contest]
        click.echo(f"{contest}: forms {_votes(votes)}, counted {_votes(counted)}")
    if found.agrees:
        click.echo("totals agree")


def _votes(votes: tuple[int, ...]) -> str:
    return ",".join(map(str, votes))


def _json(found: Verdict, seed: int) -> dict[str, Any]:
    return {
        "seed": seed,
        "stations": found.stations,
        "sent": dict(sorted(found.sent.items())),
        "lost": found.lost,
        "outcomes": dict(sorted(_outcomes(found).items())),
        "expected": found.expected,
        "counted": found.found,
        "differing": found.differing,
        "broken": found.broken,
        "agrees": found.agrees,
    }


def _disagreement(found: Verdict) -> str:
    if found.differing:
        named = ", ".join(found.differing[:NAMED]) + (" .." if len(found.differing) > NAMED else "")
        return f"totals do not agree: {len(found.differing)} stations differ: {named}; see pantau station"
    if found.broken:
        return f"the service did what it may not: {'; '.join(found.broken[:NAMED])}"
    return "totals do not agree, though every station does: somebody else texts to this service"
