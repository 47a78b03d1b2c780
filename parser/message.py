"""From a text to what it asks for: the entry of the message language (SPEC section 2)."""

import re
import unicodedata
from dataclasses import replace

from config.election import Election
from config.reserved import OPT_IN_WORDS, OPT_OUT_WORDS, Word
from parser.absence import absence
from parser.commands import (
    Absent,
    Command,
    Correction,
    Courtesy,
    Help,
    NotYet,
    OptIn,
    OptOut,
    Present,
    Report,
    Tell,
    Yes,
)
from parser.courtesy import (
    ADDRESS,
    CASUAL_YES,
    NO,
    OPENING,
    PARTICLES,
    YES,
    is_courteous,
    is_thanks,
    unstretched,
)
from parser.doubt import unless_doubted
from parser.draft import Draft
from parser.errors import MOST_SHOWN, FieldFault, Parsed, Unclear, Why
from parser.grammar import grammar_of
from parser.near import nearest
from parser.normalise import LETTERS, Folded, fold, has_digit
from parser.order import WORD, Order
from parser.orders import ORDERS
from parser.pins import take_pins
from parser.quoted import behind_reply
from parser.replacement import replacement_said
from parser.report import corrects, finish, has_any, has_figures, lacks_contest, read_fields, tells_figures
from parser.spelled import COMMANDS, SAID_BEFORE, command_behind, commands_near
from parser.writing import write_report

LONGEST_TEXT = 1600
_MOST_GREETINGS = 12  # words before a command
_REPORTING = {Word.CORRECT: "KOREKSI", Word.REVISE: "RALAT"}
# These say what to do with the figures beside them, or pass them on; the others only greet.
_UNTOUCHED = frozenset((Word.TELL, Word.VOID, Word.ACCEPT, Word.REJECT, Word.REPLACE))
_MAY_BE_ABSENCE = frozenset((None, Word.NO, Word.BELUM, Word.PRESENT))
_DECISIONS, _ANSWERED = (Word.ACCEPT, Word.REJECT), (Word.YES, Word.NO)
_ANSWERS = YES | CASUAL_YES | NO
_GLUED = ("TPS", "HADIR", "PRESENT")
# Commands of monitors whose words may be figures all the same, and how that is told.
_TOLD = {Word.INCIDENT: lacks_contest, Word.PRESENT: tells_figures, Word.ABSENT: has_any}
_NOT_YET = re.compile(rf"NOT[^{LETTERS}0-9]++YET(?![{LETTERS}])")
_NUMBER = re.compile(rf"[^{LETTERS}0-9]*[0-9]")
_CASE = re.compile(rf"[^{LETTERS}0-9]+K[^{LETTERS}0-9]{{0,2}}[0-9]")
# What a command is about may stand before it: "TPS012 HADIR", "K7 TERIMA".
_ABOUT = re.compile(
    rf"(?<![{LETTERS}0-9])(?:TPS[^{LETTERS}0-9]*+(?:(?:NO|NOMOR)[^{LETTERS}0-9]*+)?|(?P<case>K)[^{LETTERS}0-9]?)[0-9]++"
)
_AT_STATION = frozenset(
    (Word.PRESENT, Word.INCIDENT, Word.BELUM, Word.NOT_YET, Word.ABSENT, Word.STATUS, Word.HELP)
).union((Word.CHECK, Word.VOID, Word.REPLACE))


def parse(text: str, election: Election) -> Parsed:
    """Read a text: a command, or every fault that keeps it from being one. SPEC section 2.

    Pure, linear, and never raises. A text over 1,600 characters is ``TOO_LONG``.
    """
    if len(text) > LONGEST_TEXT:
        return _too_long(text, election)
    pins = take_pins(fold(text), asked_for=election.rules.pin)
    said = behind_reply(pins.rest)
    parsed = replacement_said(_Reader(said, election, pins.first).read(), said, election)
    parsed = unless_doubted(parsed, said, election)
    return _two_pins(parsed, pins.first) if pins.differ else parsed


def meant(parsed: Parsed, election: Election, *, tells: bool) -> Parsed:
    """Give what a text means to its sender: for who has nobody to tell, KABAR is a greeting before a report,
    faulty or not ("kabar baik pak, TPS012 G:120,98,77 SAH:295")."""
    if tells or not isinstance(parsed, Tell):
        return parsed
    told = parse(parsed.text, election)
    if isinstance(told, Report) or (isinstance(told, Unclear) and isinstance(told.attempt, Report)):
        return replace(told, pin=parsed.pin)
    return parsed


def _too_long(text: str, election: Election) -> Unclear:
    pins = take_pins(fold(text), asked_for=election.rules.pin)
    has_field = bool(pins.first) or grammar_of(election).has_figure(pins.rest.text)
    return Unclear((FieldFault("", Why.TOO_LONG, str(len(text))),), has_field=has_field, pin=pins.first)


