"""The name in what was typed beside a substitute's phone."""

import re
from collections.abc import Sequence
from itertools import takewhile

from parser.courtesy import ADDRESS, BEFORE_NAME, PARTICLES, REASONS, THANKS, TITLES, is_courteous
from parser.normalise import has_digit

_MARKS = re.compile(r"^[\W_]+|[\W_]+$")
_LETTER = re.compile(r"[^\W\d_]")
_BEHIND = BEFORE_NAME | PARTICLES | ADDRESS  # a name: "Siti ya pak", "Siti nomor 0812…"


def name_in(typed: str) -> str:
    """Give the name: "dengan nomor baru atas nama Siti, terima kasih" is Siti, "ke" and "ya" are nobody."""
    words = typed.split()
    plain = [_MARKS.sub("", each).upper() for each in words]
    beside = BEFORE_NAME | TITLES
    start = next((at for at, each in enumerate(plain) if each not in beside), len(words))
    end = next((at for at in range(start, len(words)) if _ends(plain[at:])), len(words))
    while end > start and plain[end - 1] in _BEHIND:
        end -= 1
    name = " ".join(words[start:end]).strip(",;: ")
    if _LETTER.search(name):
        return name
    if start < len(words) and plain[start] in REASONS:  # "krn Monitor 9 sakit"
        return ""
    # "Monitor 12" may be what somebody is called, and "Saksi".
    return typed if has_digit(typed) or TITLES.issuperset(plain) else ""


def _ends(words: Sequence[str]) -> bool:
    """Whether thanks begin here, with nothing else behind them up to a mark alone: "terima kasih - Budi"."""
    said = list(takewhile(bool, words))
    return bool(said) and (said[0] in REASONS or (said[0] in THANKS and is_courteous(said)))
