"""From a command to its handler, by the sender's roles: SPEC section 2's table."""

import hashlib
from dataclasses import replace
from typing import assert_never

from config.reserved import Word
from gateway.context import IGNORED, REFUSED, Context, Outcome
from gateway.handlers import correction, enquiry, field, report, roster
from models.people import Person
from notify.texts import people as words
from notify.texts.usage import usage
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

# The word to name in a refusal.
_WORDS: dict[type, Word] = {
    Correction: Word.CORRECT,
    Void: Word.VOID,
    Decision: Word.ACCEPT,
    Replace: Word.REPLACE,
    Tell: Word.TELL,
    Remind: Word.REMIND,
    MissingPresent: Word.BELUM,
    Missing: Word.BELUM,
    Check: Word.CHECK,
    Total: Word.TOTAL,
    Present: Word.PRESENT,
    Incident: Word.INCIDENT,
    NotYet: Word.BELUM,
    Absent: Word.ABSENT,
    Status: Word.STATUS,
    Pause: Word.PAUSE,
    Resume: Word.RESUME,
}


def carry_out(ctx: Context, command: Command) -> Outcome:
    """Do what a text asks for, or refuse it with a reason.

    ``YA`` and ``TIDAK`` are answered before this (``gateway.inbox``), by the question they answer.
    """
    person = ctx.person
    if type(command) in _WORDS:
        ctx = replace(ctx, form=usage(ctx.lang, _WORDS[type(command)]))
    if person is None:
        return report.report(ctx, command) if isinstance(command, Report) else Outcome(IGNORED)
    match command:
        case Report():
            return report.report(ctx, command)
        case Correction() | Void() | Decision() | Replace() | Tell() | Remind() | MissingPresent():
            return _as_coordinator(ctx, person, command) if person.is_coordinator else _not_for(ctx, command)
        case Missing() | Check() | Total():
            overseer = person.is_coordinator or person.is_official
            return _as_overseer(ctx, person, command) if overseer else _not_for(ctx, command)
        case Present() | Incident() | NotYet() | Absent() | Status():
            return _as_monitor(ctx, person, command) if person.is_monitor else _not_for(ctx, command)
        case Belum(page):  # a word of two meanings: official before coordinator before monitor
            overseer = person.is_coordinator or person.is_official
            return carry_out(ctx, Missing(page) if overseer else NotYet())
        case Pause() | Resume():
            if not person.is_official:
                return _not_for(ctx, command)
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
        case MissingPresent(page):
            return enquiry.missing_present(ctx, person, page)
        case _:
            assert_never(command)


def _as_overseer(ctx: Context, person: Person, command: OfOverseer) -> Outcome:
    match command:
        case Missing(page):
            return enquiry.missing_results(ctx, person, page)
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
            return field.not_yet(ctx, person)
        case Absent():
            return field.absent(ctx, person, command)
        case Status():
            return enquiry.status(ctx, person)
        case _:
            assert_never(command)


def _as_anyone(ctx: Context, person: Person, command: SetLanguage | Help | OptOut | OptIn) -> Outcome:
    match command:
        case SetLanguage():
            return roster.set_language(ctx, command)
        case Help():
            return enquiry.help_text(ctx, person)
        case OptOut():
            return roster.opt_out(ctx)
        case OptIn():
            return roster.opt_in(ctx)
        case _:
            assert_never(command)


def _not_for(ctx: Context, command: Command) -> Outcome:
    word = "BELUM HADIR" if isinstance(command, MissingPresent) else _WORDS[type(command)]
    reply = words.not_allowed(ctx.lang, word=word)
    return Outcome(REFUSED, reply, ("not_allowed",))


def digest(command: Command) -> str | None:
    """Give what tells whether a command is the same as an earlier one; None where it never matters.

    A PIN is no part of it: it is not to be kept, and the same command with it is the same.
    """
    match command:
        case Correction() | Void() | Replace():
            return hashlib.sha256(repr(replace(command, pin=None)).encode("utf-8", "replace")).hexdigest()
        case Tell():
            return "KABAR"
        case Remind():
            return "INGATKAN"
        case _:
            return None
