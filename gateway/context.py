"""What a handler knows of the text that it answers, and what it gives back."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from config.election import Election
from config.language import Lang
from config.reserved import Word
from models import messages, opt_outs, outbox, people
from models.people import Person
from notify.example import pin_of
from notify.segments import segments
from notify.texts import reports
from notify.texts.usage import in_words_of, usage
from parser import writing
from parser.commands import Correction, Decision, Replace, Report, Void
from parser.judge import Circumstances
from parser.station import Station

# A text that waits for its recipient's language, and the place of the PIN in what they answer.
Compose = Callable[[Lang, str], str]
# One to coordinators: and for the place of the PIN in what they answer, None for who is told in their place.
Asking = Callable[[Lang, str | None], str]

ACCEPTED, CORRECTED, DUPLICATE, ANSWERED = "accepted", "corrected", "duplicate", "answered"
HELD, REFUSED, IGNORED, PRACTICE = "held", "refused", "ignored", "practice"
# What changes results or the roster needs a PIN: the commands, and the words that they are written with.
NEEDS_PIN = (Report, Correction, Void, Decision, Replace)
WITH_PIN = frozenset((Word.CORRECT, Word.VOID, Word.ACCEPT, Word.REJECT, Word.REPLACE))
_CASE = re.compile(r"\bK ?0*(\d{1,6})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that the reply asks: ``YA`` runs ``body``, as confirmed for its ``kind``."""

    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a text: SPEC section 3's outcome and codes, and the reply to its sender.

    ``command`` is what the log keeps in place of the command's own digest, where one was not done.
    """

    outcome: str
    reply: str | None = None
    codes: tuple[str, ...] = ()
    station: Station | None = None
    ask: Ask | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """One text in its transaction.

    ``recent`` are the number's texts of the last minute (``models.sender``), ``asked`` whether a
    question to it is open, ``roster`` how often the roster had changed then. ``now`` is our clock;
    ``received`` the carrier's time where it gave one, else ``now``; ``stop_answered`` as of ``InboundText``.
    ``confirmed`` is the kind of question that this text runs the answer of, or empty;
    ``pin_checked`` that its PIN was right when it was asked, ``texted`` when what was asked about was
    received: whether reporting was open then decides. ``command`` is the digest of a
    command that changes results or the roster, ``form`` how the command is written.
    """

    db: Connection
    election: Election
    own_numbers: frozenset[str]
    message_id: int
    phone: str
    person: Person | None
    recent: int
    asked: bool
    roster: int | None
    body: str
    now: datetime
    sent: datetime | None
    by_operator: bool = False
    reconciled: bool = False
    stop_answered: bool = True
    confirmed: str = ""
    pin_checked: bool = False
    texted: datetime | None = None
    hold_for: tuple[str, ...] = ()
    command: str | None = None
    form: str = ""

    @property
    def received(self) -> datetime:
        """The moment that opening, closing and the correction window are measured by; of what is confirmed
        by ``YA``, the last alone."""
        return self.sent or self.now

    def sent_before(self, at: datetime) -> bool:
        """Whether the carrier says that this text was sent before a moment of our clock: it answers nothing
        that was texted then."""
        return self.sent is not None and self.sent < at.replace(microsecond=0)

    @property
    def lang(self) -> Lang:
        """The language of the sender's replies."""
        return self.lang_of(self.person)

    @property
    def person_id(self) -> int | None:
        """The sender's row on the roster."""
        return None if self.person is None else self.person.id

    @property
    def is_only_monitor(self) -> bool:
        """Whether the sender is a monitor and oversees nothing."""
        return self.person is not None and self.person.only_reports and not self.person.is_official

    def lang_of(self, person: Person | None) -> Lang:
        """The language of a person's texts."""
        return (person.lang if person else None) or self.election.language

    def local(self, at: datetime) -> datetime:
        """Give a moment on the election's clock."""
        return self.election.local(at)

    def closed_at(self, station: Station | None = None) -> datetime | None:
        """Give when reporting closed to the sender, of a station or of any, by the election's clock; None
        while it is open, and to who goes on correcting."""
        person, at = self.person, self.election.closed(self.texted or self.received)
        if at is None or person is None or (person.is_coordinator and not station):
            return None
        return None if station and person.looks_after(station) else self.local(at)

    def circumstances(self, *, by_coordinator: bool) -> Circumstances:
        """Give what a report is judged by."""
        return Circumstances(
            phones=self.person.phones if self.person else (self.phone,),
            received=self.received,
            sent=self.sent,
            texted=self.texted,
            by_coordinator=by_coordinator,
            hold_for=self.hold_for,
            sum_confirmed=self.confirmed == "sum",
        )

    def refused(self, code: str, reply: str, station: Station | None = None) -> Outcome:
        """Give a refusal with its code."""
        return Outcome(REFUSED, reply, (code,), station)

    @property
    def cases_named(self) -> set[str]:
        """The numbers of the cases that the text names."""
        return set(_CASE.findall(self.body))

    def proposed(self, pairs: list[tuple[str, str]], proposal: str) -> Outcome:
        """Ask whether a text was meant as it is proposed; ``pairs`` are what was read and what is near it."""
        reply = reports.proposal(self.lang, pairs=pairs, whole=in_words_of(self.lang, proposal))
        return Outcome(REFUSED, reply, ("not_understood",), None, Ask("proposal", proposal))

    def tell(
        self,
        phone: str,
        body: str,
        *,
        person_id: int | None = None,
        station: Station | None = None,
        kind: str = outbox.DIRECT,
    ) -> None:
        """Queue a text to a number, caused by this one."""
        draft = outbox.Draft(
            recipient=phone,
            body=body,
            segments=segments(body),
            kind=kind,
            person_id=person_id,
            station_id=station.id if station else None,
            in_reply_to=self.message_id,
        )
        outbox.queue(self.db, draft, self.now)

    def tell_person(
        self, person: Person, body: str, station: Station | None = None, kind: str = outbox.DIRECT
    ) -> None:
        """Queue a text to a person of the roster."""
        self.tell(messages.phone_of(self.db, person), body, person_id=person.id, station=station, kind=kind)

    def tell_coordinators(self, station: Station, compose: Asking) -> None:
        """Queue a text to the coordinators of a station's district, but not to the sender; where
        there is none, to the operator's phones."""
        self.tell_people(people.coordinators_of(self.db, station.district_id), compose, station)

    def tell_people(self, found: Collection[Person], compose: Asking, station: Station | None) -> None:
        """Queue a text to coordinators, but not to the sender; where none are found that get texts, to the
        operator's phones."""
        reached = False
        for person in found:
            if person.id == self.person_id:
                reached = True
                continue
            phone = messages.phone_of(self.db, person)
            body = compose(self.lang_of(person), pin_of(person, self.election))
            self.tell(phone, body, person_id=person.id, station=station)
            reached = reached or not opt_outs.opted_out(self.db, phone)
        if not reached:
            for phone in self.election.operator_phones:
                self.tell(phone, compose(self.election.language, None), station=station)

    def tell_monitors(self, station: Station, compose: Compose, but_not: str | None = None) -> None:
        """Queue a text to the monitors of a station, but not to the sender, nor to the number ``but_not``."""
        for person in people.monitors_of(self.db, station.id):
            if self.phone not in person.phones and but_not not in person.phones:
                self.tell_person(
                    person, compose(self.lang_of(person), pin_of(person, self.election)), station
                )

    def again(self, written: str) -> str:
        """Give what a text should have been in the sender's words, with the place of the PIN where one is
        needed."""
        return in_words_of(self.lang, written) + self.pin

    @property
    def pin(self) -> str:
        """The place of the sender's PIN behind a text, empty where they need none."""
        return pin_of(self.person, self.election)

    def usage(self, command: Word) -> str:
        """Give how the sender writes a command, with ``..`` for what is missing."""
        written = usage(self.lang, command)
        return written + self.pin if command in WITH_PIN else written

    def example(self, station: Station | None = None, command: Word | None = None) -> str:
        """Give the report that we teach the sender, with ``..`` for every figure, behind a command's word."""
        written = writing.example(station.code if station else writing.BLANK, self.election)
        return self.again(written if command is None else f"{command} {written}")
