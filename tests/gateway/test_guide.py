"""``pantau guide``: cards that teach what Pantau takes."""

import re
from dataclasses import replace
from functools import partial

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from config.language import Lang
from gateway.papers.entries import coordinator_commands, monitor_commands, official_commands, report
from gateway.papers.guide import compose_guide
from gateway.papers.guide_pdf import write_guide
from gateway.papers.paper import Say
from models.tables import PersonRow, StationRow
from parser import parse
from parser.commands import (
    Absent,
    Belum,
    Check,
    Correction,
    Decision,
    Help,
    Incident,
    Missing,
    MissingPresent,
    No,
    NotYet,
    Pause,
    Present,
    Remind,
    Replace,
    Report,
    Resume,
    SetLanguage,
    Status,
    Tell,
    Total,
    Void,
    Yes,
)
from parser.errors import Unclear
from tests.city import COORDINATOR, MONITOR, OTHER_COORDINATOR
from tests.elections import LARGEST, REFERENCE
from tests.papers import LONG_NAMES, name_at_length, overprinted

PIN = " PIN:...."


def filled(example, figure="7"):
    """Give an example as a monitor sends it: a figure for every two dots."""
    text = example.replace("PIN:....", "PIN:4821").replace("08..........", "081234567890")
    return re.sub(r"(?<!\.)\.\.(?!\.)", figure, text)


def composed(desk, district=None, number=None):
    """Give all cards and pages."""

    def read(db):
        found = compose_guide(
            db, desk.city.service.election, desk.city.now, number=number, districts=district
        )
        return list(found.cards), found.leaves

    return desk.city.read(read)


def pages_of(path):
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


@pytest.mark.parametrize("election", [REFERENCE, LARGEST], ids=["reference", "largest"])
@pytest.mark.parametrize("pin", ["", PIN], ids=["without a PIN", "with a PIN"])
def test_the_example_of_a_card_is_a_report_once_its_dots_are_filled_in(election, pin):
    example = report(election, "012", pin)

    found = parse(filled(example), election)

    assert isinstance(found, Report)
    assert found.station is not None
    assert found.station.number == 12
    assert [each.contest for each in found.figures] == [each.code for each in election.contests]
    assert all(each.valid == 7 for each in found.figures)
    assert found.pin == ("4821" if pin else None)


def test_the_example_teaches_the_sah_that_follows_its_contest():
    assert report(REFERENCE, "012", "") == "TPS012 G:..,..,.. SAH:.. W:..,.. SAH:.."


MONITORS = [Present, (Belum, NotYet), Report, Incident, Absent, Status, (Yes, No), Help]
COORDINATORS = [Correction, Correction, Void, Void, Decision, Decision, Replace, Tell, MissingPresent, Remind]
ENQUIRIES = [Total, Total, (Belum, Missing), Check, SetLanguage, Help]


@pytest.mark.parametrize("election", [REFERENCE, LARGEST], ids=["reference", "largest"])
@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        pytest.param(partial(monitor_commands, pin=PIN), MONITORS, id="monitor"),
        pytest.param(partial(coordinator_commands, pin=PIN), COORDINATORS + ENQUIRIES, id="coordinator"),
        pytest.param(official_commands, [*ENQUIRIES, Pause, Resume], id="official"),
    ],
)
def test_every_example_is_the_command_that_it_is_said_to_be(election, lang, commands, expected):
    entries = commands(Say(lang), election, "012")

    for entry, kind in zip(entries, expected, strict=True):
        for text in entry.text.split(" / "):
            found = parse(filled(text), election)
            assert not isinstance(found, Unclear), text
            assert isinstance(found, kind), text


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_a_card_teaches_is_answered_as_it_says(desk_in, language):
    desk = desk_in(language)
    cards, _ = composed(desk)
    card = next(each for each in cards if each.station == "TPS012")

    example = (
        filled(card.example)
        .replace("G:7,7,7 SAH:7", "G:7,7,7 SAH:21")
        .replace("W:7,7 SAH:7", "W:10,11 SAH:21")
    )
    outcomes = [desk.city.text(MONITOR, text) for text in (example, example)]

    words = {each.text for each in card.replies}
    assert [each.outcome for each in outcomes] == ["accepted", "duplicate"]
    assert all(any(each.reply.startswith(word) for word in words) for each in outcomes)


