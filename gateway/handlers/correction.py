"""What a coordinator does to results: correct them, take them out, decide held reports."""

from collections.abc import Sequence
from dataclasses import replace

from config.phones import is_foreign
from gateway import places
from gateway.context import ANSWERED, CORRECTED, DUPLICATE, REFUSED, Ask, Context, Outcome
from gateway.handlers import enquiry
from gateway.handlers.held import came_back, case_named, is_held
from gateway.handlers.repeated import ask_again
from gateway.handlers.report import needs_station, record_change, unrecorded
from models import cases, messages, people, results, roster, stations
from models.cases import Case
from models.people import Person
from models.results import Revision
from notify.example import pin_of
from notify.texts import cases as case_texts
from notify.texts import reports
from notify.texts.deciding import decides_all, decides_there
from notify.texts.figures import Changed
from parser import writing
from parser.commands import Correction, Decision, Void
from parser.doubt import as_taught, part_named
from parser.judge import Record, differing, judge_correction
from parser.station import Station
from parser.verdict import Accepted, Held, Refused, Tally, Verdict


def correct(ctx: Context, command: Correction) -> Outcome:
    """Replace the values of the contests named; the rest stays."""
    station = places.coordinated_station(ctx, command.station)
    if isinstance(station, Outcome):
        return station if command.station else needs_station(ctx, command.figures, word="KOREKSI ")
    stations.lock_station(ctx.db, station)
    history = results.latest(ctx.db, station)
    record = results.record(history)
    verdict = _judged(ctx, command, station, record)
    if not isinstance(verdict, Accepted):
        return unrecorded(ctx, station, record, command.figures, verdict, word="KOREKSI ")
    named = [each.contest for each in command.figures]
    return _ask_again(ctx, station, history, contests=named) or _record(ctx, station, history, verdict)


def void(ctx: Context, command: Void) -> Outcome:
    """Take the results of a station, or of one contest, out of the totals."""
    station = places.coordinated_station(ctx, command.station)
    if isinstance(station, Outcome):
        return station
    stations.lock_station(ctx.db, station)
    history = results.latest(ctx.db, station)
    record = results.record(history)
    shown = [each.tally for each in record.shown(ctx.election)]
    standing = tuple(each for each in shown if command.contest in (None, each.contest))
    contests = [each.contest for each in standing]
    if not contests:
        reply = reports.nothing_stands(ctx.lang, station=station.code, contest=command.contest or "")
        return Outcome(DUPLICATE, reply, ("already_recorded",), station)
    if (asked := _ask_again(ctx, station, history, contests=contests)) is not None:
        return asked
    record_change(ctx, station, history, contests, reason=results.VOID)
    receipt = results.receipt(ctx.message_id)
    _tell_of_void(ctx, station, contests, receipt)
    reply = case_texts.voided(
        ctx.lang, station=station.code, contests=contests, receipt=receipt, standing=standing
    )
    return Outcome(CORRECTED, reply, (), station)


def decide(ctx: Context, command: Decision) -> Outcome:
    """Accept or reject a held report, once; its sender is told."""
    named = case_named(ctx, command.case, covers=Person.looks_after)
    if isinstance(named, Outcome):
        return named
    found, station = named
    stations.lock_station(ctx.db, station)
    found = cases.case(ctx.db, command.case) or found
    if found.status != cases.OPEN:
        return _decided_before(ctx, station, found)
    if (asked := _ask_which(ctx, station, found, command)) is not None:
        return asked
    history = results.latest(ctx.db, station)
    if (asked := _ask_once_more(ctx, station, found, history, accept=command.accept)) is not None:
        return asked
    decision = cases.ACCEPTED if command.accept else cases.REJECTED
    cases.decide(ctx.db, found, station, decision, at=ctx.now, message_id=ctx.message_id)
    return _carry_out(ctx, station, found, history, command)


