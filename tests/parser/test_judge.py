"""SPEC section 3, for one report against its station and what stands there."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.election import Rules
from parser.commands import Correction, Figures, Report
from parser.judge import Circumstances, Record, Standing, judge, judge_correction
from parser.station import Station
from parser.verdict import (
    Accepted,
    AlreadyRecorded,
    CandidateCount,
    Held,
    MissingValid,
    NoSuchCandidate,
    Practised,
    Refused,
    ReportingClosed,
    SumMismatch,
    Tally,
    TooManyVotes,
)
from tests.elections import NOON, REFERENCE

STATION = Station(12, "012", 12, 1, "Timur I", "Air Kuti", 3, voters=478)
PRISON = replace(STATION, voters_by_contest=(("W", 100),))
PHONE, OTHER_PHONE = "+628410000012", "+628410000013"
G_TALLY = Tally("G", (120, 98, 77), 295)
W_TALLY = Tally("W", (140, 155), 295)
G_FIGURES = Figures("G", (120, 98, 77), valid=295)
W_FIGURES = Figures("W", (140, 155), valid=295)
STOOD = Standing(G_TALLY, 1, NOON, PHONE, by_coordinator=False, receipt="0001")
NEW = Figures("G", (120, 98, 78), valid=296)
NEW_TALLY = Tally("G", (120, 98, 78), 296)


def report(*figures: Figures) -> Report:
    return Report(None, figures)


def now(minutes: float = 0, **changed: object) -> Circumstances:
    return replace(Circumstances((PHONE,), NOON + timedelta(minutes=minutes)), **changed)  # type: ignore[arg-type]


def test_a_first_report_that_adds_up_is_accepted():
    verdict = judge(report(G_FIGURES, W_FIGURES), STATION, Record(), now(), REFERENCE)

    assert verdict == Accepted((G_TALLY, W_TALLY), corrected=False)


@pytest.mark.parametrize(
    ("figures", "fault"),
    [
        pytest.param(Figures("G", (120, 98), valid=218), CandidateCount("G", 3, 2), id="a number too few"),
        pytest.param(Figures("G", (1, 2, 3, 4), valid=10), CandidateCount("G", 3, 4), id="a number too many"),
        pytest.param(
            Figures("G", singles=((1, 5), (2, 6)), valid=11), CandidateCount("G", 3, 2), id="a single missing"
        ),
        pytest.param(
            Figures("G", singles=((0, 5), (1, 5), (2, 6)), valid=16),
            NoSuchCandidate("G", 0, 3),
            id="a single zero",
        ),
        pytest.param(
            Figures("G", singles=((1, 5), (2, 5), (3, 1), (4, 6)), valid=17),
            CandidateCount("G", 3, 4),
            id="a single extra",
        ),
        pytest.param(
            Figures("G", singles=((1, 5), (2, 5), (4, 6)), valid=16),
            NoSuchCandidate("G", 4, 3),
            id="a single of nobody",
        ),
        pytest.param(Figures("G", (120, 98, 77)), MissingValid("G"), id="no SAH"),
        pytest.param(
            Figures("G", (120, 98, 77), valid=296), SumMismatch("G", 295, 296), id="does not add up"
        ),
        pytest.param(
            Figures("G", (250, 200, 41), valid=491), TooManyVotes("G", 490, 491), id="over DPT + 2.5 %"
        ),
        pytest.param(
            Figures("G", (250, 200, 40), valid=490, invalid=1),
            TooManyVotes("G", 490, 491, 1),
            id="over with invalid votes",
        ),
    ],
)
def test_figures_that_cannot_be_right_are_refused(figures, fault):
    verdict = judge(report(figures), STATION, Record(), now(), REFERENCE)

    assert verdict == Refused((fault,))


def test_every_arithmetic_fault_of_a_message_is_named():
    verdict = judge(
        report(Figures("G", (120, 98)), Figures("W", (300, 300), valid=500)),
        STATION,
        Record(),
        now(),
        REFERENCE,
    )

    assert verdict == Refused(
        (
            CandidateCount("G", 3, 2),
            MissingValid("G"),
            SumMismatch("W", 600, 500),
            TooManyVotes("W", 490, 600),
        )
    )


@pytest.mark.parametrize(
    ("station", "contest", "most"),
    [
        pytest.param(STATION, "G", 490, id="478 voters: 489.95, rounded up"),
        pytest.param(replace(STATION, voters=480), "G", 492, id="480 voters: exactly 492"),
        pytest.param(replace(STATION, voters=None), "G", 600, id="DPT unknown: the cap itself"),
        pytest.param(PRISON, "W", 103, id="a contest with voters of its own"),
        pytest.param(replace(STATION, voters=0), "G", 0, id="no voters at all"),
    ],
)
def test_the_most_ballots_are_the_voters_and_the_spare_ones(station, contest, most):
    assert station.most_ballots(contest, Rules()) == most


def test_spare_ballots_are_counted_in_whole_numbers():
    rules = Rules(spare_ballots_percent=Decimal("0.1"))

    assert replace(STATION, voters=1000).most_ballots("G", rules) == 1001


@pytest.mark.parametrize(
    ("minutes", "changed", "record", "verdict"),
    [
        pytest.param(
            15, {}, Record((STOOD,)), Accepted((NEW_TALLY,), corrected=True), id="own correction, in time"
        ),
        pytest.param(
            15.1, {}, Record((STOOD,)), Held((NEW_TALLY,), ("conflict",)), id="own correction, too late"
        ),
        pytest.param(
            1,
            {},
            Record((replace(STOOD, by_coordinator=True),)),
            Held((NEW_TALLY,), ("conflict",)),
            id="after a coordinator",
        ),
        pytest.param(
            1,
            {},
            Record((STOOD,), replaced=frozenset({NEW_TALLY})),
            Held((NEW_TALLY,), ("conflict",)),
            id="values that stood",
        ),
        pytest.param(
            1,
            {"sent": NOON - timedelta(minutes=1)},
            Record((STOOD,)),
            Held((NEW_TALLY,), ("conflict",)),
            id="sent before what stands",
        ),
        pytest.param(
            1,
            {"phones": (OTHER_PHONE, PHONE)},
            Record((STOOD,)),
            Accepted((NEW_TALLY,), corrected=True),
            id="the second SIM of the same person",
        ),
        pytest.param(
            1,
            {"phones": (OTHER_PHONE,)},
            Record((STOOD,)),
            Held((NEW_TALLY,), ("conflict",)),
            id="another phone",
        ),
        pytest.param(
            1,
            {},
            Record(replaced=frozenset({STOOD.tally})),
            Accepted((NEW_TALLY,), corrected=False),
            id="new values after BATAL",
        ),
        pytest.param(
            1,
            {},
            Record(replaced=frozenset({NEW_TALLY})),
            Held((NEW_TALLY,), ("conflict",)),
            id="the voided values after BATAL",
        ),
    ],
)
def test_a_differing_report_is_a_correction_only_for_a_while(minutes, changed, record, verdict):
    assert judge(report(NEW), STATION, record, now(minutes, **changed), REFERENCE) == verdict


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param(G_FIGURES, id="the same text"),
        pytest.param(Figures("G", singles=((3, 77), (1, 120), (2, 98)), valid=295), id="one by one"),
    ],
)
def test_the_same_values_are_already_recorded_however_late(figures):
    record = Record((replace(STOOD, by_coordinator=True),))

    verdict = judge(report(figures), STATION, record, now(600, phones=(OTHER_PHONE,)), REFERENCE)

    assert verdict == AlreadyRecorded("0001", NOON)


def test_only_the_new_contest_of_a_half_known_message_is_recorded():
    verdict = judge(report(G_FIGURES, W_FIGURES), STATION, Record((STOOD,)), now(600), REFERENCE)

    assert verdict == Accepted((W_TALLY,), corrected=False)


def test_a_message_is_held_whole_when_one_contest_conflicts():
    verdict = judge(report(NEW, W_FIGURES), STATION, Record((STOOD,)), now(60), REFERENCE)

    assert verdict == Held((NEW_TALLY, W_TALLY), ("conflict",))


def test_invalid_votes_left_out_do_not_contradict_those_that_stand():
    record = Record((replace(STOOD, tally=replace(G_TALLY, invalid=5)),))

    assert isinstance(judge(report(G_FIGURES), STATION, record, now(), REFERENCE), AlreadyRecorded)


def test_invalid_votes_added_in_time_are_a_correction():
    verdict = judge(report(replace(G_FIGURES, invalid=5)), STATION, Record((STOOD,)), now(1), REFERENCE)

    assert verdict == Accepted((replace(G_TALLY, invalid=5),), corrected=True)


@pytest.mark.parametrize(
    ("station", "figures", "record", "held"),
    [
        pytest.param(STATION, (Figures("G", (0, 0, 0), valid=0),), Record(), True, id="all votes zero"),
        pytest.param(
            STATION, (replace(G_FIGURES, invalid=5), Figures("W", (100, 100), valid=200, invalid=5)), Record(), True,
            id="a third fewer ballots",
        ),
        pytest.param(
            STATION, (replace(G_FIGURES, invalid=5), Figures("W", (140, 130), valid=270, invalid=0)), Record(), False,
            id="exactly a tenth fewer",
        ),
        pytest.param(
            STATION, (G_FIGURES, Figures("W", (100, 100), valid=200, invalid=5)), Record(), False, id="one gives no TSAH"
        ),
        pytest.param(
            PRISON, (replace(G_FIGURES, invalid=5), Figures("W", (40, 50), valid=90, invalid=0)), Record(), False,
            id="a prison: two lists of voters",
        ),
        pytest.param(
            STATION,
            (Figures("W", (100, 100), valid=200, invalid=5),),
            Record((replace(STOOD, tally=replace(G_TALLY, invalid=5)),)),
            True,
            id="against what stands",
        ),
    ],
)  # fmt: skip
def test_unlikely_figures_are_held(station, figures, record, held):
    verdict = judge(report(*figures), station, record, now(), REFERENCE)

    assert (isinstance(verdict, Held) and verdict.codes == ("suspicious",)) is held


@pytest.mark.parametrize(
    ("minutes", "coordinator", "verdict"),
    [
        pytest.param(0, False, Accepted, id="at closing"),
        pytest.param(0.1, False, ReportingClosed, id="after closing"),
        pytest.param(0.1, True, Accepted, id="a coordinator after closing"),
    ],
)
def test_reporting_closes_for_monitors(minutes, coordinator, verdict):
    election = replace(REFERENCE, closes=NOON)

    found = judge(report(G_FIGURES), STATION, Record(), now(minutes, by_coordinator=coordinator), election)

    assert isinstance(found, verdict)


@pytest.mark.parametrize(
    ("figures", "faults"),
    [
        pytest.param(G_FIGURES, (), id="faultless"),
        pytest.param(
            Figures("G", (120, 98, 77), valid=296), (SumMismatch("G", 295, 296),), id="does not add up"
        ),
    ],
)
def test_before_opening_a_report_is_practice_with_its_faults(figures, faults):
    election = replace(REFERENCE, opens=NOON + timedelta(minutes=1))

    verdict = judge(report(figures), STATION, Record(), now(), election)

    assert isinstance(verdict, Practised)
    assert verdict.faults == faults


def test_a_confirmed_sum_is_held():
    verdict = judge(
        report(Figures("G", (120, 98, 77), valid=296)), STATION, Record(), now(sum_confirmed=True), REFERENCE
    )

    assert verdict == Held((Tally("G", (120, 98, 77), 296),), ("sum_mismatch",))


def test_a_confirmation_excuses_nothing_but_the_sum():
    verdict = judge(
        report(Figures("G", (300, 300, 77), valid=296)), STATION, Record(), now(sum_confirmed=True), REFERENCE
    )

    assert isinstance(verdict, Refused)


@pytest.mark.parametrize(
    ("figures", "tally"),
    [
        pytest.param(
            Figures("G", singles=((2, 99),), valid=296), Tally("G", (120, 99, 77), 296), id="one candidate"
        ),
        pytest.param(
            Figures("G", (121, 97, 77), valid=295), Tally("G", (121, 97, 77), 295), id="moved between two"
        ),
        pytest.param(
            Figures("G", valid=295, invalid=4), Tally("G", (120, 98, 77), 295, 4), id="invalid votes alone"
        ),
    ],
)
def test_a_correction_leaves_what_it_does_not_name(figures, tally):
    verdict = judge_correction(Correction(None, (figures,)), STATION, Record((STOOD,)), now(600), REFERENCE)

    assert verdict == Accepted((tally,), corrected=True)


def test_what_stood_by_an_election_file_with_other_candidates_is_corrected_whole():
    of_two = replace(STOOD, tally=Tally("G", (120, 98), 218, None))
    correction = Correction(None, (Figures("G", singles=((2, 99),), valid=219),))

    verdict = judge_correction(correction, STATION, Record((of_two,)), now(), REFERENCE)

    assert verdict == Refused((CandidateCount("G", 3, 1),))


def test_a_correction_before_opening_is_practice():
    election = replace(REFERENCE, opens=NOON + timedelta(days=1))
    correction = Correction(None, (Figures("G", singles=((2, 99),)),))

    verdict = judge_correction(correction, STATION, Record((STOOD,)), now(), election)

    assert isinstance(verdict, Practised)
    assert verdict.faults == (MissingValid("G"),)


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param(Figures("G", singles=((2, 99),)), id="one candidate"),
        pytest.param(Figures("G", (121, 97, 77)), id="moved between two"),
        pytest.param(Figures("G", singles=((2, 98),)), id="what stands already"),
    ],
)
def test_a_correction_needs_the_new_sum(figures):
    correction = Correction(None, (figures,))

    verdict = judge_correction(correction, STATION, Record((STOOD,)), now(), REFERENCE)

    assert verdict == Refused((MissingValid("G"),))


votes = st.integers(0, 700)


@given(st.lists(votes, min_size=1, max_size=4), st.none() | votes, st.none() | votes)
def test_what_is_accepted_adds_up(numbers, valid, invalid):
    figures = Figures("G", tuple(numbers), valid=valid, invalid=invalid)

    verdict = judge(report(figures), STATION, Record(), now(), REFERENCE)

    if isinstance(verdict, Accepted):
        (tally,) = verdict.tallies
        assert tally.adds_up
        assert tally.valid == valid
        assert tally.valid + (invalid or 0) <= 490
