"""stations.csv and people.csv as people save them: SPEC section 7, "Files and settings"."""

from dataclasses import replace
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from config.errors import RosterError
from config.language import Lang
from models import roster_files
from models.roster_files import PersonLine, Problems, StationLine
from tests.elections import REFERENCE

STATIONS = "station,district,village,voters\n"
PEOPLE = "role,phone,name,station,district,language,pin,phone2\n"
S012 = StationLine(2, "012", 12, "Timur I", "Cereme Taba", None, 478, ())
SITI = PersonLine(2, "monitor", ("+6281234567890",), "Siti", 12, "", None, None)


def read_stations(path, election):
    """Give the good stations of a file, and what is wrong with the others."""
    problems = Problems(path.name)
    found = roster_files.read_stations(path, election, problems)
    return [each for each in found if isinstance(each, StationLine)], problems.listed()


def read_people(path, election):
    """Give the good lines of a file, and what is wrong with the others."""
    problems = Problems(path.name)
    return list(roster_files.read_people(path, election, problems)), problems.listed()


@pytest.fixture
def stations(tmp_path):
    """Read a text, or bytes, as stations.csv."""

    def read(content):
        path = tmp_path / "stations.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_stations(path, REFERENCE)

    return read


@pytest.fixture
def people(tmp_path):
    """Read a text, or bytes, as people.csv."""

    def read(content):
        path = tmp_path / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_people(path, REFERENCE)

    return read


def workbook(path, *rows, formats=()):
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cell, number_format in formats:
        sheet[cell].number_format = number_format
    book.save(path)
    return path


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(STATIONS + "012,Timur I,Cereme Taba,478\n", id="commas"),
        pytest.param("station;district;village;voters\n012;Timur I;Cereme Taba;478\n", id="semicolons"),
        pytest.param("station\tdistrict\tvillage\tvoters\n012\tTimur I\tCereme Taba\t478\n", id="tabs"),
        pytest.param(
            b"\xef\xbb\xbf" + (STATIONS + "012,Timur I,Cereme Taba,478").encode(), id="byte-order mark"
        ),
        pytest.param(
            (STATIONS.replace(",", "\t") + "012\tTimur I\tCereme Taba\t478\r\n").encode("utf-16"),
            id="what Excel calls Unicode text",
        ),
        pytest.param(
            "station,district,village,voters\r\n012,Timur I,Cereme Taba,478\r\n", id="Windows line ends"
        ),
        pytest.param(
            "station,district,village,voters\r012,Timur I,Cereme Taba,478\r", id="line ends of an old Mac"
        ),
        pytest.param(
            '"station","district","village","voters"\n"012","Timur I","Cereme Taba","478"\n',
            id="everything quoted",
        ),
        pytest.param(
            "VOTERS, Village ,district,Station\n478,Cereme Taba,Timur I,012\n",
            id="any order and case of columns",
        ),
        pytest.param(STATIONS + "012,  Timur \u00a0I , Cereme Taba,478.0\n", id="blanks and a float"),
        pytest.param(
            "station,district,village,voters,remark\n012,Timur I,Cereme Taba,478,ramp\n",
            id="a column more than we know",
        ),
        pytest.param(STATIONS + "012,Timur I,Cereme\x00 Taba,478\n", id="a NUL"),
    ],
)
def test_one_station_is_read_however_the_table_was_saved(stations, content):
    assert stations(content) == ([S012], [])


def test_every_column_of_a_station_is_read(stations):
    lines, problems = stations(
        "station,district,village,voters,number,voters_G,voters_w\n7,Barat I,Air Kuti,480,004,,100\n"
    )

    assert problems == []
    assert lines == [StationLine(2, "7", 7, "Barat I", "Air Kuti", 4, 480, (("W", 100),))]


