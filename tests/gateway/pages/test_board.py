"""The board: what it shows of a night, in which language, and when something is wrong."""

import re
import sqlite3
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from config.election import Rules
from config.settings import read_settings
from gateway.app import bare_app, create_app
from gateway.carriers.sandbox import Sandbox
from gateway.health import Readiness
from gateway.inbox import OPERATOR
from gateway.metrics import Metrics
from gateway.pages import lists
from models import carriers, reconciliation
from models.resend import resend_failed
from notify import health
from notify.pulse import Pulse
from tests.city import COORDINATOR, MONITOR, NEIGHBOUR, REPORT, city_at
from tests.databases import only_sqlite
from tests.elections import REFERENCE

NO_SETTINGS = read_settings({}, Path("nowhere"), known_carriers=["sandbox"])
HOSTILE = "<script>alert(1)</script> & \"x\" 'y'"


@pytest.fixture
def client(city):
    return client_of(city)


def client_of(city, pulses=()):
    service = replace(city.service, carriers={"sandbox": Sandbox(NO_SETTINGS)})
    return create_app(service, Readiness(service.store, pulses)).test_client()


def words_of(client, path, **given):
    """Give a page as it reads, one blank between words."""
    response = client.get(path, **given)
    assert response.status_code == 200, path
    html = re.sub(r"<(title|script|style)\b.*?</\1>", " ", response.get_data(as_text=True), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def listed(client, kind):
    return panel(client, kind, f"/board/list/{kind}?lang=en", "wide")


def panel(client, kind, path="/board?lang=en", size="panel"):
    html = client.get(path).get_data(as_text=True)
    found = re.search(rf'<section class="card {size} {kind}".*?</section>', html, re.S)
    assert found, kind
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[0])).split())


def report(number, votes="120,98,77", more="W:140,155 SAH:295"):
    valid = sum(map(int, votes.split(",")))
    return f"+628410000{number:03d}", f"TPS{number:03d} G:{votes} SAH:{valid} {more}"


def test_before_the_first_report_the_board_says_so(client):
    page = words_of(client, "/board?lang=en")

    assert "No station has reported yet" in page
    assert "0Reportedof 20 stations" in page


@only_sqlite
def test_without_a_roster_it_says_that_every_report_is_refused(databases):
    city = city_at(databases.empty())

    page = words_of(client_of(city), "/board?lang=en")
    city.service.store.close()

    assert "There are no stations on the roster" in page
    assert "The first report appears here by itself" not in page


def test_before_opening_it_says_from_when_reports_count(city_with):
    city = city_with(replace(REFERENCE, opens=REFERENCE.local(city_with().now) + timedelta(hours=2)))

    assert "Reports are counted from 14:00:00" in words_of(client_of(city), "/board?lang=en")


def test_a_report_is_counted_with_votes_and_shares(city, client):
    city.text(*report(12))

    page = words_of(client, "/board?lang=en")

    assert "1Reportedof 20 stations · 5.0%" in page
    assert "Pasangan Nomor 1 40.7% 120" in page
    assert "Pasangan Nomor 2 52.5% 155" in page
    assert "No station has reported yet" not in page


def test_a_district_shows_how_far_it_is_and_how_much_of_the_whole_comes_from_it(city, client):
    city.text(*report(12))
    city.text(*report(15, "98,0,0", "W:50,48 SAH:98"))

    page = words_of(client, "/board?lang=en")

    assert re.search(r"Timur I 1/14 1 0 1 40\.7% ?2 33\.2% ?3 26\.1% 75\.1%", page)
    assert re.search(r"Barat I 1/6 1 0 1 100\.0% ?2 0\.0% ?3 0\.0% 24\.9%", page)


def test_the_count_over_time_ends_with_what_the_totals_say_and_names_its_days(city, client):
    city.text(*report(12))
    city.text(*report(13))
    city.text(COORDINATOR, "BATAL TPS012")
    soon = client.get("/board?lang=en").text
    city.wait(hours=30)

    assert "By 12:00:03, 1 of 20 stations had reported." in soon
    assert "12:00:03" in re.findall(r">([^<]*)</text>", soon)
    assert {"27-11 12:00", "28-11 18:00"} <= set(re.findall(r">([^<]*)</text>", client.get("/board").text))


