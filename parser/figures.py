"""From figures as typed to a tally, and what is arithmetically wrong with them."""

from collections.abc import Iterator, Sequence

from config.election import Election
from parser.commands import Figures
from parser.station import Station
from parser.verdict import (
    CandidateCount,
    MissingValid,
    NoSuchCandidate,
    RuleFault,
    SumMismatch,
    Tally,
    TooManyVotes,
)

Read = Tally | CandidateCount | NoSuchCandidate  # what the figures of a contest are read as


def reported(figures: Figures, election: Election) -> Read:
    """Read a contest of a report: all candidates must be there, as a list or one by one. As many as
    there are, but not those: the number that nobody has is named."""
    expected = len(election.contest(figures.contest).candidates)
    if figures.singles:
        numbers = [number for number, _ in figures.singles]
        if len(numbers) != expected:
            return CandidateCount(figures.contest, expected, len(numbers))
        if strangers := _strangers(figures, election):
            return strangers[0]
        votes = tuple(votes for _, votes in sorted(figures.singles))
    else:
        votes = figures.votes
    if len(votes) != expected:
        return CandidateCount(figures.contest, expected, len(votes))
    return Tally(figures.contest, votes, figures.valid, figures.invalid)


def tallies_of(figures: Sequence[Figures], election: Election) -> tuple[Tally, ...]:
    """Read the contests of a report, without those whose candidates are not all there."""
    read = (reported(each, election) for each in figures)
    return tuple(each for each in read if isinstance(each, Tally))


def corrected(figures: Figures, stands: Tally | None, election: Election) -> Read:
    """Read a contest of a correction: what it does not name stays as it stands.

    A single candidate changes that one alone; where nothing stands all must be there. SAH must
    be given anew, for it is what finds a slip; a TSAH left out stays.
    """
    expected = len(election.contest(figures.contest).candidates)
    if stands is None or len(stands.votes) != expected:  # of an election file that had others
        return reported(figures, election)
    if figures.votes and len(figures.votes) != expected:
        return CandidateCount(figures.contest, expected, len(figures.votes))
    if strangers := _strangers(figures, election):
        return strangers[0]
    votes = list(figures.votes or stands.votes)
    for number, value in figures.singles:
        votes[number - 1] = value
    return Tally(
        figures.contest,
        tuple(votes),
        figures.valid,
        stands.invalid if figures.invalid is None else figures.invalid,
    )


def faults_in(figures: Figures, read: Read) -> Iterator[RuleFault]:
    """Say what is wrong with a contest's figures that no roster is needed for, in the order of SPEC section
    3: numbers, SAH, the sum."""
    if not isinstance(read, Tally):
        yield read
    if figures.valid is None:
        yield MissingValid(figures.contest)
    elif isinstance(read, Tally) and not read.adds_up:
        yield SumMismatch(figures.contest, read.valid, figures.valid)


def too_many_votes(tally: Tally, station: Station, election: Election) -> TooManyVotes | None:
    """Say whether a contest has more ballots than its station can have."""
    limit = station.most_ballots(tally.contest, election.rules)
    invalid = tally.invalid or 0
    ballots = max(tally.valid, tally.stated or 0) + invalid
    return TooManyVotes(tally.contest, limit, ballots, invalid) if ballots > limit else None


def unfinished(figures: Figures, election: Election, *, correcting: bool = False) -> Iterator[RuleFault]:
    """Say what is wrong with a contest before its station is known. A correction (``correcting``) may name
    some of the candidates, or none."""
    if correcting and not figures.votes:
        yield from _strangers(figures, election)
        if figures.valid is None:
            yield MissingValid(figures.contest)
        return
    yield from faults_in(figures, reported(figures, election))


def _strangers(figures: Figures, election: Election) -> list[NoSuchCandidate]:
    """Give the candidates named that the contest does not have."""
    most = len(election.contest(figures.contest).candidates)
    numbers = [number for number, _ in figures.singles]
    return [NoSuchCandidate(figures.contest, each, most) for each in numbers if not 1 <= each <= most]


def by_contest(figures: tuple[Figures, ...]) -> dict[str, Figures]:
    """Give figures by contest code."""
    return {each.contest: each for each in figures}


def adds_up(figures: Figures) -> bool:
    """Say whether SAH is the sum of the votes as typed."""
    return figures.valid == sum(figures.votes or (votes for _, votes in figures.singles))


def gives_invalid(figures: Sequence[Figures]) -> bool:
    """Say whether some contest has a TSAH."""
    return any(each.invalid is not None for each in figures)


def known(figures: tuple[Figures, ...], faults: Sequence[RuleFault]) -> tuple[Figures, ...]:
    """Give the figures to show in the example: a contest at fault keeps only what is not in doubt."""
    found = by_contest(figures)
    for fault in faults:
        votes = found[fault.contest].votes if fault.contest in found else ()
        # "W1 141" without its SAH is likely candidate 1, and no list.
        if not isinstance(fault, MissingValid) or 0 < next(iter(votes), 0) <= len(votes):
            found[fault.contest] = Figures(fault.contest)
    return tuple(found.values())
