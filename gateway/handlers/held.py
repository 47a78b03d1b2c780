"""Held reports: a case is opened, its sender's next figures go there, a coordinator names it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from gateway.context import DUPLICATE, HELD, Context, Outcome
from models import cases, messages, people, stations
from models.cases import Case
from models.people import Person
from notify.texts import cases as case_texts
from notify.texts import reports
from parser.judge import Record, differing, same_votes
from parser.station import Station
from parser.verdict import AlreadyRecorded, Held, Tally

_WRONG = re.compile(r"\b(?:salah|keliru|wrong)\b", re.IGNORECASE)


def hold(ctx: Context, station: Station, record: Record, verdict: Held) -> Outcome:
    """Open a case, or give the sender's open one the newer figures; the coordinators are told once."""
    found = own_case(ctx, station, verdict.tallies)
    if found is None:
        text = cases.HeldText(ctx.phone, ctx.person_id, ctx.now, ctx.message_id, record.sequence)
        found = cases.open_case(ctx.db, station, verdict.tallies, verdict.codes, text)
        _tell_of_case(ctx, station, record, found)
    else:
        before = found
        if not set(verdict.tallies) <= set(found.tallies) or not set(verdict.codes) <= set(found.codes):
            cases.renew(ctx.db, found, verdict.tallies, verdict.codes, ctx.message_id)
            found = cases.case(ctx.db, found.number) or found
        if set(differing(found.tallies, record)) != set(differing(before.tallies, record)):
            again = set(verdict.tallies) <= {*before.tallies, *before.earlier}
            _tell_of_case(ctx, station, record, found, case_texts.AGAIN if again else case_texts.RENEWED)
    decides = ctx.person is not None and ctx.person.looks_after(station)
    reply = reports.held(
        ctx.lang,
        station=station.code,
        case=found.name,
        tallies=found.figures(ctx.election),
        decides=decides,
        pin=ctx.pin,
    )
    return Outcome(HELD, reply, found.codes, station)


def kept(ctx: Context, station: Station, record: Record, case: Case, verdict: AlreadyRecorded) -> Outcome:
    """Answer what stands already from the sender of an open case about it: the case waits, and its
    coordinators are told once that the sender came back to what stands."""
    done = already_recorded(ctx, station, verdict, waits=case.name)
    if ctx.sent_before(case.newest_at) or not differing(case.tallies, record):
        return done
    if not came_back(ctx.db, case, ctx.message_id):
        _tell_of_case(ctx, station, record, case, case_texts.KEPT)
    return replace(done, command=_kept(case))


def already_recorded(ctx: Context, station: Station, verdict: AlreadyRecorded, waits: str = "") -> Outcome:
    """Answer a report of which all stands; ``waits`` is its sender's open case, if any."""
    reply = reports.already(
        ctx.lang,
        station=station.code,
        receipt=verdict.receipt,
        at=ctx.local(verdict.at),
        waits=waits,
        doubted=ctx.is_only_monitor and _WRONG.search(ctx.body) is not None,
    )
    return Outcome(DUPLICATE, reply, ("already_recorded",), station)


def came_back(db: Connection, case: Case, before: int) -> bool:
    """Whether the sender of a case has sent what stands, since its newest figures and before that row."""
    sender = None if case.sender is None else people.person_by_phone(db, case.sender)
    phones = (case.sender,) if sender is None else sender.phones
    return any(messages.earlier_command(db, phone, _kept(case), before) for phone in phones if phone)


def _kept(case: Case) -> str:
    return f"{case.name} kept {case.newest}"


def own_case(ctx: Context, station: Station, tallies: Sequence[Tally]) -> Case | None:
    """Give the sender's open case about any of these contests: newer figures go there. An unknown
    number has one for all contests."""
    contests = {each.contest for each in tallies}
    for each in cases.open_at(ctx.db, station):
        mine = each.is_of(ctx.phone, ctx.person_id)
        if mine and (ctx.person is None or contests & {held.contest for held in each.tallies}):
            return each
    return None


def case_named(
    ctx: Context, number: int, *, covers: Callable[[Person, Station], bool]
) -> tuple[Case, Station] | Outcome:
    """Give a case at a station that the sender ``covers``, or the refusal: it reveals nothing of others."""
    found = cases.case(ctx.db, number)
    station = stations.station_by_id(ctx.db, found.station_id) if found else None
    if found is None or station is None:
        return ctx.refused("unknown_case", case_texts.no_such_case(ctx.lang, number=number))
    if ctx.person is None or not covers(ctx.person, station):
        return ctx.refused("not_allowed", case_texts.no_such_case(ctx.lang, number=number))
    return found, station


def is_held(ctx: Context, station: Station, tallies: Sequence[Tally]) -> bool:
    """Whether these very figures wait in the sender's open case: they are not asked about again."""
    held = own_case(ctx, station, tallies)
    return held is not None and set(tallies) <= set(held.tallies)


def _tell_of_case(ctx: Context, station: Station, record: Record, case: Case, news: str = "") -> None:
    name = ctx.person.name if ctx.person else ""
    codes = (news,) if news else [_reason(ctx, record, case, each) for each in case.codes]
    shown = record.changes(differing(case.figures(ctx.election), record))
    ctx.tell_coordinators(
        station,
        lambda lang, pin: case_texts.case_opened(
            lang,
            case=case.name,
            station=station.code,
            codes=codes,
            changes=shown,
            sender=(name, ctx.phone),
            pin=pin,
        ),
    )


def _reason(ctx: Context, record: Record, case: Case, code: str) -> str:
    """Give what coordinators read for a code; of a conflict, whether an old text came again, or late."""
    if code != "conflict":
        return code
    if any(same_votes(each, old) for each in case.tallies for old in record.replaced):
        return case_texts.REPLACED
    standing = filter(None, (record.of(each.contest) for each in case.tallies))
    if ctx.sent is not None and any(ctx.sent < each.at for each in standing):
        return case_texts.LATE
    return code
