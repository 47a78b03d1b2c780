"""The name in what was typed beside a substitute's phone."""

import re
from collections.abc import Sequence
from itertools import takewhile

from parser.courtesy import ADDRESS, BEFORE_NAME, PARTICLES, REASONS, THANKS, TITLES, is_courteous
from parser.normalise import has_digit

_MARKS = re.compile(r"^[\W_]+|[\W_]+$")
_LETTER = re.compile(r"[^\W\d_]")
_WHO = frozenset(("YANG", "YG"))
# Before the new name, where the old one stands there, too: "pak Budi dgn Siti" is Siti.
_IN_PLACE = frozenset(("DENGAN", "DGN", "OLEH", "JADI", "JD", "MENJADI", "MJD", "WITH", "BY"))
_OLD = (ADDRESS | TITLES) - _WHO  # "Siti oleh Pak Camat" is Siti: who is in her place would be called so, too
# Behind the new name it is of somebody else: "Siti, yg lama sakit", "Siti menggantikan Budi".
_OTHER = _WHO | {"MENGGANTIKAN", "GANTIKAN", "REPLACING"}
_BESIDE = BEFORE_NAME | TITLES
_BEHIND = (BEFORE_NAME | PARTICLES | ADDRESS) - _WHO  # a name: "Siti ya pak", "Siti nomor 0812…"


def name_in(typed: str) -> str:
    """Give the name: "dengan nomor baru atas nama Siti, terima kasih" is Siti, "ke" and "ya" are nobody."""
    words = typed.split()
    plain = [_MARKS.sub("", each).upper() for each in words]
    reason = next((at for at, each in enumerate(plain) if each in REASONS), len(words))
    begins = [at for at in range(reason, 0, -1) if _in_place(plain[:at])]
    for begin in (*begins, 0):
        name = " ".join(words[slice(*_span(plain, begin))]).strip(",;: ")
        if _LETTER.search(name):
            return name
    if next((each for each in plain if each not in _BESIDE), "") in REASONS:  # "krn Monitor 9 sakit"
        return ""
    # "Monitor 12" may be what somebody is called, and "Saksi".
    return typed if has_digit(typed) or TITLES.issuperset(plain) else ""


def _in_place(before: Sequence[str]) -> bool:
    """Whether the words before a name say that it is the new one."""
    if before[-1] in _IN_PLACE:
        return before[0] in _OLD
    return before[-1] == "BARU" and bool(_WHO.intersection(before[-2:-1]))


def _span(plain: Sequence[str], begin: int) -> tuple[int, int]:
    """Give where the name begins and ends among the words from there on."""
    start = next((at for at in range(begin, len(plain)) if plain[at] not in _BESIDE), len(plain))
    others = (at for at in range(start + 1, len(plain) - 1) if plain[at] in _OTHER)
    end = next((at for at in range(start, len(plain)) if _ends(plain[at:])), len(plain))
    end = min(end, next(others, end))
    while end > start and plain[end - 1] in _BEHIND:
        end -= 1
    return start, end


def _ends(words: Sequence[str]) -> bool:
    """Whether the reason begins here, or thanks with nothing else behind them, up to a mark alone: "terima
    kasih - Budi"."""
    said = list(takewhile(bool, words))
    return bool(said) and (said[0] in REASONS or (said[0] in THANKS and is_courteous(said)))
