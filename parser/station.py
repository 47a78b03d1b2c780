"""A polling station as the rules see it."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from config.election import Rules


@dataclass(frozen=True, slots=True)
class Station:
    """A station of the roster. ``id`` is the database's and means nothing here.

    ``voters`` are the registered voters (DPT); ``voters_by_contest`` holds those that differ
    for a contest, as pairs of code and voters. ``form_number`` is the number printed on the
    official form, which restarts in every village.
    """

    id: int
    code: str
    number: int
    district_id: int
    district: str
    village: str
    form_number: int | None = None
    voters: int | None = None
    voters_by_contest: tuple[tuple[str, int], ...] = ()

    def voters_for(self, contest: str) -> int | None:
        """Give the registered voters for a contest, None where unknown."""
        return dict(self.voters_by_contest).get(contest, self.voters)

    def same_voters(self, one: str, other: str) -> bool:
        """Tell whether two contests have one list of voters here."""
        return self.voters_for(one) == self.voters_for(other)

    def most_ballots(self, contest: str, rules: Rules) -> int:
        """Give the most ballots there can be: DPT and the spare ones, rounded up, or the cap."""
        voters = self.voters_for(contest)
        if voters is None:
            return rules.station_cap
        return ceil(Decimal(voters) * (100 + rules.spare_ballots_percent) / 100)
