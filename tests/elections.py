"""Elections for tests: the reference one, and the largest that a file may describe."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.election import Candidate, Contest, Election, Rules
from config.language import Lang

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = datetime(2024, 11, 27, 12, 0, tzinfo=JAKARTA)
OPENS = NOON + timedelta(hours=1)


def candidates(count: int, *, short: str = "Paslon") -> tuple[Candidate, ...]:
    return tuple(
        Candidate(number, f"Pasangan Nomor {number}", f"{short}{number}"[:8])
        for number in range(1, count + 1)
    )


G = Contest("G", "Gubernur", candidates(3), ("GUB", "GUBERNUR"))
W = Contest("W", "Wali Kota", candidates(2), ("WALI", "WALIKOTA"))
REFERENCE = Election(
    name="Pilkada Kota Lubuklinggau 2024",
    timezone=JAKARTA,
    country="ID",
    language=Lang.ID,
    contests=(G, W),
    rules=Rules(),
)
# Six contests and twenty candidates in all, with the longest codes: SPEC section 7's most.
LARGEST = Election(
    name="Pemilu",
    timezone=JAKARTA,
    country="ID",
    language=Lang.ID,
    contests=tuple(
        Contest(code, "Pemilihan " + code, candidates(count, short="WWWWWWW"))
        for code, count in zip(
            ("GABC", "WABC", "DABC", "PABC", "KABC", "BABC"), (4, 4, 3, 3, 3, 3), strict=True
        )
    ),
)
