"""How far the count is, over time and by district; and lists that are read while they change."""

import itertools
from datetime import timedelta

import pytest

from models import attention, progress
from models.progress import Pace
from tests.city import City


def report(city: City, number: int) -> None:
    body = f"TPS{number:03d} G:50,30,10 SAH:90 W:40,{number} SAH:{40 + number}"
    assert city.text(f"+628410000{number:03d}", body).outcome == "accepted"


def over_time(city: City, pace: Pace) -> list[int]:
    return [count for _, count in city.read(lambda db: pace.over_time(db, city.now))]


def test_without_a_result_there_is_no_pace(city):
    assert over_time(city, Pace()) == []


def test_the_pace_ends_with_every_station_that_has_reported(city):
    for number in (1, 2, 3):
        report(city, number)
        city.wait(minutes=10)

    counts = over_time(city, Pace())

    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[-1] == 3
    assert 2 <= len(counts) <= progress.MOST_POINTS + 2


def test_a_second_contest_and_a_correction_are_no_other_station(city):
    report(city, 1)
    city.text("+628410000001", "TPS001 G:51,30,10 SAH:91")

    assert over_time(city, Pace())[-1] == 1


@pytest.mark.parametrize("hours", [0.001, 0.1, 1, 7, 30, 24 * 400])
def test_the_points_are_few_however_long_the_night(city, hours):
    report(city, 1)
    city.wait(hours=hours)

    points = city.read(lambda db: Pace().over_time(db, city.now))

    assert len(points) <= progress.MOST_POINTS + 2
    assert points[-1] == (city.now, 1)
    assert all(one < other for (one, _), (other, _) in itertools.pairwise(points))


def test_what_is_remembered_of_the_past_is_what_the_database_says(city):
    pace = Pace()
    for number in range(1, 12):
        report(city, number)
        city.wait(minutes=number)
        remembered = city.read(lambda db: pace.over_time(db, city.now))

        assert remembered == city.read(lambda db: Pace().over_time(db, city.now))


def test_a_span_is_remembered_only_when_nothing_can_be_late_for_it(city):
    pace = Pace()
    report(city, 1)
    city.wait(seconds=100)

    over_time(city, pace)

    assert pace._over == {}
    city.wait(minutes=30)
    over_time(city, pace)
    assert all(until < city.now - timedelta(minutes=2) for _, until in pace._over)
    assert pace._over


def lacking(city, after, most):
    def read(db):
        districts = progress.district_progress(db)
        return attention.lacking(db, city.service.election, districts, after, most)

    return [each.station.number for each in city.read(read)]


def test_a_list_goes_on_after_its_place_though_that_district_is_complete_by_now(city):
    first = lacking(city, 0, 3)
    for number in range(15, 21):  # Barat I
        report(city, number)

    following = lacking(city, first[-1], 3)

    assert (first, following) == ([15, 16, 17], [1, 2, 3])


def test_districts_are_asked_a_few_at_a_time_until_there_are_enough(city, monkeypatch):
    monkeypatch.setattr(attention, "DISTRICTS_AT_A_TIME", 1)

    assert lacking(city, 0, 8) == [15, 16, 17, 18, 19, 20, 1, 2]


def test_a_count_that_would_take_too_long_says_that_it_is_not_all(city, monkeypatch):
    monkeypatch.setattr(attention, "MOST_COUNTED", 10)

    counted = city.read(lambda db: attention.count_absent(db, progress.district_progress(db)))

    assert counted == (6, False)


def test_figures_of_a_district_are_those_of_its_stations(city):
    report(city, 1)
    report(city, 15)

    sums = city.read(
        lambda db: progress.district_sums(
            db, city.service.election, [each.district for each in progress.district_progress(db)]
        )
    )

    assert {key: (each.stations, each.votes) for key, each in sums.items() if key[1] == "W"} == {
        (1, "W"): (1, (40, 1)),
        (2, "W"): (1, (40, 15)),
    }
