"""Reports: by a station's monitor, by a coordinator, and from unknown numbers that are held."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from config.reserved import Word
from gateway import places
from gateway.context import ACCEPTED, CORRECTED, PRACTICE, REFUSED, Ask, Context, Outcome
from gateway.handlers.held import already_recorded, hold, is_held, kept, own_case
from models import cases, notes, results, stations, tally
from models.results import Change, Revision
from notify.texts import people as words
from notify.texts import reports
from notify.texts.usage import called, in_words_of
from parser import writing
from parser.commands import Correction, Figures, Report, StationRef
from parser.figures import gives_invalid, known, tallies_of, unfinished
from parser.judge import Record, is_for_correction, judge
from parser.keywords import STATION
from parser.report import as_revision
from parser.station import Station
from parser.verdict import (
    Accepted,
    AlreadyRecorded,
    Held,
    Practised,
    Refused,
    ReportingClosed,
    RuleFault,
    SumMismatch,
    Tally,
    TooManyVotes,
    Verdict,
    codes_of,
)
from parser.writing import write_report


def report(ctx: Context, command: Report) -> Outcome:
    """Judge a report for the station that it names, and do what the verdict says."""
    station = places.reporting_station(ctx, command.station)
    person = ctx.person
    if command.slip is not None and (proposed := _propose_station(ctx, command, station)):
        return proposed
    if isinstance(station, Outcome):
        if command.station is None and person is not None and not person.may_report:
            return ctx.refused("not_allowed", words.not_allowed(ctx.lang, word="TPS"))
        return station if command.station else needs_station(ctx, command.figures)
    monitor = person is not None and station in person.stations
    coordinator = person is not None and person.looks_after(station)
    if person is not None and not (monitor or coordinator):
        return ctx.refused("not_allowed", words.not_allowed(ctx.lang, word="TPS"), station)
    if person is None or not person.only_reports:
        stations.lock_station(ctx.db, station)
    tallies = tallies_of(command.figures, ctx.election)
    history, has_cases = results.state(ctx.db, station, tallies)
    record = results.record(history, cases.rejections(ctx.db, station) if has_cases else ())
    verdict = _judged(ctx, command, station, record, has_cases=has_cases, by_coordinator=coordinator)
    if person is not None and not monitor and is_for_correction(verdict, record):
        return _propose_correction(ctx, station, command)
    if isinstance(verdict, Accepted):
        return _record(ctx, tallies, station, history, verdict)
    if isinstance(verdict, AlreadyRecorded) and has_cases and (waiting := own_case(ctx, station, tallies)):
        return kept(ctx, station, record, waiting, verdict)
    corrects = isinstance(verdict, Refused) and _must_correct(ctx, station, command, record)
    word = "KOREKSI " if corrects else ""
    return unrecorded(ctx, station, record, command.figures, verdict, word=word)


def _judged(
    ctx: Context, command: Report, station: Station, record: Record, *, has_cases: bool, by_coordinator: bool
) -> Verdict:
    """Judge a report. A sum that waits in the sender's open case is not asked about again, and what would
    count goes to the case that has any of it."""
    now = ctx.circumstances(by_coordinator=by_coordinator)
    verdict = judge(command, station, record, now, ctx.election)
    if not has_cases:
        return verdict
    tallies = tallies_of(command.figures, ctx.election)
    if isinstance(verdict, Refused) and is_held(ctx, station, tallies):
        verdict = judge(command, station, record, replace(now, sum_confirmed=True), ctx.election)
    if isinstance(verdict, Accepted) and (held := own_case(ctx, station, verdict.tallies)):
        # All of the text: what it takes back to what stands is newer than what the case has.
        return Held(tallies, held.codes)
    return verdict


def unrecorded(
    ctx: Context,
    station: Station,
    record: Record,
    figures: tuple[Figures, ...],
    verdict: AlreadyRecorded | Held | Refused | ReportingClosed | Practised,
    *,
    word: str = "",
) -> Outcome:
    """Answer a report of which nothing counts by now, or a correction, whose word is ``word``."""
    match verdict:
        case AlreadyRecorded():
            return already_recorded(ctx, station, verdict)
        case Held():
            return hold(ctx, station, record, verdict)
        case Refused(faults):
            return _refuse(ctx, station, figures, faults, word=word)
        case ReportingClosed(at):
            return ctx.refused("closed", reports.closed(ctx.lang, at=ctx.local(at)), station)
        case Practised():
            return _practised(ctx, station, figures, verdict, word=word)
        case _:
            assert_never(verdict)


def needs_station(ctx: Context, figures: tuple[Figures, ...], *, word: str = "") -> Outcome:
    """Ask for the station that a report, or a command with that ``word``, left out; what is wrong besides
    is to be filled in again."""
    faults = [fault for each in figures for fault in unfinished(each, ctx.election, correcting=bool(word))]
    return places.station_needed(ctx, _again(ctx, f"{word}TPS{writing.BLANK}", figures, faults))


def _refuse(
    ctx: Context,
    station: Station,
    figures: tuple[Figures, ...],
    faults: Sequence[RuleFault],
    *,
    word: str,
) -> Outcome:
    """Name every arithmetic fault; where only sums are wrong, ask whether the form says so."""
    closed = ctx.closed_at(station)
    ask = closed is None and all(isinstance(each, SumMismatch) for each in faults)
    example = _again(ctx, f"{word}TPS{station.code}", figures, faults)
    late = "" if closed is None else reports.over(ctx.lang, closed)
    reply = reports.refused(
        ctx.lang, faults=faults, example=example, station=station.code, ask=ask, instead=late
    )
    return Outcome(REFUSED, reply, codes_of(faults), station, Ask("sum", ctx.body) if ask else None)


def propose_revision(ctx: Context, command: Correction) -> Outcome:
    """Propose RALAT for a monitor's KOREKSI; where it is not a whole report, show what is to be filled in."""
    has_station = command.station is not None or (ctx.person is not None and len(ctx.person.stations) == 1)
    proposal = write_report(as_revision(command), ctx.election) if has_station else ""
    if proposal:
        written = in_words_of(ctx.lang, proposal)
    elif command.station and isinstance(found := places.reporting_station(ctx, command.station), Outcome):
        return found
    else:
        faults = [fault for each in command.figures for fault in unfinished(each, ctx.election)]
        head = "RALAT" if has_station else f"RALAT TPS{writing.BLANK}"
        written = _again(ctx, head, command.figures, faults)
    reply = words.for_revision(
        ctx.lang, word=called(ctx.lang, Word.CORRECT), command=written, ask=bool(proposal)
    )
    return Outcome(REFUSED, reply, ("not_allowed",), None, Ask("proposal", proposal) if proposal else None)


