"""The rules of SPEC section 3 for one report against its station and what stands there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations

from config.election import Election
from parser.commands import Correction, Report
from parser.figures import Read, corrected, faults_in, reported, too_many_votes
from parser.station import Station
from parser.verdict import (
    Accepted,
    AlreadyRecorded,
    Held,
    Practised,
    Refused,
    ReportingClosed,
    RuleFault,
    SumMismatch,
    Tally,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one contest of a station, and where it came from.

    ``at`` is the receiving time of its text: the carrier's where it gave one, else arrival.
    ``by_coordinator`` is true where a correction or a decision made it stand, or kept it so.
    """

    tally: Tally
    revision: int
    at: datetime
    phone: str | None
    by_coordinator: bool
    receipt: str


@dataclass(frozen=True, slots=True)
class Record:
    """All that stands at a station, and what stood before.

    ``replaced`` holds tallies that stood and do not any more, as after a correction or ``BATAL``:
    of all that did, those with the votes of the report that is judged. ``sequence`` counts the
    revisions that made it so.
    """

    standing: tuple[Standing, ...] = ()
    replaced: frozenset[Tally] = frozenset()
    sequence: int = 0

    def shown(self, election: Election) -> tuple[Standing, ...]:
        """Give what stands in the order of the election file, as contests are shown everywhere."""
        return election.in_order(self.standing, lambda each: each.tally.contest)

    @property
    def tallies(self) -> dict[str, Tally]:
        """What stands, by contest."""
        return {each.tally.contest: each.tally for each in self.standing}

    def of(self, contest: str) -> Standing | None:
        """Give what stands for a contest."""
        return next((each for each in self.standing if each.tally.contest == contest), None)

    def changes(self, tallies: Sequence[Tally]) -> list[tuple[Tally | None, Tally]]:
        """Give for each tally what stands now, and it."""
        standing = self.tallies
        return [(standing.get(each.contest), each) for each in tallies]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a report is judged by besides its figures and what stands.

    ``received`` is the carrier's time where it gave one (then it is ``sent`` too), else
    arrival. ``phones`` are all numbers of the sender: two SIMs are one person. ``hold_for`` are
    codes that hold even a faultless report; with ``sum_confirmed`` the sender has said that the
    form itself does not add up. ``texted`` is when what ``YA`` confirms was received: by that it is
    measured whether reporting was open.
    """

    phones: tuple[str, ...]
    received: datetime
    sent: datetime | None = None
    texted: datetime | None = None
    by_coordinator: bool = False
    hold_for: tuple[str, ...] = ()
    sum_confirmed: bool = False

    def is_practice(self, election: Election) -> bool:
        """Say whether it came before reporting opens."""
        return election.opens is not None and (self.texted or self.received) < election.opens

    def closed(self, election: Election) -> datetime | None:
        """Give when reporting closed, None where it came before."""
        return election.closed(self.texted or self.received)


def judge(
    report: Report, station: Station, record: Record, now: Circumstances, election: Election
) -> Verdict:
    """Say what becomes of a report that its sender may make, in the order of SPEC section 3.

    Pure: the clock and what stands are passed in; a refusal is a verdict, not an exception.
    """
    read = [reported(each, election) for each in report.figures]
    tallies = tuple(each for each in read if isinstance(each, Tally))
    faults = _not_yet_decided(tuple(_faults(report, read, station, election)), tallies, record)
    if now.is_practice(election):
        return Practised(faults, tallies)
    if faults and not (now.sum_confirmed and _only_sums(faults)):
        return Refused(faults)
    if faults:
        now = replace(now, hold_for=(*now.hold_for, SumMismatch.code))
    if (closed := now.closed(election)) is not None and not now.by_coordinator:
        return ReportingClosed(closed)
    return _weigh(tallies, station, record, now, election)


def judge_correction(
    correction: Correction, station: Station, record: Record, now: Circumstances, election: Election
) -> Verdict:
    """Say what becomes of a coordinator's correction: the arithmetic holds for it too, but what
    stands is what it is meant to replace."""
    read = [corrected(each, _tally(record, each.contest), election) for each in correction.figures]
    tallies = tuple(each for each in read if isinstance(each, Tally))
    faults = _not_yet_decided(tuple(_faults(correction, read, station, election)), tallies, record)
    if now.is_practice(election):
        return Practised(faults, tallies)
    changed = differing(tallies, record)
    if faults and now.sum_confirmed and _only_sums(faults):
        return Held(tallies, (SumMismatch.code,))
    if faults:
        return Refused(faults)
    if not changed:
        return _already(tallies, record)
    return Accepted(changed, corrected=any(record.of(each.contest) for each in changed))


def is_for_correction(verdict: Verdict, record: Record) -> bool:
    """Tell whether a coordinator's plain report is what ``KOREKSI`` is for: over other values than stand."""
    match verdict:
        case Accepted(tallies) | Held(tallies):
            return any(record.of(each.contest) and not stands(each, record) for each in tallies)
        case _:
            return False


