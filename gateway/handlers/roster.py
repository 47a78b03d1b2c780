"""Who reports, in which language, and who wants scheduled texts."""

from config.phones import e164, is_automated
from config.reserved import Word
from gateway import places
from gateway.context import ANSWERED, Context, Outcome
from gateway.handlers.enquiry import awaited_at
from gateway.handlers.repeated import ask_again
from models import opt_outs, outbox, people, roster, stations
from models.people import Person
from notify.example import example_for
from notify.texts import people as words
from parser.commands import Replace, SetLanguage
from parser.names import name_in
from parser.station import Station


def replace(ctx: Context, command: Replace) -> Outcome:
    """Let another phone report for a station from now on."""
    ref, name = places.of_replacement(ctx, command.station, command.name)
    station = places.coordinated_station(ctx, ref)
    if isinstance(station, Outcome):
        return station
    phone = e164(command.phone, ctx.election.country)
    if phone is None or is_automated(phone) or phone in ctx.own_numbers:
        example = ctx.usage(Word.REPLACE).replace("TPS..", f"TPS{station.code}")
        return ctx.refused("bad_number", words.bad_number(ctx.lang, example=example), station)
    stations.lock_station(ctx.db, station)
    monitors = people.monitors_of(ctx.db, station.id)
    if len(monitors) == 1 and phone in monitors[0].phones:
        reply = words.replaced_already(ctx.lang, station=station.code, phone=phone)
        return Outcome(ANSWERED, reply, (), station)
    asked = ask_again(
        ctx,
        station,
        changed_since=lambda earlier: roster.changed_since(ctx.db, station, earlier),
        changed_at=roster.replaced_at(ctx.db, station),
    )
    if asked is not None:
        return asked
    return _appoint(ctx, station, phone, name_in(name))


def set_language(ctx: Context, person: Person, command: SetLanguage) -> Outcome:
    """Reply in another language from now on."""
    roster.set_language(ctx.db, person, command.lang)
    return Outcome(ANSWERED, words.language_set(command.lang))


def pause(ctx: Context, person: Person, *, paused: bool) -> Outcome:
    """Stop or resume an official's scheduled summaries."""
    roster.set_paused(ctx.db, person, paused=paused)
    if paused:
        return Outcome(ANSWERED, words.paused(ctx.lang))
    return Outcome(ANSWERED, words.resumed(ctx.lang, stopped=opt_outs.opted_out(ctx.db, ctx.phone)))


def opt_out(ctx: Context) -> Outcome:
    """Honour a carrier's word for "no more"; answered where the carrier itself does not."""
    opt_outs.opt_out(ctx.db, ctx.phone, ctx.now)
    return Outcome(ANSWERED, None if ctx.stop_answered else words.opted_out(ctx.lang))


def opt_in(ctx: Context) -> Outcome:
    """Honour a carrier's word for "again"."""
    opt_outs.opt_in(ctx.db, ctx.phone)
    return Outcome(ANSWERED, words.opted_in(ctx.lang))


def _appoint(ctx: Context, station: Station, phone: str, name: str) -> Outcome:
    done = roster.appoint(ctx.db, phone=phone, name=name, station=station, message_id=ctx.message_id)
    for old in done.before:
        # What waits for who looks after the station too is a coordinator's, but for the reminders.
        kinds = (outbox.BULK,) if old.looks_after(station) else (outbox.BULK, outbox.DIRECT)
        outbox.redirect(
            ctx.db, station_id=station.id, old=old.phones, new=phone, person_id=done.person.id, kinds=kinds
        )
        stay = [each.code for each in old.stations if each.id != station.id]
        ctx.tell_person(old, words.relieved(ctx.lang_of(old), station=station.code, stations=stay))
    name = done.person.name or name
    body = words.welcome(
        ctx.lang_of(done.person),
        name=name,
        station=station.code,
        village=station.village,
        example=example_for(done.person, station, ctx.election, awaited_at(ctx, station) or None),
    )
    ctx.tell(phone, body, person_id=done.person.id)  # by name: no text for who comes after them
    stopped = opt_outs.opted_out(ctx.db, phone)
    reply = words.replaced(ctx.lang, station=station.code, phone=phone, name=name, stopped=stopped)
    return Outcome(ANSWERED, reply, (), station)
