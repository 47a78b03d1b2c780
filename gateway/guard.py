"""Who is heard at all: SPEC section 3's rules before a report is judged, and against loops."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from config.phones import is_automated, is_foreign
from gateway import places
from gateway.context import IGNORED, NEEDS_PIN, REFUSED, Context, Outcome
from models import cases, messages, opt_outs, people, pins, results, stations
from models.people import Person
from notify.texts import people as words
from parser import parse
from parser.commands import Command, Courtesy, OptIn, OptOut, Report
from parser.courtesy import OKAY
from parser.errors import Parsed, Unclear
from parser.figures import tallies_of, unfinished
from parser.judge import judge
from parser.normalise import has_digit
from parser.report import has_votes_in_a_row
from parser.verdict import Accepted, Held

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
UNKNOWN_REPLIES = 60  # an hour, to all numbers that are not on the roster
OWN_REPLIES = 60  # an hour, to one number on it
FIELDLESS_REPLIES, FIELDLESS_WINDOW = 3, timedelta(minutes=10)
STRUGGLE, STRUGGLE_WINDOW = 3, timedelta(minutes=30)
LONGEST_RUN = 60  # refused texts in a row that are looked at
CASES_A_NUMBER, CASES_A_STATION = 1, 3


@dataclass(frozen=True, slots=True)
class PinCheck:
    """``state`` is what the log keeps (right, wrong, or None); ``refusal`` ends the text here;
    with ``locked`` a faultless report is held."""

    state: str | None = None
    refusal: Outcome | None = None
    locked: bool = False


def automated(ctx: Context) -> bool:
    """Whether a machine wrote: it is stored and never answered, so that nothing loops."""
    return is_automated(ctx.phone) or ctx.phone in ctx.own_numbers


def unknown(ctx: Context, parsed: Parsed) -> Outcome | None:
    """Refuse a number that is not on the roster; None where its report may be held."""
    if ctx.election.rules.unknown_senders == "hold" and _may_be_held(ctx, parsed):
        return None
    if isinstance(parsed, OptOut):  # a monitor who was replaced may have enough, too
        opt_outs.opt_out(ctx.db, ctx.phone, ctx.now)
        return Outcome(REFUSED, codes=("unknown_sender",))
    if isinstance(parsed, OptIn):
        opt_outs.opt_in(ctx.db, ctx.phone)
    reply = words.unknown_sender(ctx.election.language) if _may_be_answered(ctx) else None
    return Outcome(REFUSED, reply, ("unknown_sender",))


def rate(ctx: Context, parsed: Parsed) -> Outcome | None:
    """Ignore what is too much from one number in a minute, but judge a faultless report all the same."""
    if ctx.reconciled or ctx.by_operator:
        return None
    most = ctx.election.rules.messages_per_minute
    if ctx.recent <= most:
        return None
    if isinstance(parsed, Report) and not _faulty(ctx, parsed):
        return None
    warned = any(
        "rate_limited" in each.codes and _is_within(MINUTE, each.at, ctx.now)
        for each in messages.recent_from(ctx.db, ctx.phone, ctx.message_id, most)
    )
    return Outcome(IGNORED, None if warned else words.too_many_messages(ctx.lang), ("rate_limited",))


def pin(ctx: Context, command: Command) -> PinCheck:
    """Check the PIN of a report, or of a command that changes results or the roster."""
    person = ctx.person
    if person is None or not person.needs_pin(ctx.election) or not isinstance(command, NEEDS_PIN):
        return PinCheck()
    assert person.pin_hash is not None
    given = command.pin
    tries = pins.tries(ctx.db, ctx.phone, ctx.now)
    right = ctx.pin_checked or (given is not None and pins.pin_matches(given, person.pin_hash))
    if tries.locked:
        return _while_locked(ctx, command, right=right, given=bool(given))
    if right:
        return PinCheck("right")
    if not given:
        return PinCheck(None, ctx.refused("bad_pin", words.bad_pin(ctx.lang, missing=True)))
    if tries.wrong + 1 == pins.MOST_WRONG:
        _tell_of_lock(ctx, person)
        return PinCheck("wrong", ctx.refused("bad_pin", words.pin_locked(ctx.lang)))
    return PinCheck("wrong", ctx.refused("bad_pin", words.bad_pin(ctx.lang, missing=False)))


def pin_of_proposal(ctx: Context, unclear: Unclear) -> str | None:
    """Check the PIN beside a mistyped word, so that ``YA`` needs no other: right, wrong, or None.

    A wrong one counts: the proposal must not tell for nothing whether a PIN is right.
    """
    meant = parse(unclear.proposal, ctx.election)
    if not isinstance(meant, NEEDS_PIN):
        return None
    return pin(ctx, replace(meant, pin=unclear.pin)).state


def silenced(ctx: Context, outcome: Outcome, parsed: Parsed) -> Outcome:
    """Take back the reply to an unknown foreign number, and where answering would feed a loop: SPEC
    section 3, its table and last paragraphs."""
    if ctx.person is None and is_foreign(ctx.phone, ctx.election.country):  # whose report is held
        return replace(outcome, reply=None)
    if outcome.outcome != REFUSED or outcome.reply is None or ctx.person is None:
        return outcome
    overseer = ctx.person.is_coordinator or ctx.person.is_official
    names_case = overseer and ctx.cases_named  # "setuju K1": no phone's auto-reply
    if _is_fieldless(parsed, ctx.body) and not names_case and _fieldless_run(ctx):
        return replace(outcome, reply=None)
    if not overseer and messages.count_from(ctx.db, ctx.phone, ctx.now - HOUR, ctx.now) > OWN_REPLIES:
        answered = messages.replies_since(ctx.db, ctx.now - HOUR, ctx.now, recipient=ctx.phone)
        return outcome if answered < OWN_REPLIES else replace(outcome, reply=None)
    return outcome


def tell_of_struggle(ctx: Context, outcome: Outcome) -> None:
    """Tell the coordinators once when a monitor's third text in a row is refused."""
    person = ctx.person
    if outcome.outcome != REFUSED or person is None or not person.is_monitor or ctx.by_operator:
        return
    run = _refused_run(ctx)
    firsts = run[STRUGGLE - 1 :]
    thirds = [at for at, first in zip(run, firsts, strict=False) if at - first <= STRUGGLE_WINDOW]
    if thirds == [ctx.now]:
        ctx.tell_people(
            _overseers(ctx, person),
            lambda lang, _: words.struggling(lang, name=person.name, phone=ctx.phone, body=ctx.body),
            person.stations[0],
        )