def test_every_complete_station_makes_the_whole_complete(city, client):
    for number in range(1, 21):
        sender, body = report(number, "50,30,10", "W:40,50 SAH:90")
        city.text(sender, body)

    assert "All 20 stations are complete" in words_of(client, "/board?lang=en")


def test_stations_that_are_silent_are_listed_with_what_they_lack_and_whom_to_call(city, client):
    city.text(*report(1))
    city.text(*report(2, more=""))
    city.text("+628410000003", "HADIR")

    missing, absent = listed(client, "missing"), listed(client, "absent")

    assert "19" in missing
    assert "002 Timur I Lacks W Monitor 2 +628410000002" in missing
    assert "003 Timur I Lacks G, W" in missing
    assert "001" not in missing.split()
    assert "17" in absent
    assert not {"001", "002", "003"} & set(absent.split())


def test_a_held_report_stands_beside_what_is_recorded(city, client):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")
    city.text(MONITOR, "TPS012 G:120,90,77 SAH:287")

    held = panel(client, "held")

    assert "K1 012 Timur I differs from what stands" in held
    assert held.endswith("G 120,98,78 → What was sent 120,90,77 Monitor 12 +628410000012")


def test_a_case_of_another_number_is_not_shown_as_the_monitors(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold")))
    city.text("+628477700011", REPORT)

    held = panel(client_of(city), "held")

    assert "number not on the roster" in held
    assert "+628477700011 Monitor: Monitor 12 +628410000012" in held


def test_a_case_shows_its_contests_in_the_elections_order(city_with):
    city = city_with(replace(REFERENCE, contests=REFERENCE.contests[::-1]))
    city.text(MONITOR, REPORT)
    city.wait(minutes=20)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295 W:141,154 SAH:295")
    client = client_of(city)

    for shown in (panel(client, "held"), words_of(client, "/board/station/12?lang=en")):
        assert re.search(r"W .*141,154.*G .*121,97,77", shown.partition("K1")[2])


def test_a_correction_shows_old_and_new_whose_it_is_and_the_stations_monitor(city, client):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")
    city.text(COORDINATOR, "BATAL TPS012 W")

    corrected = panel(client, "corrected")

    assert "012 Timur I coordinator's correction" in corrected
    assert (
        "G 120,98,77 → Now 120,98,78 Koordinator Timur +628420000001 Monitor: Monitor 12 +628410000012"
        in corrected
    )
    assert "140,155 → Now taken out" in corrected


def test_what_differs_in_the_invalid_votes_alone_is_seen_in_what_is_corrected_and_what_is_held(city, client):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295 TSAH:5")
    city.text(MONITOR, "RALAT G:120,98,77 SAH:295 TSAH:6")
    city.wait(minutes=20)
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295 TSAH:7")

    assert "G 120,98,77 + 5 invalid → Now 120,98,77 + 6 invalid" in panel(client, "corrected")
    assert "G 120,98,77 + 6 invalid → What was sent 120,98,77 + 7 invalid" in panel(client, "held")
    assert "Invalid, where given 6" in words_of(client, "/board?lang=en")  # a report may leave it out
    station = words_of(client, "/board/station/12?lang=en")
    assert "G 120,98,77 + 7 invalid" in station
    assert "120,98,77 →Now 120,98,77" not in station  # its column of invalid votes has the difference


def test_where_results_were_taken_out_someone_was_there_and_the_next_report_is_no_correction(city, client):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "BATAL TPS012")
    taken_out = words_of(client, "/board/station/12?lang=en")
    city.text(COORDINATOR, "TPS012 G:121,98,77 SAH:296")

    assert "not reported present" in taken_out
    assert "012 Timur I report · 12:00:03 G taken out → Now 121,98,77" in panel(client, "corrected")


def test_a_monitors_own_correction_names_them_once(city, client):
    city.text(MONITOR, REPORT)
    city.text(MONITOR, "RALAT G:120,98,78 SAH:296")

    assert panel(client, "corrected").count(MONITOR) == 1


def test_a_correction_that_was_phoned_in_is_said_to_be_the_operators(city, client):
    city.text(MONITOR, REPORT)
    city.text(MONITOR, "RALAT G:120,98,78 SAH:296", carrier=OPERATOR)
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,79 SAH:297", carrier=OPERATOR)

    found = panel(client, "corrected")

    assert found.count("phoned in, typed by the operator") == 2
    assert "correction" not in found


