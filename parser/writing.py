"""Commands written back as the text that we teach: each contest followed by its own SAH."""

from collections.abc import Iterable, Mapping, Sequence

from config.election import Contest, Election
from parser.commands import Correction, Figures, Report
from parser.figures import reported
from parser.verdict import Tally

BLANK = ".."  # what the sender has to fill in: an example never invents a figure
PIN = " PIN:...."  # its place, behind a text that needs it


def write_figures(figures: Iterable[Figures], election: Election, *, ask_invalid: bool = False) -> str:
    """Give ``G:120,98,77 SAH:295 W:..,.. SAH:..`` for figures as typed; what is missing is ``..``, a TSAH
    too where ``ask_invalid``.

    Nothing is invented and nothing hidden: too many votes are all written.
    """
    given = list(figures)
    valid = {each.valid for each in given}
    if _some_invalid(given) and len(valid) == 1 and None not in valid:
        # Beside a SAH for each the TSAH of some would be refused: one SAH is all contests' own.
        given.sort(key=lambda each: each.invalid is None)
        parts = [_votes(each, election.contest(each.contest)) + _invalid(each) for each in given]
        return f"{' '.join(parts)} SAH:{given[0].valid}"
    return _all(given, election, ask_invalid=ask_invalid)


def example(
    station: str,
    election: Election,
    figures: Mapping[str, Figures] | None = None,
    only: Sequence[str] | None = None,
    *,
    ask_invalid: bool = False,
) -> str:
    """Give the whole text for a station, with the sender's own figures where they are known; of
    all contests, or of ``only`` some. ``ask_invalid``: a TSAH is to be filled in where none is known."""
    known = figures or {}
    codes = [contest.code for contest in election.contests if only is None or contest.code in only]
    shown = [known.get(code, Figures(code)) for code in codes]
    return f"TPS{station} {_all(shown, election, ask_invalid=ask_invalid)}"


def _all(figures: Sequence[Figures], election: Election, *, ask_invalid: bool = False) -> str:
    """Give each contest with its own SAH; with a TSAH, known or to be filled in, for all or for none."""
    missing = f" TSAH:{BLANK}" if ask_invalid or _some_invalid(figures) else ""
    return " ".join(
        f"{_votes(each, election.contest(each.contest))} SAH:{BLANK if each.valid is None else each.valid}"
        f"{_invalid(each, missing)}"
        for each in figures
    )


def _some_invalid(figures: Sequence[Figures]) -> bool:
    """Say whether some contests have a TSAH, and others none."""
    return len({each.invalid is None for each in figures}) > 1


def _votes(figures: Figures, contest: Contest) -> str:
    if figures.singles:
        return " ".join(f"{figures.contest}{number}:{votes}" for number, votes in figures.singles)
    votes = [str(each) for each in figures.votes]
    votes += [BLANK] * (len(contest.candidates) - len(votes))
    return f"{figures.contest}:{','.join(votes)}"


def _invalid(figures: Figures, missing: str = "") -> str:
    return missing if figures.invalid is None else f" TSAH:{figures.invalid}"


def write_report(message: Report | Correction, election: Election) -> str:
    """Give a report or correction as the text that we teach, or nothing where it lacks something."""
    if not message.figures or not all(_is_whole(each, message, election) for each in message.figures):
        return ""
    command = "KOREKSI" if isinstance(message, Correction) else "RALAT" if message.revises else ""
    named = message.station
    station = f"{named.before} TPS{named.number:03d} {named.words}".strip() if named else ""
    is_said = not message.note or (named is not None and named.before == message.note.upper())
    note = "" if is_said else f"@ {message.note}"
    return " ".join(filter(None, (command, station, write_figures(message.figures, election), note)))


def _is_whole(figures: Figures, message: Report | Correction, election: Election) -> bool:
    if figures.valid is None:
        return False
    if isinstance(message, Correction) and figures.singles:
        return True
    return isinstance(reported(figures, election), Tally)
