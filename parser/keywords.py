"""The keys of a report: ``TPS``, ``SAH``, ``TSAH`` and the contests' codes of one election."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from config.election import Contest
from config.reserved import INVALID_WORDS, PIN_WORDS, STATION_WORDS, VALID_WORDS
from parser.normalise import LETTERS, fold

STATION, VALID, INVALID, PIN = "TPS", "SAH", "TSAH", "PIN"

# "tdk sah" must never be read as SAH, whatever the "not" before it looks like.
_NOT = ("TIDAK", "TDK", "TAK", "NON", "T")
_GAP = r"[ .\-/*#,:=]{0,3}"


class Kind(Enum):
    """What a key introduces."""

    STATION = auto()
    CONTEST = auto()
    VALID = auto()
    INVALID = auto()
    PIN = auto()


@dataclass(frozen=True, slots=True)
class Key:
    """A key in its canonical form: ``GUBERNUR`` is ``Key(Kind.CONTEST, "G")``."""

    kind: Kind
    name: str


def _reserved_keys() -> dict[str, Key]:
    words = {
        Key(Kind.STATION, STATION): STATION_WORDS,
        Key(Kind.VALID, VALID): VALID_WORDS,
        Key(Kind.INVALID, INVALID): INVALID_WORDS,
    }
    return {word: key for key, spelled in words.items() for word in spelled}


def _spelled(contest: Contest) -> Iterable[str]:
    return (fold(word).text.replace(" ", "") for word in (contest.code, *contest.aliases))


def _in_parts(word: str, known: Iterable[str]) -> str:
    """Give a pattern for the word that allows a blank after what is a word by itself: WALI KOTA."""
    splits = [len(head) for head in known if head != word and word.startswith(head) and len(head) > 1]
    if not splits:
        return re.escape(word)
    at = max(splits)
    return f"{re.escape(word[:at])} *{re.escape(word[at:])}"


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keys of one election: ``keys`` by their spelling without blanks, ``pattern`` for all."""

    keys: dict[str, Key]
    pattern: str

    def key(self, spelled: str) -> Key:
        """Give the key for what ``pattern`` matched."""
        known = self.keys.get(spelled)
        return known or self.keys.get(spelled.replace(" ", "")) or self._in_two_words(spelled)

    @staticmethod
    def _in_two_words(spelled: str) -> Key:
        if spelled.startswith("SUARA"):
            return Key(Kind.VALID, VALID)
        return Key(Kind.INVALID, INVALID)

    def names(self) -> tuple[str, ...]:
        """Give every spelling that a mistyped key may be near to, ``PIN`` too."""
        return (*self.keys, *PIN_WORDS)

    def named(self, spelled: str) -> Key:
        """Give the key for one of ``names``."""
        return Key(Kind.PIN, PIN) if spelled in PIN_WORDS else self.keys[spelled]


def keywords(contests: Iterable[Contest]) -> Keywords:
    """Collect the keys. A pattern's longer words come first, so that ``GUB`` is never ``G``."""
    keys = _reserved_keys()
    for contest in contests:
        for word in _spelled(contest):
            keys.setdefault(word, Key(Kind.CONTEST, contest.code))
    parts = [_in_parts(word, keys) for word in sorted(keys, key=lambda word: (-len(word), word)) if word]
    refusals = "|".join(word for word in _NOT if word not in keys)
    invalid = f"(?:{refusals}){_GAP}(?:SUARA *)?SAH"
    # A key ends where no letter follows, or only those that stand for digits: GO12 is G 012.
    pattern = rf"(?:{invalid}|SUARA{_GAP}SAH|{'|'.join(parts)})(?:(?![{LETTERS}])|(?=[OIL]{{1,6}}[0-9]))"
    return Keywords(keys, pattern)
