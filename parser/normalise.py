"""A text as phones send it, folded into the few characters that the grammar knows.

What is left of any text: ``A`` to ``Z``, ``0`` to ``9``, blanks, the separators as typed, ``?``,
``@``, ``%``, and three stand-ins: ``Ø`` for a letter of another script, ``^`` for what looks
like a number and is none (a superscript, a fraction), ``~`` for a sign that is doubtful when
it touches a number. SPEC section 2, "accepted as typed on a phone".
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, ascii_uppercase, digits

LETTERS = "A-ZØ"
FOREIGN = "Ø"
BAD_NUMBER = "^"
DOUBTFUL = "~"

_KEPT = ":=-.#*,/;+|@%?"
_BLANK = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\"'`!()[]{}<>"

# What Unicode's own categories would get wrong.
_ODD = {
    "\u2212": "-", "\u2796": "-",
    "\u02d7": "-", "\u2043": "-", "\u00d7": "*", "\u2217": "*", "\u00f7": "/", "\u2215": "/",
    "\u2236": ":", "\u066a": "%", "\u2030": "%", "\u00b7": ".", "\u2027": ".", "\u2026": ".", "\u3002": ".",
    "\uff61": ".", "\u06d4": ".", "\u060c": ",", "\u3001": ",", "\uff64": ",", "\u061b": ";", "\u061f": "?",
    "\u00a6": "|", "\u066b": DOUBTFUL, "\u066c": DOUBTFUL, "\u2044": DOUBTFUL, "\ufffd": DOUBTFUL,
    "\u2116": " ", "\u0085": " ", "\u115f": "", "\u1160": "", "\u3164": "", "\uffa0": "",
}  # fmt: skip

_APOSTROPHES = "'`\u2018\u2019\u02bc"
_AT_ENDS = " ,;:.-/|#*=+"
_STRIKES = range(0x0334, 0x0339)  # overlays: a digit struck through is no digit
_RAISED = ("<super>", "<sub>", "<fraction>")


def _fold_ascii(char: str) -> str:
    if char in ascii_letters or char in digits:
        return char.upper()
    if char in _KEPT:
        return char
    if char in _BLANK:
        return " "
    return DOUBTFUL if char.isprintable() else ""


_ASCII = {code: _fold_ascii(chr(code)) for code in range(128)}


def _fold_letter(char: str) -> str:
    bare = [part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)]
    upper = bare[0].upper() if len(bare) == 1 else FOREIGN
    return upper if len(upper) == 1 and upper in ascii_uppercase else FOREIGN


def _fold_category(char: str, category: str) -> str:
    match category:
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Mn" | "Me" | "Mc":
            return BAD_NUMBER if ord(char) in _STRIKES else ""
        case "Cf" | "Cc":
            return ""
        case "Pd":
            return "-"
        case "Sm" | "Sc":
            return DOUBTFUL
        case "Lu" | "Ll" | "Lt" | "Lm" | "Lo":
            return _fold_letter(char)
        case _:  # quotes, brackets, emoji, lone surrogates, what is not assigned yet
            return " "


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    """Give the one character that stands for this one, or nothing."""
    if char in _ODD:
        return _ODD[char]
    if char < "\x80":
        return _ASCII[ord(char)]
    category = unicodedata.category(char)
    if category in ("No", "Nl"):
        return BAD_NUMBER
    if unicodedata.decomposition(char).startswith(_RAISED):
        return DOUBTFUL
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) == 1 and plain < "\x80":
        # Not what only looks like a letter or a mark in a ring: those are drawings, like emoji.
        return " " if category == "So" else _ASCII[ord(plain)]
    return _fold_category(char, category)


@lru_cache(maxsize=4096)
def _is_seen(char: str) -> bool:
    """Say whether a reader sees the character, or at least the gap that it makes."""
    return char.isspace() or unicodedata.category(char) not in ("Cf", "Cc", "Cs", "Cn")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text folded for the grammar, which still knows what was typed where.

    ``places`` gives for each folded character its place in ``raw``, and one past the end;
    None where both run side by side.
    """

    text: str
    raw: str
    places: tuple[int, ...] | None = None

    def place(self, at: int) -> int:
        """Give the place in ``raw`` of a place in ``text``."""
        return at if self.places is None else self.places[at]

    def typed(self, start: int = 0, end: int | None = None) -> str:
        """Give what was typed there, without invisible characters, trimmed."""
        stop = len(self.text) if end is None else end
        part = self.raw[self.place(start) : self.place(stop)]
        if not part.isprintable():
            part = "".join(char for char in part if _is_seen(char))
        return part.strip()

    def words(self, start: int = 0, end: int | None = None) -> str:
        """Give what was typed there on one line, without marks at its ends."""
        return " ".join(self.typed(start, end).split()).strip(_AT_ENDS)

    def name(self, start: int = 0, end: int | None = None) -> str:
        """Give the name that was typed there, in capitals: what parts words in the folded text parts
        them here too, but for an apostrophe inside a word."""
        plain = unicodedata.normalize("NFKC", self.typed(start, end))
        words = "".join(char if char in _APOSTROPHES or _fold_char(char) != " " else " " for char in plain)
        bare = (each.strip(_APOSTROPHES) for each in words.split())
        return " ".join(filter(None, bare)).strip(_AT_ENDS).upper()

    def part(self, start: int, end: int | None = None) -> "Folded":
        """Give a part of the text as a text of its own."""
        stop = len(self.text) if end is None else end
        if self.places is None:
            return Folded(self.text[start:stop], self.raw[start:stop])
        return Folded(self.text[start:stop], self.raw, self.places[start : stop + 1])

    def without(self, spans: Sequence[tuple[int, int]]) -> "Folded":
        """Give the same text with blanks in those spans, which follow each other; every place as before."""
        in_raw = [(self.place(start), self.place(end)) for start, end in spans]
        return Folded(_blanked(self.text, spans), _blanked(self.raw, in_raw), self.places)


def has_digit(text: str) -> bool:
    """Say whether any digit is in a text."""
    return any(map(str.isdigit, text))


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def fold(text: str) -> Folded:
    """Fold any string; linear, never raises."""
    if text.isascii():
        folded = text.translate(_ASCII)
        if len(folded) == len(text):
            return Folded(folded, text)
    chars = [_fold_char(char) for char in text]
    places = [place for place, char in enumerate(chars) if char]
    return Folded("".join(chars), text, (*places, len(text)))
