"""What is counted in a minute, a quarter or an hour, after our clock has been set back."""

import pytest

from tests.city import COORDINATOR, MONITOR, REPORT

STRANGER = "+6284777000111"


def test_texts_of_before_are_not_too_many(city):
    replies = [city.said(MONITOR, "STATUS") for _ in range(21)]
    city.wait(hours=-2)

    after = city.said(MONITOR, "STATUS")

    assert replies[-1][1] == ("rate_limited",)
    assert after[0] == "answered"


def test_who_was_warned_before_is_warned_again(city):
    for _ in range(21):
        city.text(MONITOR, "STATUS")
    city.wait(hours=-2)
    for _ in range(20):
        city.text(MONITOR, "STATUS")

    warned, silent = city.said(MONITOR, "STATUS"), city.said(MONITOR, "STATUS")

    assert warned[:2] == silent[:2] == ("ignored", ("rate_limited",))
    assert (bool(warned[2]), bool(silent[2])) == (True, False)


def test_a_monitor_who_was_answered_sixty_times_is_answered_again(city):
    for number in range(61):
        city.wait(seconds=9)
        city.text(MONITOR, f"TPS012 G:{number}")
    silent = city.said(MONITOR, "TPS012 G:99")
    city.wait(hours=-3)
    after = city.said(MONITOR, "TPS012 G:100")

    assert silent[2] is None
    assert after[0] == "refused"
    assert after[2]


def test_an_auto_reply_of_long_ago_is_no_loop(city):
    for _ in range(3):
        city.text(MONITOR, "Saya sedang rapat nanti saya hubungi")
    city.wait(hours=-2)

    assert city.said(MONITOR, "Saya sedang rapat nanti saya hubungi")[2]


def test_an_unknown_number_is_answered_again(city):
    first, silent = city.said(STRANGER, REPORT), city.said(STRANGER, "halo")
    city.wait(hours=-2)

    assert [bool(each[2]) for each in (first, silent, city.said(STRANGER, "halo"))] == [True, False, True]


@pytest.mark.parametrize("body", ["KABAR logistik datang jam 8", "INGATKAN"])
def test_a_coordinator_may_text_everyone_again(city, body):
    outcomes = [city.said(COORDINATOR, body)[0] for _ in range(2)]
    city.wait(hours=-2)

    assert [*outcomes, city.said(COORDINATOR, body)[0]] == ["answered", "refused", "answered"]


def test_a_station_that_still_counted_then_is_reminded(city):
    city.text(MONITOR, "BELUM")
    city.text(COORDINATOR, "INGATKAN")
    spared = list(city.texted(MONITOR))
    city.wait(hours=-2)

    city.text(COORDINATOR, "INGATKAN")

    assert spared == []
    assert len(city.texted(MONITOR)) == 1