def _judged(ctx: Context, command: Correction, station: Station, record: Record) -> Verdict:
    """Judge a correction; a sum that waits in the sender's open case is not asked about again."""
    now = ctx.circumstances(by_coordinator=True)
    verdict = judge_correction(command, station, record, now, ctx.election)
    if isinstance(verdict, Refused):
        confirmed = judge_correction(command, station, record, replace(now, sum_confirmed=True), ctx.election)
        if isinstance(confirmed, Held) and is_held(ctx, station, confirmed.tallies):
            return confirmed
    return verdict


def _ask_again(
    ctx: Context, station: Station, history: Sequence[Revision], *, contests: Sequence[str]
) -> Outcome | None:
    """Ask about a command that would change something, where it is an old one; ``BATAL`` is a change, too."""
    changed = [each.received for each in results.newest(history).values() if each.contest in contests]
    return ask_again(
        ctx,
        station,
        changed_since=lambda earlier: any(each.message_id > earlier for each in history),
        changed_at=max(changed, default=None),
    )


def _record(ctx: Context, station: Station, history: Sequence[Revision], verdict: Accepted) -> Outcome:
    shown = results.record(history).changes(verdict.tallies)
    receipt = results.receipt(ctx.message_id)
    record_change(ctx, station, history, verdict.tallies, reason="correction")
    _tell_monitors(ctx, station, shown, receipt)
    reply = reports.corrected(ctx.lang, station=station.code, changes=shown, receipt=receipt)
    return Outcome(CORRECTED, reply, (), station)


def _ask_which(ctx: Context, station: Station, case: Case, command: Decision) -> Outcome | None:
    """Ask who names another station than the case's, or decides about one contest of a case that has others,
    which would be decided, too."""
    contests = [each.contest for each in case.figures(ctx.election)]
    named = part_named(command, ctx.election)
    there = command.station
    about = {"case": case.name, "station": station.code}
    if there is not None and there != station.number:
        reply = decides_there(ctx.lang, number=there, accepted=command.accept, **about)
    elif named and len(contests) > 1 and not named.issuperset(contests):
        reply = decides_all(ctx.lang, contests=contests, accepted=command.accept, **about)
    else:
        return None
    asked = Ask("proposal", as_taught(command, ctx.election))
    return Outcome(REFUSED, reply, ("not_understood",), station, asked)


def _ask_once_more(
    ctx: Context, station: Station, case: Case, history: Sequence[Revision], *, accept: bool
) -> Outcome | None:
    """Show what stands where it has changed since the case to ``accept`` was opened, or its sender has come
    back to it, or what the case holds where its sender has changed it since this was sent; once to each
    number for what it is now. None where nothing has changed, or this number has seen it."""
    held = {each.contest for each in case.tallies}
    changed = accept and any(each.contest in held and each.sequence > case.sequence for each in history)
    renewed = case.newest != case.message_id and ctx.sent_before(case.newest_at)
    kept = accept and came_back(ctx.db, case, ctx.message_id)
    if not (changed or renewed or kept):
        return None
    shown = f"{case.name} {results.last_sequence(history)} {case.newest}{' kept' if kept else ''}"
    seen = messages.earlier_command(ctx.db, ctx.phone, shown, ctx.message_id)
    if seen is not None and (ctx.sent is None or messages.message(ctx.db, seen).sent_at != ctx.sent):
        return None  # and not the same text brought twice
    values = {"case": case.name, "station": station.code, "pin": ctx.pin}
    shown_there = results.record(history).changes(case.figures(ctx.election))
    if changed or kept:
        reply = case_texts.changed_since(ctx.lang, changes=shown_there, kept=not changed, **values)
    else:
        reply = case_texts.renewed_since(ctx.lang, changes=shown_there, accepted=accept, **values)
    return Outcome(REFUSED, reply, ("conflict",), station, command=shown)