def test_those_who_look_after_a_place_together_stand_apart(client):
    for path in ("/board/station/012", "/board/district/Timur I"):
        assert "Koordinator Timur +628420000001, Wakil Timur +628420000003" in words_of(client, path), path


def test_equal_figures_deserve_a_second_look(city, client):
    city.text(*report(12))
    city.text(*report(13))

    assert "012 Timur I equal to station 013" in panel(client, "second-look")


def test_a_second_look_counts_what_it_lists(city, client):
    city.text(*report(12))
    city.text(*report(13))

    found = panel(client, "second-look")

    assert found.startswith("Deserves a second look 4 ")
    assert found.count("equal to station") == 4


def test_what_was_looked_at_twice_is_read_again_when_a_result_changes(city, client):
    city.text(*report(12))
    before = panel(client, "second-look")
    city.text(*report(13))

    assert "None." in before
    assert "equal to station" in panel(client, "second-look")


def test_incidents_and_texts_that_failed_are_shown(city, client):
    city.text(MONITOR, "LAPOR listrik padam")
    with city.service.store.transaction() as db:
        db.execute(
            text("UPDATE messages SET status = 'undelivered', error_code = '30003' WHERE kind = 'direct'")
        )

    assert "012 Timur I incident" in panel(client, "incidents")
    assert "listrik padam" in panel(client, "incidents").lower()
    assert "not delivered (30003)" in panel(client, "failed")


def test_a_text_that_failed_is_listed_until_it_is_queued_again_and_fails_again(city, client):
    city.text(MONITOR, "LAPOR listrik padam")
    fail = text(
        "UPDATE messages SET status = 'failed', error_code = :code WHERE kind = 'direct' AND status = 'queued'"
    )
    with city.service.store.transaction() as db:
        db.execute(fail, {"code": "30003"})
        resend_failed(db, city.now, city.now)

    again = panel(client, "failed")
    with city.service.store.transaction() as db:
        db.execute(fail, {"code": "30005"})

    assert "None." in again
    assert "failed (30005)" in panel(client, "failed")
    assert "30003" not in panel(client, "failed")


def test_a_text_of_markup_stays_a_text(city, client):
    city.text(MONITOR, f"LAPOR {HOSTILE}")
    city.text("+628419999999", HOSTILE)

    for path in ("/board", "/board/messages", "/board/station/012", "/board/list/incidents"):
        html = client.get(path).get_data(as_text=True)
        assert "<script>alert" not in html, path
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;x&#34;" in client.get("/board/messages").text


def test_what_is_searched_for_stays_a_text(client):
    html = client.get("/board/messages", query_string={"q": HOSTILE, "lang": '"><script>'}).text

    assert "<script>alert" not in html
    assert '"><script>' not in html


@pytest.mark.parametrize(
    ("query", "header", "lang"),
    [
        pytest.param("", "id-ID,id;q=0.9,en;q=0.5", "id", id="the browser's: Indonesian"),
        pytest.param("", "in", "id", id="an old browser's Indonesian"),
        pytest.param("", "en-GB,en;q=0.9", "en", id="the browser's: English"),
        pytest.param("", "de,fr;q=0.5", "id", id="neither: the election's"),
        pytest.param("", "", "id", id="nothing said: the election's"),
        pytest.param("?lang=en", "id", "en", id="asked for"),
        pytest.param("?lang=xx", "en", "en", id="asked for what there is not"),
    ],
)
@only_sqlite
def test_a_page_is_in_the_language_asked_for_or_the_browsers(client, query, header, lang):
    html = client.get(f"/board{query}", headers={"Accept-Language": header}).text

    assert f'<html lang="{lang}">' in html
    assert {"id": "TIDAK RESMI", "en": "UNOFFICIAL"}[lang] in html


PAGES = [
    "/board",
    "/board/messages",
    "/board/station/012",
    "/board/district/Timur I",
    "/board/nothing",
    *(f"/board/list/{kind}" for kind in lists.KINDS),
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("lang", "words"), [("id", "Angka tidak resmi"), ("en", "The figures are unofficial")]
)
@only_sqlite
def test_every_page_says_that_it_is_unofficial_and_from_when(city, client, path, lang, words):
    city.text(MONITOR, REPORT)

    html = client.get(f"{path}?lang={lang}").text

    assert words in html
    assert '<time id="as-of">27-11-2024 12:00:01 WIB</time>' in html


