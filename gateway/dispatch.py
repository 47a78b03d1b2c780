"""From a command to its handler, by the sender's roles: SPEC section 2's table."""

import hashlib
from dataclasses import replace
from typing import assert_never

from config.language import Lang
from config.reserved import COMMAND_WORDS, Word
from gateway.context import IGNORED, Context, Outcome
from gateway.handlers import correction, enquiry, field, report, roster
from gateway.places import own_station
from models.people import Person
from notify.texts import people as words
from notify.texts.usage import called
from parser.commands import (
    Absent,
    Belum,
    Check,
    Command,
    Correction,
    Courtesy,
    Decision,
    Help,
    Incident,
    Missing,
    MissingPresent,
    No,
    NotYet,
    OptIn,
    OptOut,
    Pause,
    Present,
    Remind,
    Replace,
    Report,
    Resume,
    SetLanguage,
    Status,
    Tell,
    Total,
    Void,
    Yes,
)

OfCoordinator = Correction | Void | Decision | Replace | Tell | Remind | MissingPresent
OfOverseer = Missing | Check | Total
OfMonitor = Present | Incident | NotYet | Absent | Status

_WORDS: dict[type, Word] = {
    Correction: Word.CORRECT,
    Void: Word.VOID,
    Replace: Word.REPLACE,
    Tell: Word.TELL,
    Remind: Word.REMIND,
    Missing: Word.MISSING,
    Check: Word.CHECK,
    Total: Word.TOTAL,
    Present: Word.PRESENT,
    Incident: Word.INCIDENT,
    NotYet: Word.NOT_YET,
    Absent: Word.ABSENT,
    Status: Word.STATUS,
    Pause: Word.PAUSE,
    Resume: Word.RESUME,
}
_COORDINATORS = frozenset(
    (Word.CORRECT, Word.VOID, Word.ACCEPT, Word.REJECT, Word.REPLACE, Word.TELL, Word.REMIND)
)
_OVERSEERS = frozenset((Word.MISSING, Word.CHECK, Word.TOTAL))
_MONITORS = frozenset((Word.PRESENT, Word.INCIDENT, Word.NOT_YET, Word.ABSENT, Word.STATUS))
_OFFICIALS = frozenset((Word.PAUSE, Word.RESUME))

_ABSENT = frozenset(COMMAND_WORDS[Word.ABSENT])


def word_of(command: Command) -> Word | None:
    """Give the word of a command that not everybody may use; None of the others."""
    if isinstance(command, Decision):
        return Word.ACCEPT if command.accept else Word.REJECT
    return _WORDS.get(type(command))


def may_use(person: Person, word: Word) -> bool:
    """Whether a person's roles cover a command."""
    if word in _COORDINATORS:
        return person.is_coordinator
    if word in _OVERSEERS:
        return person.is_coordinator or person.is_official
    if word in _MONITORS:
        return person.is_monitor
    return person.is_official or word not in _OFFICIALS


def not_for(ctx: Context, word: str) -> Outcome:
    """Refuse a command that the sender's roles do not cover; who would take a result back may revise it, and
    who takes HALANGAN back is present."""
    takes_back = word in COMMAND_WORDS[Word.VOID] and ctx.is_only_monitor
    if takes_back and not _ABSENT.isdisjoint(ctx.body.upper().split()):
        return ctx.proposed([(f"{word} {called(ctx.lang, Word.ABSENT)}", Word.PRESENT)], Word.PRESENT)
    if word in COMMAND_WORDS[Word.CHECK] and ctx.is_only_monitor:
        return ctx.refused("not_allowed", words.for_status(ctx.lang, word=word))
    if not takes_back or ctx.closed_at():
        return ctx.refused("not_allowed", words.not_allowed(ctx.lang, word=word))
    station = own_station(ctx.person, None) if ctx.person else None
    revision = ctx.example(station, Word.REVISE)
    reply = words.for_revision(ctx.lang, word=word, command=revision, ask=False)
    return ctx.refused("not_allowed", reply)