def test_a_coordinators_examples_do_what_they_say(desk):
    _, (leaf, _) = composed(desk)
    desk.city.text("+628410000001", "TPS001 G:7,7,7 SAH:21 W:10,11 SAH:21")

    first, single, void = (filled(each.text) for each in leaf.commands[:3])
    answers = [
        desk.city.text(COORDINATOR, first.replace("SAH:7", "SAH:21")).outcome,
        desk.city.text(COORDINATOR, single.replace("SAH:7", "SAH:20").replace("G1:7", "G1:6")).outcome,
        desk.city.text(COORDINATOR, void).outcome,
    ]

    assert answers[:2] == ["duplicate", "corrected"]
    assert desk.city.totals().stations.reported == 0


def test_there_is_a_card_for_each_monitor_and_station(desk):
    desk.city.text(OTHER_COORDINATOR, f"GANTI TPS018 {'+628410000017'} Monitor 17")

    cards, _ = composed(desk)

    assert [each.station for each in cards] == [f"TPS{number:03d}" for number in range(1, 21)]
    assert [each.name for each in cards[16:18]] == ["Monitor 17", "Monitor 17"]


def test_a_card_names_the_place_the_form_and_the_candidates(desk):
    card = composed(desk, number="+15005550006")[0][11]

    assert card.place == "Cereme Taba, Timur I (di formulir: TPS 3)"
    assert card.send_to == "+15005550006"
    assert card.contests[0] == "G = Gubernur: 1 Harun, 2 Bima, 3 Ratih"


def test_a_card_is_in_the_language_of_its_monitors_replies(desk):
    with desk.city.service.store.transaction() as db:
        db.execute(update(PersonRow).where(PersonRow.name == "Monitor 12").values(language="en"))

    cards, _ = composed(desk)
    page = desk.made("guide", "cards.html").read_text()

    assert [cards[number].commands[0].text for number in (10, 11)] == ["HADIR", "PRESENT"]
    assert [page.count(notice) for notice in ("TIDAK RESMI. Hanya KPU", "UNOFFICIAL. Only")] == [21, 1]


def test_only_who_has_a_pin_is_taught_one(desk_in):
    desk = desk_in("id", ("pin = false", "pin = true"))
    with desk.city.service.store.transaction() as db:
        db.execute(update(PersonRow).where(PersonRow.name == "Monitor 12").values(pin_hash="salt$digest"))

    cards, leaves = composed(desk)

    assert [each.station for each in cards if "PIN:...." in each.example] == ["TPS012"]
    assert "PIN:...." in cards[11].commands[2].text
    explained = "PIN = PIN Anda sendiri. Rahasia."  # not "a figure from the form", as every .. is
    assert [each.station for each in cards if explained in each.hints] == ["TPS012"]
    assert "PIN: bagi yang diberi PIN, PIN Anda sendiri. Rahasia." in leaves[0].hints