def _propose_station(ctx: Context, command: Report, station: Station | Outcome) -> Outcome | None:
    """Ask whether ``TS 12`` was meant for TPS012, which is the sender's own, or a coordinator has to name."""
    number = command.slip or 0
    if isinstance(station, Station):
        own = number in (station.number, station.form_number)
        number = station.number
    else:
        own = ctx.person is not None and places.may_name(ctx.person, number)
    if not own:
        return None
    figures = tuple(replace(each, invalid=None) for each in command.figures)
    meant = replace(command, station=StationRef(number), figures=figures)
    proposal = write_report(meant, ctx.election)
    return ctx.proposed([("TS", STATION)], proposal) if proposal else None


def _practised(
    ctx: Context, station: Station, figures: tuple[Figures, ...], verdict: Practised, *, word: str
) -> Outcome:
    """Answer a practice report in full; nothing of it counts but that its monitor sent it right.

    ``word`` is that of a correction.
    """
    codes = (*codes_of(verdict.faults), "practice")
    if verdict.faults:
        example = _again(ctx, f"{word}TPS{station.code}", figures, verdict.faults)
        reply = reports.refused(
            ctx.lang, faults=verdict.faults, example=example, station=station.code, practice=True
        )
        return Outcome(PRACTICE, reply, codes, station)
    if ctx.person is not None and station in ctx.person.stations:
        notes.practised(ctx.db, station, ctx.now, ctx.message_id)
    reply = reports.practised(ctx.lang, station=station.code, tallies=verdict.tallies, correction=bool(word))
    return Outcome(PRACTICE, reply, codes, station)


def _again(ctx: Context, head: str, figures: tuple[Figures, ...], faults: Sequence[RuleFault]) -> str:
    """Give a text as it is to be sent again, with a place for a TSAH that it gave, or that stands and is too
    many."""
    too_many = any(isinstance(each, TooManyVotes) and each.invalid for each in faults)
    shown, ask = known(figures, faults), gives_invalid(figures) or too_many
    return ctx.again(f"{head} {writing.write_figures(shown, ctx.election, ask_invalid=ask)}")


def record_change(
    ctx: Context,
    station: Station,
    history: Sequence[Revision],
    tallies: Sequence[Tally | str],
    *,
    reason: str,
    case_id: int | None = None,
) -> None:
    """Make figures stand by this text, or by a contest's code none; ``reason`` says what it did."""
    own = "report" if reason == results.REPORT else "correction"
    change = Change(
        source="decision" if reason == "decision" else "operator" if ctx.by_operator else own,
        reason=reason,
        at=ctx.now,
        person_id=ctx.person_id,
        message_id=ctx.message_id,
        case_id=case_id,
    )
    tally.record_change(ctx.db, station, history, tallies, change=change, election=ctx.election)


def _record(
    ctx: Context,
    tallies: tuple[Tally, ...],
    station: Station,
    history: Sequence[Revision],
    verdict: Accepted,
) -> Outcome:
    record_change(ctx, station, history, verdict.tallies, reason=results.REPORT)
    receipt = results.receipt(ctx.message_id)
    if verdict.corrected:
        shown = results.record(history).changes(verdict.tallies)
        reply = reports.corrected(ctx.lang, station=station.code, changes=shown, receipt=receipt)
        return Outcome(CORRECTED, reply, (), station)
    reply = reports.received(ctx.lang, station=station.code, tallies=tallies, receipt=receipt)
    return Outcome(ACCEPTED, reply, (), station)


def _must_correct(ctx: Context, station: Station, command: Report, record: Record) -> bool:
    """Whether a coordinator's report names what stands, so that it will do as KOREKSI alone."""
    if ctx.person is None or station in ctx.person.stations:
        return False
    return bool({each.contest for each in command.figures} & {each.tally.contest for each in record.standing})


def _propose_correction(ctx: Context, station: Station, command: Report) -> Outcome:
    text = f"KOREKSI TPS{station.code} {writing.write_figures(command.figures, ctx.election)}"
    reply = reports.stands_already(ctx.lang, station=station.code, command=in_words_of(ctx.lang, text))
    kind = ctx.confirmed or "proposal"  # a sum that was confirmed is not asked about again
    return Outcome(REFUSED, reply, ("use_correction",), station, Ask(kind, text))