def _carry_out(
    ctx: Context, station: Station, case: Case, history: Sequence[Revision], command: Decision
) -> Outcome:
    record = results.record(history)
    tallies = differing(case.tallies, record) if command.accept else ()
    new = [each for each in case.figures(ctx.election) if each in tallies]
    if tallies:
        record_change(ctx, station, history, tallies, reason="decision", case_id=case.number)
    monitor = case.sender if command.accept and "unknown_sender" in case.codes else None
    if monitor:
        roster.appoint(
            ctx.db, phone=monitor, name="", station=station, message_id=ctx.message_id, beside=True
        )
    receipt = results.receipt(ctx.message_id)
    stays = tuple(each.tally for each in record.shown(ctx.election))
    _tell_sender(ctx, station, case, None if command.accept else stays, receipt)
    if tallies:
        _tell_monitors(ctx, station, record.changes(new), receipt, but_not=case.sender)
    if command.accept:
        shown = record.changes(new or case.figures(ctx.election))
        named = {"case": case.name, "station": station.code}
        reply = case_texts.accepted(ctx.lang, **named, changes=shown, receipt=receipt, monitor=monitor or "")
        return Outcome(CORRECTED, reply, (), station)
    reply = case_texts.rejected(ctx.lang, case=case.name, station=station.code, standing=stays)
    return Outcome(ANSWERED, reply, (), station)


def _tell_sender(
    ctx: Context, station: Station, case: Case, stays: Sequence[Tally] | None, receipt: str
) -> None:
    """Tell the sender of a case that it was accepted, or rejected, so that what stands ``stays``."""
    if case.sender is None or case.sender == ctx.phone:
        return
    if case.person_id is None and stays is not None and is_foreign(case.sender, ctx.election.country):
        return  # it is no monitor, and was not answered either
    sender = people.person_by_phone(ctx.db, case.sender)
    lang = ctx.lang_of(sender)
    if stays is None:
        figures = case.figures(ctx.election)
        body = case_texts.case_accepted(
            lang, case=case.name, station=station.code, standing=figures, receipt=receipt
        )
    elif sender is None or station not in sender.stations or ctx.election.closed(ctx.now):
        body = case_texts.case_rejected(lang, case=case.name, station=station.code, reports=False)
    else:
        contests = [each.contest for each in case.tallies]
        again = _to_send(ctx, station, contests)
        body = case_texts.case_rejected(
            lang,
            case=case.name,
            station=station.code,
            standing=tuple(each for each in stays if each.contest in contests),
            example=again and again + pin_of(sender, ctx.election),
        )
    ctx.tell(case.sender, body, person_id=case.person_id, station=station)


def _tell_of_void(ctx: Context, station: Station, contests: Sequence[str], receipt: str) -> None:
    again = _to_send(ctx, station, contests)
    ctx.tell_monitors(
        station,
        lambda lang, pin: case_texts.voided(
            lang,
            station=station.code,
            contests=contests,
            receipt=receipt,
            told=True,
            example=again and again + pin,
        ),
    )


def _to_send(ctx: Context, station: Station, contests: Sequence[str]) -> str:
    """Give the report that a station's monitor has to send of those contests, if any, of which nothing stands
    or waits for a decision; after closing, none."""
    if ctx.election.closed(ctx.now):
        return ""
    awaited = [each for each in enquiry.awaited_at(ctx, station) if each in contests]
    return writing.example(station.code, ctx.election, only=awaited) if awaited else ""


def _tell_monitors(
    ctx: Context,
    station: Station,
    changed: Sequence[Changed],
    receipt: str,
    but_not: str | None = None,
) -> None:
    """Tell the station's monitors what stands now; not who is told as the sender of a case."""
    ctx.tell_monitors(
        station,
        lambda lang, _: reports.corrected(
            lang, station=station.code, changes=changed, receipt=receipt, told=True
        ),
        but_not,
    )


def _decided_before(ctx: Context, station: Station, case: Case) -> Outcome:
    accepted = case.status == cases.ACCEPTED
    at = ctx.local(case.decided_at or case.at)
    reply = case_texts.decided_before(ctx.lang, case=case.name, accepted=accepted, at=at)
    return ctx.refused("unknown_case", reply, station)