@pytest.mark.parametrize(
    ("language", "notice", "titles", "example"),
    [
        ("id", "TIDAK RESMI. Hanya KPU", ("Untuk koordinator", "Untuk pejabat"), "Contoh"),
        ("en", "UNOFFICIAL. Only the election commission", ("For coordinators", "For officials"), "Example"),
    ],
)
def test_four_cards_are_on_a_page_and_a_page_is_for_each_other_role(
    desk_in, language, notice, titles, example
):
    desk = desk_in(language)

    pages = pages_of(desk.made("guide", "cards.pdf"))

    assert len(pages) == 20 / 4 + 2
    assert [page.count(notice) for page in pages] == [4, 4, 4, 4, 4, 1, 1]
    assert all(
        f"TPS{number:03d} G:..,..,.. SAH:.. W:..,.. SAH:.." in pages[(number - 1) // 4]
        for number in range(1, 21)
    )
    assert all(title in page for title, page in zip(titles, pages[-2:], strict=True))
    assert "Koordinator Timur" in pages[-2]
    assert "Camat Timur" in pages[-1]
    assert f"{example}: TPS 210/326" in pages[-1]  # it is no other city's nor this one's count


def test_a_page_of_html_holds_four_cards_too(desk):
    page = desk.made("guide", "cards.html").read_text()

    sheets = page.split('<section class="sheet">')[1:]
    assert [each.count("<article") for each in sheets] == [4] * 5
    assert page.count("TIDAK RESMI. Hanya KPU") == 22
    assert re.findall(r'<script|<link|<img|(?:src|href)="', page) == []


@pytest.mark.parametrize("name", ["cards.html", "cards.pdf"])
def test_a_guide_of_a_district_has_its_people_alone(desk, name):
    status, out, _ = desk.pantau("guide", name, "--district", "barat i")

    file = desk.folder / name
    words = " ".join(pages_of(file)) if name.endswith("pdf") else file.read_text()
    assert (status, out) == (0, f"{name}: 6 cards, and a page each for coordinators and officials\n")
    assert "TPS015" in words
    assert "TPS014" not in words
    assert "Koordinator Barat" in words
    assert "Koordinator Timur" not in words
    assert "Wali Kota" in words
    assert "Camat Timur" not in words


def test_the_number_to_text_to_is_the_settings_own(desk, monkeypatch):
    for name, value in (
        ("PANTAU_CARRIER", "twilio"),
        ("PANTAU_PUBLIC_URL", "https://pantau.example.org"),
        ("TWILIO_ACCOUNT_SID", "AC" + "0" * 32),
        ("TWILIO_AUTH_TOKEN", "token"),
        ("TWILIO_FROM_NUMBER", "+15005550006"),
    ):
        monkeypatch.setenv(name, value)

    assert pages_of(desk.made("guide", "cards.pdf"))[0].count("Kirim hasil lewat SMS ke +15005550006") == 4


def test_the_number_to_text_to_may_be_given(desk):
    """With a modem, a phone or Kannel no setting knows it."""
    pages = pages_of(desk.made("guide", "cards.pdf", "--number", "0812-0000-0000"))

    assert pages[0].count("Kirim hasil lewat SMS ke 0812-0000-0000") == 4


@pytest.mark.parametrize("number", ["", "0812O0000000", "1", "+", "0812 0000 0000 0000 0000 0000"])
def test_what_is_no_number_is_printed_on_no_card(desk, number):
    status, _, err = desk.pantau("guide", "cards.pdf", "--number", number)

    assert status == 2
    assert "is no number to text to" in err


def test_a_monitor_without_a_number_has_a_card_to_be_found_by(desk):
    """After ``forget`` there is neither name nor number: the station's card stays."""
    with desk.city.service.store.transaction() as db:
        db.execute(update(PersonRow).values(name=None))
        db.execute(update(StationRow).where(StationRow.number == 12).values(village=""))

    cards, leaves = composed(desk)

    assert (cards[11].station, cards[11].name) == ("TPS012", "")
    assert leaves[0].people[0].strip() == "(Timur I)"


def test_on_the_fullest_card_and_page_no_word_stands_on_another(desk):
    name_at_length(desk.city)
    desk.city.read(lambda db: write_guide(desk.folder / "full.pdf", longest(db, desk), lambda: None))

    pages = PdfReader(desk.folder / "full.pdf").pages

    assert len(pages) == 7
    assert [overprinted(each) for each in pages] == [[]] * 7
    assert all("WIB" in each.extract_text().split() for each in pages)


def longest(db, desk):
    return compose_guide(db, LONG_NAMES, desk.city.now, number=None, districts=None)


def test_where_there_is_one_contest_no_card_speaks_of_another(desk):
    election = desk.city.service.election
    one = replace(election, contests=election.contests[:1])

    [card, *_] = desk.city.read(
        lambda db: list(compose_guide(db, one, desk.city.now, number=None, districts=None).cards)
    )

    assert card.example == "TPS001 G:..,..,.. SAH:.."
    assert len(card.contests) == 1
    assert not any("Pemilihan lain" in hint for hint in card.hints)
