"""A command's word with what follows it, and the ways to read that."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import pyparsing as pp

from config.election import Election
from parser.courtesy import COURTEOUS, NOTHING_SAID, is_courteous
from parser.errors import MOST_SHOWN, FieldFault, Unclear, Why
from parser.grammar import NUMBER, Grammar, grammar_of
from parser.keywords import Kind
from parser.normalise import LETTERS, Folded, fold, has_digit

MARKS = rf"[^{LETTERS}0-9]*+"
WORD = re.compile(rf"[{LETTERS}]++")
_VILLAGE = rf"(?P<words>(?:(?![OIL]{{1,3}}[0-9])[{LETTERS} .,:])*)"  # up to the next number: O812
STATION_NAMED = re.compile(rf"{MARKS}TPS{MARKS}(?:(?:NO|NOMOR){MARKS})?(?P<number>{NUMBER}){_VILLAGE}")


def contests_named(text: str, election: Election) -> frozenset[str]:
    """Give the codes of the contests that words of a text name, with figures or without."""
    keys = grammar_of(election).keywords.keys
    said = WORD.findall(fold(text).text)
    return frozenset(keys[each].name for each in said if each in keys and keys[each].kind is Kind.CONTEST)


@dataclass(frozen=True, slots=True)
class Order:
    """A command's word and what follows it, its PIN taken out. ``note`` is what stands after ``@``."""

    word: str
    rest: Folded
    election: Election
    pin: str | None = None
    note: str = ""

    @property
    def text(self) -> str:
        """The folded text after the word."""
        return self.rest.text

    @property
    def grammar(self) -> Grammar:
        """The election's grammar."""
        return grammar_of(self.election)

    def words(self) -> list[str]:
        """Give the words after the command's."""
        return WORD.findall(self.text)

    def has_digits(self) -> bool:
        """Say whether a number follows, or what may be one."""
        return has_digit(self.text)

    def says_nothing(self, beside: Collection[str] = ()) -> bool:
        """Say whether only courtesy, these words and punctuation follow."""
        return not self.has_digits() and is_courteous([each for each in self.words() if each not in beside])

    def unclear(self, why: Why = Why.ARGUMENT, text: str | None = None) -> Unclear:
        """Give the fault of this command, showing what followed it."""
        shown = " ".join((self.rest.typed() if text is None else text).split())[:MOST_SHOWN].strip()
        return Unclear((FieldFault(self.word, why, shown),), pin=self.pin)


def numbered(before: str = "") -> pp.ParserElement:
    """Give the element for a number, with these words allowed before it."""
    words = rf"(?:(?:{before}){MARKS}){{0,3}}" if before else ""
    return pp.Regex(rf"{MARKS}{words}(?P<number>{NUMBER})(?![{LETTERS}0-9])", as_match=True)


def match_start(element: pp.ParserElement, text: str) -> re.Match[str] | None:
    """Give what the element matches at the start of a text."""
    try:
        found: re.Match[str] = element.parse_string(text)[0]
    except pp.ParseException:
        return None
    return found


def district_words(rest: Folded) -> str:
    """Give the words that may name a district, in capitals; courtesy names none."""
    said = any(each not in COURTEOUS | NOTHING_SAID for each in WORD.findall(rest.text))
    return rest.words().upper() if said or has_digit(rest.text) else ""
