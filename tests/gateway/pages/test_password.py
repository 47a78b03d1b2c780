"""Who may look at the board, and how slow guessing is."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request

from config.settings import read_settings
from gateway.app import create_app
from gateway.carriers.sandbox import Sandbox
from gateway.health import Readiness
from gateway.pages.password import FREE_FAILURES, LONGEST_WAIT, MOST_ADDRESSES, Gate, Throttle
from tests.city import City
from tests.databases import only_sqlite

PASSWORD = "kata sandi – rahasia"


class Carried(Sandbox):
    """A carrier that is not the sandbox."""

    name = "carried"


def basic(user, password):
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def client_of(city: City, **environ: str):
    settings = read_settings(environ, Path("nowhere"), known_carriers=["sandbox"])
    service = replace(city.service, settings=settings, carriers={"carried": Carried(settings)})
    return create_app(service, Readiness(service.store)).test_client()


@pytest.fixture
def guarded(city):
    return client_of(city, PANTAU_OPERATOR_PASSWORD=PASSWORD)


PAGES = ["/board", "/board/", "/board/messages", "/board/station/012", "/board/list/held"]


@only_sqlite
@pytest.mark.parametrize("path", PAGES)
def test_the_operator_is_let_in(guarded, path):
    assert guarded.get(path, headers=basic("operator", PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param(basic("operator", "another"), id="another password"),
        pytest.param(basic("operator", ""), id="no password"),
        pytest.param(basic("admin", PASSWORD), id="another user"),
        pytest.param(basic("operator", PASSWORD + " "), id="a blank more"),
        pytest.param({"Authorization": f"Bearer {PASSWORD}"}, id="another scheme"),
        pytest.param({"Authorization": "Basic %%%"}, id="no base64"),
        pytest.param({"Authorization": "Basic \xff"}, id="no ASCII"),
        pytest.param({"Authorization": "Basic YWJj\xe9"}, id="no ASCII at its end"),
        pytest.param({"Authorization": "Basic " + b64encode(b"operator").decode()}, id="no colon"),
    ],
)
@only_sqlite
def test_nobody_else_is_told_anything(guarded, headers):
    response = guarded.get("/board/station/999", headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic ")
    assert response.get_data(as_text=True) == (
        "Papan ini untuk pengguna operator dengan kata sandinya. Muat ulang untuk mencoba lagi.\n"
    )


@only_sqlite
@pytest.mark.parametrize("path", [*PAGES, "/board/nothing"])
def test_every_page_asks_who_looks(guarded, path):
    assert guarded.get(path).status_code == 401


@only_sqlite
@pytest.mark.parametrize("path", [*PAGES, "/sandbox"])
def test_without_a_password_there_is_no_board(city, path):
    assert client_of(city).get(path).status_code == 404


@only_sqlite
def test_the_address_without_a_path_names_the_board_where_there_is_one(city, guarded):
    assert guarded.get("/").text == "Pantau. /board /healthz /readyz /metrics\n"
    assert client_of(city).get("/").text == "Pantau. /healthz /readyz /metrics\n"


@only_sqlite
def test_guessing_is_refused_for_a_while_even_where_the_guess_is_right(guarded):
    wrong = [
        guarded.get("/board", headers=basic("operator", str(number))).status_code for number in range(20)
    ]
    right = guarded.get("/board?lang=en", headers=basic("operator", PASSWORD))

    assert wrong == [401] * FREE_FAILURES + [429] * (20 - FREE_FAILURES)
    assert right.status_code == 429
    seconds = int(right.headers["Retry-After"])
    assert seconds >= 1
    assert right.text == f"The password was wrong too often. Reload in {seconds} s.\n"


@only_sqlite
def test_whoever_was_let_in_before_need_not_wait_for_a_guesser_behind_the_same_proxy(guarded):
    guarded.get("/board", headers=basic("operator", PASSWORD))
    stranger = guarded.application.test_client()
    for number in range(20):
        stranger.get("/board", headers=basic("operator", str(number)))

    assert stranger.get("/board", headers=basic("operator", PASSWORD)).status_code == 429
    assert guarded.get("/board", headers=basic("operator", PASSWORD)).status_code == 200
    assert guarded.get("/board", headers=basic("operator", "another")).status_code == 401


@only_sqlite
def test_whichever_process_let_a_browser_in_another_knows_it(city, guarded):
    guarded.get("/board", headers=basic("operator", PASSWORD))
    cookie = guarded.get_cookie("pantau_board", path="/board")
    other = client_of(city, PANTAU_OPERATOR_PASSWORD=PASSWORD)
    for number in range(20):
        other.get("/board", headers=basic("operator", str(number)))

    other.set_cookie("pantau_board", cookie.value, path="/board")

    assert other.get("/board", headers=basic("operator", PASSWORD)).status_code == 200


@only_sqlite
def test_the_cookie_is_no_password(guarded):
    guarded.get("/board", headers=basic("operator", PASSWORD))

    response = guarded.get("/board")

    assert response.status_code == 401


def test_each_failure_after_the_free_ones_doubles_the_wait():
    now = 0.0
    throttle = Throttle(lambda: now)
    waits = []
    for _ in range(FREE_FAILURES + 9):
        throttle.failed("192.0.2.1")
        waits.append(throttle.seconds_to_wait("192.0.2.1"))

    assert waits == [0.0] * (FREE_FAILURES - 1) + [1, 2, 4, 8, 16, 32, *[LONGEST_WAIT] * 4]
    assert throttle.seconds_to_wait("192.0.2.2") == 0
    now = 61.0
    assert throttle.seconds_to_wait("192.0.2.1") == 0


def test_a_success_and_time_make_failures_forgotten():
    now = 0.0
    throttle = Throttle(lambda: now)
    for address in ("192.0.2.1", "192.0.2.2"):
        for _ in range(FREE_FAILURES - 1):
            throttle.failed(address)

    throttle.succeeded("192.0.2.1")
    now = 1000.0
    for address in ("192.0.2.1", "192.0.2.2"):
        throttle.failed(address)

    assert [throttle.seconds_to_wait(each) for each in ("192.0.2.1", "192.0.2.2")] == [0, 0]


def test_one_house_has_one_count_however_many_addresses_it_has():
    throttle = Throttle(lambda: 0.0)
    for number in range(FREE_FAILURES):
        throttle.failed(f"2001:db8:1:2::{number:x}")

    assert throttle.seconds_to_wait("2001:db8:1:2:ffff::1") > 0
    assert throttle.seconds_to_wait("2001:db8:1:3::1") == 0


def test_what_is_remembered_of_addresses_is_bounded():
    throttle = Throttle(lambda: 0.0)
    for number in range(MOST_ADDRESSES + 50):
        throttle.failed(f"10.{number // 250}.{number % 250}.1")

    assert len(throttle._failed) == MOST_ADDRESSES


def test_a_gate_without_a_password_is_open():
    with Flask("test").test_request_context("/board"):
        assert Gate(None).refusal(request) is None
