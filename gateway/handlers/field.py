"""What monitors say besides figures, and what coordinators say to them."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from config.language import Lang
from config.reserved import Word
from gateway import places
from gateway.context import ANSWERED, Context, Outcome
from gateway.handlers import enquiry, repeated
from models import cases, messages, missing, notes, outbox, people, recipients
from models.people import Person
from notify.example import example_for
from notify.segments import SINGLE, segments, septets, to_gsm7
from notify.texts import field, reports
from notify.texts import people as people_texts
from notify.texts.reminder import results_reminder
from notify.texts.usage import called
from parser.commands import Absent, Incident, NotYet, Present, Tell
from parser.station import Station

AGAIN = timedelta(minutes=5)  # for so long the same words are one incident
SOON = timedelta(minutes=15)  # between two texts of a coordinator to all of their monitors


def present(ctx: Context, person: Person, command: Present) -> Outcome:
    """Keep when a monitor checked in, at the station named or at all of theirs."""
    at_stations = places.named_stations(ctx, person, command.station)
    if isinstance(at_stations, Outcome):
        return at_stations
    for station in at_stations:
        if notes.is_absent(ctx.db, station, person.id, ctx.received):
            _tell_of_return(ctx, person, station)
        _keep(ctx, person, station, notes.PRESENT)
    codes = [each.code for each in at_stations]
    reply = field.present(ctx.lang, stations=codes, at=ctx.local(ctx.received))
    return Outcome(ANSWERED, reply, (), at_stations[0])


def incident(ctx: Context, person: Person, command: Incident) -> Outcome:
    """Keep an incident, and forward it to the coordinators of each district that it may be of."""
    mine = places.own_stations(ctx, person, command.station)
    of_districts: dict[int, list[Station]] = {}
    for each in mine:
        if not _came_again(ctx, person, each, notes.INCIDENT, command.text):
            of_districts.setdefault(each.district_id, []).append(each)
        _keep(ctx, person, each, notes.INCIDENT, command.text)
    for these in of_districts.values():
        _tell_of_incident(ctx, person, these, command.text)
    codes = [each.code for each in mine]
    return Outcome(ANSWERED, field.incident_noted(ctx.lang, stations=codes), (), mine[0])


def absent(ctx: Context, person: Person, command: Absent) -> Outcome:
    """Tell the coordinators that a monitor cannot come, with the words to name a substitute."""
    mine = places.own_stations(ctx, person, command.station)
    for each in mine:
        if not _came_again(ctx, person, each, notes.ABSENT, command.text):
            _tell_of_absence(ctx, person, each, command.text)
        _keep(ctx, person, each, notes.ABSENT, command.text)
    codes = [each.code for each in mine]
    return Outcome(ANSWERED, field.absence_noted(ctx.lang, stations=codes), (), mine[0])


def not_yet(ctx: Context, person: Person, command: NotYet) -> Outcome:
    """Note that the count goes on: no reminder for 60 minutes."""
    mine = places.own_stations(ctx, person, command.station)
    waited = enquiry.awaited_of(ctx, mine)
    if not waited:
        held = next((case.name for each in mine for case in cases.open_at(ctx.db, each)), "")
        codes = [each.code for each in mine]
        complete = reports.nothing_awaited(ctx.lang, stations=codes, waits=held)
        return Outcome(ANSWERED, complete, (), mine[0])
    for station, _ in waited:
        _keep(ctx, person, station, notes.NOT_YET)
    closed = ctx.election.closed(ctx.received)
    reply = field.not_yet(
        ctx.lang,
        stations=[each.code for each, _ in waited],
        example=example_for(person, waited[0][0], ctx.election, waited[0][1]),
        closed=None if closed is None else ctx.local(closed),
    )
    return Outcome(ANSWERED, reply, (), waited[0][0])


def tell(ctx: Context, person: Person, command: Tell) -> Outcome:
    """Text a coordinator's words to their monitors, at most once in 15 minutes, in one segment."""
    words = to_gsm7(command.text).strip()
    if not words:  # a smile, or letters that no phone of theirs shows
        return ctx.refused("not_understood", reports.not_understood(ctx.lang, example=""))
    prefix = max(septets(field.message_from(lang, words="")) + 1 for lang in Lang)
    if segments(words) > 1 or septets(words) + prefix > SINGLE:
        return ctx.refused("too_long", field.too_long(ctx.lang, most=SINGLE - prefix))
    if (soon := _too_soon(ctx, person, Word.TELL)) is not None:
        return soon
    for each in people.monitors_in(ctx.db, person.districts):
        ctx.tell_person(each, field.message_from(ctx.lang_of(each), words=words), kind=outbox.BULK)
    return Outcome(ANSWERED, field.told(ctx.lang, count=recipients.texted(ctx.db, ctx.message_id)))


