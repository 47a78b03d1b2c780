"""``pantau receive`` and ``pantau messages``: texts in by hand, and the log of all."""

import heapq
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import click

from gateway import inbox
from gateway.commands.opening import Deployment, a_phone, a_station, as_json, pass_deployment
from gateway.commands.output import one_line, print_json
from gateway.service import Service
from models import messages as log
from models import people
from models.messages import Message
from notify.carrier import InboundText

FOLLOW_SECONDS = 1.0
# On PostgreSQL a text may become visible after one with a higher id: those are looked at again.
LOOKED_AT_AGAIN = 500


# A text may begin with a dash.
@click.command(
    short_help="Take in a result that was phoned in.", context_settings={"ignore_unknown_options": True}
)
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
@click.option("--phone", metavar="PHONE", help="To and from this person alone, by any number of theirs.")
@click.option("--station", metavar="CODE", help="About this station alone.")
@click.option("--follow", is_flag=True, help="Go on as texts come; end with Ctrl-C.")
@as_json
@pass_deployment
def messages(
    deployment: Deployment, phone: str | None, station: str | None, follow: bool, as_json: bool
) -> None:
    """List texts in and out, oldest first; of one phone or one station as one thread.

    A person's thread has the texts of both their SIMs. A station's has what its monitors wrote
    that named no station, too.

    \b
    Example:
      pantau messages --station 012
      pantau messages --phone 081234567890 --follow
    """
    with deployment.service() as service:
        listing = _Listing(service, _thread(service, phone, station), as_json=as_json)
        listing.go_on()
        try:
            while follow:
                time.sleep(FOLLOW_SECONDS)
                with _undisturbed():
                    listing.go_on()
        except KeyboardInterrupt:  # the way to end it
            return


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait: in the middle of a question to the database it would be logged as a failure."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


@dataclass(frozen=True, slots=True)
class _Thread:
    """Whose texts, and about which station; all of them where neither is given."""

    phones: tuple[str, ...] = ()
    station_id: int | None = None
    monitors: tuple[str, ...] = ()


def _thread(service: Service, phone: str | None, station: str | None) -> _Thread:
    """Find both SIMs of a person, and the numbers of a station's monitors. Raises OperatorError."""
    thread = _Thread()
    with service.store.reading() as db:
        if phone is not None:
            number = a_phone(service.election, phone)
            person = people.person_by_phone(db, number)
            thread = _Thread(person.phones if person else (number,))
        if station is not None:
            found = a_station(db, station)
            monitors = people.monitors_of(db, found.id)
            numbers = tuple(number for each in monitors for number in each.phones)
            thread = replace(thread, station_id=found.id, monitors=numbers)
    return thread


class _Listing:
    """The log as it is printed, text by text."""

    def __init__(self, service: Service, thread: _Thread, *, as_json: bool) -> None:
        self._service = service
        self._thread = thread
        self._as_json = as_json
        self._last: list[int] = []  # a heap of what was printed last
        self._after = 0  # nothing up to here is looked at again

    def go_on(self) -> None:
        """Print the texts that have not been."""
        thread = self._thread
        with self._service.store.reading() as db:
            seen = set(self._last)
            for each in log.log(db, **asdict(thread), after=self._after):
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
        "resend_of": each.resend_of,
    }


def _line(service: Service, each: Message) -> str:
    at = f"{service.election.local(each.at):%d/%m %H:%M:%S}"
    mark, who = ("<", each.sender) if each.direction == "in" else (">", each.recipient)
    state = " ".join(filter(None, (each.outcome or each.status, ",".join(each.codes) or each.error_code)))
    return f"{each.id:6} {at} {mark} {one_line(who or '-')} [{state}] {one_line(each.body or '')}"
