"""Which district words mean: ``REKAP kec. Timur 1 ya pak`` is Timur I."""

import re
from collections.abc import Sequence

from models.people import District
from parser.courtesy import COURTEOUS, DISTRICT, NOTHING_SAID, VILLAGE

_PIECE = re.compile(r"[^\W\d_]+|\d+")
ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI", "7": "VII", "8": "VIII"}
_NOW = frozenset(("SEKARANG", "SKRG", "SKG", "TERBARU", "TERKINI", "NOW", "LATEST"))
# Of all that the sender sees, as "semua": "rekap hasil sementara seluruh kota".
_WHOLE = frozenset(
    ("HASIL", "HASILNYA", "SEMENTARA", "RESULT", "RESULTS", "ALL", "WHOLE", "CITY", "KOTA")
).union(("SEKOTA", "SELURUH", "SELURUHNYA", "KESELURUHAN"))
# "Belum masuk dari kecamatan mana saja" names none.
_ASKED = frozenset(
    ("MANA", "SIAPA", "BERAPA", "PER", "TIAP", "SETIAP", "SAYA", "KAMI", "DARI", "MASUK", "LAPOR", "LAPORAN")
)
_UNNAMED = DISTRICT | COURTEOUS | NOTHING_SAID | _NOW | _ASKED
_LONGEST_NAME = 6  # pieces
_SHORT = 3  # letters: a number of a district, "II", is no name


def meant(words: str, known: Sequence[District], mine: Sequence[District]) -> list[District] | None:
    """Give the districts of ``mine`` that words name, in full or in part; None where they say nothing.

    A name counts wherever it stands, in capitals or not, with its blanks or without, its number in Roman
    figures or ours. It is looked for among all that are ``known``, so that "Timur II" is never Timur.
    """
    pieces = _pieces(words)
    named = _named(pieces, {_key(each.name): each for each in known})
    if named:
        return [each for each in mine if each in named] if len(named) == 1 else named
    said = [each for each in pieces if each not in _UNNAMED]
    found = [each for each in mine if said and _is_part(said, each.name)]
    return found if found or not _WHOLE.issuperset(said) else None


def mentions(words: str, known: Sequence[District]) -> bool:
    """Say whether words speak of a district, or a village, at all: by that word, or by a word of a
    district's name."""
    names = {piece for each in known for piece in _pieces(each.name) if len(piece) > _SHORT}
    said = set(_pieces(words))
    return not said - _UNNAMED <= VILLAGE and not said.isdisjoint(VILLAGE | names | DISTRICT)


def _named(pieces: Sequence[str], known: dict[str, District]) -> list[District]:
    found, at = [], 0
    while at < len(pieces):
        ends = range(min(len(pieces), at + _LONGEST_NAME), at, -1)
        end = next((each for each in ends if "".join(pieces[at:each]) in known), None)
        if end is not None:
            found.append(known["".join(pieces[at:end])])
        at = end or at + 1
    return list(dict.fromkeys(found))


def _is_part(said: Sequence[str], name: str) -> bool:
    """Whether a name begins with what was said, or ends in these very words: Lubuklinggau Timur I."""
    return _key(name).startswith("".join(said)) or _pieces(name)[-len(said) :] == said


def _pieces(words: str) -> list[str]:
    return [ROMAN.get(each, each) for each in _PIECE.findall(words.upper())]


def _key(name: str) -> str:
    return "".join(_pieces(name))