def test_figures_of_a_station_may_be_empty(stations):
    lines, problems = stations("station,district,village,voters,number,voters_W\n012,Timur I,,,,\n")

    assert (problems, lines) == ([], [StationLine(2, "012", 12, "Timur I", "", None, None, ())])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("monitor,081234567890,Siti,012,", SITI, id="national number"),
        pytest.param("monitor,81234567890,Siti,012,", SITI, id="a spreadsheet has dropped the zero"),
        pytest.param("monitor,6281234567890,Siti,012,", SITI, id="a spreadsheet has dropped the plus"),
        pytest.param("monitor,6281234567890.0,Siti,12.0,", SITI, id="a spreadsheet's floats"),
        pytest.param("Monitor,0812-3456-7890,Siti,12,", SITI, id="dashes and a capital"),
        pytest.param(
            "monitor,081234567890,Siti,012,Timur I",
            replace(SITI, district="Timur I"),
            id="a monitor's district",
        ),
        pytest.param("monitor,081234567890,Siti,012,-", SITI, id="a dash where a monitor needs no district"),
        pytest.param(
            'coordinator,081234567890,"Siti, S.Pd",,Timur I,EN,0421,+6281234567891',
            PersonLine(
                2,
                "coordinator",
                ("+6281234567890", "+6281234567891"),
                "Siti, S.Pd",
                None,
                "Timur I",
                Lang.EN,
                "0421",
            ),
            id="a comma in a quoted name, two phones, a language and a PIN",
        ),
        pytest.param(
            "official,081234567890,Siti,,,,,081234567890",
            PersonLine(2, "official", ("+6281234567890",), "Siti", None, "", None, None),
            id="the same phone twice, of an official of the whole",
        ),
        pytest.param(
            "official,+14155550123,Siti,,Timur I",
            PersonLine(2, "official", ("+14155550123",), "Siti", None, "Timur I", None, None),
            id="a foreign number, and a row that ends early",
        ),
    ],
)
def test_a_person_is_read_as_it_was_meant(people, row, expected):
    assert people(PEOPLE + row + "\n") == ([expected], [])


def test_language_pin_and_second_phone_may_be_no_columns_at_all(people):
    found = people("role,phone,name,station,district\nmonitor,081234567890,Siti,012,\n")

    assert found == ([SITI], [])


def test_lines_are_numbered_as_an_editor_numbers_them(stations):
    content = STATIONS + '1,Timur I,"Air\nKuti",480\n\n,,,\n2,Timur I,Air Kuti,many\n3,Timur I,Air Kuti,480\n'

    lines, problems = stations(content)

    assert [(each.line, each.village) for each in lines] == [(2, "Air Kuti"), (7, "Air Kuti")]
    assert problems == ["stations.csv, line 6: voters 'many' is not a number from 0 to 1000000"]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        pytest.param(",Timur I,Air Kuti,480", "the station's code is empty", id="no code"),
        pytest.param("TPS1,Timur I,Air Kuti,480", "station 'TPS1' is not a number", id="letters in a code"),
        pytest.param("-1,Timur I,Air Kuti,480", "station '-1' is not a number", id="negative code"),
        pytest.param("1.5,Timur I,Air Kuti,480", "station '1.5' is not a number", id="half a code"),
        pytest.param("١٢,Timur I,Air Kuti,480", "station '١٢' is not a number", id="digits that are not 0-9"),
        pytest.param(f"{'9' * 19},Timur I,Air Kuti,480", "at most 18 digits", id="a code of 19 digits"),
        pytest.param(f"{'9' * 5000},Timur I,Air Kuti,480", "at most 18 digits", id="a code of 5,000 digits"),
        pytest.param("1,,Air Kuti,480", "the district is empty", id="no district"),
        pytest.param("1,Timur I,Air Kuti,-1", "voters '-1' is not a number", id="negative voters"),
        pytest.param("1,Timur I,Air Kuti,4 80", "voters '4 80' is not a number", id="a blank in a figure"),
        pytest.param("1,Timur I,Air Kuti,480½", "voters '480½' is not a number", id="a fraction"),
        pytest.param("1,Timur I,Air Kuti,1.000", "from 0 to 1000000", id="one, or a thousand"),
        pytest.param("1,Timur I,Air Kuti,1000001", "from 0 to 1000000", id="more voters than a city has"),
        pytest.param(f"1,Timur I,Air Kuti,{'9' * 5000}", "from 0 to 1000000", id="voters of 5,000 digits"),
        pytest.param("1,Timur I,Air Kuti,480,x", "number 'x' is not a number", id="form number"),
        pytest.param("1,Timur I,Air Kuti,480,1,x", "voters_w 'x' is not a number", id="voters of a contest"),
        pytest.param("1,Timur I,Air,Kuti,480,1,9", "7 cells for 6 columns", id="a comma too many"),
        pytest.param(
            '1,Timur I,"Air Kuti,480',
            "a quote that does not enclose a whole cell",
            id="a quote that is never closed",
        ),
        pytest.param(
            '1,Timur I,"Air" Kuti,480', "a quote that does not enclose a whole cell", id="a word in quotes"
        ),
        pytest.param(
            f"1,Timur I,{'A' * 200_000},480",
            "a cell that is far too long; is a quote missing?",
            id="a cell of 200,000 letters",
        ),
    ],
)
def test_a_bad_station_is_a_problem_of_its_line_and_the_others_are_read(stations, row, what):
    header = "station,district,village,voters,number,voters_W\n"

    lines, problems = stations(f"{header}9,Timur I,Air Kuti,480\n{row}\n8,Timur I,Air Kuti,480\n")

    assert len(problems) == 1
    assert problems[0].startswith("stations.csv, line 3: ")
    assert what in problems[0]
    assert {9, 8} <= {each.number for each in lines}


