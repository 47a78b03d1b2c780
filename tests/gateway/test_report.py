"""``pantau report``: what the papers say, read back from the files."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from pypdf import PdfReader
from reportlab.graphics.charts.lineplots import LinePlot
from sqlalchemy import update

from gateway.pages.words import WORDS
from gateway.papers import fonts, paper
from gateway.papers.chart import drawing, svg
from gateway.papers.paper import Chart, Column, Line, Section, Table
from gateway.papers.pdf import write_report
from gateway.papers.report import compose_report
from gateway.papers.tables import percent
from models.tables import PersonRow, StationRow
from models.timeline import Step
from tests.city import MONITOR
from tests.elections import NOON
from tests.papers import LONG_NAMES, a_night, name_at_length, overprinted

TITLES = {
    "id": [
        "Ringkasan",
        "Perjalanan laporan",
        "Per kecamatan",
        "Per kelurahan",
        "TPS belum lengkap",
        "Laporan ditahan",
        "Koreksi",
        "Patut diperiksa lagi",
        "Kehadiran monitor",
        "Pergantian monitor",
        "Kejadian dan halangan",
    ],
    "en": [
        "Summary",
        "Progress over time",
        "By district",
        "By village",
        "Stations not complete",
        "Reports held",
        "Corrections",
        "Deserves a second look",
        "Monitors' attendance",
        "Substitutions",
        "Incidents and absences",
    ],
}


def test_the_board_calls_people_and_lists_as_papers_and_texts_do():
    assert WORDS["second-look"] == ("Patut diperiksa lagi", "Deserves a second look")
    assert [each for each in WORDS.values() if "saksi" in each[0].lower()] == []


def pages_of(path):
    """Give the words of each page of a PDF."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def composed(desk):
    return desk.city.read(lambda db: compose_report(db, desk.city.service.election, desk.city.now))


def section(desk, title):
    """Give the lines of a section's tables, as cells."""
    [found] = [each for each in composed(desk).sections if each.title.startswith(title)]
    return [line.cells for block in found.blocks for line in block.lines]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("happened", [False, True], ids=["before the first report", "on the night"])
def test_a_report_has_every_section_in_the_elections_language(desk_in, language, happened):
    desk = desk_in(language)
    if happened:
        a_night(desk.city)

    titles = [re.sub(r" \(\d+\)$", "", each.title) for each in composed(desk).sections]
    page = desk.made("report", "night.html").read_text()
    pages = pages_of(desk.made("report", "night.pdf"))

    assert titles == TITLES[language]
    for title in TITLES[language]:
        assert title.replace("'", "&#39;") in page
        assert title in " ".join(pages)


@pytest.mark.parametrize(("language", "words"), [("id", "TIDAK RESMI, keadaan"), ("en", "UNOFFICIAL, as of")])
def test_every_page_says_that_it_is_unofficial_and_from_when(desk_in, language, words):
    desk = desk_in(language)
    a_night(desk.city)

    pages = pages_of(desk.made("report", "night.pdf"))
    html = desk.made("report", "night.html").read_text()

    assert len(pages) > 1
    assert all(re.search(rf"{words} [-0-9]{{10}} \d\d:\d\d WIB", page) for page in pages)
    assert all(page.endswith(f"{number} / {len(pages)}") for number, page in enumerate(pages, 1))
    # the head of the table round everything: printers repeat it
    assert re.search(rf'class="sheet".*<thead><tr><td><div class="notice"><strong>{words}', html)


def printed(desk, found):
    """Give the pages of a paper as PDF."""
    write_report(desk.folder / "paper.pdf", found)
    return PdfReader(desk.folder / "paper.pdf").pages


def test_beside_the_longest_name_the_notice_is_whole_and_no_word_stands_on_another(desk):
    name_at_length(desk.city)
    a_night(desk.city)
    found = desk.city.read(lambda db: compose_report(db, LONG_NAMES, desk.city.now))

    pages = printed(desk, found)

    assert len(pages) > 2
    assert [overprinted(each) for each in pages] == [[] for _ in pages]


def test_invalid_votes_are_the_sum_of_those_that_were_given_and_say_so(desk):
    desk.city.text(MONITOR, "TPS012 G:120,98,77 SAH:295 TSAH:5 W:140,155 SAH:295 TSAH:5")

    rows = [cells for cells in section(desk, "Ringkasan") if "tidak sah" in cells[1]]

    assert [cells[1:3] for cells in rows] == [("Suara tidak sah, bila dilaporkan", "5")] * 2


