"""How figures, places and tallies are written in a paper, and tables of them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from gateway.papers.paper import MOST_LINES, Column, Line, Say, Section, Table
from models import tally as totals_of
from models.tally import ContestTotal
from parser.station import Station
from parser.verdict import Tally

MOST_WITH_SHARES = 4  # candidates: with more of them shares have no room beside votes


def percent(part: int, whole: int) -> str:
    """Give a share with one decimal, a dash where there is no whole."""
    return totals_of.percent(part / whole) if whole else "-"


def figure(number: int | None) -> str:
    """Give a figure, a dash where it is not known."""
    return "-" if number is None else str(number)


def share(total: ContestTotal, number: int) -> str:
    """Give a candidate's share of the valid votes with one decimal."""
    return percent(total.votes[number - 1], total.valid)


def place(station: Station) -> tuple[str, str, str]:
    """Give a station's code, village and district."""
    return (f"TPS{station.code}", station.village, station.district)


def place_columns(say: Say) -> tuple[Column, ...]:
    """Give the columns of ``place``."""
    return Column("TPS"), Column(say("Kelurahan", "Village")), Column(say("Kecamatan", "District"))


def tally_words(say: Say, tally: Tally | None) -> str:
    """Give ``120, 98, 77 = 295``, with what the form states where that is another sum, and invalid votes."""
    if tally is None:
        return say("dibatalkan", "taken out")
    votes = f"{', '.join(map(str, tally.votes))} = {tally.valid}"
    stated = "" if tally.adds_up else f" ({say('tertulis', 'stated')} {tally.stated})"
    invalid = "" if tally.invalid is None else f" + {tally.invalid} {say('tidak sah', 'invalid')}"
    return f"{votes}{stated}{invalid}"


def vote_columns(say: Say, total: ContestTotal) -> tuple[Column, ...]:
    """Give a column for each candidate, for valid and for invalid votes."""
    found = []
    for candidate in total.contest.candidates:
        found.append(Column(f"{candidate.number} {candidate.short}", right=True))
        if len(total.votes) <= MOST_WITH_SHARES:
            found.append(Column("%", right=True))
    return (*found, Column(say("Sah", "Valid"), right=True), Column(say("Tidak sah", "Invalid"), right=True))


def vote_cells(total: ContestTotal) -> tuple[str, ...]:
    """Give the cells of ``vote_columns``."""
    found = []
    for number, votes in enumerate(total.votes, 1):
        found.append(str(votes))
        if len(total.votes) <= MOST_WITH_SHARES:
            found.append(share(total, number))
    return (*found, str(total.valid), figure(total.invalid))


def table(columns: Iterable[Column], lines: Iterator[Line], title: str = "") -> Table:
    """Give a table of as many lines as a reader bears; the others are counted."""
    shown = tuple(islice(lines, MOST_LINES))
    return Table(tuple(columns), shown, title, sum(1 for _ in lines))


def listing(title: str, found: Table, say: Say, *words: str) -> Section:
    """Give a section of one table: how many lines it has, or that there is nothing to list."""
    count = len(found.lines) + found.left_out
    if not count:
        return Section(title, (say("Tidak ada.", "None."),))
    return Section(f"{title} ({count})", words, (found,))


def stations(say: Say, found: Iterable[tuple[Station, str]], title: str = "") -> tuple[Table, int]:
    """Give stations, each with a word on it or none, a line for each village; and how many they are.

    A line for each station would be pages of them while most have not reported.
    """
    places: dict[tuple[str, str], list[str]] = {}
    for station, word in found:
        codes = places.setdefault((station.district, station.village), [])
        codes.append(f"TPS{station.code} ({word})" if word else f"TPS{station.code}")
    lines = (
        Line((district, village, str(len(codes)), ", ".join(codes)))
        for (district, village), codes in sorted(places.items())
    )
    columns = (
        Column(say("Kecamatan", "District")),
        Column(say("Kelurahan", "Village")),
        Column(say("Jumlah", "Number"), right=True),
        Column("TPS", wraps=True),
    )
    return table(columns, lines, title), sum(len(each) for each in places.values())
