"""What is said to a text that cannot be read: SPEC section 2, "Never guessed"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from string import digits

from config.reserved import COMMAND_WORDS, Word
from gateway import dispatch, places, villages
from gateway.context import REFUSED, Context, Outcome
from gateway.handlers import enquiry
from gateway.sent_right import is_elsewhere, sent_right, sums_of
from notify.example import example_for
from notify.texts import people as words
from notify.texts import reports
from notify.texts import stations as station_texts
from notify.texts.deciding import to_decide
from notify.texts.usage import called, in_words_of
from parser import parse
from parser.commands import Command, Correction, Incident, Report
from parser.errors import FieldFault, Unclear, Why
from parser.keywords import STATION
from parser.report import as_revision
from parser.station import Station
from parser.writing import write_report

_NUMBER = re.compile(r"\d+")
_TOLD_OF_CASE = re.compile(r"\W*K\d+ TPS\d")  # how our text about a case begins
_CASES = frozenset(("KASUS", "KASUSNYA", "DITAHAN", "TERTAHAN", "CASE", "CASES", "HELD", "PENDING"))


def in_own_words(ctx: Context, unclear: Unclear) -> Unclear:
    """Take a monitor's BATAL with figures, "batal, yang benar G:120,98,77 SAH:295", for the RALAT that is
    theirs: the figures were lost."""
    if unclear.command is not Word.VOID or not ctx.is_only_monitor:
        return unclear
    meant = villages.read(ctx, f"{Word.REVISE} {ctx.body}")
    if isinstance(meant, Unclear):
        faulty = any(each.field.rstrip(digits) in ctx.election.by_code for each in meant.faults)
        told = faulty or (isinstance(meant.attempt, Report) and meant.attempt.figures)
        return replace(meant, pin=unclear.pin) if told else unclear
    if not isinstance(meant, Report):
        return unclear
    named = meant.station and replace(meant.station, before="")
    revision = replace(meant, station=named, note="")
    fault = FieldFault(called(ctx.lang, Word.VOID), Why.ARGUMENT, near=Word.REVISE)
    proposal = write_report(revision, ctx.election)
    return Unclear((fault,), proposal=proposal, attempt=revision, pin=unclear.pin)


def not_understood(ctx: Context, unclear: Unclear) -> Outcome:
    """Name every field that cannot be read and every sum that is wrong; propose where one word is near."""
    if unclear.proposal and not unclear.has_field and not (ctx.person and ctx.person.is_monitor):
        unclear = replace(unclear, proposal="")  # HALANGAN of who reports for no station
    if unclear.is_pin_alone and ctx.pin:
        return ctx.refused("not_understood", words.pin_alone(ctx.lang))
    if ctx.is_only_monitor:
        unclear = _own_station_only(ctx, _as_revision(ctx, unclear))
    word = _command_of(ctx, unclear)
    if ctx.person is not None and word is not None and not dispatch.may_use(ctx.person, word):
        return _not_theirs(ctx, unclear, word)
    if ctx.person is not None and word is None and not ctx.person.may_report:
        unclear = _without_report(ctx, unclear)
    faults = tuple(replace(each, near=in_words_of(ctx.lang, each.near)) for each in unclear.faults)
    unclear = replace(unclear, faults=faults)
    near = [(each.field, _shown_near(each)) for each in faults if each.near]
    closed = ctx.closed_at()
    if closed is not None and not _reports(ctx, unclear):
        closed = None
    if unclear.proposal and near and closed is None and _can_be_done(ctx, unclear.proposal):
        return ctx.proposed(near, unclear.proposal)
    if case := _case_named(ctx, unclear):
        return ctx.refused("not_understood", to_decide(ctx.lang, case=case, pin=ctx.pin))
    if not unclear.has_field or _is_sentence(ctx, unclear):
        return _without_figures(ctx, unclear)
    return _refused(ctx, unclear, closed)


def _refused(ctx: Context, unclear: Unclear, closed: datetime | None) -> Outcome:
    """Name all that is wrong, and how it is sent right."""
    sums = sums_of(ctx, unclear)
    elsewhere = is_elsewhere(ctx, unclear)
    reply = reports.refused(
        ctx.lang,
        faults=(*unclear.faults, *sums),
        example=sent_right(ctx, unclear, sums),
        instead=_instead(ctx, closed, elsewhere=elsewhere),
    )
    codes = ("not_understood", *(["not_your_station"] if elsewhere else ()), *(each.code for each in sums))
    return Outcome(REFUSED, reply, tuple(dict.fromkeys(codes)))


def _instead(ctx: Context, closed: datetime | None, *, elsewhere: bool) -> str:
    """Give what is said in the place of an example where none would do: it is too late, or another's."""
    if closed is not None:
        return reports.over(ctx.lang, closed)
    if elsewhere and ctx.person is not None:
        return station_texts.reports_for(ctx.lang, [each.code for each in ctx.person.stations])
    return ""