@pytest.mark.parametrize("above", [1, 2, 3, 4])
def test_a_contests_votes_and_their_sums_are_on_one_page(desk, above):
    found = desk.city.read(lambda db: compose_report(db, LONG_NAMES, desk.city.now))

    pages = [each.extract_text() for each in printed(desk, replace(found, words=found.words * above))]

    sums = [each.count("Suara tidak sah") for each in pages]
    assert sums == [len(re.findall(r"\(\w+\): 0 / 20 TPS", each)) for each in pages]
    assert sum(sums) == 6


def table_of(desk, *words):
    """Give a paper of one table with a row for each words."""
    rows = tuple(Line((f"Awal{number} {each} Akhir{number}.", "-")) for number, each in enumerate(words))
    columns = (Column("Kata", wraps=True), Column("Kolom"))
    section = Section("Judul", ("Penjelasan.",), (Table(columns, rows),))
    return replace(composed(desk), sections=(section,))


def test_no_row_is_parted_where_a_page_has_room_for_it(desk):
    found = table_of(desk, *["kata " * (40 + 31 * number % 97) for number in range(200)])

    pages = [each.extract_text() for each in printed(desk, found)]

    assert len(pages) > 3
    assert [each.count("Kolom") for each in pages] == [1] * len(pages)
    for number in range(200):
        assert any(f"Awal{number} " in each and f"Akhir{number}." in each for each in pages)


@pytest.mark.parametrize("title", ["", "Nama"], ids=["without a name", "named"])
def test_no_heading_stands_alone_at_the_foot_of_a_page(desk, title):
    found = table_of(desk, "kata " * 60, "kata")
    [section] = found.sections
    named = replace(section, blocks=(replace(section.blocks[0], title=title),))

    for above in range(50):
        pages = printed(desk, replace(found, words=("Kalimat.",) * above, sections=(named,)))
        [page] = [each for each in (each.extract_text() for each in pages) if "Judul" in each]
        assert "Awal0 " in page


def test_a_row_longer_than_a_page_goes_on_on_the_next(desk):
    pages = [each.extract_text() for each in printed(desk, table_of(desk, "", "kata " * 5000, ""))]

    assert sum(each.count("kata") for each in pages) == 5000
    assert [number for number, each in enumerate(pages) if "Awal" in each or "Akhir" in each][-1] > 1


@pytest.mark.parametrize("name", ["night.html", "night.pdf"])
def test_the_totals_are_those_of_the_tally(desk, name):
    a_night(desk.city)

    file = desk.made("report", name)
    words = " ".join(pages_of(file)) if name.endswith("pdf") else file.read_text()

    for contest in ("G", "W"):
        for votes in (*desk.city.votes(contest), sum(desk.city.votes(contest))):
            assert re.search(rf"\b{votes}\b", words)


def test_the_summary_counts_stations(desk):
    a_night(desk.city)

    counts = desk.city.totals().stations
    lines = section(desk, "Ringkasan")

    assert [line[1] for line in lines[:4]] == [
        str(each) for each in (counts.registered, counts.reported, counts.complete, counts.held)
    ]


def test_what_was_written_is_said_as_of_every_file_in_the_language_of_the_command_line(desk):
    status, out, _ = desk.pantau("report", "report.pdf")

    assert status == 0
    assert out.startswith("report.pdf: unofficial, as of 20")


def test_on_a_phone_the_words_of_the_summary_leave_room_for_its_figures(desk):
    html = desk.made("report", "report.html").read_text(encoding="utf-8")

    [how] = re.findall(r'<td class="([^"]*)">Sudah melapor \(sedikitnya satu pemilihan\)</td>', html)

    assert "short" not in how.split()  # else it stays on one line, and its numbers are out of sight


def test_the_districts_end_with_their_sum(desk):
    a_night(desk.city)

    lines = section(desk, "Per kecamatan")
    sums = [line for line in lines if line[0] == "Semua"]

    assert len(sums) == 3
    assert sums[1][2::2][:3] == tuple(map(str, desk.city.votes()))


