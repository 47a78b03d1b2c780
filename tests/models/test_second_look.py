"""What deserves a second look: figures that were accepted and may still be wrong."""

import pytest

from models import stations
from models.second_look import Reason, reasons, second_look
from parser.verdict import Tally
from tests.city import COORDINATOR

ALL, NONE, SUM, TURNOUT, EQUAL = (
    Reason.ALL_FOR_ONE,
    Reason.NONE_FOR_ONE,
    Reason.SUM,
    Reason.TURNOUT,
    Reason.EQUAL,
)


def looked_at(city, districts=None):
    """Give what deserves a second look, as station, contest and reasons."""
    found = city.read(lambda db: list(second_look(db, city.service.election, districts)))
    return {(each.station.code, each.tally.contest): each for each in found}


@pytest.mark.parametrize(
    ("tally", "voters", "expected"),
    [
        pytest.param(Tally("G", (120, 98, 77), 295, 5), 300, (), id="nothing is odd"),
        pytest.param(Tally("G", (120, 98, 77), 290), 480, (SUM,), id="does not add up"),
        pytest.param(Tally("G", (120, 98, 77)), 480, (), id="no sum stated"),
        pytest.param(Tally("G", (0, 60, 0), 60), 480, (ALL, NONE), id="all for one"),
        pytest.param(Tally("G", (10, 50, 0), 60), 480, (NONE,), id="none for one"),
        pytest.param(Tally("G", (0, 0, 0), 0), 480, (NONE,), id="no votes at all"),
        pytest.param(Tally("G", (60,), 60), 480, (), id="the only candidate"),
        pytest.param(Tally("G", (100, 90, 80), 270, 11), 280, (TURNOUT,), id="turnout with invalid"),
        pytest.param(Tally("G", (100, 90, 80), 270, 10), 280, (), id="turnout of exactly 100 %"),
        pytest.param(Tally("G", (100, 90, 80), 270), 269, (TURNOUT,), id="turnout by valid alone"),
        pytest.param(Tally("G", (100, 90, 80), 270, 300), None, (), id="voters not known"),
        pytest.param(Tally("G", (1, 1, 1), 3), 0, (TURNOUT,), id="no voters at all"),
    ],
)
def test_figures_are_odd_by_themselves(tally, voters, expected):
    assert reasons(tally, voters) == expected


def test_before_anything_has_come_nothing_deserves_a_second_look(city):
    assert looked_at(city) == {}


def test_equal_figures_name_the_first_other_station(city):
    for number in (3, 7, 18):
        city.text(f"+628410000{number:03d}", "G:120,98,77 SAH:295")
    city.text("+628410000004", "G:120,77,98 SAH:295")

    found = looked_at(city)

    assert [(key, each.reasons, each.same_as, each.others) for key, each in found.items()] == [
        (("003", "G"), (EQUAL,), "007", 2),
        (("007", "G"), (EQUAL,), "003", 2),
        (("018", "G"), (EQUAL,), "003", 2),
    ]


def test_a_district_is_compared_with_every_station(city):
    city.text("+628410000003", "G:120,98,77 SAH:295")
    city.text("+628410000018", "G:120,98,77 SAH:295")
    [west] = city.read(lambda db: [each for each in stations.districts(db) if each.name == "Barat I"])

    found = looked_at(city, [west])

    assert [(key, each.same_as) for key, each in found.items()] == [(("018", "G"), "003")]


def test_only_what_stands_is_looked_at(city):
    city.text("+628410000003", "G:120,98,77 SAH:295")
    city.text("+628410000004", "G:120,98,77 SAH:295 W:0,250 SAH:250")
    city.text("+628410000005", "G:60,0,0 SAH:60")
    city.text(COORDINATOR, "KOREKSI TPS003 G:121,97,77 SAH:295")
    city.text(COORDINATOR, "BATAL TPS005")

    found = looked_at(city)

    assert {key: each.reasons for key, each in found.items()} == {("004", "W"): (ALL, NONE)}


def test_the_voters_of_the_contest_decide_about_turnout(city):
    city.text("+628410000020", "G:100,90,80 SAH:270")
    city.text("+628410000020", "W:51,50 SAH:101")

    found = looked_at(city)

    assert {key: each.reasons for key, each in found.items()} == {("020", "W"): (TURNOUT,)}


def test_a_form_that_was_accepted_although_it_does_not_add_up(city):
    city.text("+628410000012", "G:120,98,77 SAH:290")
    city.text("+628410000012", "YA")
    city.text(COORDINATOR, "TERIMA K1")

    found = looked_at(city)

    assert {key: each.reasons for key, each in found.items()} == {("012", "G"): (SUM,)}
