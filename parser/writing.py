"""Commands written back as the text that we teach: each contest followed by its own SAH."""

from collections.abc import Iterable, Mapping, Sequence

from config.election import Contest, Election
from parser.commands import Figures

BLANK = ".."  # what the sender has to fill in: an example never invents a figure


def write_figures(figures: Iterable[Figures], election: Election) -> str:
    """Give ``G:120,98,77 SAH:295 W:..,.. SAH:..`` for figures as typed; what is missing is ``..``.

    Nothing is invented and nothing hidden: too many votes are all written.
    """
    return " ".join(_one(each, election.contest(each.contest)) for each in figures)


def example(
    station: str,
    election: Election,
    figures: Mapping[str, Figures] | None = None,
    only: Sequence[str] | None = None,
    *,
    blank_invalid: bool = False,
) -> str:
    """Give the whole text for a station, with the sender's own figures where they are known; of
    all contests, or of ``only`` some. ``blank_invalid``: a TSAH is to be filled in for each."""
    known = figures or {}
    codes = [contest.code for contest in election.contests if only is None or contest.code in only]
    shown = [known.get(code, Figures(code)) for code in codes]
    written = (_one(each, election.contest(each.contest), blank_invalid=blank_invalid) for each in shown)
    return f"TPS{station} {' '.join(written)}"


def _one(figures: Figures, contest: Contest, *, blank_invalid: bool = False) -> str:
    valid = BLANK if figures.valid is None else str(figures.valid)
    invalid = "" if figures.invalid is None else f" TSAH:{figures.invalid}"
    if blank_invalid:
        invalid = f" TSAH:{BLANK}"
    if figures.singles:
        singles = " ".join(f"{figures.contest}{number}:{votes}" for number, votes in figures.singles)
        return f"{singles} SAH:{valid}{invalid}"
    votes = [str(each) for each in figures.votes]
    votes += [BLANK] * (len(contest.candidates) - len(votes))
    return f"{figures.contest}:{','.join(votes)} SAH:{valid}{invalid}"
