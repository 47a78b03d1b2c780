"""``pantau export``: files read back as whoever gets them reads them."""

import csv
import errno
import gc
import json
import sys
from datetime import datetime
from itertools import chain

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from gateway.papers import workbook
from gateway.papers.rows import harmless
from gateway.papers.writing import replacing
from models.tables import PersonRow, StationRow
from tests.city import COORDINATOR, MONITOR, REPORT
from tests.papers import SUBSTITUTE, a_night

COLUMNS = [
    "station",
    "district",
    "village",
    "voters",
    "contest",
    "status",
    "candidate_1",
    "candidate_2",
    "candidate_3",
    "valid",
    "invalid",
    "revision",
    "source",
    "by",
    "at",
    "note",
]
SHEETS = [
    "results",
    "totals",
    "districts",
    "history",
    "monitors",
    "substitutions",
    "incidents",
    "about",
]


def rows_of(path):
    """Give the rows of a CSV by station and contest."""
    with path.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        rows = {(row["station"], row["contest"]): row for row in reader}
        assert reader.fieldnames == COLUMNS
    return rows


def sheet_of(book, name):
    """Give the rows of a sheet as dictionaries of values."""
    header, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture
def night(desk):
    a_night(desk.city)
    return desk


@pytest.fixture
def book(night):
    opened = load_workbook(night.made("export", "night.xlsx"))
    yield opened
    opened.close()


def test_before_the_first_report_every_station_and_contest_is_missing(desk):
    rows = rows_of(desk.made("export", "empty.csv"))

    assert len(rows) == 20 * 2
    assert {row["status"] for row in rows.values()} == {"missing"}
    assert list(rows)[:3] == [("001", "G"), ("001", "W"), ("002", "G")]
    assert rows["001", "G"] | {"status": ""} == dict.fromkeys(COLUMNS, "") | {
        "station": "001",
        "district": "Timur I",
        "village": "Air Kuti",
        "voters": "480",
        "contest": "G",
    }


def test_a_row_says_what_stands_and_where_it_came_from(night):
    rows = rows_of(night.made("export", "night.csv"))

    assert rows["012", "W"] == {
        "station": "012",
        "district": "Timur I",
        "village": "Cereme Taba",
        "voters": "480",
        "contest": "W",
        "status": "accepted",
        "candidate_1": "140",
        "candidate_2": "153",
        "candidate_3": "",
        "valid": "293",
        "invalid": "7",
        "revision": "1",
        "source": "report",
        "by": MONITOR,
        "at": "2024-11-27T12:00:02+07:00",
        "note": "hujan, kotak terlambat",
    }


@pytest.mark.parametrize(
    ("station", "contest", "expected"),
    [
        pytest.param("012", "G", ("accepted", "296", "2", "correction"), id="corrected"),
        pytest.param("013", "G", ("accepted", "270", "1", "report"), id="stands beside an open case"),
        pytest.param("013", "W", ("missing", "", "", ""), id="one contest has not come"),
        pytest.param("014", "G", ("accepted", "60", "1", "report"), id="stands after a rejected case"),
        pytest.param("011", "G", ("void", "", "2", "correction"), id="taken out"),
        pytest.param("011", "W", ("missing", "", "", ""), id="never came"),
        pytest.param("010", "G", ("accepted", "90", "1", "decision"), id="decided"),
    ],
)
def test_the_status_is_what_became_of_the_figures(night, station, contest, expected):
    row = rows_of(night.made("export", "night.csv"))[station, contest]

    assert (row["status"], row["valid"], row["revision"], row["source"]) == expected


def test_where_nothing_stands_a_held_report_is_said_to_be_held_without_its_figures(desk):
    desk.city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    row = rows_of(desk.made("export", "held.csv"))["012", "G"]

    assert (row["status"], row["valid"], row["by"]) == ("held", "", "")


def test_voters_are_those_of_the_contest(desk):
    rows = rows_of(desk.made("export", "empty.csv"))

    assert (rows["020", "G"]["voters"], rows["020", "W"]["voters"]) == ("480", "100")


