"""How a text that cannot be read is sent right: its fields, its figures, what is wrong with them."""

from collections.abc import Sequence
from dataclasses import replace
from string import digits

from config.reserved import Word
from gateway import places
from gateway.context import Context
from gateway.handlers import enquiry
from parser import writing
from parser.commands import Correction, Figures, Report, Void
from parser.errors import Unclear, Why
from parser.figures import adds_up, by_contest, gives_invalid, known, tallies_of, too_many_votes, unfinished
from parser.keywords import INVALID, STATION, VALID
from parser.normalise import has_digit
from parser.order import contests_named
from parser.station import Station
from parser.verdict import MissingValid, RuleFault, SumMismatch, TooManyVotes

# Faults of the message as a whole: what else is wrong cannot be told.
_WHOLE = (Why.TOO_LONG, Why.NO_CONTEST)


def sums_of(ctx: Context, unclear: Unclear) -> list[RuleFault]:
    """Give what is wrong with the contests that could be read, so that one reply names it all."""
    named = {each.field.rstrip(digits) for each in unclear.faults}  # G2 is of G
    attempt = unclear.attempt
    if not isinstance(attempt, Report | Correction) or any(each.why in _WHOLE for each in unclear.faults):
        return []
    correcting = isinstance(attempt, Correction)
    readable = [each for each in attempt.figures if each.contest not in named]
    found = [fault for each in readable for fault in unfinished(each, ctx.election, correcting=correcting)]
    if named.isdisjoint((VALID, INVALID)):
        found += _excesses(ctx, unclear, attempt, readable)
    if _has_lost_contest(unclear):  # whose the SAH beside it is nobody knows
        return [each for each in found if not isinstance(each, MissingValid | SumMismatch)]
    # A SAH that could not be read is not missing.
    return [each for each in found if not (VALID in named and isinstance(each, MissingValid))]


def _has_lost_contest(unclear: Unclear) -> bool:
    """Whether figures stand behind a word that no contest is called."""
    return any(each.has_list and not each.near for each in unclear.faults)


def is_elsewhere(ctx: Context, unclear: Unclear) -> bool:
    """Whether a monitor's text is of a station that is not theirs: an example with their own would have its
    figures sent for that one."""
    person, attempt = ctx.person, unclear.attempt
    if person is None or not person.is_monitor or person.is_coordinator:
        return False
    if not isinstance(attempt, Report | Correction) or attempt.station is None:
        return False
    # Nor is "13 G:120,98,77" of one.
    doubtful = any(each.field == STATION or each.field.isdigit() for each in unclear.faults)
    return not doubtful and places.own_station(person, places.with_village(ctx, attempt.station)) is None


def _excesses(
    ctx: Context, unclear: Unclear, attempt: Report | Correction, readable: Sequence[Figures]
) -> list[TooManyVotes]:
    """Give the contests of a report with more ballots than its station can have, where that is known."""
    station = _station_meant(ctx, unclear, attempt) if isinstance(attempt, Report) else None
    if station is None or is_elsewhere(ctx, unclear):
        return []
    tallies = tallies_of(readable, ctx.election)
    return list(filter(None, (too_many_votes(each, station, ctx.election) for each in tallies)))