def remind(ctx: Context, person: Person) -> Outcome:
    """Remind every monitor of a coordinator's who is missing, at most once in 15 minutes, while reports are
    taken."""
    if (closed := ctx.election.closed(ctx.now)) is not None:
        return ctx.refused("closed", field.no_reminder(ctx.lang, at=ctx.local(closed)))
    if (soon := _too_soon(ctx, person, Word.REMIND)) is not None:
        return soon
    counting = notes.still_counting(ctx.db, ctx.now)
    for each in missing.awaited(ctx.db, ctx.election, person.districts):
        if each.station.id in counting:
            continue
        for monitor in people.monitors_of(ctx.db, each.station.id):
            example = example_for(monitor, each.station, ctx.election, each.contests)
            body = results_reminder(ctx.lang_of(monitor), station=each.station.code, example=example)
            ctx.tell_person(monitor, body, each.station, kind=outbox.BULK)
    return Outcome(ANSWERED, field.reminded(ctx.lang, count=recipients.texted(ctx.db, ctx.message_id)))


def _came_again(ctx: Context, person: Person, station: Station, kind: str, words: str) -> bool:
    """Whether a carrier has likely brought the same text again, under a new id: nobody is told twice."""
    since = ctx.received - AGAIN
    return notes.said_before(ctx.db, station, kind, words, person_id=person.id, since=since)


def _tell_of_incident(ctx: Context, person: Person, of_district: Sequence[Station], words: str) -> None:
    codes = [each.code for each in of_district]
    ctx.tell_coordinators(
        of_district[0],
        lambda lang, _: field.incident(lang, stations=codes, name=person.name, phone=ctx.phone, words=words),
    )


def _tell_of_absence(ctx: Context, person: Person, station: Station, words: str) -> None:
    ctx.tell_coordinators(
        station,
        lambda lang, pin: field.absence(
            lang, station=station.code, name=person.name, phone=ctx.phone, words=words, pin=pin
        ),
    )


def _tell_of_return(ctx: Context, person: Person, station: Station) -> None:
    ctx.tell_coordinators(
        station,
        lambda lang, _: people_texts.back(lang, station=station.code, name=person.name, phone=ctx.phone),
    )


def _too_soon(ctx: Context, person: Person, word: Word) -> Outcome | None:
    """Refuse a second text to many in so short a time; ask about one that a carrier brings again, or late."""
    if ctx.confirmed != "repeated" and _is_old(ctx, person, word):
        return repeated.asked(ctx, None, late=True)
    since = ctx.now - SOON
    given = [messages.last_with_command(ctx.db, each, word.value, since, ctx.now) for each in person.phones]
    last = max(filter(None, given), default=None)
    if last is None:
        return None
    minutes = ceil((last + SOON - ctx.now) / timedelta(minutes=1))
    return ctx.refused("too_soon", field.too_soon(ctx.lang, word=called(ctx.lang, word), minutes=minutes))


def _is_old(ctx: Context, person: Person, word: Word) -> bool:
    sent = ctx.sent
    return sent is not None and any(
        recipients.sent_since(ctx.db, each, word.value, sent) for each in person.phones
    )


def _keep(ctx: Context, person: Person, station: Station, kind: str, text: str = "") -> None:
    notes.add(
        ctx.db,
        station,
        kind,
        at=ctx.received,
        person_id=person.id,
        message_id=ctx.message_id,
        text=text or None,
    )
