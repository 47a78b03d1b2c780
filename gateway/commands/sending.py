"""``pantau send`` and ``pantau resend``: texts to many, and once more what failed."""

from collections.abc import Sequence
from datetime import datetime

import click

from config.election import Sending
from config.errors import OperatorError
from gateway.commands import asking
from gateway.commands.moments import a_moment
from gateway.commands.opening import Deployment, a_district, in_district, pass_deployment
from gateway.commands.output import print_table, progress_bar
from gateway.service import Service
from models import outbox
from models.recipients import Recipient, recipients
from models.resend import Resent, resend_failed
from notify.segments import lost_in_gsm7, segments, to_gsm7
from notify.texts.catalogue import counted

SHOWN = 20  # recipients by name; the rest are counted
LONGEST = 1600  # characters; what a carrier takes at most


@click.command(short_help="A text to many.")
@click.option("--to", "group", required=True, type=click.Choice(["monitors", "coordinators", "officials"]))
@in_district
@click.option("--missing", is_flag=True, help="Only monitors who have still to send a contest.")
@asking.yes
@click.argument("text", nargs=-1, required=True)
@pass_deployment
def send(
    deployment: Deployment,
    *,
    group: str,
    district: str | None,
    missing: bool,
    yes: bool,
    text: tuple[str, ...],
) -> None:
    """Text TEXT to all monitors, coordinators or officials: show to whom and what it costs, ask, queue.

    Accents and emoji, which would double its price, are taken out.

    \b
    Example:
      pantau send --to monitors --missing "Segera kirim hasil, format: TPS012 G:..,..,.. SAH:.."
      pantau send --to coordinators --district "Timur I" "Rapat jam 19 di kantor camat"
    """
    if missing and group != "monitors":
        raise click.UsageError("--missing is for monitors: they are who reports")
    body = _plain(" ".join(text))
    with deployment.service() as service:
        with service.store.reading() as db:
            where = a_district(db, district)
            found = recipients(db, service.election, group.removesuffix("s"), where, only_missing=missing)
        count = _confirmed(service, found, body, group, yes=yes)
        _queue(service, found, body)
    click.echo(f"queued to {_of(group, count)}; see pantau messages --follow")


@click.command(short_help="Queue failed texts again.")
@click.option("--failed", is_flag=True, help="Those that failed, were not delivered, or expired.")
@click.option("--since", metavar="TIME", help="Written since then: 19:30, 2024-11-27T19:30, or 2h ago.")
@pass_deployment
def resend(deployment: Deployment, failed: bool, since: str | None) -> None:
    """Queue the texts again that failed, each as a new one that names the old; none twice.

    Summaries and reminders are left out: the next ones say what is true by then. So are questions about
    cases that are decided, and what confirms figures that have been replaced.

    \b
    Example:
      pantau resend --failed --since 19:30
    """
    if not failed:
        raise click.UsageError("give --failed: only failed texts are sent again")
    with deployment.service() as service:
        now = service.clock()
        after = datetime.min.replace(tzinfo=now.tzinfo) if since is None else a_moment(service, since)
        with service.store.transaction() as db:
            done = resend_failed(db, after, now)
    click.echo(_said(done))


def _of(group: str, count: int) -> str:
    return counted(count, group.removesuffix("s"))


def _confirmed(service: Service, found: Sequence[Recipient], body: str, group: str, *, yes: bool) -> int:
    """Show what would leave and ask; give how many people get it. OperatorError where it is not to be."""
    count = sum(not each.opted_out for each in found)
    if found:
        _show(found, body, service.election.sending)
    if not count:
        raise OperatorError(f"there are no {group} to text; nothing was queued")
    question = f"Queue {counted(count * segments(body), 'text')} to {_of(group, count)}?"
    asking.confirm(question, yes=yes, undone="nothing was queued")
    return count


def _plain(words: str) -> str:
    """Give the text as it leaves. OperatorError where letters would be lost, or nothing be left."""
    lost = lost_in_gsm7(words)
    if lost:
        raise OperatorError(f"a plain text cannot hold {lost[:20]}; write it in Latin letters")
    body = " ".join(to_gsm7(words).split())
    if not body:
        raise OperatorError("the text is empty")
    if len(body) > LONGEST:
        raise OperatorError(f"the text has {len(body)} characters; {LONGEST} is the most that carriers take")
    return body


def _show(found: Sequence[Recipient], body: str, sending: Sending) -> None:
    rows = [(each.person.name, each.phone, "opted out" if each.opted_out else "") for each in found]
    rows.sort(key=lambda row: row[2], reverse=True)  # who gets nothing is seen first
    print_table(("name", "phone", ""), rows[: max(SHOWN, sum(each.opted_out for each in found))])
    if len(rows) > SHOWN:
        click.echo(f"... {len(rows)} in all")
    count = sum(not each.opted_out for each in found)
    each = segments(body)
    seconds = count * each / sending.messages_per_second
    click.echo(f"\n{body}\n")
    click.echo(
        f"{counted(count, 'recipient')}, {counted(each, 'segment')} each:"
        f" {counted(count * each, 'text')}, about {counted(round(seconds), 'second')}"
    )
    if seconds > outbox.TIME_TO_LIVE.total_seconds():
        click.echo("warning: a text lives for an hour, the last ones will expire; use --district", err=True)
    if sending.only:
        click.echo("warning: [sending] only is set: texts leave to its numbers alone", err=True)


def _queue(service: Service, found: Sequence[Recipient], body: str) -> None:
    """Queue it to all or to none; to who opted out it is kept as not sent."""
    now = service.clock()
    with progress_bar("queueing") as progress, service.store.transaction() as db:
        for done, each in enumerate(found, 1):
            draft = outbox.Draft(each.phone, body, segments(body), kind=outbox.BULK, person_id=each.person.id)
            outbox.queue(db, draft, now)
            if progress is not None:
                progress(done, len(found))


def _said(done: Resent) -> str:
    left = [
        f"{count} {why}"
        for count, why in (
            (done.scheduled, "summaries and reminders"),
            (done.decided, "about cases that are decided"),
            (done.replaced, "about figures that were replaced"),
            (done.opted_out, "to numbers that opted out"),
            (done.left_roster, "to people who are not on the roster any more"),
        )
        if count
    ]
    return f"{counted(done.queued, 'text')} queued again" + (f"; left out: {', '.join(left)}" if left else "")
