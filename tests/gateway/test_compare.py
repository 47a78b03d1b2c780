"""``pantau compare``: ours beside the official count, whatever its file looks like."""

import json

import pytest
from openpyxl import Workbook

from tests.city import COORDINATOR, MONITOR, REPORT

HEADER = "station,contest,candidate_1,candidate_2,candidate_3\n"


@pytest.fixture
def counted(desk):
    """012 has both contests, 013 has G, 001 was taken out."""
    desk.city.text(MONITOR, REPORT)
    desk.city.text("+628410000013", "TPS013 G:100,90,80 SAH:270")
    desk.city.text("+628410000001", "TPS001 G:10,20,30 SAH:60")
    desk.city.text(COORDINATOR, "BATAL TPS001")
    return desk


def compared(desk, text, name="official.csv", encoding="utf-8"):
    """Give what comparing with a file finds."""
    (desk.folder / name).write_bytes(text.encode(encoding))
    status, out, err = desk.pantau("compare", name, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def refused(desk, text):
    (desk.folder / "official.csv").write_text(text)
    status, out, err = desk.pantau("compare", "official.csv")
    assert (status, out, len(err.splitlines())) == (1, "", 1)
    return err


def test_figures_that_agree_have_no_difference(counted):
    found = compared(counted, f"{HEADER}012,G,120,98,77\n012,W,140,155,\n013,G,100,90,80\n")

    assert (found["compared"], found["agreeing"], found["differing"]) == (3, 3, 0)
    assert found["stations"] == []
    assert {each["difference"] for each in (*found["candidates"], *found["totals"])} == {0}
    assert (found["not_reported"], found["not_official"], found["unknown"]) == ([], [], [])
    assert found["unofficial"] is True


def test_the_largest_differences_come_first_by_station_candidate_and_in_total(counted):
    found = compared(counted, f"{HEADER}012,G,121,97,77\n012,W,150,155,\n013,G,100,90,86\n")

    assert [(each["station"], each["contest"], each["difference"]) for each in found["stations"]] == [
        ("012", "W", 10),
        ("013", "G", 6),
        ("012", "G", 2),
    ]
    assert found["stations"][2]["candidates"] == [
        {"number": 1, "ours": 120, "official": 121, "difference": -1},
        {"number": 2, "ours": 98, "official": 97, "difference": 1},
        {"number": 3, "ours": 77, "official": 77, "difference": 0},
    ]
    assert [(each["contest"], each["number"], each["difference"]) for each in found["candidates"]] == [
        ("W", 1, -10),
        ("G", 3, -6),
        ("G", 1, -1),
        ("G", 2, 1),
        ("W", 2, 0),
    ]
    assert [
        (each["contest"], each["stations"], each["ours"], each["official"]) for each in found["totals"]
    ] == [
        ("W", 1, 295, 305),
        ("G", 2, 565, 571),
    ]


def test_the_keys_of_json_are_stable(counted):
    found = compared(counted, f"{HEADER}012,G,121,98,77\n")

    assert list(found) == [
        "election",
        "as_of",
        "unofficial",
        "compared",
        "agreeing",
        "differing",
        "stations",
        "candidates",
        "totals",
        "not_reported",
        "not_official",
        "unknown",
        "other_contests",
    ]
    assert list(found["stations"][0]) == [
        "station",
        "district",
        "village",
        "contest",
        "difference",
        "candidates",
    ]
    assert list(found["candidates"][0]) == ["contest", "number", "name", "ours", "official", "difference"]
    assert list(found["totals"][0]) == ["contest", "name", "stations", "ours", "official", "difference"]


def test_what_one_side_lacks_is_listed_and_not_summed(counted):
    found = compared(
        counted, f"{HEADER}012,G,120,98,77\n001,G,10,20,30\n002,W,5,6,\n999,G,1,2,3\n12,DPRD,1,2,3\n"
    )

    assert found["not_reported"] == [
        {"station": "001", "contest": "G"},
        {"station": "002", "contest": "W"},
    ]
    assert found["not_official"] == [
        {"station": "012", "contest": "W"},
        {"station": "013", "contest": "G"},
    ]
    assert found["unknown"] == ["999"]
    assert found["other_contests"] == [{"contest": "DPRD", "lines": 1}]
    assert [each["official"] for each in found["totals"] if each["contest"] == "G"] == [295]


SAME = [
    pytest.param("12;G;120;98;77\n", "station;contest;candidate_1;candidate_2;candidate_3\n", "utf-8", id="semicolons"),
    pytest.param("12\tG\t120\t98\t77\n", HEADER.replace(",", "\t"), "utf-8", id="tabs"),
    pytest.param("012,G,120,98,77\n", HEADER, "utf-8-sig", id="a byte-order mark"),
    pytest.param("012,G,120,98,77\n", HEADER.upper(), "utf-8", id="a header in capitals"),
    pytest.param("TPS 12,gub,120,98,77\n", HEADER, "utf-8", id="a small alias"),
    pytest.param("0012,Gubernur,120,98,77\n", HEADER, "utf-8", id="another alias, more zeros"),
    pytest.param("12.0,g,120.0,98.0,77.0\n", HEADER, "utf-8", id="a spreadsheet's numbers"),
    pytest.param("kec,77,012,98,G,120\n", "x,candidate_3,station,candidate_2,contest,candidate_1\n", "utf-8", id="another order"),
    pytest.param("012,G,120,98,77\r\n\r\n012,G,120,98,77\r\n", HEADER, "utf-8", id="the same line twice"),
    pytest.param("012,G,120,98,77\n012,W,,,\n", HEADER, "utf-8", id="a line without figures"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "header", "encoding"), SAME)
def test_a_file_is_read_as_it_is_meant(counted, lines, header, encoding):
    found = compared(counted, header + lines, encoding=encoding)

    assert (found["compared"], found["agreeing"], found["unknown"]) == (1, 1, [])


def test_a_workbook_is_read_too(counted):
    book = Workbook()
    sheet = book.create_sheet(index=0)
    for row in (["station", "contest", "candidate_1", "candidate_2", "candidate_3"], [12, "G", 120, 98, 77]):
        sheet.append(row)
    book.save(counted.folder / "official.xlsx")

    status, out, _ = counted.pantau("compare", "official.xlsx", "--json")

    assert (status, json.loads(out)["agreeing"]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(HEADER + "012,G,120,x,77\n", "line 2: candidate_2 'x' is not", id="no number"),
        pytest.param(HEADER + "012,G,120,,77\n", "line 2: candidate_2 '' is not", id="one is empty"),
        pytest.param(HEADER + "012,G,1.200,98,77\n", "line 2: candidate_1 '1.200'", id="a thousands mark"),
        pytest.param(HEADER + "012,G,-1,98,77\n", "line 2: candidate_1 '-1'", id="less than none"),
        pytest.param(HEADER + "013,G,1,2,3\n012,W,140,155,3\n", "line 3: W has 2 candidates", id="a candidate too many"),
        pytest.param(HEADER + "abc,G,1,2,3\n", "line 2: station 'abc'", id="no station"),
        pytest.param(HEADER + "012,,1,2,3\n", "line 2: the contest is empty", id="no contest"),
        pytest.param(HEADER + "012,G,1,2,3\n12,GUB,1,2,4\n", "line 3: station 12, G is there twice", id="twice, with other votes"),
        pytest.param(HEADER + "012,G,1,2,3,4\n", "line 2: more cells than columns", id="a cell too many"),
        pytest.param("station,candidate_1\n", "line 1: the column contest is missing", id="no such column"),
        pytest.param("", "official.csv is empty", id="empty"),
        pytest.param(HEADER + '012,"G,1\n', "line 2: a quote", id="an open quote"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_its_line(counted, text, said):
    assert said in refused(counted, text)


def test_a_missing_file_is_one_line(desk):
    status, out, err = desk.pantau("compare", "nowhere.csv")

    assert (status, out, len(err.splitlines())) == (1, "", 1)
    assert "nowhere.csv" in err


def test_what_is_printed_names_the_largest_first_and_what_lacks(counted):
    text = f"{HEADER}012,G,121,98,77\n012,W,150,155,\n001,G,1,2,3\n999,G,1,2,3\n7,XYZ,1,2,3\n"
    (counted.folder / "official.csv").write_text(text)

    status, out, _ = counted.pantau("compare", "official.csv")

    assert status == 0
    assert "2 results compared: 0 agree, 2 differ" in out
    assert out.index("140/150 155/155") < out.index("120/121 98/98 77/77")
    assert "1 official, and not reported to us: 001(G)" in out
    assert "1 reported to us, and not in the file: 013(G)" in out
    assert "1 station not on the roster: 999" in out
    assert "1 line of XYZ" in out


def test_before_the_first_report_nothing_is_compared(desk):
    found = compared(desk, f"{HEADER}012,G,120,98,77\n")

    assert (found["compared"], found["not_reported"]) == (0, [{"station": "012", "contest": "G"}])
