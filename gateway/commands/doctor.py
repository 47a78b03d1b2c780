"""``pantau doctor``: everything that a deployment needs, what is wrong and how to mend it."""

from collections.abc import Iterator

import click
from sqlalchemy.exc import SQLAlchemyError

from config.errors import OperatorError
from gateway.commands.opening import Deployment, as_json, pass_deployment
from gateway.commands.output import print_json
from gateway.commands.simulate import URL
from gateway.doctor import doctor as checks
from gateway.doctor import machine
from gateway.doctor.finding import Finding, State, fail, ok
from models.store import mend, reason

COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@click.command(short_help="What a deployment lacks, and how to mend it.")
@click.option("--url", default=URL, show_default=True, help="Where the service is.")
@as_json
@click.pass_context
@pass_deployment
def doctor(deployment: Deployment, context: click.Context, url: str, as_json: bool) -> None:
    """Look at settings, database, clock, disk, election file, roster, carriers and webhook.

    Each line says what was found, and where it is not well how to mend it. Exit status 1 where
    something would fail on the night.

    \b
    Example:
      pantau doctor
    """
    findings = []
    for each in _findings(deployment, url):
        findings.append(each)
        if not as_json:
            _print(each)
    failed = sum(each.state is State.FAIL for each in findings)
    if as_json:
        print_json({"ok": not failed, "checks": [_json(each) for each in findings]})
    elif failed:
        click.echo(f"{failed} would fail on the night")
    else:
        click.echo("nothing would fail on the night")
    context.exit(1 if failed else 0)


def _findings(deployment: Deployment, url: str) -> Iterator[Finding]:
    """Give what is found, as it is; what keeps the service from starting is the last of it."""
    try:
        settings = deployment.settings()
        yield ok("settings", f"carrier {', '.join(settings.carriers)}, election file {settings.election}")
        yield machine.disk(settings)
        with deployment.service() as service:
            yield from checks.look(service, url)
    except OperatorError as error:
        yield fail("start", str(error), "mend this first; the rest cannot be looked at before")
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        yield fail("start", f"{place}{error.strerror or error}", "may this user write there, is it a folder?")
    except SQLAlchemyError as error:
        yield fail("database", f"that of PANTAU_DATABASE_URL cannot be used: {reason(error)}", mend(error))


def _print(each: Finding) -> None:
    mark = click.style(f"{each.state:4}", fg=COLOURS[each.state])
    click.echo(f"{mark}  {each.check}: {each.found}" + (f"  -> {each.mend}" if each.mend else ""))


def _json(each: Finding) -> dict[str, str | None]:
    return {
        "check": each.check,
        "state": each.state.value,
        "found": each.found,
        "mend": each.mend or None,
    }