def sent_right(ctx: Context, unclear: Unclear, sums: Sequence[RuleFault]) -> str:
    """Give the way to send it right: the command that lacks something, or a report with the
    sender's own figures; nothing for who has nothing to report."""
    if unclear.command is not None:
        return _usage(ctx, unclear, unclear.command)
    attempt = unclear.attempt if isinstance(unclear.attempt, Report | Correction) else None
    station = _station_meant(ctx, unclear, attempt)
    if station is None and attempt is None:
        return ""
    figures = by_contest(_without_doubt(unclear, attempt, sums) if attempt else ())
    told = {*figures, *(each.near for each in unclear.faults)}
    told |= {each.field.rstrip(digits) for each in unclear.faults}  # G2 is of G
    only: Sequence[str] | None = tuple(told & ctx.election.by_code.keys())
    if _has_lost_contest(unclear):
        only = None  # of which contest it is nobody knows
    elif not only:
        only = _awaited(ctx, station, attempt)
    about_invalid = [each for each in unclear.faults if INVALID in (each.field, each.near)]
    # One number too many: whose each is nobody knows, and no sum would tell.
    if any(each.why in (Why.TOO_MANY_VALID, Why.TWICE) for each in about_invalid):
        figures = {code: replace(each, invalid=None) for code, each in figures.items()}
    ask_invalid = bool(about_invalid) or (attempt is not None and gives_invalid(attempt.figures))
    code = station.code if station else writing.BLANK
    written = writing.example(code, ctx.election, figures, only, ask_invalid=ask_invalid)
    if isinstance(attempt, Correction):
        return ctx.again(f"KOREKSI {written}")
    return ctx.again(f"RALAT {written}" if attempt is not None and attempt.revises else written)


def _usage(ctx: Context, unclear: Unclear, word: Word) -> str:
    only_counts = word is Word.BELUM and ctx.is_only_monitor
    if isinstance(unclear.attempt, Void):  # what it voids is not clear: without a contest, all of it
        station = places.coordinated_station(ctx, unclear.attempt.station)
        code = station.code if isinstance(station, Station) else writing.BLANK
        return ctx.usage(Word.VOID).replace("TPS..", f"TPS{code} ..")
    said = contests_named(ctx.body, ctx.election)
    named = [code for code in ctx.election.by_code if code in said]
    if word is Word.VOID and named and (len(named) == 1 or len(named) < len(ctx.election.contests)):
        return f"{ctx.usage(word)} {named[0]}"  # without it, it would take out all; BATAL takes one
    return ctx.usage(Word.NOT_YET if only_counts else word)


def _awaited(
    ctx: Context, station: Station | None, attempt: Report | Correction | None
) -> Sequence[str] | None:
    """Give the contests that a monitor still has to send, to who names none; None for all of them."""
    changes = isinstance(attempt, Correction) or (attempt is not None and attempt.revises)
    if station is None or changes or ctx.person is None or station not in ctx.person.stations:
        return None
    return enquiry.awaited_at(ctx, station) or None


def _station_meant(ctx: Context, unclear: Unclear, attempt: Report | Correction | None) -> Station | None:
    """Give the station that the text is for, as if it could be read: another in the example
    would get the figures. A monitor has no other than theirs."""
    person = ctx.person
    if person is None:
        return None
    ref = attempt.station if attempt and all(each.field != STATION for each in unclear.faults) else None
    if not person.is_coordinator:
        return places.own_station(person, None) or places.own_station(person, places.with_village(ctx, ref))
    if isinstance(attempt, Correction) or any(each.field == STATION for each in unclear.faults):
        found = places.coordinated_station(ctx, ref)
    else:
        found = places.reporting_station(ctx, ref)
    return found if isinstance(found, Station) else None


def _without_doubt(
    unclear: Unclear, attempt: Report | Correction, sums: Sequence[RuleFault]
) -> tuple[Figures, ...]:
    """Give the figures to show in an example: of a contest whose count or sum is wrong, none; nor of
    candidates beside a number that belongs to nothing ("KOREKSI … G3 81 menjadi 82"); nor those of
    a report, or of several contests, beside two stations: nobody knows whose they are."""
    figures = known(attempt.figures, sums)
    two_stations = any(each.field == STATION and each.why is Why.TWICE for each in unclear.faults)
    if two_stations and (isinstance(attempt, Report) or len(figures) > 1):
        return tuple(Figures(each.contest) for each in figures)
    unknown = [each.text for each in unclear.faults if each.why is Why.UNKNOWN and not each.near]
    if _has_lost_contest(unclear):
        figures = tuple(each if adds_up(each) else replace(each, valid=None) for each in figures)
    if isinstance(attempt, Report) or not has_digit("".join(unknown)):
        return figures
    return tuple(Figures(each.contest) if each.singles else each for each in figures)
