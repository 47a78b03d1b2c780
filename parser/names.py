"""The name in what was typed beside a substitute's phone."""

import re

from parser.courtesy import is_courteous

_LETTER = re.compile(r"[^\W\d_]")
_FILLER = frozenset(
    (
        "DENGAN",
        "DGN",
        "KE",
        "KEPADA",
        "OLEH",
        "NOMOR",
        "NOMER",
        "NO",
        "HP",
        "WA",
        "BARU",
        "ATAS",
        "A.N",
        "NAMA",
    )
) | {"NAMANYA", "BERNAMA", "YAITU", "WITH", "TO", "BY", "NEW", "NUMBER", "NAME"}
_TITLES = frozenset(("MONITOR", "SAKSI", "PETUGAS"))
_THANKS = frozenset(("TERIMA", "TERIMAKASIH", "MAKASIH", "MKSH", "TRIMS", "TKS", "THX", "THANKS", "THANK"))


def name_in(typed: str) -> str:
    """Give the name: "dengan nomor baru atas nama Siti, terima kasih" is Siti, "ke" is nobody."""
    words = typed.split()
    plain = [each.strip(".,:;!()").upper() for each in words]
    beside = _FILLER | _TITLES
    start = next((at for at, each in enumerate(plain) if each not in beside), len(words))
    ends = (at for at in range(start, len(words)) if plain[at] in _THANKS and is_courteous(plain[at:]))
    name = " ".join(words[start : next(ends, len(words))]).strip(",;: ")
    if _LETTER.search(name):
        return name
    return "" if _FILLER.issuperset(plain) else typed  # "Monitor 12" may be what somebody is called
