"""The pages in a real browser: they keep themselves current, and everyone can use them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.databases import SqliteDatabases, SqliteTemplates
from tests.end_to_end.browser import CHROMIUM, MISSING, running_browser, visit
from tests.end_to_end.places import MAYOR, election_file, sample_posts
from tests.end_to_end.running import Deployment
from tests.end_to_end.services import Sandboxed

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
SOON = 15_000  # milliseconds; a page asks every 3 seconds
START = datetime(2030, 1, 1, tzinfo=UTC)  # of a clock that a test moves
A_LOOK = "**/sandbox?**part=1**"
SUMMARY = ("[[summary]]", 'to = "official"', 'every = "5s"', "", "[sending]", "messages_per_second = 50")
MARKUP = '<img src=x onerror="document.title=1"><b>tebal</b>'
PAGES = [
    "/board",
    "/board/messages",
    "/board/station/{station}",
    "/board/district/Timur I",
    "/board/list/held",
    "/sandbox",
]
WIDTHS = [
    pytest.param(360, 740, id="a phone"),
    pytest.param(1280, 900, id="a desk"),
    pytest.param(1920, 1080, id="a projector"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, sqlite_templates: SqliteTemplates
) -> Iterator[Sandboxed]:
    """A service on the sample with a summary every 5 seconds, and some of a night behind it."""
    folder = tmp_path_factory.mktemp("browser")
    (folder / "election.toml").write_text(election_file(*SUMMARY), encoding="utf-8")
    url = SqliteDatabases(folder, sqlite_templates).empty()
    deployment = Deployment(folder, {"PANTAU_CARRIER": "sandbox", "PANTAU_DATABASE_URL": url})
    with deployment.serving() as running:
        found = Sandboxed(deployment, running, sample_posts())
        begin_a_night(found)
        yield found


def begin_a_night(service: Sandboxed) -> None:
    """Bring results, a correction, a case and an incident, so that no list is empty."""
    for post in [service.post() for _ in range(4)]:
        service.text(post.monitor, post.report)
    service.text(post.coordinator, post.correction)
    service.text(post.monitor, post.other_report)
    service.text(post.monitor, f"LAPOR {MARKUP}")
    database = service.deployment.settings["PANTAU_DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(database, timeout=30)) as db:  # no text fails in the sandbox
        db.execute("UPDATE messages SET status = 'undelivered', error_code = '30003' WHERE kind = 'direct'")
        db.commit()


def opened(page: Page, service: Sandboxed, path: str) -> Page:
    page.goto(service.running.url + path)
    return page


def reported(page: Page) -> int:
    return int(page.locator(".key b").first.inner_text())


def type_a_text(page: Page, phone: str, body: str) -> None:
    page.locator(f'section:has(input[name="From"][value="{phone}"]) textarea').fill(body)
    page.keyboard.press("Enter")


def test_a_text_typed_in_the_sandbox_stands_on_the_board_without_a_reload(browser, service):
    post = service.post()
    with visit(browser) as board, visit(browser) as phones:
        opened(board, service, "/board")
        before = reported(board)
        board.evaluate("window.stillTheSamePage = true")
        opened(phones, service, f"/sandbox?phone=%2B{post.monitor[1:]}")

        type_a_text(phones, post.monitor, post.report)

        expect(phones.locator(".theirs .bubble").last).to_contain_text(f"DITERIMA TPS{post.station}.")
        expect(board.locator(".key b").first).to_have_text(str(before + 1), timeout=SOON)
        assert board.evaluate("window.stillTheSamePage") is True


def test_an_officials_phone_receives_a_summary_by_itself(browser, service):
    with visit(browser) as page:
        opened(page, service, f"/sandbox?phone=%2B{MAYOR[1:]}")
        before = page.locator(".theirs").count()
        post = service.post()
        service.text(post.monitor, post.report)

        expect(page.locator(".theirs")).not_to_have_count(before, timeout=SOON)
        expect(page.locator(".theirs .bubble").last).to_contain_text("PANTAU")
        expect(page.locator(".theirs .bubble").last).to_contain_text("TIDAK RESMI")


@pytest.mark.parametrize("path", ["/board", "/board/messages", "/board/list/incidents"])
def test_a_body_with_markup_stays_text(browser, service, path):
    with visit(browser) as page:
        opened(page, service, path)

        expect(page.get_by_text("<img src=x", exact=False).first).to_be_visible()
        assert page.locator("main img, main b:has-text('tebal')").count() == 0
        assert page.title() != "1"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_no_page_scrolls_sideways(browser, service, path, width, height):
    with visit(browser, viewport={"width": width, "height": height}) as page:
        opened(page, service, path.format(station="012"))

        assert page.evaluate("document.documentElement.scrollWidth") <= width


UNEVEN_WIDTHS = """card => {
  const rows = [...card.querySelectorAll(".candidates li")];
  rows.forEach((row, place) => row.querySelector(".share").textContent = place ? "46.1%" : "3.9%");
  const below = row => row.querySelector(".count").getBoundingClientRect().top
    > row.querySelector(".share").getBoundingClientRect().bottom - 2;
  const widths = [...Array(60).keys()].map(each => 200 + 4 * each);
  return widths.filter(width => {
    card.style.width = `${width}px`;
    return new Set(rows.map(below)).size > 1;
  });
}"""


def test_the_votes_of_a_contest_stand_below_the_share_in_all_rows_or_in_none(browser, service):
    with visit(browser) as page:
        opened(page, service, "/board")

        assert page.locator(".card.contest").first.evaluate(UNEVEN_WIDTHS) == []


A4_LANDSCAPE = {"width": 1046, "height": 718}  # between margins of 10 mm


def test_on_paper_no_column_is_cut_off_and_words_are_dark(browser, service):
    for path in ("/board", "/board/messages", "/board/station/012", "/board/district/Timur I"):
        with visit(browser, color_scheme="dark", viewport=A4_LANDSCAPE) as page:
            opened(page, service, path)
            page.emulate_media(media="print")

            hidden = page.evaluate(
                "[...document.querySelectorAll('.scroll')].filter(each => getComputedStyle(each).overflowX"
                " !== 'visible' || each.scrollWidth > each.clientWidth).length"
            )
            ink = page.evaluate("getComputedStyle(document.body).color")

        assert (hidden, ink) == (0, "rgb(23, 32, 42)"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_serious_fault(browser, service, path, scheme):
    # axe is written into the page by the test; the page's own policy would refuse it.
    with visit(browser, color_scheme=scheme, bypass_csp=True) as page:
        opened(page, service, path.format(station="012"))

        faults = [
            (fault["id"], [node["html"] for node in fault["nodes"]][:3])
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in ("serious", "critical")
        ]

    assert faults == [], json.dumps(faults, indent=1)


def test_the_sandbox_is_used_by_the_keyboard_alone(browser, service):
    post = service.post()
    with visit(browser) as page:
        opened(page, service, f"/sandbox?phone=%2B{post.monitor[1:]}")
        assert page.evaluate("document.activeElement.name") == "Body"

        page.keyboard.type(f"TPS{post.station} HADIR")
        page.keyboard.press("Shift+Enter")
        page.keyboard.press("Control+A")
        page.keyboard.type(post.report)
        page.keyboard.press("Enter")
        expect(page.locator(".mine .bubble")).to_have_text([post.report])
        expect(page.locator("textarea")).to_have_value("")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.locator(".said")).to_contain_text("nothing changed")


def test_what_is_said_to_the_sender_alone_stays_for_three_seconds(browser, service):
    post = service.post()
    service.text(post.monitor, post.report)
    with visit(browser) as page:
        page.clock.install(time=START)
        opened(page, service, f"/sandbox?phone=%2B{post.monitor[1:]}")
        with page.expect_response(A_LOOK):
            page.clock.pause_at(START + timedelta(minutes=1))  # whatever was due has been done
        looks = []
        page.on("request", lambda request: looks.append(request) if "part=1" in request.url else None)
        page.clock.run_for(2000)

        page.get_by_role("button", name="Again, same id").click()
        expect(page.locator(".said")).to_contain_text("nothing changed", timeout=SOON)
        page.clock.run_for(2900)
        expect(page.locator(".said")).to_contain_text("nothing changed")
        assert looks == []

        page.clock.run_for(200)
        expect(page.locator(".said")).to_have_text("", timeout=SOON)


def test_a_look_that_was_under_way_does_not_undo_what_was_answered(browser, service):
    post = service.post()
    service.text(post.monitor, post.report)
    with visit(browser) as page:
        page.clock.install(time=START)
        held = []
        page.route(A_LOOK, lambda route: held.append(route))
        opened(page, service, f"/sandbox?phone=%2B{post.monitor[1:]}")
        with page.expect_request(A_LOOK):
            page.clock.pause_at(START + timedelta(minutes=1))

        with page.expect_event("requestfailed"):  # the page gives it up
            page.get_by_role("button", name="Again, same id").click()
        expect(page.locator(".said")).to_contain_text("nothing changed", timeout=SOON)


def test_somebody_else_is_found_while_one_types(browser, service):
    with visit(browser) as page:
        opened(page, service, "/sandbox")
        page.locator("#choose-0 summary").press("Enter")
        page.locator("#find-0").press_sequentially("koordinator utara ii", delay=20)
        expect(page.locator(".matches a")).to_have_count(1)
        page.locator(".matches a").press("Enter")

        expect(page.locator("#name-0")).to_have_text("Rizki Maulana")


def test_what_one_is_writing_stays_while_the_page_keeps_itself_current(browser, service):
    post, other = service.post(), service.post()
    with visit(browser) as page:
        opened(page, service, f"/sandbox?phone=%2B{post.monitor[1:]}&phone=%2B{other.monitor[1:]}")
        page.locator("#body-0").fill("half a tex")
        service.text(other.monitor, other.report)

        expect(page.locator("#phone-1 .theirs")).to_have_count(1, timeout=SOON)
        expect(page.locator("#body-0")).to_have_value("half a tex")
        expect(page.locator("#body-0")).to_be_focused()

        sent = []
        page.route(
            "**/sandbox/typed", lambda route: sent.append(route)
        )  # and while a text waits for its answer
        with page.expect_request("**/sandbox/typed"):
            page.keyboard.press("Enter")
        page.keyboard.type("the next")
        sent[0].continue_()
        expect(page.locator("#phone-0 .mine")).to_have_count(1, timeout=SOON)
        expect(page.locator("#body-0")).to_have_value("the next")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda asked: asked.fulfill(status=503, body=""), id="an error"),
        pytest.param(lambda _asked: None, id="no answer"),
    ],
)
def test_a_board_that_has_lost_its_service_says_so(browser, service, answer):
    with visit(browser, may_complain=True) as page:
        page.clock.install()
        opened(page, service, "/board")
        expect(page.locator("#alive")).to_be_visible(timeout=SOON)
        page.route("**/board?part=1", answer)
        with page.expect_request("**/board?part=1"):
            page.clock.fast_forward("00:04")
        page.clock.fast_forward("00:16")

        expect(page.locator("#stale")).to_contain_text("Not connected", timeout=SOON)
        expect(page.locator("#alive")).to_be_hidden()
        page.unroute("**/board?part=1")
        page.clock.fast_forward("00:16")
        expect(page.locator("#stale")).to_be_hidden(timeout=SOON)


def test_without_javascript_a_text_is_sent_and_the_board_reloads_by_itself(browser, service):
    post = service.post()
    with visit(browser, java_script_enabled=False) as page:
        opened(page, service, f"/sandbox?phone=%2B{post.monitor[1:]}")
        page.locator("textarea").fill(post.report)
        page.locator("button.go").click()
        expect(page.locator(".theirs .bubble").last).to_contain_text("DITERIMA")
        opened(page, service, "/board")

        assert page.locator('noscript meta[http-equiv="refresh"]').count() == 1
        expect(page.locator("main .contest").first).to_contain_text("Gubernur")
