"""The name in what was typed beside a substitute's phone."""

import re

from parser.courtesy import ADDRESS, BEFORE_NAME, PARTICLES, THANKS, TITLES, is_courteous
from parser.normalise import has_digit

_LETTER = re.compile(r"[^\W\d_]")
_BEHIND = BEFORE_NAME | PARTICLES | ADDRESS  # a name: "Siti ya pak", "Siti nomor 0812…"


def name_in(typed: str) -> str:
    """Give the name: "dengan nomor baru atas nama Siti, terima kasih" is Siti, "ke" and "ya" are nobody."""
    words = typed.split()
    plain = [each.strip(".,:;!()").upper() for each in words]
    beside = BEFORE_NAME | TITLES
    start = next((at for at, each in enumerate(plain) if each not in beside), len(words))
    ends = (at for at in range(start, len(words)) if plain[at] in THANKS and is_courteous(plain[at:]))
    end = next(ends, len(words))
    while end > start and plain[end - 1] in _BEHIND:
        end -= 1
    name = " ".join(words[start:end]).strip(",;: ")
    if _LETTER.search(name):
        return name
    # "Monitor 12" may be what somebody is called, and "Saksi".
    return typed if has_digit(typed) or TITLES.issuperset(plain) else ""
