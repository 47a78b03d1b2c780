"""The questions that papers and files ask: timeline, breakdown, changes, lists."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models import breakdown, changes, listing, notes
from models.timeline import timeline
from tests.city import COORDINATOR, MONITOR, REPORT
from tests.elections import REFERENCE, G, W, candidates
from tests.papers import a_night


def steps_of(city):
    return city.read(lambda db: timeline(db, city.service.election))


def test_before_the_first_report_the_timeline_is_empty(city):
    assert steps_of(city) == []


def test_the_timeline_counts_first_reports_and_complete_stations_by_the_minute(city):
    city.text("+628410000001", "G:70,60,50 SAH:180")
    city.text("+628410000002", "G:71,60,50 SAH:181")
    city.wait(minutes=2)
    city.text("+628410000001", "W:90,90 SAH:180")
    city.wait(minutes=2)
    city.text(MONITOR, REPORT)

    steps = steps_of(city)

    assert [(each.reported, each.complete) for each in steps] == [(2, 0), (2, 1), (3, 2)]
    assert [(each.at.minute, each.at.second) for each in steps] == [(0, 0), (2, 0), (4, 0)]


def test_a_correction_moves_no_station_on_the_timeline(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=5)
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")

    assert [(each.reported, each.complete) for each in steps_of(city)] == [(1, 1)]


def test_the_timeline_ends_where_the_totals_are(city):
    a_night(city)

    last, counts = steps_of(city)[-1], city.totals().stations

    assert (last.reported, last.complete) == (counts.reported, counts.complete)


def test_districts_and_villages_add_up_to_the_totals(city):
    a_night(city)

    districts = city.read(lambda db: breakdown.by_district(db, city.service.election))
    villages = city.read(lambda db: breakdown.by_village(db, city.service.election))

    assert [each.name for each, _ in districts] == ["Barat I", "Timur I"]
    assert [(each.district.name, each.name, each.registered) for each in villages] == [
        ("Barat I", "Cereme Taba", 6),
        ("Timur I", "Air Kuti", 9),
        ("Timur I", "Cereme Taba", 5),
    ]
    for index, whole in enumerate(city.totals().contests):
        for parts in ([each.contests for _, each in districts], [each.contests for each in villages]):
            found = [each[index] for each in parts]
            assert tuple(map(sum, zip(*(each.votes for each in found), strict=True))) == whole.votes
            assert sum(each.stations for each in found) == whole.stations
            assert sum(each.invalid or 0 for each in found) == (whole.invalid or 0)


def test_invalid_votes_that_nobody_gave_are_not_known(city):
    city.text("+628410000001", "G:70,60,50 SAH:180")

    [_, east] = city.read(lambda db: breakdown.by_district(db, city.service.election))

    assert [each.invalid for each in east[1].contests] == [None, None]


def test_figures_of_another_number_of_candidates_are_no_failure(city_with):
    """The election file was changed on the night: what is stored stays as it was."""
    city_with().text("+628410000001", "G:70,60,50 SAH:180")
    fewer = city_with(replace(REFERENCE, contests=(replace(G, candidates=candidates(2)), W), source="fewer"))
    fewer.text("+628410000002", "G:70,60 SAH:130", carrier_id="another")

    found = fewer.read(lambda db: breakdown.by_village(db, fewer.service.election))

    assert [each.contests[0].votes for each in found] == [(0, 0), (140, 120), (0, 0)]


def test_changes_tell_old_and_new_and_who_made_them(city):
    a_night(city)

    found = city.read(lambda db: list(changes.corrections(db)))

    assert [
        (each.station.code, each.old and each.old.votes, each.new and each.new.votes, each.reason)
        for each in found
    ] == [
        ("011", (50, 50, 50), None, "void"),
        ("012", (120, 98, 77), (120, 98, 78), "correction"),
    ]


def test_a_substitution_names_both(city):
    a_night(city)

    [found] = city.read(lambda db: changes.substitutions(db))

    assert (found.station.code, found.name, found.before) == ("017", "Siti Aminah", ("Monitor 17",))


def test_presences_count_stations_once_by_district(city):
    city.text(MONITOR, "HADIR")
    city.text(MONITOR, "HADIR")
    city.text("+628410000018", "HADIR")

    found = city.read(lambda db: notes.present_by_district(db))

    assert sorted(found.values()) == [1, 1]


@pytest.mark.parametrize(
    ("rejected", "expected"),
    [
        pytest.param(False, [("K1", "held")], id="open"),
        pytest.param(True, [("K1", "held"), ("K2", "rejected")], id="rejected too"),
    ],
)
def test_an_accepted_case_is_not_among_the_held(city, rejected, expected):
    a_night(city)

    found = city.read(lambda db: list(listing.held(db, REFERENCE, rejected=rejected)))

    assert [(each.source.reason, each.status) for each in found] == expected


def test_the_newest_figures_of_a_case_are_listed(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    city.text(MONITOR, "TPS012 G:0,1,2 SAH:3")

    [found] = city.read(lambda db: list(listing.held(db, REFERENCE)))

    assert found.tally.votes == (0, 1, 2)


def test_of_a_case_the_figures_that_were_sent_last_are_listed(city):
    sent = city.now
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0", sent_at=sent)
    city.text(MONITOR, "TPS012 G:0,1,2 SAH:3", sent_at=sent - timedelta(minutes=5))

    [found] = city.read(lambda db: list(listing.held(db, REFERENCE)))

    assert found.tally.votes == (0, 0, 0)


def test_the_contests_of_a_case_are_listed_in_the_elections_order(city_with):
    election = replace(REFERENCE, contests=(W, G))
    city = city_with(election)
    city.text(MONITOR, REPORT)
    city.wait(minutes=20)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295 W:141,154 SAH:295")

    found = city.read(lambda db: list(listing.held(db, election)))

    assert [each.contest for each in found] == ["W", "G"]
