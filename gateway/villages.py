"""A village beside a station that the message language reads as something else: "TPS 3 13 Ilir" as two
numbers, "BATAL TPS 2 Batu" as a mistyped contest, "TPS 1 Kota Baru" as one whose word is KOTA.

Only a text that is not understood, or a command whose meaning hangs on it, is looked at; a report that is
clear costs nothing. The village decides: the text is read once more with our own code in its place.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from config.election import Election
from config.reserved import TAUGHT, Word
from gateway import places
from gateway.context import NEEDS_PIN, Context
from models import stations
from parser import parse
from parser.beside import Beside, beside_station
from parser.commands import (
    OF_STATION,
    Absent,
    Check,
    Command,
    Incident,
    NotYet,
    Present,
    Replace,
    StationRef,
    Status,
    Void,
)
from parser.courtesy import COURTEOUS
from parser.errors import FieldFault, Parsed, Unclear, Why
from parser.grammar import grammar_of
from parser.keywords import STATION, Key
from parser.normalise import has_digit
from parser.station import Station


class _Named(NamedTuple):
    """A village of the roster beside a station, and the text with a station's code in place of both."""

    village: str
    with_code: Callable[[str], str]


def read(ctx: Context, body: str) -> Parsed:
    """Give what another text would mean of this sender: one asked about, or theirs as it is meant."""
    return read_again(replace(ctx, body=body), parse(body, ctx.election))


def read_again(ctx: Context, parsed: Parsed) -> Parsed:
    """Give what a text means once the village beside its station is known."""
    if isinstance(parsed, Present | Status | NotYet | Absent | Incident):
        return _with_digits(ctx, parsed)
    if not isinstance(parsed, Unclear | Void | Check | Replace):
        return parsed
    beside = beside_station(ctx.body, ctx.election)
    if beside is None:
        return parsed
    found = _found(ctx, beside)
    if isinstance(parsed, Replace) and not (found and has_digit(found.village)):
        return parsed  # it may be a person's name: the handler parts them
    if found is None:
        return _nearly(ctx, parsed, beside)
    if isinstance(parsed, Void) and stations.squeezed(found.village).upper() in _keys(ctx.election):
        return Unclear((FieldFault(Word.VOID, Why.AMBIGUOUS, found.village),), command=Word.VOID)
    station = _station(ctx, beside.number, found.village)
    number = station.number if station else beside.number
    again = parse(found.with_code(f"{number:03d}"), ctx.election)
    ref = StationRef(beside.number, found.village)
    if isinstance(again, Unclear) and any(each.field == STATION for each in again.faults):
        return _at(parsed, ref)  # what is at fault is shown as typed
    if isinstance(again, (*NEEDS_PIN, Unclear)):
        again = replace(again, pin=getattr(parsed, "pin", None) or again.pin)
    return again if station else _at(again, ref)


def _with_digits(ctx: Context, parsed: Command) -> Parsed:
    """Give a monitor's command with a village that has a number: "LAPOR TPS 3 13 Ilir listrik mati"."""
    beside = beside_station(ctx.body, ctx.election)
    if beside is None or not has_digit(" ".join((*beside.words_before, *beside.words_behind))):
        return parsed
    found = _found(ctx, beside)
    if found is None or not has_digit(found.village):
        return parsed
    return _at(parsed, StationRef(beside.number, found.village))


def _at(parsed: Parsed, ref: StationRef) -> Parsed:
    """Give what a text means with its station as it is named; nothing is proposed for another."""
    if isinstance(parsed, Unclear):
        attempt = parsed.attempt
        named = replace(attempt, station=ref) if isinstance(attempt, OF_STATION) else attempt
        return replace(parsed, attempt=named, proposal="")
    return replace(parsed, station=ref) if isinstance(parsed, OF_STATION) else parsed


def _found(ctx: Context, beside: Beside) -> _Named | None:
    """Give the village beside a station. Before that of a monitor it may be where they live."""
    if behind := _behind(ctx, beside):
        return behind
    before = _before(ctx, beside)
    is_theirs = before and (_oversees(ctx) or _station(ctx, beside.number, before.village))
    return before if is_theirs else None


def _behind(ctx: Context, beside: Beside) -> _Named | None:
    words = beside.words_behind
    said = len(list(takewhile(COURTEOUS.__contains__, words)))
    found = places.village_among(
        ctx, words[said:], lambda start, end: beside.typed_behind(said + start, said + end)
    )
    if found is None:
        return None
    start, end, village = said + found[0], said + found[1], found[2]
    start -= bool(start and places.is_before_village(words[start - 1]))
    while start and words[start - 1] in COURTEOUS:
        start -= 1
    return _Named(village, partial(beside.without_behind, start=start, end=end))


def _before(ctx: Context, beside: Beside) -> _Named | None:
    words = beside.words_before
    starts = range(max(len(words) - places.LONGEST_NAME, 0), len(words))
    names = [(at, name) for at in starts for name in (" ".join(words[at:]), beside.typed_before(at))]
    known = stations.villages(ctx.db, [name for _, name in names]) if names else ()
    for start, name in names:
        if stations.squeezed(name) in known:
            start -= bool(start and places.is_before_village(words[start - 1]))
            return _Named(name, partial(beside.without_before, start=start))
    return None


def _station(ctx: Context, number: int, village: str) -> Station | None:
    """Give the one station of that number, of ours or of the form, in the village; of a monitor their own."""
    if ctx.person is not None and not _oversees(ctx):
        return places.own_station(ctx.person, StationRef(number, village))
    found = {each.id: each for each in stations.stations_by_form(ctx.db, number, village)}
    ours = stations.station_by_number(ctx.db, number)
    if ours is not None and places.same_village(village, ours.village):
        found[ours.id] = ours
    return next(iter(found.values())) if len(found) == 1 else None


def _oversees(ctx: Context) -> bool:
    return ctx.person is not None and (ctx.person.is_coordinator or ctx.person.is_official)


def _nearly(ctx: Context, parsed: Unclear | Command, beside: Beside) -> Parsed:
    """Give the station with the words beside it where they are nearly a village's name, or a part of one: it
    is not ours of that number."""
    if ctx.person is None or not ctx.person.is_coordinator:
        return parsed
    if not isinstance(parsed, Unclear):
        said = _words(ctx, beside, voids=True)
        return _at(parsed, StationRef(beside.number, said)) if places.nearly_village(ctx, said) else parsed
    voids = parsed.command is Word.VOID  # which takes nothing else out: a part of its own village, too
    said = _words(ctx, beside, voids=voids)
    if not said:
        return parsed
    station = None if voids else stations.station_by_number(ctx.db, beside.number)
    if not places.unknown_village(ctx, said, station):
        return parsed
    ref = StationRef(beside.number, said)
    return Void(ref, None, parsed.pin) if voids and parsed.proposal else _at(parsed, ref)


def _words(ctx: Context, beside: Beside, *, voids: bool) -> str:
    """Give the words beside a station that may be of a village's name: up to the first contest's word, but
    where nothing is dropped as one."""
    keys = _keys(ctx.election)
    said = [list(beside.words_behind), [each for each in beside.words_before if each not in TAUGHT]]
    for words in said:
        named = [each for each in words if each not in COURTEOUS]
        named = named if voids else list(takewhile(lambda each: each not in keys, named))
        if any(each not in keys for each in named):
            return " ".join(named)
    return ""


def _keys(election: Election) -> Mapping[str, Key]:
    return grammar_of(election).keywords.keys
