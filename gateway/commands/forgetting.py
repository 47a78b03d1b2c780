"""``pantau forget``: after the night, who people were goes."""

import click

from gateway.commands import asking
from gateway.commands.opening import Deployment, pass_deployment
from gateway.service import Service
from models import forget as forgetting
from models.forget import Forgotten
from notify.texts.catalogue import counted


@click.command(short_help="After the night: remove names, numbers and bodies.")
@asking.yes
@pass_deployment
def forget(deployment: Deployment, yes: bool) -> None:
    """Remove names, numbers, PINs and the bodies of texts, for good; the roster is empty afterwards.

    Results, totals and their chain stay. The audit then leaves out judging the texts again, and
    says so. Do it when the last question about the night has been answered, and think of backups.
    At a terminal it asks first.

    \b
    Example:
      pantau forget
    """
    with deployment.service() as service:
        if not yes and asking.someone_is_there():
            asking.confirm(_question(service), yes=yes, undone="nothing was forgotten")
        with service.store.transaction() as db:
            waiting = forgetting.waiting(db, service.clock())
            done = forgetting.forget(db, service.clock())
        clean = service.store.scrub()
    click.echo(f"forgotten: {_counted(done)}")
    if waiting:
        click.echo(f"warning: {counted(waiting, 'text')} had not left, and will not", err=True)
    if not clean:
        click.echo(
            "warning: the file still holds what was removed; stop the service, then pantau forget again",
            err=True,
        )


def _question(service: Service) -> str:
    """Say what would be gone."""
    with service.store.reading() as db:
        known, waiting = forgetting.known(db), forgetting.waiting(db, service.clock())
        before = forgetting.forgotten(db)
    since = "" if before is None else f" since {service.election.local(before):%d/%m %H:%M}"
    unsent = f" {counted(waiting, 'text')} will never leave." if waiting else ""
    return f"Forget {_counted(known)}{since}?{unsent} It cannot be undone."


def _counted(what: Forgotten) -> str:
    return f"{what.people} people, {counted(what.phones, 'number')}, {counted(what.messages, 'text')}"
