"""From a text to what it asks for: the entry of the message language (SPEC section 2)."""

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from config.election import Election
from config.reserved import COMMAND_WORDS, OPT_IN_WORDS, OPT_OUT_WORDS, Word
from parser.commands import Correction, Courtesy, Help, OptIn, OptOut, Report, Tell, Yes
from parser.courtesy import (
    ADDRESS,
    CASUAL_YES,
    NO,
    OPENING,
    ORDINARY,
    PARTICLES,
    YES,
    is_courteous,
    is_thanks,
)
from parser.draft import Draft
from parser.errors import FieldFault, Parsed, Unclear, Why
from parser.fields import MOST_SHOWN
from parser.grammar import grammar_of
from parser.near import nearest
from parser.normalise import LETTERS, Folded, fold
from parser.order import Order, command_first
from parser.orders import ORDERS
from parser.pins import take_pins
from parser.report import finish, read_fields, write_report

LONGEST_TEXT = 1600

_L = LETTERS
_WORD = re.compile(rf"[{_L}]++")
_MOST_GREETINGS = 12  # words before a command

_COMMANDS: dict[str, Word] = {spelled: word for word, words in COMMAND_WORDS.items() for spelled in words}
_COMMANDS |= dict.fromkeys((*YES, *CASUAL_YES), Word.YES) | dict.fromkeys(NO, Word.NO)
_REPORTING = {Word.CORRECT: "KOREKSI", Word.REVISE: "RALAT"}
# These say what to do with the figures beside them, or pass them on; the others only greet.
_UNTOUCHED = frozenset((Word.TELL, Word.VOID, Word.ACCEPT, Word.REJECT, Word.REPLACE, Word.LANGUAGE))
_DECISIONS = (Word.ACCEPT, Word.REJECT)
_CASE = re.compile(rf"[^{_L}0-9]+K[^{_L}0-9]{{0,2}}[0-9]")
# Words of two letters are near to everything; nobody is asked whether they meant "ya".
_PROPOSED = tuple(word for word in _COMMANDS if len(word) > 2 and _COMMANDS[word] not in (Word.YES, Word.NO))
_COMMANDS["BLM"] = Word.BELUM  # as it is written by SMS; no word is near to it