@pytest.mark.parametrize(
    ("row", "what"),
    [
        pytest.param("witness,081234567890,Siti,012,", "role 'witness' is none of", id="unknown role"),
        pytest.param(",081234567890,Siti,012,", "role '' is none of monitor", id="no role"),
        pytest.param("monitor,,Siti,012,", "the phone is empty", id="no phone"),
        pytest.param("monitor,12345,Siti,012,", "'12345' cannot be a phone number", id="short number"),
        pytest.param("monitor,0812345O7890,Siti,012,", "cannot be a phone number", id="a letter in a number"),
        pytest.param(
            "monitor,+628123456789012345678,Siti,012,", "cannot be a phone number", id="long number"
        ),
        pytest.param(
            "monitor,6.28123E+12,Siti,012,",
            "'6.28123E+12' cannot be a phone number; make the column text in the spreadsheet, and type it anew",
            id="a number that a spreadsheet rounded",
        ),
        pytest.param(
            "monitor,081234567890,Siti,012,,,,99", "'99' cannot be a phone number", id="second phone"
        ),
        pytest.param(
            "monitor,081234567890,Siti,,", "a monitor needs a station's number, not ''", id="no station"
        ),
        pytest.param("monitor,081234567890,Siti,A1,", "station's number, not 'A1'", id="station no number"),
        pytest.param(
            f"monitor,081234567890,Siti,{'9' * 5000},",
            "a monitor needs a station's number",
            id="huge station",
        ),
        pytest.param(
            "coordinator,081234567890,Siti,,", "a coordinator needs a district", id="coordinator of nothing"
        ),
        pytest.param(
            "official,081234567890,Siti,Kantor,", "there is no station 'Kantor'", id="an official's station"
        ),
        pytest.param(
            "monitor,081234567890,Siti,012,,fr", "language 'fr' is neither id nor en", id="language"
        ),
        pytest.param("monitor,081234567890,Siti,012,,,123", "the PIN is not 4 to 8 digits", id="short PIN"),
        pytest.param("monitor,081234567890,Siti,012,,,123456789", "the PIN is not", id="long PIN"),
        pytest.param("monitor,081234567890,Siti,012,,,12a4", "the PIN is not 4 to 8 digits", id="PIN word"),
        pytest.param(
            "official,081234567890,Siti,S.Pd,,,id,4821,081234567891",
            "9 cells for 8 columns",
            id="a comma in a name without quotes",
        ),
    ],
)
def test_a_bad_person_is_a_problem_of_its_line_and_the_others_are_read(people, row, what):
    content = f"{PEOPLE}monitor,081100000001,Ani,1,\n{row}\nmonitor,081100000002,Adi,2,\n"

    lines, problems = people(content)

    assert len(problems) == 1
    assert problems[0].startswith("people.csv, line 3: ")
    assert what in problems[0]
    assert [each.name for each in lines] == ["Ani", "Adi"]


def test_a_stray_quote_hides_no_other_bad_line(stations):
    rows = (
        '1,Timur I,"Air Kuti,480',
        "2,Timur I,,x",
        '3,Timur I,Air "Kuti",480',
        '"4",Timur I,"Air" x,1',
        "5,,,",
        '6,Timur I,"Air\nKuti",480',
        "7,,,",
    )

    lines, problems = stations(STATIONS + "\n".join(rows))

    assert [problem.split(":")[0] for problem in problems] == [
        f"stations.csv, line {number}" for number in (2, 3, 5, 6, 9)
    ]
    assert [(each.number, each.village) for each in lines] == [
        (3, 'Air "Kuti"'),
        (6, "Air Kuti"),
    ]