@pytest.mark.parametrize("path", PAGES)
@only_sqlite
def test_no_page_asks_anything_of_another_site_or_holds_a_script_or_a_style(city, client, path):
    city.text(*report(12))
    city.text(*report(13))

    response = client.get(path)

    assert re.findall(r"""(?:src|href|action|data-part)=["'](?![/#])""", response.text) == []
    assert "<style" not in response.text
    assert not re.search(r"""<[^>]+\s(?:style|on\w+)=""", response.text)
    assert re.findall(r"<script(?![^>]* src=)", response.text) == []
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


def test_what_has_not_changed_is_not_sent_again_but_its_moment_is(city, client):
    city.text(*report(12))
    first = client.get("/board?part=1")
    city.wait(seconds=0.5)
    again = client.get("/board?part=1", headers={"If-None-Match": first.headers["ETag"]})
    city.text(*report(13))
    changed = client.get("/board?part=1", headers={"If-None-Match": first.headers["ETag"]})

    assert "<html" not in first.text
    assert (again.status_code, again.text) == (304, "")
    assert again.headers["Pantau-As-Of"].startswith("27-11-2024 12:00:01")
    assert changed.status_code == 200


def test_a_station_shows_every_revision_with_who_when_which_text_and_why(city, client):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")

    page = words_of(client, "/board/station/12?lang=en")

    assert re.search(
        r"12:00:02 G 2 stands 120,98,77 →Now 120,98,78 296 Koordinator Timur \+628420000001"
        r" coordinator's correction KOREKSI TPS012 G:120,98,78 SAH:296 ?Receipt 0003",
        page,
    )
    assert re.search(r"12:00:01 G 1 replaced 120,98,77 295 Monitor 12 \+628410000012 report", page)


