"""The summary that officials and coordinators get, and what tells whether anything is new in it."""

import hashlib
from datetime import datetime

from config.election import Election
from config.language import Lang
from models.tally import Totals
from notify.texts import summary as words


def compose(totals: Totals, election: Election, lang: Lang, now: datetime, region: str | None) -> str:
    """Give the totals as a text (SPEC section 5); ``region`` names the districts, None is the whole."""
    return words.summary(lang, at=election.local(now), region=region or "", totals=totals)


def compose_unchanged(
    totals: Totals, election: Election, lang: Lang, now: datetime, region: str | None
) -> str:
    """Say that the totals are those of the last summary."""
    return words.unchanged(lang, at=election.local(now), region=region or "", totals=totals)


def digest(totals: Totals) -> str:
    """Give a short text that is the same as long as a summary would say the same."""
    counts = totals.stations
    shown = [(each.contest.code, each.votes) for each in totals.contests]
    figures = repr((counts.registered, counts.reported, counts.complete, shown))
    return hashlib.sha256(figures.encode()).hexdigest()[:16]
