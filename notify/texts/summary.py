"""The summary: how many stations, and votes and share of every candidate, in as few segments as it takes."""

from collections.abc import Callable, Iterator
from datetime import datetime

from config.election import Candidate
from config.language import Lang
from models.tally import ContestTotal, Counts, Totals, percent
from notify.segments import room, septets, shortened, to_gsm7
from notify.texts.catalogue import text

MOST_SEGMENTS = 3  # 6 contests, 20 candidates, 9 digits each
LONGEST_REGION = 24  # septets

Label = Callable[[Candidate], str]

# How a candidate is named before votes and share: as people call them, as the ballot numbers
# them, or not at all, in the ballot's order.
LABELS: tuple[Label, ...] = (
    lambda candidate: f"{candidate.short} ",
    lambda candidate: f"{candidate.number} ",
    lambda _candidate: "",
)


@text(segments=MOST_SEGMENTS)
def summary(lang: Lang, *, at: datetime, region: str, totals: Totals) -> str:
    """Give the totals ``at`` a moment on the election's clock; of the whole where ``region`` is empty."""
    head = f"PANTAU {at:%H:%M}{_place(lang, region)} {stations(lang, totals.stations)}."
    end = unofficial(lang)
    versions = [f"{head} {_contests(totals, label)} {end}" for label in LABELS]
    return next(_shortest(versions), versions[-1])


@text(segments=1)
def unchanged(lang: Lang, *, at: datetime, region: str, totals: Totals) -> str:
    """Say that nothing is new since the last summary."""
    words = {Lang.ID: "Tidak ada perubahan", Lang.EN: "No change"}[lang]
    return f"PANTAU {at:%H:%M}{_place(lang, region)} {stations(lang, totals.stations)}. {words}. {unofficial(lang)}"


def stations(lang: Lang, counts: Counts) -> str:
    """Give ``TPS 210/326 (64.4%)``; it says so where every station has reported every contest."""
    done = {Lang.ID: " LENGKAP", Lang.EN: " COMPLETE"}[lang] if counts.all_complete else ""
    return f"TPS {counts.reported}/{counts.registered} ({percent(counts.share)}){done}"


def unofficial(lang: Lang) -> str:
    """Say what the figures are not: only the commission declares results."""
    return {Lang.ID: "TIDAK RESMI", Lang.EN: "UNOFFICIAL"}[lang]


def _shortest(versions: list[str]) -> Iterator[str]:
    """Give the versions that fit into one segment, then into two and so on, the most telling first."""
    for count in range(1, MOST_SEGMENTS + 1):
        yield from (each for each in versions if septets(to_gsm7(each)) <= room(count))


def _contests(totals: Totals, label: Label) -> str:
    return " ".join(f"{total.contest.code} {_candidates(total, label)}." for total in totals.contests)


def _candidates(total: ContestTotal, label: Label) -> str:
    return " ".join(
        f"{label(candidate)}{votes} {percent(total.share(candidate.number))}"
        for candidate, votes in zip(total.contest.candidates, total.votes, strict=True)
    )


def _place(lang: Lang, region: str) -> str:
    """Give a district's name, or how many districts where their names are too long."""
    if not region:
        return ""
    names = region.split(", ")
    if septets(to_gsm7(region)) > LONGEST_REGION and len(names) > 1:
        region = f"{len(names)} {'kecamatan' if lang is Lang.ID else 'districts'}"
    return f" {shortened(to_gsm7(region), LONGEST_REGION)}"
