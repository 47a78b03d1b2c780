"""``pantau receive`` and ``pantau messages``: texts in by hand, and the log of all."""

import heapq
import time
import uuid
from typing import Any

import click

from gateway import inbox
from gateway.commands.opening import Deployment, a_phone, a_station, as_json, pass_deployment
from gateway.commands.output import print_json
from gateway.service import Service
from models import messages as log
from models.messages import Message
from notify.carrier import InboundText

FOLLOW_SECONDS = 1.0
# On PostgreSQL a text may become visible after one with a higher id: those are looked at again.
LOOKED_AT_AGAIN = 500


@click.command(short_help="Take in a result that was phoned in.")
@click.option("--from", "sender", required=True, metavar="PHONE", help="Whose text it is.")
@click.argument("text", nargs=-1, required=True)
@pass_deployment
def receive(deployment: Deployment, sender: str, text: tuple[str, ...]) -> None:
    """Take TEXT in as if PHONE had sent it; print the reply and text it to nobody.

    \b
    Example:
      pantau receive --from 081234567890 "TPS012 G:120,98,77 W:140,155 SAH:295"
    """
    with deployment.service() as service:
        phone = a_phone(service.election, sender)
        body = " ".join(text)
        found = inbox.receive(service, InboundText(inbox.OPERATOR, uuid.uuid4().hex, phone, body))
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

    \b
    Example:
      pantau messages --station 012
      pantau messages --phone 081234567890 --follow
    """
    with deployment.service() as service:
        listing = _Listing(service, as_json=as_json)
        number = a_phone(service.election, phone) if phone else None
        listing.go_on(number, station)
        try:
            while follow:
                time.sleep(FOLLOW_SECONDS)
                listing.go_on(number, station)
        except KeyboardInterrupt:  # the way to end it
            return


class _Listing:
    """The log as it is printed, text by text."""

    def __init__(self, service: Service, *, as_json: bool) -> None:
        self._service = service
        self._as_json = as_json
        self._last: list[int] = []  # a heap of what was printed last
        self._after = 0  # nothing up to here is looked at again

    def go_on(self, phone: str | None, station: str | None) -> None:
        """Print the texts that have not been."""
        with self._service.store.reading() as db:
            station_id = a_station(db, station).id if station else None
            seen = set(self._last)
            for each in log.log(db, phone=phone, station_id=station_id, after=self._after):
                if each.id not in seen:
                    self._print(each)
                    self._remember(each.id)

    def _remember(self, message_id: int) -> None:
        if len(self._last) < LOOKED_AT_AGAIN:
            heapq.heappush(self._last, message_id)
        else:
            self._after = max(self._after, heapq.heappushpop(self._last, message_id))

    def _print(self, each: Message) -> None:
        if self._as_json:
            print_json(_json(self._service, each))
        else:
            click.echo(_line(self._service, each))


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
