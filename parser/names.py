"""The name in what was typed beside a substitute's phone."""

import re

from parser.courtesy import BEFORE_NAME, THANKS, TITLES, is_courteous

_LETTER = re.compile(r"[^\W\d_]")


def name_in(typed: str) -> str:
    """Give the name: "dengan nomor baru atas nama Siti, terima kasih" is Siti, "ke" is nobody."""
    words = typed.split()
    plain = [each.strip(".,:;!()").upper() for each in words]
    beside = BEFORE_NAME | TITLES
    start = next((at for at, each in enumerate(plain) if each not in beside), len(words))
    ends = (at for at in range(start, len(words)) if plain[at] in THANKS and is_courteous(plain[at:]))
    end = next(ends, len(words))
    while end > start and plain[end - 1] in BEFORE_NAME:
        end -= 1  # "Siti nomor 0812…": behind the name they go before the phone
    name = " ".join(words[start:end]).strip(",;: ")
    if _LETTER.search(name):
        return name
    return "" if BEFORE_NAME.issuperset(plain) else typed  # "Monitor 12" may be what somebody is called
