"""The way of a text: seen before? who sent it? what does it ask? what becomes of it?

One text, one transaction. Nothing is answered that was not stored, nothing stored that was not
answered; a bug takes the transaction with it, and the carrier brings the text again.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from config.errors import StoreError
from config.phones import e164
from config.reserved import Word
from gateway import dispatch, guard, in_full, places, signed, villages
from gateway.context import ANSWERED, CORRECTED, IGNORED, NEEDS_PIN, REFUSED, Ask, Context, Outcome
from gateway.service import Answer, Service
from gateway.unclear import in_own_words, not_understood
from models import answering, elections, messages, outbox, questions
from models.answering import Ending
from models.messages import Arrival, storable
from models.outbox import Draft
from models.sender import sender as find_sender
from notify.carrier import InboundText
from notify.segments import segments
from notify.texts import people as words
from parser import meant, parse
from parser.commands import Courtesy, No, NotYet, OptIn, StationRef, Yes
from parser.errors import FieldFault, Parsed, Unclear, Why
from parser.pins import redact
from parser.spelled import COMMANDS

OPERATOR = "operator"  # the carrier of a result that was phoned in


@dataclass(frozen=True, slots=True)
class Judged:
    """An outcome, with what else the log keeps of the text."""

    outcome: Outcome
    pin: str | None = None
    command: str | None = None


def receive(service: Service, text: InboundText) -> Answer:
    """Store, judge and answer a text, exactly once for its carrier's id.

    Raises what the database raises where it cannot be stored: then nothing was.
    """
    now = service.clock()
    sender = e164(text.sender, service.election.country) or text.sender.strip()
    arrival = Arrival(
        carrier=text.carrier,
        carrier_id=text.carrier_id,
        at=now,
        sent_at=text.sent_at,
        sender=storable(sender),
        recipient=None if text.recipient is None else storable(text.recipient),
        body=storable(redact(text.body, asked_for=service.election.rules.pin)),
    )
    parsed = parse(text.body, service.election)  # before the transaction: on SQLite all wait for it

    def take_in(db: Connection) -> Answer:
        message_id = messages.claim(db, arrival, service.election_id)
        if message_id is None:
            return _seen_before(db, text)
        ctx = _context(service, db, message_id, arrival, text)
        return _answer(ctx, text, _judge(ctx, parsed))

    try:
        return service.store.write(take_in)
    except IntegrityError as error:
        _check_election(service, error)
        raise


def _check_election(service: Service, cause: IntegrityError) -> None:
    """End the process where its election file is gone, with what else a backup lacks that somebody restored
    meanwhile: a start puts it in, and counts by it."""
    with service.store.reading() as db:
        if elections.in_force(db, service.election) == service.election_id:
            return
    why = "the database was replaced by an older one while Pantau uses it; Pantau ends: start it again"
    service.lost(why)
    raise StoreError(why) from cause


def _context(
    service: Service, db: Connection, message_id: int, arrival: Arrival, text: InboundText
) -> Context:
    most = service.election.rules.messages_per_minute
    sender = find_sender(db, arrival.sender, arrival.at, since=arrival.at - guard.MINUTE, most=most)
    return Context(
        db=db,
        election=service.election,
        own_numbers=service.own_numbers,
        message_id=message_id,
        phone=arrival.sender,
        person=sender.person,
        recent=sender.recent,
        asked=sender.asked,
        roster=sender.roster,
        body=arrival.body,
        now=arrival.at,
        sent=text.sent_at,
        by_operator=text.carrier == OPERATOR,
        reconciled=text.reconciled,
        stop_answered=text.stop_answered,
    )


def _judge(ctx: Context, parsed: Parsed) -> Judged:
    if guard.automated(ctx):
        return Judged(Outcome(IGNORED, codes=("automated_sender",)))
    parsed = _meant(ctx, parsed)
    if ctx.person is None:
        refusal = guard.unknown(ctx, parsed)
        if refusal is not None:
            return Judged(refusal)
        ctx = replace(ctx, hold_for=("unknown_sender",))
    if (limited := guard.rate(ctx, parsed)) is not None:
        return Judged(limited)
    judged = _heard(ctx, in_full.as_answer(ctx, parsed))
    outcome = guard.silenced(ctx, judged.outcome, parsed)
    guard.tell_of_struggle(ctx, outcome)
    return replace(judged, outcome=outcome)


def _meant(ctx: Context, parsed: Parsed) -> Parsed:
    tells = ctx.person is not None and ctx.person.is_coordinator
    return meant(villages.read_again(ctx, signed.unsigned(ctx, parsed)), ctx.election, tells=tells)


def _heard(ctx: Context, parsed: Parsed) -> Judged:
    """Answer the newest question, or close what was asked and do what is asked now."""
    match parsed:
        case Yes():
            return _yes(ctx, parsed)
        case Courtesy() if ctx.asked:
            return _courtesy(ctx)
        case OptIn() if ctx.asked:
            return _opt_in(ctx, parsed)
        case Unclear() if ctx.asked and _begins_as_answer(parsed):
            return _half_an_answer(ctx, parsed)
        case No():
            asked = questions.newest(ctx.db, ctx.phone, ctx.now)
            closed = questions.close_all(ctx.db, ctx.phone, ctx.message_id)
            if asked is None or asked.id not in closed:
                return _no_question(ctx)
            return Judged(Outcome(ANSWERED, words.dropped(ctx.lang)))
        case _:
            if ctx.asked:
                questions.close_all(ctx.db, ctx.phone, ctx.message_id)
            return _carry_out(ctx, parsed)


def _no_question(ctx: Context) -> Judged:
    decides = ctx.person is not None and ctx.person.is_coordinator
    return Judged(ctx.refused("no_question", words.no_question(ctx.lang, decides=decides)))


def _courtesy(ctx: Context) -> Judged:
    """Leave a question open for thanks, or "siap pak", which say neither yes nor no; say so once."""
    asked = questions.newest(ctx.db, ctx.phone, ctx.now)
    before = next(iter(messages.recent_from(ctx.db, ctx.phone, ctx.message_id, 1)), None)
    at_once = asked is not None and before is not None and before.id == asked.message_id
    return Judged(Outcome(IGNORED, words.yes_or_no(ctx.lang) if at_once else None))


def _opt_in(ctx: Context, said: OptIn) -> Judged:
    """Leave a question open for ``YES``, which is the carrier's and was likely meant for it; say how it is
    answered."""
    judged = _carry_out(ctx, said)
    if questions.newest(ctx.db, ctx.phone, ctx.now) is None:
        return judged
    reply = " ".join(filter(None, (judged.outcome.reply, words.yes_or_no(ctx.lang))))
    return replace(judged, outcome=replace(judged.outcome, reply=reply))


def _begins_as_answer(parsed: Unclear) -> bool:
    return parsed.attempt is None and COMMANDS.get(parsed.faults[0].field) in (Word.YES, Word.NO)


def _half_an_answer(ctx: Context, parsed: Unclear) -> Judged:
    """Leave a question open for a sentence that begins with YA or TIDAK, "ya saya yakin", "tidak salah pak",
    and say how it is answered. One with a number is another text: "ya 295"."""
    if parsed.has_field or questions.newest(ctx.db, ctx.phone, ctx.now) is None:
        questions.close_all(ctx.db, ctx.phone, ctx.message_id)
        return _carry_out(ctx, parsed)
    return Judged(ctx.refused("not_understood", words.yes_or_no(ctx.lang)))


def _is_of(ctx: Context, asked: str, named: StationRef | None) -> bool:
    """Whether a question is about the station that its answer names, if any: "YA TPS 12"."""
    if named is None or ctx.person is None:
        return True
    ref = getattr(villages.read(ctx, asked), "station", None)
    if ref is not None and ref.number == named.number:
        return True
    here = places.own_station(ctx.person, named)
    return here is not None and here == places.own_station(ctx.person, ref)


def _yes(ctx: Context, said: Yes) -> Judged:
    asked = questions.newest(ctx.db, ctx.phone, ctx.now)
    early = asked is not None and ctx.sent_before(asked.at)  # it answers something else, or clocks differ
    if early or (asked is not None and not _is_of(ctx, asked.body, said.station)):
        return Judged(ctx.refused("no_question" if early else "not_understood", words.yes_or_no(ctx.lang)))
    if asked is not None and asked.id not in questions.close_all(ctx.db, ctx.phone, ctx.message_id):
        asked = None  # another text of the same moment has answered it
    if asked is None:
        if said.casual and not guard.insists(ctx):
            return Judged(Outcome(IGNORED))
        return _no_question(ctx)
    right = messages.pin_of(ctx.db, asked.message_id) == "right"
    answered = replace(ctx, confirmed=asked.kind, body=asked.body, texted=asked.texted, pin_checked=right)
    asked_for = _meant(answered, parse(asked.body, ctx.election))
    if said.pin is not None and isinstance(asked_for, NEEDS_PIN):
        asked_for = replace(asked_for, pin=said.pin)
    judged = _carry_out(answered, asked_for)
    if "bad_pin" in judged.outcome.codes and judged.outcome.outcome == REFUSED:  # "YA PIN:4821" may follow
        return replace(judged, outcome=replace(judged.outcome, ask=Ask(asked.kind, asked.body)))
    return judged


def _carry_out(ctx: Context, parsed: Parsed) -> Judged:
    if isinstance(parsed, Unclear) and isinstance(parsed.attempt, NotYet) and ctx.is_only_monitor:
        parsed = parsed.attempt  # "belum, tinggal 2 kotak": for a monitor the word has no page
    if isinstance(parsed, Courtesy) and parsed.asks and ctx.person is not None:
        parsed = Unclear((FieldFault("", Why.UNKNOWN),), has_field=False)
    if isinstance(parsed, Unclear):
        parsed = in_own_words(ctx, parsed)
        pin = guard.pin_of_proposal(ctx, parsed) if parsed.proposal else None
        return Judged(not_understood(ctx, parsed), pin)
    checked = guard.pin(ctx, parsed)
    if checked.refusal is not None:
        return Judged(checked.refusal, checked.state)
    command = dispatch.digest(parsed)
    if command is not None:
        ctx = replace(ctx, command=command)
    if checked.locked:
        ctx = replace(ctx, hold_for=("bad_pin",))
    outcome = dispatch.carry_out(ctx, parsed)
    done = outcome.outcome in (ANSWERED, CORRECTED)
    return Judged(outcome, checked.state, command if done else outcome.command)


def _answer(ctx: Context, text: InboundText, judged: Judged) -> Answer:
    outcome = judged.outcome
    if outcome.reply is not None and ctx.body != text.body:  # what is echoed may hold a mistyped PIN
        outcome = replace(outcome, reply=redact(outcome.reply))
    station_id = outcome.station.id if outcome.station else None
    ending = Ending(
        outcome.outcome, outcome.codes, ctx.person_id, station_id, judged.command, judged.pin, ctx.roster
    )
    if outcome.reply is None:
        answering.finish(ctx.db, ctx.message_id, ending)
        return Answer(ctx.message_id, outcome.outcome)
    if outcome.ask is not None:
        _ask(ctx, outcome.ask)
    draft = Draft(
        recipient=ctx.phone,
        body=outcome.reply,
        segments=segments(outcome.reply),
        kind=outbox.REPLY,
        person_id=ctx.person_id,
        station_id=station_id,
        in_reply_to=ctx.message_id,
        carrier=text.carrier,
    )
    if text.replies_inline and _may_leave(ctx):
        reply_id = answering.reply(ctx.db, ending, draft, ctx.now, status="sent")
        return Answer(ctx.message_id, outcome.outcome, outcome.reply, reply_id)
    status, code = ("failed", outbox.NOT_IN_ONLY) if text.replies_inline else ("queued", None)
    answering.reply(ctx.db, ending, draft, ctx.now, status=status, code=code)
    return Answer(ctx.message_id, outcome.outcome)


def _ask(ctx: Context, asked: Ask) -> None:
    questions.ask(
        ctx.db, phone=ctx.phone, kind=asked.kind, body=asked.body, at=ctx.now, message_id=ctx.message_id
    )


def _may_leave(ctx: Context) -> bool:
    """Whether a reply may leave in an answer: in a rehearsal only to the numbers named, and to who types."""
    only = ctx.election.sending.only
    return ctx.by_operator or not only or ctx.phone in only


def _seen_before(db: Connection, text: InboundText) -> Answer:
    """Give the same answer again; none where the reply went, or goes, by the outbox."""
    seen = messages.by_carrier_id(db, text.carrier, text.carrier_id)
    assert seen is not None
    assert seen.outcome is not None
    reply = messages.reply_to(db, seen.id)
    if reply is None or not messages.was_inline(db, reply.id):
        return Answer(seen.id, seen.outcome, again=True)
    return Answer(seen.id, seen.outcome, reply.body, reply.id, again=True)
