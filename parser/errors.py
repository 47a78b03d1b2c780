"""What can be wrong with a text's form. A sender's mistake is a value, never an exception."""

import re
from dataclasses import dataclass
from enum import StrEnum

from config.reserved import Word
from parser.commands import Command

MOST_SHOWN = 20  # characters of what is at fault
_PARTED = re.compile(r"[^\W\d_]+[ :=#*.\-]")  # "H:120,98,77", not the "B11,5" of "9B11,5"
_LIST = re.compile(r"[0-9] *[,/;+*#\-] *[0-9]|(?<![0-9])[0-9]{1,3} +[0-9]{1,3}(?![0-9])")


class Why(StrEnum):
    """Why a field cannot be read; each has words in every language (``notify.texts.figures``)."""

    MINUS = "minus"  # G:-120, 98,-77
    DECIMAL = "decimal"  # 12.5, 98,77 cannot be: a mark that may part or group
    THOUSANDS = "thousands"  # 1.200
    PERCENT = "percent"  # 45%
    NOT_A_NUMBER = "not_a_number"  # G:abc, G:O (a lone letter), 1/2, superscripts
    NO_NUMBER = "no_number"  # G: with nothing, 120,,98
    TWICE = "twice"  # the same field twice with different values
    UNKNOWN = "unknown"  # a word or a number that belongs to nothing
    TOO_MANY_VALID = "valid_count"  # SAH (or TSAH) lists another count than the contests
    AMBIGUOUS = "ambiguous"  # a key near two contests, a number readable in two ways
    NO_CONTEST = "no_contest"  # SAH or TSAH without a contest, a report without figures
    TOO_BIG = "too_big"  # more than 6 digits
    ARGUMENT = "argument"  # a command without what it needs (TERIMA without K7)
    TOO_LONG = "too_long"  # over 1,600 characters


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that cannot be read.

    ``field`` is its name as the sender should find it (``G``, ``SAH``, ``TPS``, ``TERIMA``);
    ``text`` the part at fault as typed, at most ``MOST_SHOWN`` characters; ``near`` a key close to it.
    """

    field: str
    why: Why
    text: str = ""
    near: str = ""

    @property
    def has_list(self) -> bool:
        """Whether several numbers stand behind an unknown word, or one near to two, as behind a contest."""
        is_word = self.why is Why.UNKNOWN or (self.why is Why.AMBIGUOUS and _PARTED.match(self.text))
        return bool(is_word) and _LIST.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A text with at least one fault.

    ``proposal`` is a whole text that would be understood, to be sent by ``YA`` (a near key or
    command), or empty. ``attempt`` is what could be read, for the example in the reply;
    ``has_field`` tells a struggling monitor from a phone's auto-reply: some field or command
    word was there. ``pin`` is any PIN that was seen, so that it is never stored; ``command`` the command
    that the text begins with, where it is no report.
    """

    faults: tuple[FieldFault, ...]
    proposal: str = ""
    attempt: Command | None = None
    has_field: bool = True
    pin: str | None = None
    command: Word | None = None

    @property
    def is_pin_alone(self) -> bool:
        """Whether there is a PIN and nothing else."""
        return (
            self.pin is not None and self.attempt is None and self.faults == (FieldFault("", Why.NO_CONTEST),)
        )


Parsed = Command | Unclear