def _two_pins(parsed: Parsed, pin: str | None) -> Unclear:
    """Refuse a text with two PINs, beside whatever else is wrong. The digits are not shown."""
    fault = FieldFault("PIN", Why.TWICE)
    if isinstance(parsed, Unclear):
        return Unclear((*parsed.faults, fault), attempt=parsed.attempt, pin=pin)
    return Unclear((fault,), attempt=parsed, pin=pin)


class _Reader:
    """One text on its way to a command."""

    def __init__(self, folded: Folded, election: Election, pin: str | None) -> None:
        self.whole = folded
        self.election = election
        self.pin = pin
        self.grammar = grammar_of(election)
        at = folded.text.find("@")
        self.note = "" if at < 0 else folded.words(at + 1)
        self.body = folded if at < 0 else folded.part(0, at)
        cut = self.grammar.signature(self.body.text)
        if 0 < cut < len(self.body.text):  # a phone's own words are no one's order
            self.note = " ".join(filter(None, (self.body.words(cut), self.note)))
            self.body = self.body.part(0, cut)

    def read(self) -> Parsed:
        """Give what the text asks for; figures in the note behind a greeting, or HADIR, are its report."""
        said = self._said()
        if not (self.note and isinstance(said, Courtesy | Present | NotYet)):
            return said
        noted = _Reader(fold(self.note), self.election, self.pin)
        return noted.read() if has_figures(noted.fields(0)) else said

    def _said(self) -> Parsed:
        word, start, end = self._leading()
        command = COMMANDS.get(word)
        if command in _REPORTING:
            return self._report(self.fields(end), _REPORTING[command])
        if command is Word.REPLACE and has_figures(changed := self.fields(end)):
            return self._meant_correction(word, changed)
        if command is Word.ACCEPT and self._reports_instead(end):
            command = None
        if command in _UNTOUCHED and not self._is_thanks(command, end):
            return self._order(word, command, end)
        if not has_digit(self.body.text) and (short := self._short(word, end)):
            return short
        fields = self.fields(0)
        if command in _ANSWERED and fields.valid and _NUMBER.match(self.body.text, end):
            command = None  # but a mistyped key: "GA:120,98,77 SAH:295"
        if command in _MAY_BE_ABSENCE and not has_any(fields) and (told := self._told(command)):
            return told
        if command in _TOLD and _TOLD[command](fields):
            return self._report(fields, "")
        if command and not self._is_thanks(command, end) and not has_figures(fields):
            return self._order(word, command, end)
        if not command and (proposed := self._near_command(word, start, end, fields)):
            return proposed
        return self._report(fields, "KOREKSI" if corrects(fields) else "")

    def _leading(self) -> tuple[str, int, int]:
        """Give the first word that is no greeting, unless it is a key, and where it stands."""
        text = self.body.text
        for count, found in enumerate(WORD.finditer(text)):
            if self.grammar.starts_key(text, found.start()) or count >= _MOST_GREETINGS:
                break
            word = found[0]
            if word in COMMANDS or word not in OPENING | ADDRESS:
                behind = command_behind(text, found.start()) if word in SAID_BEFORE else None
                return self._unglued(behind or found)
        return "", 0, 0

    def _told(self, command: Word | None) -> Parsed | None:
        """Read a text without figures: a command behind its station, or a sentence that says HALANGAN."""
        turned = None if command else self._turned()
        if isinstance(turned, Absent):
            return turned
        return absence(self.body.text, self.whole, self.pin, first=command is Word.PRESENT) or turned

    def _turned(self) -> Parsed | None:
        """Read a text whose station or case stands before the command's word, as if it stood behind it."""
        about = _ABOUT.search(self.body.text)
        if about is None or not is_courteous(WORD.findall(self.body.text, 0, about.start())):
            return None
        found = command_behind(self.body.text, about.end())
        if found is None or COMMANDS[found[0]] not in (_DECISIONS if about["case"] else _AT_STATION):
            return None
        if self._is_thanks(COMMANDS[found[0]], found.end()):
            return None
        named, rest = self.body.typed(*about.span()), self.whole.part(found.end()).typed()
        if has_digit(rest) and not (self.note or about["case"]):
            named, rest = rest, named  # "TPS012 hadir 2 saksi": the number is not one of stations
        return _Reader(fold(f"{found[0]} {named} {rest}"), self.election, self.pin).read()

    @staticmethod
    def _unglued(found: re.Match[str]) -> tuple[str, int, int]:
        """Part a command from what lost its blank: KOREKSITPS012, BELUMHADIR."""
        word, start = found[0], found.start()
        for key in _GLUED:
            if word.endswith(key) and word.removesuffix(key) in COMMANDS:
                return word.removesuffix(key), start, found.end() - len(key)
        if two := _NOT_YET.match(found.string, start):
            return Word.NOT_YET, start, two.end()
        short = unstretched(word)  # "yaaa", "okee"
        return short if short in _ANSWERS else word, start, found.end()

    def _is_thanks(self, command: Word, end: int) -> bool:
        """Say whether TERIMA is the beginning of "terima kasih"."""
        following = WORD.search(self.body.text, end) if command is Word.ACCEPT else None
        return following is not None and following[0] in ("KASIH", "KASI")

    def _reports_instead(self, end: int) -> bool:
        """Say whether a report follows TERIMA, and no case."""
        return not _CASE.match(self.body.text, end) and has_figures(self.fields(end))

    def _short(self, word: str, end: int) -> Parsed | None:
        """Give what a text of a few plain words means: yes, thanks, a carrier's word."""
        words = WORD.findall(self.body.text)
        if not words:
            return self._wordless()
        rest = WORD.findall(self.body.text, end)
        if word in OPT_OUT_WORDS and is_courteous(rest):
            return OptOut()
        if word in OPT_IN_WORDS and is_courteous(rest):
            return OptIn()
        if word in CASUAL_YES and all(each in ADDRESS | PARTICLES for each in rest):
            return Courtesy(asks=True) if "?" in self.body.text else Yes(casual=True, pin=self.pin)
        if word in YES | NO:
            return None
        return Courtesy(asks="?" in self.body.text) if is_thanks(words) else None

    def _wordless(self) -> Parsed | None:
        text = self.body.text
        if "?" in text and not text.strip(" ?"):
            return Help()
        if not text.strip() and any(unicodedata.category(char) == "So" for char in self.body.raw):
            return Courtesy()
        return None

    def _order(self, word: str, command: Word, end: int) -> Parsed:
        free = command in (Word.TELL, Word.ABSENT, Word.INCIDENT)
        rest = (self.whole if free else self.body).part(end)
        parsed = ORDERS[command](Order(word, rest, self.election, self.pin, "" if free else self.note))
        if isinstance(parsed, Unclear) and command not in _ANSWERED:
            return replace(parsed, command=command)
        return parsed

    def fields(self, start: int) -> Draft:
        """Read the fields from there on."""
        return read_fields(self.body.part(start) if start else self.body, self.election)

    def _report(self, fields: Draft, command: str) -> Parsed:
        if not fields.has_key and not fields.unknown and not command:
            return self._nothing()
        return finish(fields, command, self.pin, self.note)

    def _nothing(self) -> Unclear:
        shown = self.body.words()[:MOST_SHOWN].strip()
        fault = FieldFault("", Why.UNKNOWN if shown else Why.NO_CONTEST, shown)
        return Unclear((fault,), has_field=bool(self.pin), pin=self.pin)

    def _near_command(self, word: str, start: int, end: int, fields: Draft) -> Unclear | None:
        """Propose the command that a word is close to; a report is only ever taken for RALAT or KOREKSI."""
        near = commands_near(word) or self._decision_near(word, end)
        if not near or (has_figures(fields) and near[0] not in _REPORTING):
            return None
        _, spelled = near
        fault = FieldFault(word[:12], Why.UNKNOWN, self.body.words(start, end)[:MOST_SHOWN], spelled)
        text = f"{spelled} {self.whole.part(end).typed()}".strip()
        meant = _Reader(fold(text), self.election, None).read()
        attempt = meant.attempt if isinstance(meant, Unclear) else meant
        tried = attempt if isinstance(attempt, Report | Correction) else None  # and nothing done unasked
        if isinstance(meant, Unclear):  # what else is wrong is named at once
            faults = (fault, *meant.faults)
            return replace(meant, faults=faults, attempt=tried, has_field=True, pin=self.pin)
        return Unclear((fault,), proposal=self._proposed(meant, text), attempt=tried, pin=self.pin)

    def _decision_near(self, word: str, end: int) -> tuple[Word, str] | None:
        """Give the decision that a word before a case's number is near to: "trima" alone is thanks."""
        if not _CASE.match(self.body.text, end):
            return None
        spelled = nearest(word, [each for each, command in COMMANDS.items() if command in _DECISIONS])
        return (COMMANDS[spelled[0]], spelled[0]) if len(spelled) == 1 else None

    def _meant_correction(self, word: str, fields: Draft) -> Unclear:
        """Propose KOREKSI for GANTI ("change") before figures, which are no phone number."""
        meant = finish(fields, "KOREKSI", self.pin, self.note)
        if isinstance(meant, Unclear):
            return meant
        fault = FieldFault(word, Why.ARGUMENT, near="KOREKSI")
        return Unclear((fault,), proposal=write_report(meant, self.election), attempt=meant, pin=self.pin)

    def _proposed(self, meant: Command, text: str) -> str:
        """Give the text with the right command, as we write it."""
        if len(text) > LONGEST_TEXT:
            return ""
        if isinstance(meant, Report | Correction):
            return write_report(meant, self.election)
        return " ".join(text.split())
