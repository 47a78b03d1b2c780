"""What stands on the forms of a rehearsal: made up, likely, and the same for the same seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from config.election import Contest, Election
from parser import writing
from parser.commands import Figures
from parser.station import Station
from parser.verdict import Tally

TURNOUT = (0.6, 0.85)
SPOILT = (0.01, 0.06)  # of the ballots
UNKNOWN_VOTERS = 300
GIVES_INVALID = 0.5  # of the monitors


@dataclass(frozen=True, slots=True)
class Form:
    """A station and what stands on its form, contest by contest."""

    station: Station
    tallies: tuple[Tally, ...]

    def written(self, election: Election, *, only: Sequence[str] = ()) -> str:
        """Give the text that we teach, of all contests or of some."""
        shown = [figures(each) for each in self.tallies if not only or each.contest in only]
        return f"TPS{self.station.code} {writing.write_figures(shown, election)}"

    def with_tally(self, tally: Tally) -> "Form":
        """Give the form with another tally for its contest."""
        tallies = tuple(tally if each.contest == tally.contest else each for each in self.tallies)
        return replace(self, tallies=tallies)


def figures(tally: Tally) -> Figures:
    """Give a tally as it is typed: its SAH is the one on the form."""
    stated = tally.valid if tally.stated is None else tally.stated
    return Figures(tally.contest, tally.votes, (), stated, tally.invalid)


def weights(election: Election, random: Random) -> dict[str, list[float]]:
    """Give how the candidates of each contest stand in the city."""
    return {
        contest.code: [random.uniform(0.5, 1.5) for _ in contest.candidates] for contest in election.contests
    }


def fill(station: Station, election: Election, weights: dict[str, list[float]], random: Random) -> Form:
    """Fill a station's form in. Its contests have one turnout: people vote in all of them."""
    turnout, with_invalid = random.uniform(*TURNOUT), random.random() < GIVES_INVALID
    tallies = []
    for contest in election.contests:
        voters = station.voters_for(contest.code)
        ballots = max(1, int((UNKNOWN_VOTERS if voters is None else voters) * turnout))
        spoilt = int(ballots * random.uniform(*SPOILT))
        votes = _votes(contest, ballots - spoilt, weights[contest.code], random)
        tallies.append(Tally(contest.code, votes, sum(votes), spoilt if with_invalid else None))
    return Form(station, tuple(tallies))


def _votes(contest: Contest, valid: int, weights: list[float], random: Random) -> tuple[int, ...]:
    here = [weight * random.uniform(0.7, 1.3) for weight in weights]
    votes = [int(valid * weight / sum(here)) for weight in here]
    votes[random.randrange(len(contest.candidates))] += valid - sum(votes)
    return tuple(votes)