def _not_theirs(ctx: Context, unclear: Unclear, word: Word) -> Outcome:
    """Refuse a command that is not the sender's; "laporan TPS 12 salah" is of what was sent."""
    if word is Word.INCIDENT and unclear.command is None:
        return _without_figures(ctx, replace(unclear, attempt=_attempted(ctx, unclear)))
    return dispatch.not_for(ctx, called(ctx.lang, word))


def _reports(ctx: Context, unclear: Unclear) -> bool:
    """Whether a text was to be a report, or its proposal would be one."""
    if unclear.proposal:
        return isinstance(parse(unclear.proposal, ctx.election), Report)
    return unclear.command is None


def _case_named(ctx: Context, unclear: Unclear) -> str:
    """Give the one case that a coordinator's text names and does not decide: "OK K1", or our own text about
    it, sent back."""
    if ctx.person is None or not ctx.person.is_coordinator or unclear.command:
        return ""
    if unclear.attempt and not _TOLD_OF_CASE.match(ctx.body):
        return ""
    named = ctx.cases_named
    return f"K{named.pop()}" if len(named) == 1 else ""


def _shown_near(fault: FieldFault) -> str:
    """Give what a word was meant for; of a number alone, the station: "12? maksudnya TPS12?"."""
    return f"{fault.near}{fault.field}" if fault.field.isdigit() else fault.near


def _is_sentence(ctx: Context, unclear: Unclear) -> bool:
    """Whether a text has no figure and is no command: "listrik mati di tps pak", "TPS 12 rusuh"."""
    if unclear.command is not None:
        return False
    numbers = len(_NUMBER.findall(ctx.body))
    if all(each.field == STATION for each in unclear.faults):
        return numbers == 0
    attempt = unclear.attempt
    if numbers > 1 or not isinstance(attempt, Report) or attempt.station is None or attempt.revises:
        return False
    says = attempt.station.words or attempt.note
    return bool(says) and all(each.why is Why.NO_CONTEST for each in unclear.faults)


def _without_figures(ctx: Context, unclear: Unclear) -> Outcome:
    """Say what the sender may send; to a monitor what is still awaited, or that nothing is: who asks whether
    the result came must not take the answer for its refusal."""
    person, attempt = ctx.person, unclear.attempt
    mine: Sequence[Station] = ()
    if person is not None and person.is_monitor and unclear.command is None:
        mine = places.own_stations(ctx, person, attempt.station if isinstance(attempt, Report) else None)
    waited = enquiry.awaited_of(ctx, mine)
    if mine and (closed := ctx.closed_at()):
        return ctx.refused("not_understood", reports.closed(ctx.lang, at=closed))
    has_figures = len(_NUMBER.findall(ctx.body)) > 1  # of no contest: those may be to mend what stands
    example = sent_right(ctx, unclear, ())
    if waited and not example:  # of several stations none is named
        example = example_for(ctx.person, waited[0][0], ctx.election, waited[0][1])
    reply = reports.not_understood(
        ctx.lang,
        example=example,
        look=_to_see(ctx, attempt),
        incidents=person is not None and person.is_monitor,
        done=[] if waited or has_figures else [each.code for each in mine],
        partly=any(len(codes) < len(ctx.election.contests) for _, codes in waited),
    )
    return Outcome(REFUSED, reply, ("not_understood",))


