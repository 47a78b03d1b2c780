"""The words beside a station in a text as typed: what may be its village's name, with its digits and what
else the grammar reads in them ("TPS 3 13 Ilir", "TPS 2 Kota Baru" where KOTA is a contest's).

Which words are a village the roster knows, so that whoever has it reads a text once more without them.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from config.election import Election
from parser.grammar import grammar_of
from parser.message import LONGEST_TEXT
from parser.normalise import LETTERS, fold
from parser.order import MARKS

MOST_WORDS = 12  # on either side; a village's name has at most six
_STATION = re.compile(
    rf"(?<![{LETTERS}])TPS{MARKS}(?:(?:NO|NOMOR){MARKS})?(?P<number>[0-9]{{1,18}})(?![0-9OIL]|[.,][0-9])"
)
_WORD = re.compile(r"[^\s.,:;/|()@\-#*=&]+(?:-[^\s.,:;/|()@\-#*=&]+)*")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Beside:
    """A station's ``number`` in ``text``, with the words before and behind it, in capitals."""

    text: str
    number: int
    at: Span
    before: tuple[re.Match[str], ...]
    behind: tuple[re.Match[str], ...]

    @property
    def words_before(self) -> list[str]:
        """The words before it, the last one next to it."""
        return [_capital(each[0]) for each in self.before]

    @property
    def words_behind(self) -> list[str]:
        """The words behind it."""
        return [_capital(each[0]) for each in self.behind]

    def typed_behind(self, start: int, end: int) -> str:
        """Give those of the words behind it as they stand there, with their marks: "9/10 ULU"."""
        return _capital(self.text[self.behind[start].start() : self.behind[end - 1].end()])

    def typed_before(self, start: int) -> str:
        """Give the words from ``start`` on before it, with their marks."""
        return _capital(self.text[self.before[start].start() : self.before[-1].end()])

    def without_behind(self, code: str, start: int, end: int) -> str:
        """Give the text with a station's ``code`` in place of the number and of the words from ``start`` to
        ``end`` behind it; what stands between stays."""
        between = self.text[self.at[1] : self.behind[start].start()] if start else ""
        return f"{self.text[: self.at[0]]}TPS{code}{between} {self.text[self.behind[end - 1].end() :]}"

    def with_code(self, code: str, is_village: Callable[[str], bool]) -> str:
        """Give the text with a station's ``code`` for it and the village beside it, or nothing."""
        behind, before = self.words_behind, self.words_before
        for start, end in combinations(range(len(behind) + 1), 2):
            if is_village(" ".join(behind[start:end])) or is_village(self.typed_behind(start, end)):
                return self.without_behind(code, start, end)
        for start in range(len(before)):
            if is_village(" ".join(before[start:])) or is_village(self.typed_before(start)):
                return self.without_before(code, start)
        return ""

    def without_before(self, code: str, start: int) -> str:
        """Give the text with a station's ``code`` in place of the words from ``start`` on before it."""
        return f"{self.text[: self.before[start].start()]}TPS{code} {self.text[self.at[1] :]}"


def _capital(words: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", words).upper().split())


def beside_station(text: str, election: Election) -> Beside | None:
    """Find the first station of a text, with what is beside it up to the first figures; None where there is
    none, or it is longer than what is read."""
    if len(text) > LONGEST_TEXT:
        return None
    folded = fold(text)
    whole = folded.text.partition("@")[0]
    named = _STATION.search(whole)
    if named is None:
        return None
    start, end = folded.place(named.start()), folded.place(named.end())
    figures = folded.place(grammar_of(election).figure_at(whole, named.end()))
    before = tuple(_WORD.finditer(text, 0, start))[-MOST_WORDS:]
    behind = tuple(_WORD.finditer(text, end, figures))[:MOST_WORDS]
    return Beside(text, int(named["number"]), (start, end), before, behind) if before or behind else None