def test_everything_that_is_wrong_with_a_line_is_said_at_once(people):
    _, problems = people(PEOPLE + "witness,1,Siti,,,fr,1,2\n")

    [problem] = problems
    assert problem.startswith("people.csv, line 2: ")
    assert problem.count("; ") == 4


def test_a_pin_is_in_no_problem(people):
    _, problems = people(PEOPLE + "monitor,081234567890,Siti,012,,,48213x\n")

    assert "48213" not in "".join(problems)


def test_a_column_of_a_contest_that_there_is_not_is_a_problem(stations):
    _, problems = stations("station,district,village,voters,voters_X\n1,Timur I,Air Kuti,480,90\n")

    assert problems == ["stations.csv, line 1: the column voters_x is of no contest of the election file"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "stations.csv is empty; its first line names the columns", id="empty file"),
        pytest.param(
            "\n\n , \n", "stations.csv is empty; its first line names the columns", id="blanks alone"
        ),
        pytest.param(
            "station,village,voters\n1,Air Kuti,480\n",
            "stations.csv, line 1: the column district is missing; there are station, village, voters",
            id="missing column",
        ),
        pytest.param(
            "012,Timur I,Cereme Taba,478\n",
            "stations.csv, line 1: the column station is missing; there are 012, timur i, cereme taba, 478",
            id="no header",
        ),
        pytest.param(
            "station,district,village,voters,Voters\n",
            "stations.csv, line 1: there are two columns voters",
            id="a column twice",
        ),
        pytest.param(
            STATIONS.encode() + b"1,Timur I,Caf\xe9,480\n",
            "stations.csv, line 2: this is not UTF-8; save the file as CSV UTF-8",
            id="Latin-1",
        ),
        pytest.param(
            b"\xff\xfe" + STATIONS.encode("utf-16-le") + b"\x00",
            "stations.csv, line 1: this is not UTF-8; save the file as CSV UTF-8",
            id="torn UTF-16",
        ),
    ],
)
def test_what_is_no_such_table_is_said_in_one_line(stations, content, message):
    with pytest.raises(RosterError) as caught:
        stations(content)

    assert str(caught.value) == message


def test_a_table_of_a_header_alone_holds_nothing(stations, people):
    assert stations(STATIONS) == ([], [])
    assert people(PEOPLE.strip()) == ([], [])


@pytest.mark.parametrize("name", ["stations.csv", "stations.xlsx"])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda _path: None, "No such file or directory; check the path", id="missing"),
        pytest.param(lambda path: path.mkdir(), "Is a directory; check the path", id="a folder"),
    ],
)
def test_a_file_that_cannot_be_opened_is_said_with_its_path_and_reason(tmp_path, name, make, reason):
    path = tmp_path / name
    make(path)

    with pytest.raises(RosterError) as caught:
        read_stations(path, REFERENCE)

    assert str(caught.value) == f"{path}: {reason}"


def test_a_workbook_is_read_as_it_shows_its_cells(tmp_path):
    path = workbook(
        tmp_path / "Stations.XLSX",
        ["Station", "District", "Village", "Voters", "Number", "voters_W"],
        [12, "Timur I", "Cereme Taba", 478.0, 3, None],
        [],
        ["013", "Timur I", "Cereme Taba", "480", 4.0, 100],
        formats=[("A2", "000"), ("E2", "000")],
    )

    lines, problems = read_stations(path, REFERENCE)

    assert problems == []
    assert lines == [
        StationLine(2, "012", 12, "Timur I", "Cereme Taba", 3, 478, ()),
        StationLine(4, "013", 13, "Timur I", "Cereme Taba", 4, 480, (("W", 100),)),
    ]


def test_phones_of_a_workbook_are_numbers_or_text(tmp_path):
    path = workbook(
        tmp_path / "people.xlsx",
        ["role", "phone", "name", "station", "district", "pin"],
        ["monitor", 81234567890, "Siti", 12, None, 4821],
        ["monitor", 6281234567891.0, "Budi", "13", None, 421],
        ["monitor", "0812 3456 7892", "Ani", 14.0, None, None],
        formats=[("F3", "0000")],
    )

    lines, problems = read_people(path, REFERENCE)

    assert problems == []
    assert [(each.phones, each.station, each.pin) for each in lines] == [
        (("+6281234567890",), 12, "4821"),
        (("+6281234567891",), 13, "0421"),
        (("+6281234567892",), 14, None),
    ]


