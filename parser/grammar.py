"""The grammar of reports, in pyparsing: a text is fields, words and stray numbers, in any order.

Built once for an election. Every text matches: what is wrong with a part is found when the
part is read (``parser.fields``), so that one reply can name every fault. The elements are
coarse regular expressions, possessive where they repeat one character, for two reasons: a report has to
be read in 100 microseconds, and a text made to hurt must not make them backtrack. No group is
possessive: Python before 3.11.5 matches those wrongly (python/cpython#106052), some for ever.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyparsing as pp

from config.election import Contest, Election
from config.reserved import JOINING, NUMBERING
from parser.courtesy import COURTEOUS, FILLER, NOTHING_SAID
from parser.keywords import Key, Keywords, Kind, keywords
from parser.normalise import LETTERS, has_digit

_L = LETTERS
# A number may hold letters that look like digits, but not be made of them alone.
NUMBER_NEXT = r"(?=[0-9]|[OIL]++[0-9])"
NUMBER = rf"[OIL]*+[0-9]++(?:[OIL]++[0-9]++)*(?:[OIL]++(?![{_L}]))?"
AS_DIGITS = str.maketrans("OIL", "011")


class Field(NamedTuple):
    """A key and all up to the next word: ``G``, ``:120,98,77``. Places are in the folded text.

    ``value_at`` is where ``value`` starts.
    """

    key: Key
    spelled: str
    value: str
    start: int
    value_at: int
    end: int

    def as_word(self) -> "Loose":
        """Give it as a word that is no key."""
        return Loose(self.spelled, self.value, self.start, self.value_at, self.end)


class Loose(NamedTuple):
    """A word that is no key, with what follows it up to the next word; or, without a word, only that."""

    word: str
    rest: str
    start: int
    rest_at: int
    end: int

    @property
    def has_number(self) -> bool:
        """Whether it might be a field or a figure, which must not be dropped as a greeting."""
        return not _WITHOUT_NUMBER(self.rest)

    @property
    def is_code(self) -> bool:
        """Whether it is a number alone, as a station's without its TPS is."""
        return not self.word and _CODE(self.rest) is not None

    def as_field(self, key: Key) -> Field:
        """Give the field that a mistyped key would have been."""
        return Field(key, self.word, self.rest, self.start, self.rest_at, self.end)


Item = Field | Loose

_MOST_FILLER = 6  # words: "suara, pasangan calon nomor urut 2: 98" has five
_WITHOUT_NUMBER = re.compile(r"[^0-9^%]*+").fullmatch
_CODE = re.compile(r"[^0-9]{0,2}[0-9]{1,6}[ ,.;:/|#*\-]*").fullmatch
_SIGNATURE = (
    rf"(?<![{_L}])(?:TERKIRIM|DIKIRIM|DIKIRIMKAN|SENT) +(?:SECARA +[{_L}]++ +)?"
    rf"(?:DARI|DR|FROM|MELALUI|VIA|LEWAT|DENGAN|DGN|MENGGUNAKAN|MEMAKAI|PAKAI|WITH|USING|OLEH|BY)(?![{_L}])"
)
# What a phone calls itself to the end of its text: the "G5" of a Moto is no field; "SAH 295" is.
_DEVICE = re.compile(
    rf"[ .,]*(?:(?:MY|HP|PONSEL|SMARTPHONE|HANDPHONE|ANDROID)[ .,]+)*"
    rf"(?:NOKIA|SAMSUNG|GALAXY|MOTO|MOTOROLA|LG|XIAOMI|REDMI|POCO|OPPO|VIVO|REALME|INFINIX|ASUS|ZENFONE|SONY|XPERIA"
    rf"|LENOVO|HUAWEI|ADVAN|EVERCOSS|ITEL|TECNO|IPHONE|SM)(?![{_L}])"
    rf"(?:[ .,\-]+[{_L}]++)*[ .,\-]*[0-9]*+[ {_L}.,!]*$"
)


# Behind a station, of a district: "Kec. Lubuk Linggau Timur 1" is Timur I.
_DISTRICT_NUMBER = re.compile(r"(?:TIMUR|BARAT|SELATAN|UTARA|TENGAH)[ .-]*[1-9][ ,.;/|]*")


def plain_digits(text: str) -> str:
    """Give the digits of a text, letters that stand for digits read as those."""
    return "".join(filter(str.isdigit, text.translate(AS_DIGITS)))


def _words(words: Sequence[str], most: int) -> str:
    """Give a pattern for some of these words where a number follows."""
    listed = "|".join(sorted(words, key=len, reverse=True))
    return rf"(?<![{_L}])(?:(?:{listed})(?![{_L}])[^{_L}0-9]*+){{1,{most}}}{NUMBER_NEXT}"