def _faults(
    command: Report | Correction,
    read: Sequence[Read],
    station: Station,
    election: Election,
) -> Iterator[RuleFault]:
    for figures, tally in zip(command.figures, read, strict=True):
        yield from faults_in(figures, tally)
        if isinstance(tally, Tally) and (excess := too_many_votes(tally, station, election)):
            yield excess


def _not_yet_decided(
    faults: tuple[RuleFault, ...], tallies: tuple[Tally, ...], record: Record
) -> tuple[RuleFault, ...]:
    """Leave out the sums of what stands: a coordinator has accepted that the form is so."""
    decided = {each.contest for each in tallies if not each.adds_up and stands(each, record)}
    return tuple(each for each in faults if not (isinstance(each, SumMismatch) and each.contest in decided))


def _only_sums(faults: tuple[RuleFault, ...]) -> bool:
    return all(isinstance(fault, SumMismatch) for fault in faults)


def _weigh(
    tallies: tuple[Tally, ...], station: Station, record: Record, now: Circumstances, election: Election
) -> Verdict:
    changed = differing(tallies, record)
    if not changed:
        return _already(tallies, record)
    conflict = any(_conflicts(each, record, now, election) for each in changed)
    doubts = (
        *(("conflict",) if conflict else ()),
        *(("suspicious",) if _suspicious(changed, station, record, election) else ()),
        *now.hold_for,
    )
    if doubts:
        return Held(tallies, doubts)
    return Accepted(changed, corrected=any(record.of(each.contest) for each in changed))


def differing(tallies: Sequence[Tally], record: Record) -> tuple[Tally, ...]:
    """Give the figures that do not stand."""
    return tuple(each for each in tallies if not stands(each, record))


def stands(tally: Tally, record: Record) -> bool:
    """Tell whether the same values stand; a report that leaves TSAH out says nothing against it."""
    standing = _tally(record, tally.contest)
    return (
        standing is not None
        and standing.votes == tally.votes
        and tally.stated in (None, standing.stated)
        and tally.invalid in (None, standing.invalid)
    )


def _tally(record: Record, contest: str) -> Tally | None:
    standing = record.of(contest)
    return None if standing is None else standing.tally


def _already(tallies: tuple[Tally, ...], record: Record) -> AlreadyRecorded:
    found = [standing for each in tallies if (standing := record.of(each.contest))]
    first = min(found, key=lambda standing: standing.at)
    return AlreadyRecorded(first.receipt, first.at)


def _conflicts(tally: Tally, record: Record, now: Circumstances, election: Election) -> bool:
    """Whether a differing tally is more than a first report, or its own sender's correction in time."""
    if any(same_votes(tally, old) for old in record.replaced):
        return True  # carriers bring old texts again
    standing = record.of(tally.contest)
    return standing is not None and (
        now.received - standing.at > election.rules.correction_window
        or standing.by_coordinator
        or (now.sent is not None and now.sent < standing.at)
        or standing.phone not in now.phones
    )


def same_votes(tally: Tally, old: Tally) -> bool:
    """Whether a tally says what an older one said, as far as it says it: TSAH may be left out."""
    return (tally.contest, tally.votes, tally.stated) == (old.contest, old.votes, old.stated) and (
        tally.invalid in (None, old.invalid)
    )


def _suspicious(tallies: tuple[Tally, ...], station: Station, record: Record, election: Election) -> bool:
    """Whether new figures are odd, beside each other or beside what stands for the other contests."""
    if any(not any(each.votes) for each in tallies):
        return True
    beside = [
        each.tally for each in record.standing if each.tally.contest not in {t.contest for t in tallies}
    ]
    pairs = [
        pair for pair in combinations([*tallies, *beside], 2) if pair[0] in tallies or pair[1] in tallies
    ]
    return any(
        _far_apart(one, other, election)
        for one, other in pairs
        if station.same_voters(one.contest, other.contest)
    )


def _far_apart(one: Tally, other: Tally, election: Election) -> bool:
    if one.ballots is None or other.ballots is None:
        return False
    larger = max(one.ballots, other.ballots)
    return abs(one.ballots - other.ballots) > election.rules.suspicious_difference * larger
