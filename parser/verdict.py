"""What the rules of SPEC section 3 say of a report: values, with their stable codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of one contest at one station. ``stated`` is SAH as the sender wrote it."""

    contest: str
    votes: tuple[int, ...]
    stated: int | None = None
    invalid: int | None = None

    @property
    def valid(self) -> int:
        """The candidates' sum: what counts as valid votes."""
        return sum(self.votes)

    @property
    def adds_up(self) -> bool:
        """Whether the form's own total agrees with its candidates."""
        return self.stated is None or self.stated == self.valid

    @property
    def ballots(self) -> int | None:
        """Valid and invalid votes, None where the invalid ones are not given."""
        return None if self.invalid is None else self.valid + self.invalid


@dataclass(frozen=True, slots=True)
class CandidateCount:
    """Too few or many numbers for a contest."""

    code: ClassVar[str] = "candidate_count"
    contest: str
    expected: int
    received: int


@dataclass(frozen=True, slots=True)
class NoSuchCandidate:
    """A candidate that the contest does not have: numbers go to ``most``."""

    code: ClassVar[str] = "candidate_count"
    contest: str
    number: int
    most: int


@dataclass(frozen=True, slots=True)
class MissingValid:
    """No SAH for a contest."""

    code: ClassVar[str] = "missing_valid"
    contest: str


@dataclass(frozen=True, slots=True)
class SumMismatch:
    """The candidates do not add up to SAH."""

    code: ClassVar[str] = "sum_mismatch"
    contest: str
    total: int
    stated: int


@dataclass(frozen=True, slots=True)
class TooManyVotes:
    """More ballots than the station can have; ``invalid`` are those of them that are no votes."""

    code: ClassVar[str] = "too_many_votes"
    contest: str
    limit: int
    ballots: int
    invalid: int = 0


RuleFault = CandidateCount | NoSuchCandidate | MissingValid | SumMismatch | TooManyVotes


def codes_of(faults: Sequence[RuleFault]) -> tuple[str, ...]:
    """Give the codes of faults, each once, in the order of SPEC section 3."""
    return tuple(dict.fromkeys(each.code for each in faults))


@dataclass(frozen=True, slots=True)
class Accepted:
    """The tallies that are new or differ; ``corrected`` where one replaces what stood."""

    tallies: tuple[Tally, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """All of it stands already: ``receipt`` and ``at`` of the first."""

    receipt: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A coordinator has to decide; ``codes`` say why."""

    tallies: tuple[Tally, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The figures cannot be right; every fault of the message."""

    faults: tuple[RuleFault, ...]


@dataclass(frozen=True, slots=True)
class ReportingClosed:
    """A monitor's report after closing."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Practised:
    """A report before opening: its faults, or none, and the tallies that could be read."""

    faults: tuple[RuleFault, ...]
    tallies: tuple[Tally, ...]


Verdict = Accepted | AlreadyRecorded | Held | Refused | ReportingClosed | Practised