def carry_out(ctx: Context, command: Command) -> Outcome:
    """Do what a text asks for, or refuse it with a reason.

    ``YA`` and ``TIDAK`` are answered before this (``gateway.inbox``), by the question they answer.
    """
    person, word = ctx.person, word_of(command)
    if person is None:
        return report.report(ctx, command) if isinstance(command, Report) else Outcome(IGNORED)
    if word is not None:
        if not may_use(person, word):
            if isinstance(command, Correction) and person.is_monitor:
                return report.propose_revision(ctx, command)
            return not_for(ctx, called(ctx.lang, word))
        ctx = replace(ctx, form=ctx.usage(word))
    match command:
        case Report():
            return report.report(ctx, command)
        case Correction() | Void() | Decision() | Replace() | Tell() | Remind() | MissingPresent():
            return _as_coordinator(ctx, person, command)
        case Missing() | Check() | Total():
            return _as_overseer(ctx, person, command)
        case Present() | Incident() | NotYet() | Absent() | Status():
            return _as_monitor(ctx, person, command)
        case Belum(page, district, station):
            # A word of two meanings: official before coordinator before monitor.
            overseer = person.is_coordinator or person.is_official
            return carry_out(ctx, Missing(page, district) if overseer else NotYet(station))
        case Pause() | Resume():
            return roster.pause(ctx, person, paused=isinstance(command, Pause))
        case SetLanguage() | Help() | OptOut() | OptIn():
            return _as_anyone(ctx, person, command)
        case Courtesy() | Yes() | No():
            return Outcome(IGNORED)
        case _:
            assert_never(command)


def _as_coordinator(ctx: Context, person: Person, command: OfCoordinator) -> Outcome:
    match command:
        case Correction():
            return correction.correct(ctx, command)
        case Void():
            return correction.void(ctx, command)
        case Decision():
            return correction.decide(ctx, command)
        case Replace():
            return roster.replace(ctx, command)
        case Tell():
            return field.tell(ctx, person, command)
        case Remind():
            return field.remind(ctx, person)
        case MissingPresent():
            if not person.is_coordinator:
                return not_for(ctx, "BELUM HADIR" if ctx.lang is Lang.ID else "MISSING PRESENT")
            return enquiry.missing_present(ctx, person, command)
        case _:
            assert_never(command)


def _as_overseer(ctx: Context, person: Person, command: OfOverseer) -> Outcome:
    match command:
        case Missing():
            return enquiry.missing_results(ctx, person, command)
        case Check():
            return enquiry.check(ctx, command)
        case Total():
            return enquiry.total(ctx, person, command)
        case _:
            assert_never(command)


def _as_monitor(ctx: Context, person: Person, command: OfMonitor) -> Outcome:
    match command:
        case Present():
            return field.present(ctx, person, command)
        case Incident():
            return field.incident(ctx, person, command)
        case NotYet():
            return field.not_yet(ctx, person, command)
        case Absent():
            return field.absent(ctx, person, command)
        case Status():
            return enquiry.status(ctx, person, command)
        case _:
            assert_never(command)


def _as_anyone(ctx: Context, person: Person, command: SetLanguage | Help | OptOut | OptIn) -> Outcome:
    match command:
        case SetLanguage():
            return roster.set_language(ctx, person, command)
        case Help():
            return enquiry.help_text(ctx, person)
        case OptOut():
            return roster.opt_out(ctx)
        case OptIn():
            return roster.opt_in(ctx)
        case _:
            assert_never(command)


def digest(command: Command) -> str | None:
    """Give what tells whether a command is the same as an earlier one; None where it never matters.

    A PIN is no part of it: it is not to be kept, and the same command with it is the same. Nor is a note.
    """
    match command:
        case Correction() | Void():
            return _hash(replace(command, pin=None, note=""))
        case Replace():
            return _hash(replace(command, pin=None))
        case Tell():
            return Word.TELL.value
        case Remind():
            return Word.REMIND.value
        case _:
            return None


def _hash(command: Command) -> str:
    return hashlib.sha256(repr(command).encode("utf-8", "replace")).hexdigest()
