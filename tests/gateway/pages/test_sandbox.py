"""The phones of the sandbox: whom one may be, what is brought, and what stands on them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import read_settings
from gateway.app import create_app
from gateway.carriers.sandbox import Sandbox
from gateway.health import Readiness
from models.people_search import find_people
from tests.city import COORDINATOR, DEPUTY, MAYOR, MONITOR, REPORT

SETTINGS = read_settings({}, Path("nowhere"), known_carriers=["sandbox"])


@pytest.fixture
def client(city):
    service = replace(city.service, settings=SETTINGS, carriers={"sandbox": Sandbox(SETTINGS)})
    return create_app(service, Readiness(service.store)).test_client()


def bubbles(client, *phones):
    html = client.get("/sandbox", query_string={"phone": list(phones)}).text
    return re.findall(r'<p class="bubble">([^<]*)</p>', html)


def typed(client, sender, **fields):
    return client.post("/sandbox/typed", data={"From": sender, "phone": sender, "at": "0", **fields})


def test_three_phones_stand_side_by_side_at_first(client):
    html = client.get("/sandbox").text

    assert re.findall(r'name="From" value="([^"]*)"', html) == [MONITOR, COORDINATOR, MAYOR]


def test_without_javascript_no_reload_takes_what_is_being_typed(client):
    html = client.get("/sandbox?lang=en").text

    assert "http-equiv" not in html
    assert "reload to see new texts" in html


def test_what_is_typed_is_answered_with_time_and_segments(city, client):
    response = typed(client, MONITOR, Body=REPORT)
    html = client.get(response.headers["Location"]).text

    assert response.status_code == 303
    assert city.votes() == (120, 98, 77)
    assert bubbles(client, MONITOR)[0] == REPORT
    assert bubbles(client, MONITOR)[1].startswith("DITERIMA TPS012.")
    assert re.search(r"12:00:00 · 1 SMS", html)
    assert 'pantau_texts_out_total{carrier="sandbox",status="sent"} 1.0' in client.get("/metrics").text


def test_texts_that_the_service_starts_stand_on_the_phone_of_whom_they_are_for(client):
    typed(client, MONITOR, Body="LAPOR listrik padam")

    [told] = bubbles(client, COORDINATOR)
    assert "listrik padam" in told.lower()


def test_the_last_text_again_with_the_same_id_changes_nothing(city, client):
    typed(client, MONITOR, Body=REPORT)
    response = typed(client, MONITOR, again="same")

    assert city.count("messages") == 2
    assert "nothing changed, the same answer" in client.get(response.headers["Location"] + "&lang=en").text


def test_the_last_text_again_with_a_new_id_is_a_new_text(city, client):
    typed(client, MONITOR, Body=REPORT)
    typed(client, MONITOR, again="new")

    assert city.count("messages") == 4
    assert bubbles(client, MONITOR)[-1].startswith("SUDAH ADA")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"Body": " "}, "The text is empty.", id="nothing typed"),
        pytest.param({"again": "same"}, "There is no text to deliver again.", id="nothing to repeat"),
    ],
)
def test_nothing_is_not_sent(city, client, fields, words):
    response = typed(client, MONITOR, **fields)

    assert city.count("messages") == 0
    assert words in client.get(response.headers["Location"] + "&lang=en").text


@pytest.mark.parametrize("number", ["08410000012", " 628410000012", "0841-0000-012", MONITOR])
def test_a_phone_is_whose_it_is_however_its_number_is_typed(client, number):
    response = typed(client, number, Body=REPORT)
    html = client.get(response.headers["Location"]).text

    assert "Monitor 12" in html
    assert "DITERIMA TPS012" in html


def test_whoever_is_not_on_the_roster_may_be_tried_too(client):
    typed(client, "+628499999999", Body="halo")

    assert bubbles(client, "+628499999999")[0] == "halo"


def test_examples_are_of_that_very_station_and_hold_when_sent(city, client):
    html = client.get("/sandbox", query_string={"phone": "+628410000020"}).text
    examples = [each.replace("&#39;", "'") for each in re.findall(r'name="example" value="([^"]*)"', html)]

    typed(client, "+628410000020", example=examples[0])

    assert examples[0].startswith("TPS020 G:")
    assert city.history(20)[0].votes is not None


def test_a_coordinator_may_tap_the_decision_of_an_open_case(city, client):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")
    city.text(MONITOR, "TPS012 G:120,90,77 SAH:287")

    assert 'value="TERIMA K1"' in client.get("/sandbox", query_string={"phone": COORDINATOR}).text
    assert 'value="ACCEPT K1"' in client.get("/sandbox", query_string={"phone": DEPUTY}).text


@pytest.mark.parametrize(
    "query",
    [
        "phone=",
        "phone=%00",
        "phone=x&phone=x",
        "phone=" + "9" * 5000,
        "at=x&find=a",
        "at=99&find=%25",
        "said=x",
        "&".join(f"phone=%2B6284100000{number}" for number in range(10, 40)),
        "find=%3Cscript%3E&at=0",
    ],
)
def test_no_address_breaks_the_page(client, query):
    response = client.get(f"/sandbox?{query}")

    assert response.status_code == 200
    assert "<script>" not in response.text


def test_markup_that_is_typed_stays_a_text(client):
    typed(client, MONITOR, Body="<img src=x onerror=alert(1)>")

    html = client.get("/sandbox", query_string={"phone": MONITOR}).text
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


ROLES = {"saksi": "monitor", "koordinator": "coordinator", "pejabat": "official"}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        pytest.param("Wali", ["Wali Kota"], id="a name"),
        pytest.param("monitor 12", ["Monitor 12"], id="a name and a station"),
        pytest.param("TPS 007", ["Monitor 7"], id="a station"),
        pytest.param("tps12", ["Monitor 12"], id="a station written together"),
        pytest.param(
            "koord", ["Koordinator Timur", "Koordinator Barat", "Wakil Timur"], id="a role's beginning"
        ),
        pytest.param("koordinator barat", ["Koordinator Barat"], id="a role in a district"),
        pytest.param("pejabat timur", ["Camat Timur"], id="an official of a district"),
        pytest.param(
            "saksi barat", [f"Monitor {number}" for number in range(15, 20)], id="monitors of a district"
        ),
        pytest.param("30000001", ["Wali Kota"], id="a number"),
        pytest.param("%", [], id="a sign that databases take for anything"),
        pytest.param("99999999999999999999", [], id="no number that a database holds"),
    ],
)
def test_people_are_found_by_name_role_station_and_district(city, words, names):
    found = city.read(lambda db: find_people(db, words, ROLES, 5))

    assert [each.name for each in found] == names
