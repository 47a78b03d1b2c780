"""The longest names in a real browser: what has no room is wrapped, on the board and on paper."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import update

from config.settings import read_settings
from gateway.app import create_app
from gateway.carriers.sandbox import Sandbox
from gateway.health import Readiness
from gateway.papers.guide import compose_guide
from gateway.papers.html import write_guide
from models.tables import PersonRow, StationRow
from tests.city import MONITOR, City
from tests.end_to_end.browser import CHROMIUM, MISSING, running_browser, visit
from tests.papers import LONG_DISTRICT, LONG_NAMES, name_at_length

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
NO_SETTINGS = read_settings({}, Path("nowhere"), known_carriers=["sandbox"])
ADDRESS = "http://127.0.0.1:9"  # nobody listens there: the test's own client answers
ONE_WORD = "Kelurahan" + "jaya" * 20
REPORT = "GABC:9,9,9,9 SAH:36 WABC:9,9,9,9 SAH:36 DABC:12,12,12 SAH:36 PABC:12,12,12 SAH:36"
TABLES_FIT = "[...document.querySelectorAll('.scroll')].every(each => each.scrollWidth <= each.clientWidth)"
# The notice within its card, and a short word of the head on a line of its own.
CARDS_FIT = """() => [...document.querySelectorAll('.card')].every(card => {
  const foot = card.querySelector('.foot').getBoundingClientRect(), brand = card.querySelector('strong');
  const body = card.firstElementChild;
  return foot.bottom <= card.getBoundingClientRect().bottom && body.scrollHeight <= body.clientHeight
    && brand.getClientRects().length === 1 && brand.getBoundingClientRect().height < 20;
})"""

# How many phones there are, 0 where the name of one runs under its cross.
CROSSES_CLEAR = """() => {
  const phones = [...document.querySelectorAll('.phone-box > header')];
  const right = name => { const line = document.createRange(); line.selectNodeContents(name);
    return line.getBoundingClientRect().right; };
  return phones.every(each => right(each.querySelector('h2')) <=
    each.querySelector('.close').getBoundingClientRect().left) ? phones.length : 0;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture
def city(desk) -> City:
    city = City(replace(desk.city.service, election=LONG_NAMES), desk.city.now)
    name_at_length(city)
    with city.service.store.transaction() as db:
        db.execute(update(StationRow).where(StationRow.number == 17).values(village=ONE_WORD))
    city.text(MONITOR, f"TPS012 {REPORT}")
    city.text("+628410000017", f"TPS017 {REPORT}")
    return city


def answered(page: Page, city: City) -> None:
    """Let the test's own client answer what a page asks for."""
    service = replace(city.service, carriers={"sandbox": Sandbox(NO_SETTINGS)})
    client: FlaskClient = create_app(service, Readiness(service.store, ())).test_client()

    def answer(route: Route) -> None:
        with client.get(route.request.url.removeprefix(ADDRESS)) as found:
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.get_data())

    page.route("**/*", answer)


@pytest.mark.parametrize("path", ["/board", "/board/station/17", f"/board/district/{LONG_DISTRICT}Timur I"])
def test_on_a_phone_no_long_name_makes_a_page_or_a_table_scroll_sideways(browser, city, path):
    with visit(browser, viewport={"width": 360, "height": 740}) as page:
        answered(page, city)
        page.goto(ADDRESS + path)

        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert page.evaluate(TABLES_FIT)


def test_at_a_desk_six_contests_are_named_over_several_lines(browser, city):
    with visit(browser) as page:
        answered(page, city)
        page.goto(ADDRESS + "/board")

        assert page.evaluate("document.querySelector('.scroll').scrollWidth") < 2 * 1280


@pytest.mark.parametrize("width", [360, 1000, 1280])
def test_a_long_name_stays_clear_of_the_cross_that_closes_its_phone(browser, city, width):
    with city.service.store.transaction() as db:
        db.execute(update(PersonRow).values(name="Chandra Suryadi (Pemerintah Kota)"))

    with visit(browser, viewport={"width": width, "height": 740}) as page:
        answered(page, city)
        page.goto(f"{ADDRESS}/sandbox")

        assert page.evaluate(CROSSES_CLEAR) >= 2


@pytest.mark.parametrize(
    "name", ["Siti", "Raden Ajeng Kartini Kusumaningrum Wulandari Sastroatmodjo binti Haji"]
)
def test_a_full_card_has_its_notice_and_breaks_no_short_word(browser, desk, city, name):
    with city.service.store.transaction() as db:
        db.execute(update(PersonRow).values(name=name))
    city.read(lambda db: write_guide(desk.folder / "cards.html", full_guide(db, city), lambda: None))

    with visit(browser) as page:
        page.emulate_media(media="print")
        page.set_content((desk.folder / "cards.html").read_text())

        assert page.locator(".card").count() == 20
        assert page.evaluate(CARDS_FIT)


def full_guide(db, city):
    return compose_guide(db, LONG_NAMES, city.now, number=None, districts=None)
