"""``pantau receive`` and ``pantau messages``: texts in by hand, and the log of all."""

import time
import uuid
from typing import Any

import click

from gateway import inbox
from gateway.commands.opening import Deployment, a_phone, a_station, as_json, pass_deployment, print_json
from gateway.service import Service
from models import messages as log
from models.messages import Message
from notify.carrier import InboundText

FOLLOW_SECONDS = 1.0


@click.command(short_help="Take in a result that was phoned in.")
@click.option("--from", "sender", required=True, metavar="PHONE", help="Whose text it is.")
@click.argument("text")
@pass_deployment
def receive(deployment: Deployment, sender: str, text: str) -> None:
    """Take TEXT in as if PHONE had sent it; print the reply and text it to nobody.

    Example: pantau receive --from 081234567890 "TPS012 G:120,98,77 W:140,155 SAH:295"
    """
    with deployment.service() as service:
        phone = a_phone(service, sender)
        found = inbox.receive(service, InboundText(inbox.OPERATOR, uuid.uuid4().hex, phone, text))
    click.echo(found.reply or f"({found.outcome}: no reply)")


@click.command(short_help="List texts in and out.")
@click.option("--phone", metavar="PHONE", help="To and from this number alone.")
@click.option("--station", metavar="CODE", help="About this station alone.")
@click.option("--follow", is_flag=True, help="Go on as texts come; end with Ctrl-C.")
@as_json
@pass_deployment
def messages(
    deployment: Deployment, phone: str | None, station: str | None, follow: bool, as_json: bool
) -> None:
    """List texts in and out, oldest first.

    Example: pantau messages --station 012
    """
    with deployment.service() as service:
        number = a_phone(service, phone) if phone else None
        last = _list(service, number, station, after=0, as_json=as_json)
        while follow:
            time.sleep(FOLLOW_SECONDS)
            last = _list(service, number, station, after=last, as_json=as_json)


def _list(service: Service, phone: str | None, station: str | None, *, after: int, as_json: bool) -> int:
    with service.store.reading() as db:
        station_id = a_station(db, station).id if station else None
        for each in log.log(db, phone=phone, station_id=station_id, after=after):
            after = each.id
            if as_json:
                print_json(_json(service, each))
            else:
                click.echo(_line(service, each))
    return after


def _json(service: Service, each: Message) -> dict[str, Any]:
    return {
        "id": each.id,
        "direction": each.direction,
        "at": service.election.local(each.at).isoformat(),
        "from": each.sender,
        "to": each.recipient,
        "body": each.body,
        "outcome": each.outcome,
        "codes": list(each.codes),
        "status": each.status,
        "carrier": each.carrier,
        "carrier_id": each.carrier_id,
        "segments": each.segments,
        "in_reply_to": each.in_reply_to,
        "error_code": each.error_code,
    }


def _line(service: Service, each: Message) -> str:
    at = f"{service.election.local(each.at):%d/%m %H:%M:%S}"
    mark, who = ("<", each.sender) if each.direction == "in" else (">", each.recipient)
    state = " ".join(filter(None, (each.outcome or each.status, ",".join(each.codes) or each.error_code)))
    return f"{each.id:6} {at} {mark} {who or '-'} [{state}] {' '.join((each.body or '').split())}"
