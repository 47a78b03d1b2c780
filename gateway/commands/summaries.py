"""``pantau summary``: what officials and coordinators are texted, as it would go out now."""

from datetime import datetime

import click
from sqlalchemy import Connection

from config.election import Election
from config.errors import OperatorError
from gateway.commands.opening import Deployment, a_phone, pass_deployment
from models import messages, opt_outs, outbox, people, slots, tally
from models.people import Person
from models.slots import Slot
from notify import summary as summaries
from notify.segments import segments

BY_HAND = "summary by hand"  # no series of the schedule's


@click.command(short_help="The summary as it would go out now.")
@click.option("--to", "phone", metavar="PHONE", help="As this person would get it.")
@click.option("--send", is_flag=True, help="Queue it to that person.")
@pass_deployment
def summary(deployment: Deployment, phone: str | None, send: bool) -> None:
    """Print the summary as it would go out now: the whole, or what a person is to know.

    \b
    Example:
      pantau summary
      pantau summary --to 081234567890 --send
    """
    if send and phone is None:
        raise click.UsageError("--send needs --to PHONE")
    with deployment.service() as service:
        now, election = service.clock(), service.election
        with service.store.reading() as db:
            person = None if phone is None else _recipient(db, a_phone(election, phone), phone)
            body = _compose(db, election, person, now)
        if send and person is not None:
            with service.store.transaction() as db:
                _queue(db, person, body, now)
            click.echo(f"queued to {person.name}:", err=True)
    click.echo(body)


def _recipient(db: Connection, number: str, written: str) -> Person:
    found = people.person_by_phone(db, number)
    if found is None:
        raise OperatorError(f"{written} is not on the roster; see pantau roster list")
    if not (found.is_official or found.is_coordinator):
        raise OperatorError(f"{written} is a monitor's: summaries go to officials and coordinators")
    return found


def _compose(db: Connection, election: Election, person: Person | None, now: datetime) -> str:
    everything = person is None or person.everywhere
    districts = None if person is None or everything else (person.watches or person.districts)
    region = None if districts is None else ", ".join(each.name for each in districts)
    lang = (person.lang if person else None) or election.language
    return summaries.compose(tally.totals(db, election, districts), election, lang, now, region)


def _queue(db: Connection, person: Person, body: str, now: datetime) -> None:
    phone = messages.phone_of(db, person)
    if opt_outs.opted_out(db, phone):
        raise OperatorError(f"{phone} has texted STOP: only replies go there until it texts START")
    draft = outbox.Draft(phone, body, segments(body), kind=outbox.BULK, person_id=person.id)
    message_id = outbox.queue(db, draft, now)
    slot_id = slots.take(db, Slot(BY_HAND, now.isoformat(), person.id), now, "")
    if slot_id is not None:  # by its slot it is known as a summary, which is not sent again later
        slots.texted(db, slot_id, message_id)