def test_a_bad_row_of_a_workbook_is_a_problem_of_its_line(tmp_path):
    path = workbook(
        tmp_path / "stations.xlsx",
        ["station", "district", "village", "voters"],
        [1, "Timur I", "Air Kuti", 480.5],
    )

    assert read_stations(path, REFERENCE) == (
        [],
        ["stations.xlsx, line 2: voters '480.5' is not a number from 0 to 1000000"],
    )


def test_a_workbooks_drop_down_lists_are_passed_over(tmp_path):
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["role", "phone", "name", "station", "district"])
    sheet.append(["monitor", "081234567890", "Siti", "012", ""])
    roles = DataValidation(type="list", formula1='"monitor,coordinator,official"')
    roles.add("A2:A99")
    sheet.add_data_validation(roles)
    book.create_sheet("notes").append(["who", "what"])
    book.save(tmp_path / "people.xlsx")

    assert read_people(tmp_path / "people.xlsx", REFERENCE) == ([SITI], [])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(STATIONS.encode(), id="a CSV under a wrong name"),
        pytest.param(b"PK\x03\x04" + b"\0" * 40, id="a torn archive"),
    ],
)
def test_what_is_no_workbook_is_said_in_one_line(tmp_path, content):
    path = tmp_path / "stations.xlsx"
    path.write_bytes(content)

    with pytest.raises(RosterError) as caught:
        read_stations(path, REFERENCE)

    assert str(caught.value).startswith("stations.xlsx is not a workbook that can be read")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["people.xls", "people.xlsx"])
def test_a_workbook_that_a_password_locks_is_not_taken_for_an_old_one_alone(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)

    with pytest.raises(RosterError, match=rf"^{name} is an old Excel file, or locked by a password; save it"):
        read_people(tmp_path / name, REFERENCE)


@pytest.mark.parametrize(
    "spoil", [lambda xml: xml[: len(xml) // 2], lambda xml: b"\x07" * len(xml)], ids=["cut", "no XML"]
)
def test_a_workbook_whose_sheet_is_spoilt_is_said_in_one_line(tmp_path, spoil):
    whole = workbook(tmp_path / "whole.xlsx", ["station", "district", "village"], ["1", "Timur", "Taba"])
    path = tmp_path / "stations.xlsx"
    with ZipFile(whole) as read, ZipFile(path, "w") as written:
        for name in read.namelist():
            content = read.read(name)
            written.writestr(name, spoil(content) if "sheet1" in name else content)

    with pytest.raises(RosterError, match=r"^stations\.xlsx is not a workbook that can be read"):
        read_stations(path, REFERENCE)


def test_a_workbook_with_a_spoilt_byte_is_said_in_one_line(tmp_path):
    rows = [[str(number), "Timur", f"Taba {number}"] for number in range(1, 200)]
    path = workbook(tmp_path / "stations.xlsx", ["station", "district", "village"], *rows)
    with ZipFile(path) as read:
        sheet = next(each for each in read.infolist() if "sheet1" in each.filename)
    content = bytearray(path.read_bytes())
    start = sheet.header_offset + 30 + len(sheet.filename)
    content[start : start + 20] = b"\xff" * 20
    path.write_bytes(content)

    with pytest.raises(RosterError, match=r"^stations\.xlsx is not a workbook that can be read"):
        read_stations(path, REFERENCE)


def test_a_formula_whose_result_is_not_in_the_workbook_is_not_taken_for_nothing(tmp_path):
    path = workbook(
        tmp_path / "stations.xlsx",
        ["station", "district", "village", "voters"],
        ["3", "Barat", "Desa C", "=200+200"],
    )

    with pytest.raises(RosterError, match=r"^stations\.xlsx, line 2: a formula without its result"):
        read_stations(path, REFERENCE)


def test_a_workbook_without_a_row_is_empty(tmp_path):
    with pytest.raises(RosterError, match=r"^stations\.xlsx is empty"):
        read_stations(workbook(tmp_path / "stations.xlsx"), REFERENCE)