def _to_see(ctx: Context, attempt: object) -> str:
    """Give the command by which who oversees stations sees what they may ask for: "info TPS 5"."""
    if ctx.person is None:
        return ""
    if not ctx.person.is_coordinator:
        return Word.TOTAL if ctx.person.is_official else ""
    if not _CASES.isdisjoint(ctx.body.upper().split()):
        return Word.CHECK
    named = attempt.station if isinstance(attempt, Report | Incident) else None
    station = None if named is None else places.coordinated_station(ctx, named)
    return f"{Word.CHECK} TPS{station.code}" if isinstance(station, Station) else Word.BELUM


def _own_station_only(ctx: Context, unclear: Unclear) -> Unclear:
    """Take ``TS 4`` for the invalid votes that it is by the letter, and wrong as those, and ``4 G:..`` for a
    number that is nothing, where TPS004 is none of a monitor's own."""
    slips = [each for each in unclear.faults if each.near == STATION]
    lone = bool(slips) and slips[0].field.isdigit()
    wrong_besides = lone or any(not each.near for each in unclear.faults)
    meant = parse(unclear.proposal, ctx.election) if slips and wrong_besides else None
    if not isinstance(meant, Report) or ctx.person is None or places.own_station(ctx.person, meant.station):
        return unclear
    if lone:
        faults = tuple(replace(each, near="") if each in slips else each for each in unclear.faults)
        return replace(unclear, proposal="", faults=faults)
    return replace(unclear, proposal="", faults=tuple(each for each in unclear.faults if each not in slips))


def _without_report(ctx: Context, unclear: Unclear) -> Unclear:
    """Ask an official for no figures: "suara gubernur berapa?" is no report of theirs, and none would do."""
    meant = parse(unclear.proposal, ctx.election) if unclear.proposal else None
    if meant is not None and not isinstance(meant, Report):
        return unclear
    return replace(unclear, proposal="", attempt=None, has_field=False)


def _can_be_done(ctx: Context, proposal: str) -> bool:
    """Whether ``YA`` to a proposal can be understood: it says as much as the sender has to say."""
    meant = parse(proposal, ctx.election)
    if isinstance(meant, Unclear):
        return False
    if isinstance(meant, Report | Correction) and meant.station is None:
        return ctx.person is not None and len(ctx.person.stations) == 1
    return True


def _command_of(ctx: Context, unclear: Unclear) -> Word | None:
    """Give the command that a text begins with, or that is proposed for it."""
    if unclear.command is not None:
        return unclear.command
    meant = _attempted(ctx, unclear)
    return None if meant is None else dispatch.word_of(meant)


def _attempted(ctx: Context, unclear: Unclear) -> Command | None:
    """Give what is proposed for a text, or else what could be read of it."""
    if not unclear.proposal:
        return unclear.attempt
    meant = parse(unclear.proposal, ctx.election)
    return None if isinstance(meant, Unclear) else meant


def _as_revision(ctx: Context, unclear: Unclear) -> Unclear:
    """Take a correction, which is a coordinator's, for the revision that a monitor may send."""
    meant = _attempted(ctx, unclear)
    if not isinstance(meant, Correction):
        return unclear
    revision = as_revision(meant)
    faults = tuple(
        replace(each, near=Word.REVISE.value) if each.near in COMMAND_WORDS[Word.CORRECT] else each
        for each in unclear.faults
    )
    proposal = write_report(revision, ctx.election) if unclear.proposal else ""
    return replace(unclear, faults=faults, attempt=revision, proposal=proposal)