@pytest.mark.parametrize(
    "path",
    [
        "/board/station/999",
        "/board/station/x",
        "/board/station/99999999999999999999",
        "/board/district/No",
        "/board/district/%00",
        "/board/list/nothing",
        "/board/nothing",
        "/board/station/٣",
    ],
)
def test_what_there_is_not_is_not_found_on_a_page_of_ours(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert "Tidak ditemukan" in response.text
    assert "live.js" not in response.text  # it would say that figures may be old, where there are none


@pytest.mark.parametrize("path", PAGES)
def test_no_place_in_a_list_breaks_a_page(client, path):
    places = ("-1", "x", "9" * 40, "", "0", "3")

    answered = [client.get(f"{path}?after={place}&before={place}&districts={place}") for place in places]

    assert {each.status_code for each in answered} == {404 if path == "/board/nothing" else 200}


def through(client, path, pattern):
    """Follow a list to its end; give what the pattern finds, in its order, page by page."""
    pages, following = [], path
    while following:
        html = client.get(following).text
        pages.append(re.findall(pattern, html))
        assert len(pages) < 50, "the list has no end"
        found = re.search(r'<a href="([^"]*)">[^<]*→</a></p>', html)
        following = found[1].replace("&amp;", "&") if found else ""
    return pages


def joined(pages):
    return [each for page in pages for each in page]


def test_many_districts_are_read_page_by_page_and_lead_back_to_the_first(client, monkeypatch):
    monkeypatch.setattr("gateway.pages.overview.DISTRICTS_ON_A_PAGE", 1)

    pages = through(client, "/board?lang=en", r'<th scope="row"><a href="[^"]*">([^<]*)</a>')

    assert pages == [["Barat I"], ["Timur I"]]
    assert "To the first" not in client.get("/board?lang=en").text
    assert '<a href="/board?lang=en">← To the first</a>' in client.get("/board?districts=1&lang=en").text


CODES = r'class="code" href="[^"]*">(\d+)<'
BODIES = r'<td class="body">([^<]*)</td>'


@pytest.mark.parametrize("kind", ["missing", "absent"])
def test_a_long_list_is_read_page_by_page_without_a_gap(city, client, monkeypatch, kind):
    monkeypatch.setattr("gateway.pages.board.MANY", 3)
    city.text(*report(5))

    found = joined(through(client, f"/board/list/{kind}", CODES))

    assert found == [f"{number:03d}" for number in (*range(15, 21), 1, 2, 3, 4, *range(6, 15))]


def test_a_district_is_read_page_by_page(client, monkeypatch):
    monkeypatch.setattr("gateway.pages.board.STATIONS_ON_A_PAGE", 4)

    pages = through(client, "/board/district/Timur I", CODES)

    assert [len(page) for page in pages] == [4, 4, 4, 2]
    assert joined(pages) == [f"{number:03d}" for number in range(1, 15)]


def test_corrections_are_read_newest_first_to_the_last(city, client, monkeypatch):
    monkeypatch.setattr("gateway.pages.board.MANY", 2)
    city.text(MONITOR, REPORT)
    for last in range(78, 85):
        city.text(COORDINATOR, f"KOREKSI TPS012 G:120,98,{last} SAH:{218 + last}")

    now = r'class="votes">([\d,]+)</span></span>\s*<span class="who-line"'

    found = joined(through(client, "/board/list/corrected", now))

    assert found == [f"120,98,{last}" for last in range(84, 77, -1)]


@pytest.mark.parametrize(
    ("typed", "kind", "found"),
    [
        pytest.param("TPS 012", "all", {"TPS012", "DITERIMA", "apa", "DITOLAK"}, id="a station"),
        pytest.param("tps13", "in", {"TPS013"}, id="another, texts in"),
        pytest.param("0841 0000 012", "in", {"TPS012", "apa"}, id="a number in its national form"),
        pytest.param("+628410000012", "refused", {"apa"}, id="what was refused of a number"),
        pytest.param("diterima", "out", {"DITERIMA"}, id="words"),
        pytest.param("Monitor 13", "in", {"TPS013"}, id="a name"),
        pytest.param("10000013", "in", {"TPS013"}, id="the end of a number"),
        pytest.param("100%", "all", set(), id="a sign that databases take for more"),
        pytest.param("nothing of the kind", "all", set(), id="what nobody wrote"),
    ],
)
def test_the_log_is_searched_by_station_number_name_and_words(city, client, typed, kind, found):
    city.text(MONITOR, REPORT)
    city.text(NEIGHBOUR, "TPS013 G:110,98,77 W:130,155 SAH:285")
    city.text(MONITOR, "apa")

    html = client.get("/board/messages", query_string={"q": typed, "kind": kind}).text

    bodies = re.findall(BODIES, html)
    assert {body.split()[0].rstrip(".") for body in bodies} == found


def test_the_log_is_read_page_by_page_to_the_first_text(city, client, monkeypatch):
    monkeypatch.setattr("gateway.pages.log.MOST_SHOWN", 3)
    for number in range(8):
        city.text(MONITOR, f"apa {number}")

    bodies = joined(through(client, "/board/messages?kind=in&q=apa", BODIES))

    assert bodies == [f"apa {number}" for number in range(7, -1, -1)]


def test_a_search_for_words_goes_through_a_long_log_in_steps(city, client, monkeypatch):
    monkeypatch.setattr("models.log_search.STEP", 4)
    city.text(MONITOR, "cari saya")
    for number in range(6):
        city.text(MONITOR, f"apa {number}")

    pages = through(client, "/board/messages?kind=in&q=cari", BODIES)

    assert joined(pages) == ["cari saya"]
    assert len(pages) > 2


def test_texts_that_wait_too_long_and_those_that_cannot_leave_are_said(city, client):
    city.text(MONITOR, "LAPOR listrik padam")
    with city.service.store.transaction() as db:
        db.execute(text("UPDATE messages SET attempts = 2, error_code = '30001' WHERE status = 'queued'"))
    soon = words_of(client, "/board?lang=en")
    city.wait(minutes=11)
    late = words_of(client, "/board?lang=en")

    assert "could not be handed over yet (code 30001)" in soon
    assert "wait to leave, the oldest since" not in soon
    assert re.search(r"2 texts wait to leave, the oldest since 12:00:01", late)


def test_that_nothing_is_sent_is_said_by_a_process_that_does_not_send(city, client):
    def pages(free_at):
        with city.service.store.transaction() as db:
            held = carriers.hold(db, ["sandbox"])["sandbox"]
            carriers.save(db, replace(held, free_at=free_at))
        return "Nothing is being sent" in words_of(client, "/board?lang=en")

    city.text(MONITOR, "LAPOR listrik padam")
    at_once = pages(None)
    city.wait(seconds=100)

    assert not at_once
    assert pages(None)
    assert pages(city.now - timedelta(seconds=90))
    assert not pages(city.now - timedelta(seconds=2)), "others are sent, this one's turn has not come"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(health.FAILING, "Carrier sandbox keeps failing"), (health.LYING, "takes texts and leaves them unsent")],
)
def test_a_carrier_that_is_passed_over_is_said_until_it_works(city, client, trouble, said):
    with city.service.store.transaction() as db:
        state = carriers.hold(db, ["sandbox"])["sandbox"]
        carriers.save(db, replace(state, trouble=trouble))
    while_it_fails = words_of(client, "/board?lang=en")
    with city.service.store.transaction() as db:
        carriers.save(db, health.recovered(carriers.hold(db, ["sandbox"])["sandbox"], city.now))

    assert said in while_it_fails
    assert "Service degraded" not in words_of(client, "/board?lang=en")