def test_what_is_missing_names_the_contest_where_another_has_come(desk):
    a_night(desk.city)

    lines = section(desk, "TPS belum lengkap")

    named = " ".join(line[-1] for line in lines)
    assert "TPS013 (W)" in named
    assert "TPS016" in named
    assert "TPS012" not in named
    assert sum(int(line[2]) for line in lines) == 20 - desk.city.totals().stations.complete


def test_held_and_corrected_reports_are_listed_with_their_figures(desk):
    a_night(desk.city)

    [held] = section(desk, "Laporan ditahan")
    corrected = {line[0]: line[4:7] for line in section(desk, "Koreksi")}

    assert (held[0], held[3], held[6]) == ("TPS013", "K1: beda dari yang tercatat", "100, 90, 81 = 271")
    assert corrected == {
        "TPS011": ("50, 50, 50 = 150", "dibatalkan", "koordinator"),
        "TPS012": ("120, 98, 77 = 295 + 5 tidak sah", "120, 98, 78 = 296 + 5 tidak sah", "koordinator"),
    }


def test_a_held_report_of_two_contests_is_one_line_and_counts_once(desk):
    desk.city.text(MONITOR, "TPS012 G:120,98,77 SAH:295 W:140,155 SAH:295")
    desk.city.wait(minutes=20)
    desk.city.text(MONITOR, "TPS012 G:120,98,78 SAH:296 W:140,156 SAH:296")

    titles = [each.title for each in composed(desk).sections]
    [line] = section(desk, "Laporan ditahan")

    assert "Laporan ditahan (1)" in titles
    assert line[3:] == (
        "K1: beda dari yang tercatat",
        "27-11 12:20",
        "G, W",
        "120, 98, 78 = 296; 140, 156 = 296",
    )


def test_what_deserves_a_second_look_says_why(desk):
    a_night(desk.city)

    found = {(line[0], line[3]): line[-1] for line in section(desk, "Patut diperiksa lagi")}

    assert found["TPS001", "G"] == "sama dengan TPS002"
    assert found["TPS010", "G"] == "formulir tidak cocok jumlahnya"
    assert found["TPS015", "G"] == "semua suara untuk satu calon; ada calon tanpa suara"
    assert ("TPS011", "G") not in found


def test_more_than_all_voters_is_said_of_the_contests_own_voters(desk_in):
    desk = desk_in("en")
    desk.city.text("+628410000020", "W:51,50 SAH:101")

    assert section(desk, "Deserves a second look") == [
        ("TPS020", "Cereme Taba", "Barat I", "W", "51, 50 = 101", "100", "turnout over 100% of DPT")
    ]


def test_attendance_substitutions_and_incidents(desk):
    a_night(desk.city)

    attendance = section(desk, "Kehadiran monitor")
    substitutions = section(desk, "Pergantian monitor")
    incidents = section(desk, "Kejadian dan halangan")

    assert attendance[:3] == [
        ("Barat I", "6", "0", "0.0%"),
        ("Timur I", "14", "1", "7.1%"),
        ("Semua", "20", "1", "5.0%"),
    ]
    assert substitutions[0][3:5] == ("Monitor 17", "Siti Aminah")
    assert [line[4:] for line in incidents] == [
        ("kejadian", "saksi <b>protes</b> & pergi"),
        ("halangan", "sakit"),
    ]


def test_a_paper_holds_no_phone_number(desk):
    a_night(desk.city)

    page = desk.made("report", "night.html").read_text()
    words = " ".join(pages_of(desk.made("report", "night.pdf")))

    assert "+628" not in page + words


def test_a_page_is_one_file_in_which_words_are_no_markup(desk):
    a_night(desk.city)

    page = desk.made("report", "night.html").read_text()

    assert "saksi &lt;b&gt;protes&lt;/b&gt; &amp; pergi" in page
    assert "<b>protes" not in page
    assert re.findall(r'<script|<link|<img|(?:src|href)="', page) == []
    assert "<svg" in page


HOSTILE = [
    pytest.param("Ōmi Žluťoučký", "Ōmi Žluťoučký", id="Latin"),
    pytest.param("Ратих", "Ратих", id="Cyrillic"),
    pytest.param("Nguyễn", "Nguyên", id="without a second accent"),
    pytest.param("王小明", "???", id="Chinese"),
    pytest.param("Ani 😀", "Ani ?", id="emoji"),
    pytest.param("A\u202eni\u200b\x07", "Ani", id="formats and controls"),
    pytest.param("<font color=red>&amp;", "<font color=red>&amp;", id="markup"),
    pytest.param("\ud800x", "x", id="half a character"),
]


