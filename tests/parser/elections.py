"""Elections that the parser's tests read texts for, built without a file."""

from zoneinfo import ZoneInfo

from config.election import Candidate, Contest, Election
from config.language import Lang


def contest(code: str, candidates: int, *aliases: str) -> Contest:
    """Give a contest with that many candidates."""
    numbers = range(1, candidates + 1)
    return Contest(
        code, f"Contest {code}", tuple(Candidate(n, f"Name {n}", f"N{n}") for n in numbers), aliases
    )


def election(*contests: Contest) -> Election:
    """Give an election with these contests."""
    return Election("Test", ZoneInfo("Asia/Jakarta"), "ID", Lang.ID, contests)


GOVERNOR = contest("G", 3, "GUB", "GUBERNUR")
MAYOR = contest("W", 2, "WALI", "WALIKOTA")

TWO = election(GOVERNOR, MAYOR)
ONE = election(GOVERNOR)
SIX = election(
    contest("D", 2),
    contest("DP", 3),
    contest("DPR", 2),
    contest("DPRD", 4),
    contest("B", 2),
    contest("WX", 7),
)
TWENTY = election(contest("P", 20, "PILPRES"))
HEAD = election(contest("K", 3, "DESA"), contest("B", 1))
ELECTIONS = {"one": ONE, "two": TWO, "six": SIX, "twenty": TWENTY, "head": HEAD}
