"""The phones of the sandbox: type as anyone on the roster, see what comes back (SPEC section 8)."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection

from config.phones import e164
from config.settings import SANDBOX
from gateway.inbox import receive
from gateway.metrics import Metrics
from gateway.pages.examples import examples, someone
from gateway.pages.page import View, page
from gateway.service import Service
from models import log_search, people
from models.messages import Message, storable
from models.people import Person
from models.people_search import find_people
from notify.carrier import InboundText
from notify.segments import segments

MOST_PHONES = 6
TEXTS_SHOWN = 40
MATCHES_SHOWN = 8
LONGEST_NUMBER = 30  # characters
ROLES = {
    "saksi": "monitor",
    "monitor": "monitor",
    "koordinator": "coordinator",
    "coordinator": "coordinator",
    "pejabat": "official",
    "official": "official",
}
SAID = ("same", "new", "nothing", "empty")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone on the page, with its texts, oldest first, and texts that may be tapped.

    ``find`` is what was typed to put another person in its place, ``matches`` who that may be.
    """

    number: str
    person: Person | None
    texts: Sequence[Message]
    examples: Sequence[str]
    find: str = ""
    matches: Sequence[Person] = field(default_factory=tuple)


def sandbox_pages(service: Service, metrics: Metrics) -> Blueprint | None:
    """Give the page and what its forms send to; None without the sandbox."""
    if SANDBOX not in service.carriers:
        return None
    pages = Blueprint("sandbox", __name__)
    pages.add_url_rule("/sandbox", "phones", partial(_phones, service), strict_slashes=False)
    pages.add_url_rule("/sandbox/typed", "typed", partial(_typed, service, metrics), methods=["POST"])
    return pages


def _phones(service: Service) -> Response:
    view = View.of(service, request)
    numbers = _numbers(service, request.args.getlist("phone")) or _first_numbers(service)
    find, place = storable(request.args.get("find", "")[:60]), request.args.get("at", type=int)
    with service.store.reading() as db:
        shown = [
            _phone(db, service, number, find if place == index else "")
            for index, number in enumerate(numbers)
        ]
    said = request.args.get("said")
    return page(
        view,
        "sandbox.html",
        phones=shown,
        numbers=numbers,
        said=said if said in SAID else None,
        said_at=place,
        segments=segments,
        to=partial(_address, view),
        most=MOST_PHONES,
    )


def _typed(service: Service, metrics: Metrics) -> Response:
    """Bring what was typed as the carrier does, and go back to the phones."""
    number = _number(service, request.form.get("From", ""))
    text, said = _text(service, number)
    if text is not None:
        began = time.perf_counter()
        answer = receive(service, text)
        metrics.came(SANDBOX, answer)
        metrics.answered(SANDBOX, time.perf_counter() - began)
    asked = [("phone", each) for each in _numbers(service, request.form.getlist("phone"))]
    asked += [(name, request.form[name]) for name in ("lang", "at") if request.form.get(name)]
    asked += [("said", said)] if said else []
    return redirect(f"/sandbox?{urlencode(asked)}", 303)  # type: ignore[return-value]  # werkzeug's own


def _text(service: Service, number: str) -> tuple[InboundText | None, str]:
    """Give the text to bring, None for none, and what is to be said of it."""
    again = request.form.get("again")
    if again is None:
        body = request.form.get("example") or request.form.get("Body", "")
        if not number or not body.strip():
            return None, "empty"
        return InboundText(SANDBOX, str(uuid4()), number, body), ""
    with service.store.reading() as db:
        texts = log_search.thread(db, number, TEXTS_SHOWN)
    last = next((each for each in texts[::-1] if each.direction == "in"), None)
    if last is None or last.body is None or last.carrier_id is None:
        return None, "nothing"
    if again == "same":
        return InboundText(SANDBOX, last.carrier_id, number, last.body), "same"
    return InboundText(SANDBOX, str(uuid4()), number, last.body), "new"


def _phone(db: Connection, service: Service, number: str, find: str) -> Phone:
    person = people.person_by_phone(db, number)
    return Phone(
        number=number,
        person=person,
        texts=log_search.thread(db, number, TEXTS_SHOWN),
        examples=examples(db, service.election, person) if person else (),
        find=find,
        matches=find_people(db, find, ROLES, MATCHES_SHOWN) if find.strip() else (),
    )


def _address(view: View, numbers: Sequence[str], place: int, number: str = "") -> str:
    """Give the address of the page with another phone in a place, or without one there."""
    shown = [*numbers[:place], *([number] if number else []), *numbers[place + 1 :]]
    asked = [("phone", each) for each in dict.fromkeys(shown)]
    asked += [("lang", view.lang.value)] if "lang" in view.request.args else []
    return f"/sandbox?{urlencode(asked)}"


def _numbers(service: Service, given: Sequence[str]) -> list[str]:
    """Give the numbers asked for, each once."""
    kept = (_number(service, each) for each in given)
    return list(dict.fromkeys(each for each in kept if each))[:MOST_PHONES]


def _number(service: Service, given: str) -> str:
    """Give a number as it is kept with its texts, however it was typed."""
    typed = storable(given)[:LONGEST_NUMBER]
    return e164(typed, service.election.country) or typed.strip()


def _first_numbers(service: Service) -> list[str]:
    """Give a monitor, their coordinator and an official of the whole, as far as there are such."""
    found = someone(service)
    with service.store.reading() as db:
        return list(dict.fromkeys(_from_roster(db, found[0] if found else None)))


def _from_roster(db: Connection, monitor: Person | None) -> Iterator[str]:
    if monitor is not None:
        yield monitor.phones[0]
        yield from (
            each.phones[0] for each in people.coordinators_of(db, monitor.stations[0].district_id)[:1]
        )
    officials = people.people_with(db, "official")
    yield from [each.phones[0] for each in sorted(officials, key=lambda each: not each.everywhere)][:1]
