"""The number on the official form, which restarts in every village: SPEC section 2, ``TPS012``."""

import pytest

from tests.city import COORDINATOR, DEPUTY, MONITOR


@pytest.mark.parametrize(
    ("station", "meant"),
    [
        pytest.param("TPS 3", "TPS003", id="our code before the form's number"),
        pytest.param("TPS 12", "TPS012", id="our code"),
        pytest.param("TPS 3 Cereme Taba", "TPS012", id="the form's number in its village"),
        pytest.param("TPS 3 Kel. Cereme Taba", "TPS012", id="with the word for village"),
        pytest.param("TPS 3 cereme taba pak", "TPS012", id="with a word behind it"),
        pytest.param("TPS 3 CeremeTaba", "TPS012", id="without its blank"),
        pytest.param("TPS 3 Air Kuti", "TPS003", id="the other village"),
        pytest.param("TPS 3 selamat siang", "TPS003", id="words that are no village"),
    ],
)
def test_the_village_says_which_of_two_stations_a_monitor_means(city, station, meant):
    city.text(COORDINATOR, "GANTI TPS003 " + MONITOR)

    outcome, _, reply = city.said(MONITOR, f"{station} G:120,98,77 SAH:295")

    assert outcome == "accepted"
    assert f"DITERIMA {meant}." in reply


def test_a_village_where_that_station_is_not_is_refused(city):
    monitor = city.said(MONITOR, "TPS 12 Air Kuti G:120,98,77 SAH:295")
    coordinator = city.said(COORDINATOR, "TPS 12 Air Kuti G:120,98,77 SAH:295")

    assert monitor[:2] == ("refused", ("not_your_station",))
    assert coordinator[:2] == ("refused", ("unknown_station",))


@pytest.mark.parametrize(
    "village", ["Cereme Taba", "Cereme Taba pak", "Kelurahan Cereme Taba", "CeremeTaba", "ceremetaba pak"]
)
def test_a_correction_by_form_and_village_never_reaches_our_station_of_that_number(city, village):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")

    reply = city.said(COORDINATOR, f"KOREKSI TPS 3 {village} G1:121 SAH:296")[2]

    assert "DIKOREKSI TPS012" in reply


def test_a_coordinator_who_is_a_monitor_too_means_our_code_before_their_own_form(city):
    city.text(COORDINATOR, "GANTI TPS014 " + DEPUTY)

    ours = city.said(DEPUTY, "TPS 5 G:120,98,77 SAH:295")[2]
    own = city.said(DEPUTY, "TPS 5 Cereme Taba G:120,98,77 SAH:295")[2]

    assert "TPS005" in ours
    assert "TPS014" in own