def test_a_note_is_found_behind_a_decision_and_behind_a_proposal(night):
    night.city.text("+628410000016", "TPS016 GG:10,20,30 SAH:60 @ listrik padam")
    night.city.text("+628410000016", "YA")

    rows = rows_of(night.made("export", "night.csv"))

    assert rows["016", "G"]["status"] == "accepted"
    assert rows["016", "G"]["note"] == "listrik padam"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+62", "'+62", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\t=1", "'\t=1", id="tab"),
        pytest.param("a=1", "a=1", id="not at the start"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_peoples_words_do_not_run_as_formulas(words, expected):
    assert harmless(words) == expected


def rename(desk, **names):
    with desk.city.service.store.transaction() as db:
        db.execute(update(StationRow).where(StationRow.number == 12).values(village=names["village"]))
        db.execute(update(PersonRow).where(PersonRow.name == "Monitor 12").values(name=names["name"]))


def test_what_a_spreadsheet_would_run_is_marked_in_csv_and_text_in_a_workbook(desk):
    rename(desk, village="=1+1", name="=HYPERLINK(1)")

    row = rows_of(desk.made("export", "a.csv"))["012", "G"]
    book = load_workbook(desk.made("export", "a.xlsx"))

    assert row["village"] == "'=1+1"
    [cells] = [each for each in book["monitors"].iter_rows() if each[0].value == "012"]
    assert [(cells[n].value, cells[n].data_type) for n in (2, 3)] == [("=1+1", "s"), ("=HYPERLINK(1)", "s")]
    book.close()


def test_a_name_that_a_workbook_cannot_hold_loses_only_what_it_cannot(desk):
    rename(desk, village="Air\x0bKuti", name="N" * 40_000)

    book = load_workbook(desk.made("export", "a.xlsx"))

    [row] = [each for each in sheet_of(book, "monitors") if each["station"] == "012"]
    assert row["village"] == "AirKuti"
    assert row["name"] == "N" * 32_767
    book.close()


def test_a_workbook_has_a_sheet_for_each_theme_with_its_header_frozen(book):
    assert book.sheetnames == SHEETS
    assert {book[name].freeze_panes for name in SHEETS} == {"A2"}
    assert all("TIDAK RESMI" in book[name].oddHeader.center.text for name in SHEETS)


def test_the_cells_of_a_workbook_are_typed(book):
    assert [cell.value for cell in book["results"][1]] == COLUMNS
    row = next(
        each for each in sheet_of(book, "results") if (each["station"], each["contest"]) == ("012", "W")
    )

    assert row["station"] == "012"
    assert (row["voters"], row["candidate_1"], row["valid"], row["revision"]) == (480, 140, 293, 1)
    assert row["candidate_3"] is None
    assert row["by"] == MONITOR
    assert row["at"].isoformat() == "2024-11-27T12:00:02"


def test_every_moment_and_number_of_a_phone_has_room_in_its_column(book):
    shown = {datetime: 19, str: 14}  # 2024-11-27 15:30:00, +6284100000012

    narrow = {
        (sheet.title, cell.column_letter)
        for sheet in book
        for cell in chain.from_iterable(sheet.iter_rows(min_row=2))
        if isinstance(cell.value, datetime) or str(cell.value).startswith("+62")
        if sheet.column_dimensions[cell.column_letter].width <= shown[type(cell.value)]
    }

    assert narrow == set()


def test_the_sheets_agree_with_the_totals(night, book):
    totals = {(row["contest"], row["number"]): row["votes"] for row in sheet_of(book, "totals")}
    districts = sheet_of(book, "districts")

    assert [totals["G", number] for number in (1, 2, 3)] == list(night.city.votes())
    assert sum(row["valid"] for row in districts if row["contest"] == "W") == sum(night.city.votes("W"))
    assert {row["district"]: row["registered"] for row in districts} == {"Timur I": 14, "Barat I": 6}


def test_shares_are_shown_as_percent(book):
    assert {cell.number_format for cell in book["totals"]["E"][1:]} == {"0.0%"}


def test_the_history_holds_every_revision_and_every_case_that_was_not_accepted(book):
    rows = sheet_of(book, "history")

    found = [(row["contest"], row["status"], row["valid"]) for row in rows if row["station"] == "012"]
    assert found == [("G", "superseded", 295), ("W", "accepted", 293), ("G", "accepted", 296)]
    assert [row["status"] for row in rows if row["station"] == "011"] == ["superseded", "void"]
    cases = [(row["station"], row["status"], row["reason"]) for row in rows if row["revision"] is None]
    assert cases == [("013", "held", "K1: conflict"), ("014", "rejected", "K2: conflict")]


@pytest.mark.parametrize(
    ("sender", "body", "carrier", "source"),
    [
        pytest.param(MONITOR, "TPS012 G:120,90,77 SAH:288", "sandbox", "report", id="report"),
        pytest.param(COORDINATOR, "KOREKSI TPS012 G:1,2,3 SAH:7", "sandbox", "correction", id="correction"),
        pytest.param(MONITOR, "TPS012 G:120,90,77 SAH:288", "operator", "operator", id="phoned in"),
    ],
)
def test_a_held_report_came_from_the_same_in_the_workbook_and_at_its_station(
    desk, sender, body, carrier, source
):
    desk.city.text(MONITOR, REPORT)
    desk.city.wait(minutes=20)
    desk.city.text(sender, body, carrier=carrier)
    desk.city.text(sender, "YA", carrier=carrier)

    rows = sheet_of(load_workbook(desk.made("export", "held.xlsx")), "history")
    printed = json.loads(desk.pantau("station", "12", "--json")[1])["history"]

    assert [row["source"] for row in rows if row["status"] == "held"] == [source]
    assert [row["source"] for row in printed if row["status"] == "held"] == [source]


def test_monitors_substitutions_and_incidents_are_listed(book):
    by_station = {row["station"]: row for row in sheet_of(book, "monitors")}
    [substitution] = sheet_of(book, "substitutions")
    incidents = sheet_of(book, "incidents")

    assert by_station["012"]["present_at"].isoformat() == "2024-11-27T12:00:01"
    assert (by_station["017"]["name"], by_station["017"]["phone"]) == ("Siti Aminah", SUBSTITUTE)
    assert (substitution["name"], substitution["before"]) == ("Siti Aminah", "Monitor 17")
    assert [(row["kind"], row["text"]) for row in incidents] == [
        ("incident", "saksi <b>protes</b> & pergi"),
        ("absent", "sakit"),
    ]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(night, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 16)

    opened = load_workbook(night.made("export", "night.xlsx"))

    names = ["results", "results 2", "results 3"]
    assert opened.sheetnames[:3] == names
    assert [len(sheet_of(opened, name)) for name in names] == [15, 15, 10]
    opened.close()


@pytest.mark.parametrize("name", ["night.csv", "night.xlsx"])
def test_a_file_is_replaced_whole(desk, name):
    (desk.folder / name).write_text("old")

    status, out, _ = desk.pantau("export", name)

    assert (status, out.startswith(f"{name}: 40 rows, unofficial, as of 20")) == (0, True)
    assert (desk.folder / name).read_bytes() != b"old"
    assert [path.name for path in desk.folder.glob(".*")] == []


def test_a_workbook_that_is_broken_off_complains_of_nothing_else(night, tmp_path, monkeypatch):
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    city = night.city

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        city.read(
            lambda db: workbook.write_workbook(tmp_path / "x", db, city.service.election, city.now, stop)
        )
    gc.collect()

    assert complaints == []


def test_a_file_that_could_not_be_finished_is_as_it_was(tmp_path):
    kept = tmp_path / "a.csv"
    kept.write_text("old")

    def interrupted():
        with replacing(kept) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert kept.read_text() == "old"


def test_what_cannot_be_written_to_is_named_as_it_was_given(tmp_path):
    given = tmp_path / "a.csv"

    def written():
        with replacing(given) as part:
            raise PermissionError(errno.EACCES, "Permission denied", str(part))

    with pytest.raises(PermissionError) as raised:
        written()

    assert raised.value.filename == str(given)


def test_a_link_goes_on_leading_to_the_file(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")

    with replacing(tmp_path / "link.csv") as part:
        part.write_text("new")

    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        pytest.param("nowhere/a.csv", "there is no folder nowhere", id="no such folder"),
        pytest.param("folder.csv", "is a folder", id="a folder"),
    ],
)
def test_where_no_file_can_be_one_line_says_so(desk, file, said):
    (desk.folder / "folder.csv").mkdir()

    status, out, err = desk.pantau("export", file)

    assert (status, out, len(err.splitlines())) == (1, "", 1)
    assert said in err


@pytest.mark.parametrize("command", ["export", "report", "guide"])
def test_a_name_with_another_ending_is_wrong_usage(desk, command):
    status, _, err = desk.pantau(command, "results.doc")

    assert status == 2
    assert "does not end with" in err
