"""Questions: what stands, what is missing, the totals, the help."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from gateway import districts, places
from gateway.context import ANSWERED, Context, Outcome
from gateway.handlers.held import case_named
from models import cases, missing, notes, results, stations, tally
from models.missing import Missing as Lacking
from models.people import District, Person
from models.tally import Totals
from notify import summary
from notify.segments import segments, septets, shortened, to_gsm7
from notify.texts import cases as case_texts
from notify.texts import field
from notify.texts import people as words
from notify.texts.catalogue import pages
from notify.texts.summary import LONGEST_REGION
from parser.commands import Check, Missing, MissingPresent, Status, Total
from parser.station import Station

Area = Sequence[District] | None  # None is the whole
Listed = Missing | MissingPresent
Listing = Callable[..., str]
MOST_CASES = 20
PAGE_SEPTETS = 94  # of a list; the rest of the segment is for the counts and what to send next


def check(ctx: Context, command: Check) -> Outcome:
    """Say what stands for a station that the sender coordinates or watches, named itself or by a case."""
    if command.case is not None:
        named = case_named(ctx, command.case, covers=Person.may_see)
        return named if isinstance(named, Outcome) else _standing(ctx, named[1])
    if command.station is None:
        return _which_to_check(ctx)
    station = places.visible_station(ctx, command.station)
    return station if isinstance(station, Outcome) else _standing(ctx, station)


def _which_to_check(ctx: Context) -> Outcome:
    """Ask for the station; show who decides them the cases that wait."""
    refused = places.station_needed(ctx)
    waiting = cases.open_in(ctx.db, ctx.person.districts if ctx.person else (), MOST_CASES)
    if not waiting:
        return refused
    named = [f"{case} TPS{station.code}" for case, station in waiting]
    return replace(refused, reply=f"{refused.reply} {case_texts.waiting(ctx.lang, cases=named)}")


def status(ctx: Context, person: Person, command: Status) -> Outcome:
    """Say to a monitor what stands for their station; of several, what each still lacks."""
    mine = places.named_stations(ctx, person, command.station)
    if isinstance(mine, Outcome):
        return mine
    if len(mine) == 1:
        return _standing(ctx, mine[0])
    lacking = [(each.code, _missing_at(ctx, each)) for each in person.stations]
    return Outcome(ANSWERED, field.check_several(ctx.lang, lacking=lacking))


def awaited_at(ctx: Context, station: Station) -> list[str]:
    """Give the codes of the contests that are still to be sent: those that do not stand, nor are held."""
    held = missing.held_at(ctx.db, station)
    return [each for each in _missing_at(ctx, station) if each not in held]


def awaited_of(ctx: Context, several: Sequence[Station]) -> list[tuple[Station, list[str]]]:
    """Give those stations of several that still have something to send, each with those contests."""
    return [(each, codes) for each in several if (codes := awaited_at(ctx, each))]


def missing_results(ctx: Context, person: Person, command: Missing) -> Outcome:
    """List the sender's stations that have not reported every contest."""
    area = _listed_area(ctx, _area(person), command)
    if isinstance(area, Outcome):
        return area
    codes = [_lacking(ctx, each) for each in missing.missing(ctx.db, ctx.election, area)]
    return _listed(ctx, field.missing, codes, area, command)


def missing_present(ctx: Context, person: Person, command: MissingPresent) -> Outcome:
    """List the sender's stations that nobody has checked in at."""
    area = _listed_area(ctx, person.districts, command)
    if isinstance(area, Outcome):
        return area
    codes = [each.code for each in notes.absent_monitors(ctx.db, area)]
    return _listed(ctx, field.missing_present, codes, area, command)


def total(ctx: Context, person: Person, command: Total) -> Outcome:
    """Give the totals now: of the whole, of the sender's districts, or of one that they name."""
    area = _asked_area(ctx, _area(person), command.district)
    if isinstance(area, Outcome):
        return area
    totals = _of_contest(tally.totals(ctx.db, ctx.election, area), command.contest)
    region = ", ".join(each.name for each in area) if area is not None else None
    return Outcome(ANSWERED, _in_two_segments(ctx, totals, region))