def insists(ctx: Context) -> bool:
    """Whether the number's last text was refused just now, and this one says that it is right: "memang begitu
    di form". "Ok" does not."""
    return len(_refused_run(ctx)) > 1 and OKAY.isdisjoint(ctx.body.upper().split())


def _refused_run(ctx: Context) -> list[datetime]:
    """Give when each of the texts came that were refused in a row up to this one, newest first."""
    run = [ctx.now]
    for each in messages.recent_from(ctx.db, ctx.phone, ctx.message_id, LONGEST_RUN):
        if each.outcome != REFUSED or abs(run[-1] - each.at) > STRUGGLE_WINDOW:
            break
        run.append(each.at)
    return run


def _faulty(ctx: Context, report: Report) -> bool:
    return any(next(unfinished(each, ctx.election), None) for each in report.figures)


def _may_be_answered(ctx: Context) -> bool:
    if is_foreign(ctx.phone, ctx.election.country):
        return False
    since = ctx.now - HOUR
    if messages.replies_since(ctx.db, since, ctx.now, recipient=ctx.phone, person_id=None):
        return False
    return messages.replies_since(ctx.db, since, ctx.now, person_id=None) < UNKNOWN_REPLIES


def _may_be_held(ctx: Context, parsed: Parsed) -> bool:
    """Whether an unknown number's report has no fault (unlikely figures are none), for a station where
    nothing stands, and not one of too many."""
    if not isinstance(parsed, Report) or parsed.station is None:
        return False
    station = places.reporting_station(ctx, parsed.station)
    if isinstance(station, Outcome):
        return False
    stations.lock_station(ctx.db, station)
    record = results.record(results.latest(ctx.db, station, tallies_of(parsed.figures, ctx.election)))
    verdict = judge(parsed, station, record, ctx.circumstances(by_coordinator=False), ctx.election)
    if record.standing or not isinstance(verdict, (Accepted, Held)):
        return False
    waiting = [each for each in cases.open_at(ctx.db, station) if "unknown_sender" in each.codes]
    if any(each.sender == ctx.phone for each in waiting):
        return True  # newer figures of the same number go to its own case
    return cases.open_from(ctx.db, ctx.phone) < CASES_A_NUMBER and len(waiting) < CASES_A_STATION


def _while_locked(ctx: Context, command: Command, *, right: bool, given: bool) -> PinCheck:
    if right and isinstance(command, Report):
        return PinCheck("right", locked=True)
    state = "wrong" if given and not right else None
    return PinCheck(state, ctx.refused("bad_pin", words.pin_locked(ctx.lang)))


def _tell_of_lock(ctx: Context, person: Person) -> None:
    # A coordinator's own: the others of the district, else the operator.
    others = [each for each in _overseers(ctx, person) if each.id != person.id]
    ctx.tell_people(
        others,
        lambda lang, _: words.pin_alarm(lang, name=person.name, phone=ctx.phone),
        person.stations[0] if person.stations else None,
    )


def _overseers(ctx: Context, person: Person) -> list[Person]:
    """Give the coordinators of every station of a monitor, else of the districts of a coordinator."""
    of_stations = {each.district_id for each in person.stations}
    found = {
        each.id: each
        for district_id in sorted(of_stations or {each.id for each in person.districts})
        for each in people.coordinators_of(ctx.db, district_id)
    }
    return list(found.values())


def _fieldless_run(ctx: Context) -> bool:
    """Whether the texts before this one were of an auto-reply, and have had their replies."""
    recent = messages.recent_from(ctx.db, ctx.phone, ctx.message_id, LONGEST_RUN)
    fieldless = takewhile(
        lambda each: _is_fieldless(parse(each.body or "", ctx.election), each.body or ""), recent
    )
    run = [each for each in fieldless if each.outcome == REFUSED][:FIELDLESS_REPLIES]
    if not run:
        return False
    if messages.reply_to(ctx.db, run[0].id) is None:
        return True
    return len(run) == FIELDLESS_REPLIES and _is_within(FIELDLESS_WINDOW, run[-1].at, ctx.now)


def _is_within(window: timedelta, at: datetime, now: datetime) -> bool:
    """Whether that was so short a time ago; what is to come was before our clock was set back."""
    return timedelta() <= now - at <= window


def _is_fieldless(parsed: Parsed, body: str) -> bool:
    """Whether a text may be a phone's own. One of numbers alone, or with three in a row, is somebody's."""
    if has_votes_in_a_row(body) or (has_digit(body) and not any(map(str.isalpha, body))):
        return False
    return isinstance(parsed, Courtesy) or (isinstance(parsed, Unclear) and not parsed.has_field)