@pytest.mark.parametrize(("name", "expected"), HOSTILE)
def test_a_name_is_shown_in_letters_that_there_are(name, expected):
    assert fonts.shown(name) == expected


@pytest.mark.parametrize("name", ["王小明 <b>Ōmi</b> & Co", "W" * 1600, "Panjang " * 200])
def test_any_name_and_any_words_make_a_report_and_a_guide(desk, name):
    desk.city.text("+628410000012", f"LAPOR {name}"[:1500])
    with desk.city.service.store.transaction() as db:
        db.execute(update(StationRow).where(StationRow.number < 4).values(village=name))
        db.execute(update(PersonRow).where(PersonRow.name == "Monitor 3").values(name=name))

    for command in ("report", "guide"):
        for ending in ("html", "pdf"):
            assert desk.made(command, f"any.{ending}").stat().st_size > 1000


def test_an_election_of_many_candidates_lies_on_its_side(desk_in):
    more = "".join(
        f'\n  [[contest.candidate]]\n  number = {number}\n  name = "Calon {number}"\n  short = "C{number}"\n'
        for number in range(4, 18)
    )
    desk = desk_in("id", ('short = "Ratih"\n', f'short = "Ratih"\n{more}'))

    [first, *_] = PdfReader(desk.made("report", "wide.pdf")).pages

    assert first.mediabox.width > first.mediabox.height


def test_lines_beyond_what_a_reader_bears_are_counted(desk, monkeypatch):
    monkeypatch.setattr("gateway.papers.tables.MOST_LINES", 1)

    page = desk.made("report", "short.html").read_text()

    assert "Dan 2 baris lagi; semuanya ada di berkas pantau export." in page
    assert paper.MOST_LINES > 1


def test_an_empty_roster_makes_a_report_too(desk):
    (desk.folder / "s.csv").write_text("station,district,village,voters\n")
    desk.pantau("roster", "import", "--stations", "s.csv", "--prune")

    assert "Tidak ada." in desk.made("report", "none.html").read_text()
    assert all("TIDAK RESMI" in page for page in pages_of(desk.made("report", "none.pdf")))


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, "-"),
        (0, 326, "0.0%"),
        (481, 600, "80.2%"),
        (325, 326, "99.7%"),
        (3259, 3260, "99.9%"),
        (326, 326, "100.0%"),
    ],
)
def test_a_part_is_rounded_and_only_all_of_it_is_100_percent(part, whole, expected):
    assert percent(part, whole) == expected


def chart(*steps, registered=326, start=None, until=60 * 24 * 10):
    until = NOON + timedelta(minutes=until)
    found = tuple(Step(NOON + timedelta(minutes=after), *counts) for after, *counts in steps)
    return Chart("Perjalanan <b>", found, registered, start, until, "Melapor", "Lengkap")


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param(chart((0, 1, 0)), id="one report"),
        pytest.param(chart((0, 1, 0), (200, 326, 326)), id="complete"),
        pytest.param(chart((0, 1, 1), registered=1), id="one station"),
        pytest.param(chart((60, 2, 1), start=NOON), id="from the opening on"),
        pytest.param(chart((0, 1, 0), (60 * 24 * 9, 3, 2)), id="nine days"),
    ],
)
def test_a_chart_names_its_lines_with_their_last_count(drawn):
    text = svg(drawn)

    last = drawn.steps[-1]
    assert text.startswith("<svg")
    assert f"Melapor {last.reported}" in text
    assert f"Lengkap {last.complete}" in text
    assert "<title>Perjalanan &lt;b&gt;</title>" in text


@pytest.mark.parametrize(
    ("until", "ends"),
    [pytest.param(9, 9, id="of now"), pytest.param(60 * 24, 30, id="of a later day")],
)
def test_a_chart_has_nothing_that_is_yet_to_come(until, ends):
    plot = drawing(chart((0, 1, 0), (8, 326, 326), until=until)).contents[0]

    assert isinstance(plot, LinePlot)
    assert [line[-1] for line in plot.data] == [(ends, 326), (ends, 326)]
    assert plot.xValueAxis.valueMax == 30


def test_the_hours_of_a_chart_are_the_elections(desk):
    a_night(desk.city)

    assert "12:00" in desk.made("report", "night.html").read_text()
