"""The summary: everything that an official is promised, in as few segments as it takes."""

import re
from dataclasses import replace

import pytest

from config.language import Lang
from models.tally import ContestTotal, Counts, Totals
from notify.segments import is_gsm7, segments
from notify.summary import compose, compose_unchanged, digest
from tests.elections import LARGEST, NOON, REFERENCE, candidates

AT = NOON.replace(hour=15, minute=30)
COUNTS = Counts(registered=326, reported=210, complete=190, held=3)
LONG_DISTRICT = "Lubuklinggau Timur Satu Raya"


def totals_of(election, votes, counts=COUNTS):
    """Give totals in which the candidates of each contest have the votes, in order."""
    contests = [
        ContestTotal(each, 205, tuple(votes[: len(each.candidates)]), None) for each in election.contests
    ]
    return Totals(counts, tuple(contests))


TOTALS = Totals(
    COUNTS,
    (
        ContestTotal(REFERENCE.contests[0], 205, (27677, 20103, 13454), 1500),
        ContestTotal(REFERENCE.contests[1], 190, (30000, 31000), None),
    ),
)
SIX_DIGITS = totals_of(REFERENCE, (123456, 234567, 345678), Counts(326, 326, 326, 0))


def test_the_whole_in_indonesian():
    body = compose(TOTALS, REFERENCE, Lang.ID, AT, None)

    assert body == (
        "PANTAU 15:30 TPS 210/326 (64.4%)."
        " G Paslon1 27677 45.2% Paslon2 20103 32.8% Paslon3 13454 22.0%."
        " W Paslon1 30000 49.2% Paslon2 31000 50.8%. TIDAK RESMI"
    )


def test_a_district_in_english_is_named():
    body = compose(TOTALS, REFERENCE, Lang.EN, AT, "Barat I")

    assert body.startswith("PANTAU 15:30 Barat I TPS 210/326 (64.4%).")
    assert body.endswith("UNOFFICIAL")


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("region", [None, "Barat I", LONG_DISTRICT])
def test_the_reference_election_is_one_segment_with_every_candidates_votes_and_share(lang, region):
    body = compose(SIX_DIGITS, REFERENCE, lang, AT, region)

    assert segments(body) == 1, body
    for votes, share in (("123456", "17.5%"), ("234567", "33.3%"), ("345678", "49.1%"), ("123456", "34.5%")):
        assert f"{votes} {share}" in body


def test_where_names_do_not_fit_candidates_have_their_numbers():
    body = compose(SIX_DIGITS, REFERENCE, Lang.ID, AT, None)

    assert " G 1 123456 17.5% 2 234567 33.3% 3 345678 49.1%." in body


@pytest.mark.parametrize("lang", Lang)
def test_the_largest_election_is_told_whole_in_three_segments(lang):
    counts = Counts(823220, 823219, 1, 0)
    totals = totals_of(LARGEST, (123456789, 123456789, 123456788, 999999999), counts)

    body = compose(totals, LARGEST, lang, AT, LONG_DISTRICT)

    assert (is_gsm7(body), segments(body)) == (True, 3)
    assert len(re.findall(r"\d{9} \d+\.\d%", body)) == 20
    assert body.endswith(("TIDAK RESMI", "UNOFFICIAL"))


def test_several_districts_that_are_too_long_to_name_are_counted():
    body = compose(TOTALS, REFERENCE, Lang.ID, AT, "Lubuklinggau Timur I, Lubuklinggau Timur II")

    assert body.startswith("PANTAU 15:30 2 kecamatan TPS")


def test_nearly_all_stations_are_not_a_hundred_percent():
    nearly = replace(TOTALS, stations=Counts(823220, 823219, 1, 0))

    assert "TPS 823219/823220 (99.9%)." in compose(nearly, REFERENCE, Lang.ID, AT, None)


def test_stations_are_rounded_as_votes_are():
    most = replace(TOTALS, stations=Counts(600, 481, 0, 0))

    assert "TPS 481/600 (80.2%)." in compose(most, REFERENCE, Lang.ID, AT, None)


def test_nearly_all_votes_are_not_a_hundred_percent():
    body = compose(totals_of(REFERENCE, (9999, 1, 0)), REFERENCE, Lang.ID, AT, None)

    assert "9999 99.9%" in body


def test_it_says_when_every_station_is_complete():
    complete = replace(TOTALS, stations=Counts(326, 326, 326, 0))

    assert "TPS 326/326 (100.0%) LENGKAP." in compose(complete, REFERENCE, Lang.ID, AT, None)


@pytest.mark.parametrize("counts", [Counts(0, 0, 0, 0), Counts(326, 0, 0, 0)])
def test_nothing_reported_yet_is_no_error(counts):
    body = compose(totals_of(REFERENCE, (0, 0, 0), counts), REFERENCE, Lang.ID, AT, None)

    assert "(0.0%). G Paslon1 0 0.0%" in body


def test_names_outside_gsm7_are_rewritten():
    contest = replace(REFERENCE.contests[0], candidates=candidates(3, short="Šárka"))
    election = replace(REFERENCE, contests=(contest,))

    body = compose(totals_of(election, (1, 2, 3)), election, Lang.ID, AT, "Kecamatan “Ě”")

    assert is_gsm7(body)
    assert segments(body) == 1


@pytest.mark.parametrize("lang", Lang)
def test_the_short_text_says_that_nothing_is_new(lang):
    body = compose_unchanged(TOTALS, REFERENCE, lang, AT, None)

    expected = {Lang.ID: "Tidak ada perubahan. TIDAK RESMI", Lang.EN: "No change. UNOFFICIAL"}[lang]
    assert body == f"PANTAU 15:30 TPS 210/326 (64.4%). {expected}"


def test_the_digest_changes_with_what_is_shown_and_with_nothing_else():
    held = replace(TOTALS, stations=replace(COUNTS, held=9))
    more = replace(TOTALS, stations=replace(COUNTS, reported=211))

    assert digest(held) == digest(TOTALS)
    assert digest(more) != digest(TOTALS)
