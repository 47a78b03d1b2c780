"""Which station a text means, by who sent it."""

from gateway.context import Context, Outcome
from models import stations
from models.people import Person
from notify.texts import reports
from parser.commands import StationRef
from parser.station import Station


def own_station(person: Person, ref: StationRef | None) -> Station | None:
    """Give the station that a monitor means: their own code first, then the number printed on
    their own form, alone or with the village's name; left out, their only one."""
    if ref is None:
        return person.stations[0] if len(person.stations) == 1 else None
    by_code = [each for each in person.stations if each.number == ref.number]
    by_form = [each for each in person.stations if each.form_number == ref.number]
    if ref.words:
        named = [each for each in by_form if same_village(ref.words, each.village)]
        by_code, by_form = by_code or named, named or by_form
    found = by_code or by_form
    return found[0] if len(found) == 1 else None


def same_village(words: str, village: str) -> bool:
    """Whether words after a station are its village's name, whatever their case and blanks."""
    return "".join(words.casefold().split()) == "".join(village.casefold().split())


def reporting_station(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    """Give the station that a report is for, or the refusal of SPEC section 3."""
    person = ctx.person
    if person is None:
        return _named(ctx, ref)
    own = own_station(person, ref)
    if own is not None and not _names_another_village(ctx, ref, own):
        return own
    if person.is_coordinator:
        return coordinated_station(ctx, ref)
    if ref is None:
        return station_needed(ctx)
    if not person.is_monitor:
        return _named(ctx, ref)
    return refuse_station(ctx, person)


def refuse_station(ctx: Context, person: Person) -> Outcome:
    """Name a monitor's own stations, and say nothing of the other."""
    codes = [each.code for each in person.stations]
    return ctx.refused("not_your_station", reports.not_your_station(ctx.lang, stations=codes))


def coordinated_station(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    """Give a station that the sender coordinates, or the refusal."""
    found = _named(ctx, ref)
    if isinstance(found, Outcome) or (ctx.person and ctx.person.looks_after(found)):
        return found
    return _outside(ctx, found)


def visible_station(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    """Give a station that the sender coordinates or watches, or the refusal."""
    found = _named(ctx, ref)
    if isinstance(found, Outcome) or (ctx.person and ctx.person.may_see(found)):
        return found
    return _outside(ctx, found)


def station_needed(ctx: Context) -> Outcome:
    """Ask for the station that a text left out."""
    station = ctx.person.stations[0] if ctx.person and ctx.person.stations else None
    return ctx.refused(
        "station_needed", reports.station_needed(ctx.lang, example=ctx.form or ctx.example(station))
    )


def _named(ctx: Context, ref: StationRef | None) -> Station | Outcome:
    if ref is None:
        return station_needed(ctx)
    if ref.words:
        found = stations.stations_by_form(ctx.db, ref.number, ref.words)
        if len(found) == 1:
            return found[0]
    station = stations.station_by_number(ctx.db, ref.number)
    if station is None:
        return ctx.refused("unknown_station", reports.unknown_station(ctx.lang, number=ref.number))
    return station


def _outside(ctx: Context, station: Station) -> Outcome:
    person = ctx.person
    mine = [each.name for each in (*person.districts, *person.watches)] if person else []
    return ctx.refused("not_allowed", reports.not_allowed_station(ctx.lang, station=station.code, mine=mine))


def _names_another_village(ctx: Context, ref: StationRef | None, own: Station) -> bool:
    """Whether the words after a station are a village, and not the station's: never guessed."""
    if ref is None or not ref.words or same_village(ref.words, own.village):
        return False
    return stations.is_village(ctx.db, ref.words)