def _ends_name(before: Loose, field: Field) -> bool:
    """Say whether SS or TS without a number ends a name: of the village Jawa Kanan SS it says no TSAH."""
    if field.key.kind is not Kind.INVALID or len(field.spelled) > 2 or before.has_number:
        return False
    return before.word not in COURTEOUS | NOTHING_SAID and not has_digit(field.value)


def _before_number(known: Keywords) -> re.Pattern[str]:
    """Give the pattern of a key with a number."""
    return re.compile(rf"(?<![{_L}]){known.pattern}[^{_L}]*?[0-9]")


class Grammar:
    """The pyparsing elements for one election's contests."""

    def __init__(self, contests: tuple[Contest, ...]) -> None:
        self.contests = contests
        self.keywords: Keywords = keywords(contests)
        head = rf"(?<![{_L}0-9])[OIL]++(?=[0-9])"
        unit = rf"(?:{'|'.join(FILLER)})(?![{_L}])"  # "1Osuara": ten
        tail = rf"(?<=[0-9])[OIL]++(?=[^{_L}]|$|{self.keywords.pattern}|{unit})"
        alone = rf"(?<![{_L}0-9])(?:O++|[IL]++)(?![{_L}0-9])"
        digits = rf"[^{_L}]++|{head}|{tail}"
        start = rf"(?:[OIL]++(?=[0-9]))?[^{_L}0-9]*+(?:{_words(FILLER + NUMBERING, _MOST_FILLER)})?"
        values = rf"{start}(?:{digits}|{alone}|{_words(JOINING + NUMBERING, _MOST_FILLER)})*"

        field = rf"(?P<key>{self.keywords.pattern})(?P<value>{values})"
        word = rf"(?P<word>[{_L}]++)(?P<rest>(?:{digits})*)"
        stray = rf"(?P<stray>(?:{digits})+)"
        item = pp.Regex(rf"{field}|{word}|{stray}", as_match=True)
        self._text = pp.ZeroOrMore(item).leave_whitespace(recursive=True).parse_with_tabs()
        self._signature = re.compile(_SIGNATURE)
        self._key = re.compile(self.keywords.pattern)
        self._figure = _before_number(self.keywords)
        self._no_device = _before_number(keywords(()))

    def items(self, text: str) -> Iterator[Item]:
        """Take a folded text apart; every character of it is in one of the items."""
        found: list[re.Match[str]] = self._text.parse_string(text).as_list()
        before: Loose | None = None
        named = False  # a station was, and no other field since
        for match in found:
            start, end = match.span()
            if match.lastgroup == "value":
                spelled, value = match.group("key", "value")
                field = Field(self.keywords.key(spelled), spelled, value, start, match.start("value"), end)
                named = field.key.kind is Kind.STATION
                yield field.as_word() if before and _ends_name(before, field) else field
                before = None
            elif match.lastgroup == "rest":
                rest = "" if named and _DISTRICT_NUMBER.fullmatch(match[0]) else match["rest"]
                before = Loose(match["word"], rest, start, match.start("rest"), end)
                yield before
            else:
                yield Loose("", match["stray"], start, start, end)

    def starts_key(self, text: str, at: int) -> bool:
        """Say whether a key stands at that place of a folded text."""
        return self._key.match(text, at) is not None

    def has_figure(self, text: str) -> bool:
        """Say whether a folded text holds any key with a number."""
        return self._figure.search(text) is not None

    def figure_at(self, text: str, start: int) -> int:
        """Give where the first key with a number stands behind ``start``; the end where none does."""
        found = self._figure.search(text, start)
        return found.start() if found else len(text)

    def signature(self, text: str) -> int:
        """Give where a phone's signature begins that holds no field ("sent from my Nokia 3310")."""
        found = self._signature.search(text)
        if not found:
            return len(text)
        names_phone = _DEVICE.match(text, found.end())
        figures = self._no_device if names_phone else self._figure
        return len(text) if figures.search(text, found.end()) else found.start()


_GRAMMARS: dict[int, Grammar] = {}
_MOST_GRAMMARS = 64  # a service has one election; an audit a few, one for each change of its file


def grammar_of(election: Election) -> Grammar:
    """Give the grammar for an election, built once.

    Kept by the identity of the contests: hashing an election costs more than reading a report.
    """
    contests = election.contests
    known = _GRAMMARS.get(id(contests))
    if known is not None and known.contests is contests:
        return known
    if len(_GRAMMARS) >= _MOST_GRAMMARS:
        _GRAMMARS.clear()
    built = Grammar(contests)
    _GRAMMARS[id(contests)] = built
    return built