def parse(text: str, election: Election) -> Parsed:
    """Read a text: a command, or every fault that keeps it from being one. SPEC section 2.

    Pure, linear, and never raises. A text over 1,600 characters is ``TOO_LONG``.
    """
    if len(text) > LONGEST_TEXT:
        return _too_long(text, election)
    pins = take_pins(fold(text), asked_for=election.rules.pin)
    parsed = _Reader(pins.rest, election, pins.first).read()
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
    fault = FieldFault("", Why.TOO_LONG, str(len(text)))
    return Unclear((fault,), has_field=has_field, pin=pins.first)


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
        """Give what the text asks for."""
        word, start, end = self._leading()
        command = _COMMANDS.get(word)
        if command in _REPORTING:
            return self._report(self._fields(end), _REPORTING[command])
        if command is Word.REPLACE and _has_figures(changed := self._fields(end)):
            return self._meant_correction(word, changed)
        if command is Word.ACCEPT and self._reports_instead(end):
            command = None
        if command and command in _UNTOUCHED and not self._is_thanks(command, end):
            return self._order(word, command, end)
        if not self._has_digits() and (short := self._short(word)):
            return short
        fields = self._fields(0)
        if command and not self._is_thanks(command, end) and not _has_figures(fields):
            return self._order(word, command, end)
        if not command and not _has_any(fields) and (said := self._said_later()):
            return said
        if not command and (proposed := self._near_command(word, start, end, fields)):
            return proposed
        return self._report(fields, "")

    def _leading(self) -> tuple[str, int, int]:
        """Give the first word that is no greeting, unless it is a key, and where it stands."""
        text = self.body.text
        for count, found in enumerate(_WORD.finditer(text)):
            if self.grammar.starts_key(text, found.start()) or count >= _MOST_GREETINGS:
                break
            word = found[0]
            if word in _COMMANDS or word not in OPENING | ADDRESS:
                return self._unglued(word, found.start())
        return "", 0, 0

    @staticmethod
    def _unglued(word: str, start: int) -> tuple[str, int, int]:
        """Part a command from the key that lost its blank: KOREKSITPS012."""
        if word.endswith("TPS") and word[:-3] in _COMMANDS:
            word = word[:-3]
        return word, start, start + len(word)

    def _said_later(self) -> Parsed | None:
        """Read a command behind its station, or behind who speaks, as if it stood first."""
        text = command_first(self.body, self.whole)
        return _Reader(fold(text), self.election, self.pin).read() if text else None

    def _is_thanks(self, command: Word, end: int) -> bool:
        """Say whether TERIMA is the beginning of "terima kasih"."""
        if command is not Word.ACCEPT:
            return False
        following = _WORD.search(self.body.text, end)
        return bool(following) and following[0] in ("KASIH", "KASI") if following else False

    def _reports_instead(self, end: int) -> bool:
        """Say whether a report follows TERIMA, and no case."""
        return not _CASE.match(self.body.text, end) and _has_figures(self._fields(end))

    def _has_digits(self) -> bool:
        return any(map(str.isdigit, self.body.text))

    def _short(self, word: str) -> Parsed | None:
        """Give what a text of a few plain words means: yes, thanks, a carrier's word."""
        words = _WORD.findall(self.body.text)
        if not words:
            return self._wordless()
        rest = words[words.index(word) + 1 :] if word in words else words
        if word in OPT_OUT_WORDS and is_courteous(rest):
            return OptOut()
        if word in OPT_IN_WORDS and is_courteous(rest):
            return OptIn()
        if word in CASUAL_YES and all(each in ADDRESS | PARTICLES for each in rest):
            return Courtesy() if "?" in self.body.text else Yes(casual=True, pin=self.pin)
        if word in YES | NO:
            return None
        return Courtesy() if is_thanks(words) else None

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
        if isinstance(parsed, Unclear) and command not in (Word.YES, Word.NO):
            return replace(parsed, command=command)
        return parsed

    def _fields(self, start: int) -> Draft:
        """Read the fields from there on."""
        return read_fields(self.body.part(start) if start else self.body, self.election)

    def _report(self, fields: Draft, command: str) -> Parsed:
        if not fields.has_key and not fields.unknown and not command:
            return self._nothing()
        return finish(fields, command, self.pin, self.note)

    def _nothing(self) -> Unclear:
        """Give the fault of a text that holds no field and no command."""
        shown = self.body.words()[:MOST_SHOWN].strip()
        fault = FieldFault("", Why.UNKNOWN if shown else Why.NO_CONTEST, shown)
        return Unclear((fault,), has_field=self.pin is not None, pin=self.pin)

    def _near_command(self, word: str, start: int, end: int, fields: Draft) -> Unclear | None:
        """Propose the command that a word is close to; a report is only ever taken for RALAT or KOREKSI."""
        near = _commands_near(word) or self._decision_near(word, end)
        if not near or (_has_figures(fields) and near[0] not in _REPORTING):
            return None
        _, spelled = near
        fault = FieldFault(word[:12], Why.UNKNOWN, self.body.words(start, end)[:MOST_SHOWN], spelled)
        return Unclear((fault,), proposal=self._corrected(spelled, end), pin=self.pin)

    def _decision_near(self, word: str, end: int) -> tuple[Word, str] | None:
        """Give the decision that a word before a case's number is near to: "trima" alone is thanks."""
        if not _CASE.match(self.body.text, end):
            return None
        spelled = nearest(word, [each for each, command in _COMMANDS.items() if command in _DECISIONS])
        return (_COMMANDS[spelled[0]], spelled[0]) if len(spelled) == 1 else None

    def _meant_correction(self, word: str, fields: Draft) -> Unclear:
        """Propose KOREKSI for GANTI ("change") before figures, which are no phone number."""
        meant = finish(fields, "KOREKSI", self.pin, self.note)
        if isinstance(meant, Unclear):
            return meant
        fault = FieldFault(word, Why.ARGUMENT, near="KOREKSI")
        proposal = write_report(meant, self.election) if isinstance(meant, Report | Correction) else ""
        return Unclear((fault,), proposal=proposal, attempt=meant, pin=self.pin)

    def _corrected(self, spelled: str, end: int) -> str:
        """Give the text with the right command, if it would be understood."""
        rest = self.whole.part(end).typed()
        text = f"{spelled} {rest}".strip()
        parsed = _Reader(fold(text), self.election, None).read()
        if isinstance(parsed, Unclear) or len(text) > LONGEST_TEXT:
            return ""
        if isinstance(parsed, Report | Correction):
            return write_report(parsed, self.election)
        return " ".join(text.split())


def _has_figures(fields: Draft) -> bool:
    """Say whether a text that begins with a command's word is a report all the same.

    "LAPOR wali 2 orang" is none: a single number without a mark, and no SAH.
    """
    if not fields.contests:
        return False
    return fields.marked or bool(fields.valid or fields.invalid)


def _has_any(fields: Draft) -> bool:
    """Say whether any figures could be read."""
    return any(fields.contests.values()) or any(each.values for each in (*fields.valid, *fields.invalid))


@lru_cache(maxsize=1024)
def _commands_near(word: str) -> tuple[Word, str] | None:
    """Give the one command that a word is near to, and its spelling: BATALKAN and DIBATALKAN are BATAL,
    BERHALANGAN is HALANGAN."""
    if len(word) < 3 or len(word) > 12 or word in ORDINARY:
        return None
    stem = word.removesuffix("KAN")
    roots = (stem, stem.removeprefix("DI"), word.removeprefix("BER"))
    root = next((each for each in roots if each in _PROPOSED), None)
    if root is not None:
        return _COMMANDS[root], root
    spelled = nearest(word, _PROPOSED)
    commands = {_COMMANDS[each] for each in spelled}
    return (commands.pop(), spelled[0]) if len(commands) == 1 else None