def test_a_carrier_that_cannot_be_asked_is_said_until_it_answers(city, client):
    with city.service.store.transaction() as db:
        reconciliation.unanswered(db, "sandbox", city.now)
    city.wait(minutes=11)
    page = words_of(client, "/board?lang=en")
    with city.service.store.transaction() as db:
        reconciliation.answered(db, "sandbox")

    assert "Texts in by carrier sandbox cannot be fetched since 12:00:00." in page
    assert "Service degraded" not in words_of(client, "/board?lang=en")


def test_silence_is_said_while_stations_are_missing(city, client):
    city.text(MONITOR, REPORT)
    city.wait(minutes=31)

    assert "Nothing has come in since 12:00:01" in words_of(client, "/board?lang=en")


def test_silence_is_said_from_the_opening_on_though_no_text_ever_came(city_with):
    city = city_with(replace(REFERENCE, opens=REFERENCE.local(city_with().now)))
    client = client_of(city)
    city.wait(minutes=30)
    before = words_of(client, "/board?lang=en")
    city.wait(seconds=1)

    assert "Nothing has come in" not in before
    assert "Nothing has come in since 12:00:00" in words_of(client, "/board?lang=en")


def test_a_database_that_takes_no_text_is_said_beside_the_figures(city, client, monkeypatch):
    def full():
        raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database or disk is full"))

    city.text(*report(12))
    monkeypatch.setattr(city.service.store, "try_to_write", full)

    page = words_of(client, "/board?lang=en")

    assert "texts that come in cannot be stored" in page
    assert "1Reportedof 20 stations" in page


def test_a_part_that_has_stopped_is_said(city):
    now = 0.0
    pulses = [Pulse(name, lambda: now) for name in ("outbox", "scheduler")]
    now = 100.0

    page = words_of(client_of(city, pulses), "/board?lang=en")

    assert "Nothing is being sent." in page
    assert "The schedule of summaries has stopped." in page


@pytest.mark.parametrize("path", ["/board", "/board/messages", "/board/station/012", "/board/list/held"])
def test_a_board_without_its_database_says_so(city, client, monkeypatch, path):
    def away():
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("server closed the connection"))

    monkeypatch.setattr(city.service.store, "reading", away)  # the database's trouble, without its database

    response = client.get(path, headers={"Accept-Language": "en"})

    assert response.status_code == 503
    assert "The database does not answer" in response.text
    assert 'http-equiv="refresh"' in response.text
    assert "live.js" not in response.text
    assert response.headers["Retry-After"] == "5"


def test_a_board_whose_database_has_not_answered_yet_says_so_and_no_more():
    client = bare_app(Readiness(store=None), Metrics()).test_client()

    response = client.get("/board", headers={"Accept-Language": "en"})

    assert response.status_code == 503
    assert "The database does not answer" in response.text


def test_the_metrics_hold_no_result_after_the_board_was_looked_at(city, client):
    city.text(MONITOR, REPORT)
    client.get("/board")

    shown = client.get("/metrics").text

    assert MONITOR[1:] not in shown
    assert "Pasangan" not in shown