def help_text(ctx: Context, person: Person) -> Outcome:
    """Say what the sender may send, with an example of their own station."""
    if not (person.is_coordinator or person.is_official):
        example = ctx.example(person.stations[0])
        return Outcome(ANSWERED, field.help_monitor(ctx.lang, example=example, closed=ctx.closed_at()))
    found = stations.first_of(ctx.db, person.districts if person.is_coordinator else _area(person))
    overseen = found.code if found else "001"
    others = field.help_official(ctx.lang, station=overseen)
    if person.is_coordinator:
        contest = ctx.election.contests[0].code
        pin = "" if person.is_monitor or person.is_official else ctx.pin  # there is no room for more
        others = field.help_coordinator(ctx.lang, station=overseen, contest=contest, pin=pin)
    example = ctx.example(person.stations[0]) if person.is_monitor else ""
    pausing = person.is_coordinator and person.is_official
    if not (example or pausing):
        return Outcome(ANSWERED, others)
    return Outcome(ANSWERED, field.help_several(ctx.lang, example=example, others=others, pausing=pausing))


def _missing_at(ctx: Context, station: Station) -> list[str]:
    """Give the codes of the contests that do not stand at a station."""
    record = results.record(results.latest(ctx.db, station))
    return [each.code for each in ctx.election.contests if record.of(each.code) is None]


def _lacking(ctx: Context, each: Lacking) -> str:
    """Give a station's code, with the contests that it lacks where it has others."""
    if len(each.contests) == len(ctx.election.contests):
        return each.station.code
    return f"{each.station.code}({','.join(each.contests)})"


def _standing(ctx: Context, station: Station) -> Outcome:
    record = results.record(results.latest(ctx.db, station))
    held = cases.open_at(ctx.db, station)
    told = ctx.person is not None and ctx.person.may_report  # an official gets no figures that are in doubt
    reply = field.check(
        ctx.lang,
        station=station.code,
        village=station.village,
        sent=[(each.tally, each.phone or "-", ctx.local(each.at)) for each in record.shown(ctx.election)],
        missing=[each.code for each in ctx.election.contests if record.of(each.code) is None],
        cases={each.name: each.figures(ctx.election) if told else () for each in held},
    )
    return Outcome(ANSWERED, reply, (), station)


def _area(person: Person) -> Area:
    """Give what a person oversees: None is the whole."""
    if person.everywhere:
        return None
    return tuple(dict.fromkeys((*person.watches, *person.districts)))


def _asked_area(ctx: Context, mine: Area, asked: str) -> Area | Outcome:
    if not asked:
        return mine
    known = stations.districts(ctx.db)
    among = known if mine is None else mine
    found = districts.meant(asked, known, among)
    if found is None:
        return mine
    if len(found) == 1:
        return found
    names = [each.name for each in found or among]
    return ctx.refused("not_allowed", words.not_allowed_area(ctx.lang, asked=asked, mine=names))


def _listed_area(ctx: Context, mine: Area, command: Listed) -> Area | Outcome:
    """Give the districts to list: those that BELUM names. Without a page its words may as well be "siapa
    saja"."""
    found = _asked_area(ctx, mine, command.district)
    if isinstance(found, Outcome) and command.page == 1:
        place = districts.mentions(command.district, stations.districts(ctx.db))
        return found if place or stations.villages(ctx.db, [command.district]) else mine
    return found


def _listed(ctx: Context, text: Listing, codes: list[str], area: Area, command: Listed) -> Outcome:
    """Give a page of a list, with the district that it is of, where one was named."""
    named = area[0].name if command.district and area is not None and len(area) == 1 else ""
    region = shortened(to_gsm7(named), LONGEST_REGION)
    total = tally.totals(ctx.db, ctx.election, area).stations.registered
    said_twice = 2 * septets(f" {region}".rstrip())  # in the head, and in what to send next
    listed = pages(codes, PAGE_SEPTETS - said_twice)
    page = min(command.page, len(listed))
    reply = text(
        ctx.lang,
        count=len(codes),
        total=total,
        codes=listed[page - 1],
        page=page,
        pages=len(listed),
        region=region,
    )
    return Outcome(ANSWERED, reply)


def _in_two_segments(ctx: Context, totals: Totals, region: str | None) -> str:
    """Give the totals; where they are too many for a reply, the first contests and how to ask on."""
    reply = summary.compose(totals, ctx.election, ctx.lang, ctx.now, region)
    for most in range(len(totals.contests) - 1, 0, -1):
        if segments(reply) <= 2:
            break
        shown = replace(totals, contests=totals.contests[:most])
        rest = " / ".join(f"REKAP {each.contest.code}" for each in totals.contests[most:])
        reply = f"{summary.compose(shown, ctx.election, ctx.lang, ctx.now, region)} + {rest}"
    return reply


def _of_contest(totals: Totals, code: str | None) -> Totals:
    if code is None:
        return totals
    return replace(totals, contests=tuple(each for each in totals.contests if each.contest.code == code))
