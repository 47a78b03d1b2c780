"""The roster from files: all or nothing, and only what changed (SPEC section 7), on both databases."""

import tracemalloc

import pytest
from sqlalchemy import func, select

from config.errors import RosterError
from config.sample import sample_path
from models import dialect, people, pins, staging, stations, tally
from models.people import roster_version
from models.roster_import import ImportSummary, import_roster
from models.store import Store
from models.tables import PersonRow, PhoneRow, RoleRow, StationRow, StationVersion
from tests.city import (
    COORDINATOR,
    DEPUTY,
    DISTRICT_OFFICIAL,
    MAYOR,
    MONITOR,
    NEIGHBOUR,
    OTHER_COORDINATOR,
    REPORT,
)
from tests.databases import only_postgresql
from tests.elections import REFERENCE

NEW, SECOND, THIRD = "+6284999000111", "+6284999000112", "+6284999000113"
NOTHING = ImportSummary()
STATIONS = [
    ["station", "district", "village", "number", "voters", "voters_W"],
    *(
        [
            f"{number:03d}",
            "Timur I" if number < 15 else "Barat I",
            "Air Kuti" if number < 10 else "Cereme Taba",
            str(number if number < 10 else number - 9),
            "480",
            "100" if number == 20 else "",
        ]
        for number in range(1, 21)
    ),
]
PEOPLE = [
    ["role", "phone", "name", "station", "district", "language", "pin", "phone2"],
    *(
        ["monitor", f"+628410000{number:03d}", f"Monitor {number}", str(number), "", "", "", ""]
        for number in range(1, 21)
    ),
    ["coordinator", COORDINATOR, "Koordinator Timur", "", "Timur I", "", "", ""],
    ["coordinator", OTHER_COORDINATOR, "Koordinator Barat", "", "Barat I", "", "", ""],
    ["coordinator", DEPUTY, "Wakil Timur", "", "Timur I", "en", "", ""],
    ["official", MAYOR, "Wali Kota", "", "", "", "", ""],
    ["official", DISTRICT_OFFICIAL, "Camat Timur", "", "Timur I", "", "", ""],
]


def with_row(table, row, **cells):
    """Give the table with some cells of a row (the header is row 0) replaced."""
    changed = [*table]
    changed[row] = [cells.get(name, cell) for name, cell in zip(table[0], table[row], strict=True)]
    return changed


def person_row(role, phone, name, **cells):
    return [{"role": role, "phone": phone, "name": name, **cells}.get(column, "") for column in PEOPLE[0]]


@pytest.fixture(autouse=True)
def few_lines_at_a_time(monkeypatch):
    """Every boundary between two parts of a file is crossed by these small ones, too."""
    monkeypatch.setattr(staging, "CHUNK", 3)


@pytest.fixture
def store(city):
    """The small city, as ``STATIONS`` and ``PEOPLE`` describe it."""
    return city.service.store


@pytest.fixture
def bring(store, tmp_path):
    """Import tables and give what changed."""

    def call(stations=None, people=None, **options):
        paths = []
        for name, table in (("stations.csv", stations), ("people.csv", people)):
            path = tmp_path / name
            if table is not None:
                path.write_text("".join(",".join(row) + "\n" for row in table))
            paths.append(None if table is None else path)
        with store.transaction() as db:
            return import_roster(db, REFERENCE, *paths, **options)

    return call


@pytest.fixture
def version(store):
    """Give how often the roster has changed."""

    def read():
        with store.reading() as db:
            return roster_version(db)

    return read


@pytest.fixture
def known(store):
    """Give the person behind a number."""

    def read(phone):
        with store.reading() as db:
            return people.person_by_phone(db, phone)

    return read


def at_station(db, number=12):
    return stations.station_by_number(db, number)


def monitors(store, number=12):
    with store.reading() as db:
        found = people.monitors_of(db, at_station(db, number).id)
        return [each.phones for each in found]


def everything(store):
    """Give every row of the roster, closed ones too."""
    with store.reading() as db:
        tables = (StationRow, StationVersion, PersonRow, PhoneRow, RoleRow)
        return [sorted(map(str, db.execute(select(each.__table__)).all())) for each in tables]


def test_what_is_there_already_changes_nothing(store, bring, version):
    before, rows = version(), everything(store)

    done = bring(STATIONS, PEOPLE)

    assert (done, done.changed) == (NOTHING, False)
    assert version() == before
    assert everything(store) == rows


def test_one_row_at_a_time_the_table_changes_nothing_either(bring, version):
    before = version()

    for row in PEOPLE[1:]:
        assert bring(None, [PEOPLE[0], row]) == NOTHING

    assert version() == before


def test_files_that_hold_no_one_change_nothing(bring, version):
    before = version()

    assert bring(STATIONS[:1], PEOPLE[:1]) == NOTHING
    assert version() == before


def test_a_new_database_is_filled_and_filled_once(databases):
    store = Store.open(databases.empty())
    paths = [sample_path("stations.csv"), sample_path("people.csv")]
    with store.transaction() as db:
        first = import_roster(db, REFERENCE, *paths)
    with store.transaction() as db:
        second = import_roster(db, REFERENCE, *paths)

    with store.reading() as db:
        registered = tally.totals(db, REFERENCE).stations.registered
        version, everyone = roster_version(db), people.everyone(db)
        first_station = at_station(db, 1)
    store.close()
    assert (first.stations_added, first.people_added, registered) == (326, len(everyone), 326)
    assert (second, version) == (NOTHING, 1)
    assert (first_station.code, first_station.district) == ("001", "Timur I")
    assert sum(each.is_coordinator for each in everyone) == 8
    assert sum(each.is_monitor for each in everyone) == 326


@pytest.mark.parametrize(
    ("cells", "attribute", "value"),
    [
        pytest.param({"village": "Air Temam"}, "village", "Air Temam", id="village"),
        pytest.param({"voters": "481"}, "voters", 481, id="voters"),
        pytest.param({"voters": ""}, "voters", None, id="voters not known any more"),
        pytest.param({"voters_W": "90"}, "voters_by_contest", (("W", 90),), id="voters of one contest"),
        pytest.param({"number": "7"}, "form_number", 7, id="number on the form"),
        pytest.param({"district": "Barat I"}, "district", "Barat I", id="district"),
        pytest.param({"district": "Utara I"}, "district", "Utara I", id="a district that is new"),
        pytest.param({"station": "12"}, "code", "12", id="the code's zeros"),
    ],
)
def test_a_station_that_changed_changes_in_that_alone_and_keeps_its_history(
    store, bring, version, cells, attribute, value
):
    before = version()
    with store.reading() as db:
        was = at_station(db)

    done = bring(with_row(STATIONS, 12, **cells))

    with store.reading() as db:
        found = at_station(db)
        versions = db.execute(select(StationVersion.since).where(StationVersion.station_id == found.id))
        assert versions.scalars().all()[-1] == before + 1
    assert (done, version()) == (ImportSummary(stations_changed=1), before + 1)
    assert getattr(found, attribute) == value
    differing = {name for name in was.__slots__ if getattr(was, name) != getattr(found, name)}
    assert differing - {"district_id"} == {attribute}


def test_a_district_in_other_capitals_is_the_same(bring):
    assert bring(with_row(STATIONS, 12, district="TIMUR I")) == NOTHING


def test_the_totals_know_a_new_station_at_once_and_a_moved_one(city, bring):
    city.text(MONITOR, REPORT)

    bring([*with_row(STATIONS, 12, district="Barat I"), ["021", "Utara I", "x", "", "480", ""]])

    with city.service.store.reading() as db:
        found = {each.name: tally.totals(db, REFERENCE, [each]) for each in stations.districts(db)}
    assert city.totals().stations.registered == 21
    assert {name: each.stations.registered for name, each in found.items()} == {
        "Timur I": 13,
        "Barat I": 7,
        "Utara I": 1,
    }
    assert (found["Barat I"].contests[0].votes, found["Timur I"].contests[0].votes) == (
        (120, 98, 77),
        (0, 0, 0),
    )


def test_results_are_never_touched(city, bring):
    city.text(MONITOR, REPORT)
    before = city.history()

    bring(with_row(STATIONS, 12, voters="10", village="x"), PEOPLE, prune=True)

    assert city.history() == before
    assert city.votes() == (120, 98, 77)


@pytest.mark.parametrize(
    ("cells", "attribute", "value"),
    [
        pytest.param({"name": "Siti Aminah"}, "name", "Siti Aminah", id="name"),
        pytest.param({"language": "en"}, "lang", "en", id="language"),
    ],
)
def test_a_person_who_changed_changes_in_that_alone(bring, version, known, cells, attribute, value):
    before, was = version(), known(MONITOR)

    done = bring(None, with_row(PEOPLE, 12, **cells))

    found = known(MONITOR)
    assert (done, version()) == (ImportSummary(people_changed=1), before + 1)
    assert getattr(found, attribute) == value
    assert {name for name in was.__slots__ if getattr(was, name) != getattr(found, name)} == {attribute}


def test_an_empty_cell_says_nothing_against_what_is_known(city, bring, known):
    city.text(MONITOR, "BAHASA EN")

    assert bring(None, with_row(PEOPLE, 12, name="")) == NOTHING
    assert (known(MONITOR).name, known(MONITOR).lang) == ("Monitor 12", "en")


def test_a_monitor_of_another_station_now_leaves_the_first(store, bring):
    done = bring(None, [PEOPLE[0], person_row("monitor", MONITOR, "Monitor 12", station="013")])

    assert done == ImportSummary(
        people_changed=1, people_removed=1, warnings=("no monitor any more: station 012",)
    )
    assert (monitors(store, 12), monitors(store, 13)) == ([], [(MONITOR,)])


def test_the_monitors_of_a_station_that_is_named_become_those_of_the_file(store, bring, known):
    done = bring(
        None,
        [
            PEOPLE[0],
            person_row("monitor", NEW, "Siti", station="12"),
            person_row("monitor", SECOND, "Budi", station="012"),
        ],
    )

    assert (done.people_added, done.people_removed) == (2, 1)
    assert monitors(store) == [(NEW,), (SECOND,)]
    assert known(MONITOR) is None
    assert monitors(store, 13) == [(NEIGHBOUR,)]


def test_people_whom_the_file_does_not_name_stay(store, bring, known):
    before = known(COORDINATOR)

    bring(None, [PEOPLE[0], person_row("coordinator", NEW, "Ani", district="timur i")])

    with store.reading() as db:
        district = at_station(db).district_id
        assert len(people.coordinators_of(db, district)) == 3
        assert len(people.everyone(db)) == 26
    assert known(COORDINATOR) == before


def test_prune_removes_the_people_whom_the_file_does_not_name(store, bring, version, known):
    before = version()

    done = bring(None, PEOPLE[:13], prune=True)
    again = bring(None, PEOPLE[:13], prune=True)

    left = (
        "no monitor any more: station 013, 014, 015, 016, 017, 018, 019, 020",
        "no coordinator any more: district Barat I, Timur I",
    )
    assert (done, again) == (ImportSummary(people_removed=13, warnings=left), NOTHING)
    assert version() == before + 1
    assert (known(NEIGHBOUR), known(MAYOR)) == (None, None)
    with store.reading() as db:
        assert len(people.everyone(db)) == 12


@pytest.mark.parametrize(
    ("tables", "file"), [((STATIONS[:1], None), "stations"), ((None, PEOPLE[:1]), "people")]
)
def test_a_file_of_its_header_alone_prunes_nothing(store, bring, tables, file):
    before = everything(store)

    with pytest.raises(RosterError) as caught:
        bring(*tables, prune=True)

    assert str(caught.value).startswith(f"{file}.csv, line 1: nothing follows the header, and --prune would")
    assert everything(store) == before
    assert bring(*tables) == NOTHING


@pytest.mark.parametrize(
    ("count", "said"), [(20, "017, 018, 019, 020"), (21, "018, 019, 020 and 1 more"), (25, "020 and 5 more")]
)
def test_of_many_stations_left_alone_some_are_named(bring, count, said):
    many = [[f"{number:03d}", "Timur I", "Air Kuti", "", "480", ""] for number in range(21, count + 1)]
    monitors_of = [
        person_row("monitor", f"+6284100001{each[0]}", f"Monitor {each[0]}", station=each[0]) for each in many
    ]
    bring([*STATIONS, *many], [*PEOPLE, *monitors_of])

    [warning] = bring(None, [PEOPLE[0], *PEOPLE[21:]], prune=True).warnings

    assert warning.startswith("no monitor any more: station 001, 002, ")
    assert warning.endswith(said)


def test_prune_of_one_file_leaves_what_the_other_would_name(store, bring):
    bring(STATIONS, None, prune=True)
    bring(None, PEOPLE, prune=True)

    with store.reading() as db:
        assert (len(stations.all_stations(db)), len(people.everyone(db))) == (20, 25)


def test_prune_removes_stations_with_their_monitors_and_keeps_those_with_results(city, store, bring, known):
    city.text(MONITOR, REPORT)

    done = bring(STATIONS[:12], None, prune=True)
    again = bring(STATIONS[:12], None, prune=True)

    assert (done.stations_removed, done.warnings) == (8, ("station 012 has results: it stays",))
    assert (again.changed, again.warnings) == (False, done.warnings)
    assert city.totals().stations.registered == 12
    assert city.votes() == (120, 98, 77)
    assert known(NEIGHBOUR) is None
    assert monitors(store, 12) == [(MONITOR,)]
    assert city.said(NEIGHBOUR, "TPS013 G:1,2,3 SAH:6")[1] == ("unknown_sender",)


def test_a_station_taken_out_by_batal_has_results_and_stays(city, bring):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "BATAL TPS012")

    done = bring(STATIONS[:12], None, prune=True)

    assert done.warnings == ("station 012 has results: it stays",)


def test_a_station_whose_report_waits_for_a_decision_stays_until_it_is_made(city, bring):
    city.text(NEIGHBOUR, "TPS013 G:0,0,0 SAH:0")

    held = bring(STATIONS[:12], None, prune=True)
    city.text(COORDINATOR, "TOLAK K1")
    decided = bring(STATIONS[:12], None, prune=True)

    assert (held.stations_removed, held.warnings) == (8, ("station 013 has an open case: it stays",))
    assert (decided.stations_removed, decided.warnings) == (1, ())


@pytest.mark.parametrize(
    ("stations", "people"),
    [
        pytest.param(with_row(STATIONS, 13, district="Barat I"), None, id="of another district"),
        pytest.param(None, [*PEOPLE, person_row("coordinator", NEW, "Baru", district="Timur I")], id="a new one"),
    ],
)  # fmt: skip
def test_coordinators_who_come_to_an_open_case_by_an_import_are_to_be_told(city, bring, stations, people):
    city.text(NEIGHBOUR, "TPS013 G:0,0,0 SAH:0")
    city.text("+628410000020", "TPS020 G:0,0,0 SAH:0")

    done, again = bring(stations, people), bring(stations, people)

    waits = "waits for a decision: tell its new coordinators, no text told them"
    assert done.warnings == (f"station 013: K1 {waits}",)
    assert again == NOTHING


def test_nobody_can_be_placed_at_a_station_that_the_same_import_removes(bring, version):
    before = version()

    with pytest.raises(RosterError) as caught:
        bring(STATIONS[:20], PEOPLE, prune=True)

    [problem] = str(caught.value).splitlines()
    assert problem.startswith("people.csv, line 21: ")
    assert "20" in problem.split(": ", 1)[1]
    assert version() == before


def test_a_station_that_was_removed_can_come_back(city, bring, known):
    bring(STATIONS[:20], PEOPLE[:20], prune=True)
    gone = (city.totals().stations.registered, known("+628410000020"))

    done = bring(STATIONS, PEOPLE)

    assert gone == (19, None)
    assert (done.stations_added, done.people_added) == (1, 6)
    assert city.totals().stations.registered == 20
    assert city.said("+628410000020", "TPS020 G:1,2,3 SAH:6")[0] == "accepted"


def test_a_substitute_by_text_goes_when_the_file_names_the_station(city, store, bring, known):
    city.text(COORDINATOR, f"GANTI TPS012 {NEW} Siti Aminah")
    between = monitors(store)

    done = bring(None, PEOPLE)

    assert between == [(NEW,)]
    assert (done.people_added, done.people_changed, done.people_removed) == (1, 0, 1)
    assert done.warnings == ("station 012: Siti Aminah, appointed by text, does not report for it any more",)
    assert bring(None, PEOPLE) == NOTHING
    assert monitors(store) == [(MONITOR,)]
    assert known(NEW) is None
    assert city.said(MONITOR, REPORT)[0] == "accepted"


def test_a_substitute_by_text_stays_when_the_file_does_not_name_the_station(city, store, bring):
    city.text(COORDINATOR, f"GANTI TPS012 {NEW} Siti Aminah")

    done = bring(None, [row for row in PEOPLE if row[1] != MONITOR])

    assert done == NOTHING
    assert monitors(store) == [(NEW,)]


def test_a_substitute_who_is_in_the_file_too_changes_nothing(city, bring, version):
    city.text(COORDINATOR, f"GANTI TPS012 {NEW} Siti Aminah")
    before = version()

    assert bring(None, with_row(PEOPLE, 12, phone=NEW, name="Siti Aminah")) == NOTHING
    assert version() == before


def test_either_number_is_the_person(city, bring, known):
    done = bring(None, with_row(PEOPLE, 12, phone2=NEW))

    assert done == ImportSummary(people_changed=1)
    assert known(NEW) == known(MONITOR)
    assert known(NEW).phones == (MONITOR, NEW)
    assert city.said(NEW, REPORT)[0] == "accepted"


def test_a_new_first_number_beside_a_known_second_one_is_the_same_person(bring, known):
    was = known(MONITOR)

    done = bring(None, with_row(PEOPLE, 12, phone=NEW, phone2=MONITOR))

    assert done == ImportSummary(people_changed=1)
    assert (known(NEW).id, known(NEW).phones) == (was.id, (NEW, MONITOR))
    assert bring(None, with_row(PEOPLE, 12, phone=NEW, phone2=MONITOR)) == NOTHING


def test_two_numbers_that_change_places_are_told_by_the_first(bring, known):
    bring(None, with_row(PEOPLE, 12, phone2=NEW))

    done = bring(None, with_row(PEOPLE, 12, phone=NEW, phone2=MONITOR))

    assert done == ImportSummary(people_changed=1)
    assert known(MONITOR).phones == (NEW, MONITOR)


def test_a_second_number_that_the_file_leaves_out_is_gone(bring, known):
    bring(None, with_row(PEOPLE, 12, phone2=NEW))

    done = bring(None, PEOPLE)

    assert done == ImportSummary(people_changed=1)
    assert (known(MONITOR).phones, known(NEW)) == ((MONITOR,), None)


def test_a_second_number_stays_where_the_file_has_no_column_for_it(bring, known):
    bring(None, with_row(PEOPLE, 12, phone2=NEW))

    assert bring(None, [row[:7] for row in PEOPLE]) == NOTHING
    assert known(NEW).phones == (MONITOR, NEW)


def test_two_people_who_turn_out_to_be_one_are_one(store, bring, known):
    """The first import did not know that the neighbour's number is the monitor's second SIM."""
    table = [row for row in with_row(PEOPLE, 12, phone2=NEIGHBOUR) if row[1] != NEIGHBOUR]

    done = bring(None, table)

    assert done == ImportSummary(
        people_changed=1, people_removed=1, warnings=("no monitor any more: station 013",)
    )
    assert known(NEIGHBOUR) == known(MONITOR)
    assert known(MONITOR).phones == (MONITOR, NEIGHBOUR)
    assert monitors(store, 13) == []


def test_a_second_number_that_is_somebodys_own_now_leaves_the_first_person(store, bring, known):
    bring(None, with_row(PEOPLE, 12, phone2=NEW))

    done = bring(None, [*PEOPLE, person_row("monitor", NEW, "Siti", station="12")])

    assert (done.people_added, done.people_changed) == (1, 1)
    assert (known(MONITOR).phones, known(NEW).phones, known(NEW).name) == ((MONITOR,), (NEW,), "Siti")
    assert sorted(monitors(store)) == sorted([(MONITOR,), (NEW,)])


def test_two_people_may_exchange_their_numbers(bring, known):
    table = with_row(with_row(PEOPLE, 12, phone=NEIGHBOUR), 13, phone=MONITOR)

    bring(None, table)

    assert [(known(each).name, known(each).stations[0].number) for each in (MONITOR, NEIGHBOUR)] == [
        ("Monitor 13", 13),
        ("Monitor 12", 12),
    ]
    assert bring(None, table) == NOTHING


def test_several_lines_of_one_number_are_one_person_with_several_roles(bring, known):
    roles = [
        person_row("monitor", NEW, "Siti", station="12"),
        person_row("monitor", NEW, "SITI", station="13"),
        person_row("coordinator", NEW, "", district="Barat I"),
        person_row("coordinator", NEW, "Siti", district="Timur I"),
        person_row("official", NEW, "Siti", district="Barat I"),
        person_row("official", NEW, "Siti"),
    ]

    done = bring(None, [PEOPLE[0], *roles])

    found = known(NEW)
    assert done.people_added == 1
    assert found.name == "Siti"
    assert [each.number for each in found.stations] == [12, 13]
    assert {each.name for each in found.districts} == {"Barat I", "Timur I"}
    assert ([each.name for each in found.watches], found.everywhere) == (["Barat I"], True)
    assert bring(None, [PEOPLE[0], *roles]) == NOTHING


def test_a_role_that_the_file_does_not_give_any_more_is_gone(bring, known):
    bring(None, [*PEOPLE, person_row("official", MONITOR, "Monitor 12")])
    had = known(MONITOR).everywhere

    done = bring(None, PEOPLE)

    assert (had, known(MONITOR).everywhere, known(MONITOR).is_monitor) == (True, False, True)
    assert done == ImportSummary(people_changed=1)


@pytest.mark.parametrize(
    ("rows", "line", "what"),
    [
        pytest.param(
            [
                person_row("monitor", NEW, "Siti", station="12"),
                person_row("monitor", NEW, "Budi", station="13"),
            ],
            3,
            "line 2",
            id="two names for one phone",
        ),
        pytest.param(
            [
                person_row("monitor", NEW, "Siti", station="12"),
                person_row("monitor", SECOND, "Budi", station="13", phone2=NEW),
            ],
            3,
            "line 2",
            id="somebody's first number as another's second",
        ),
        pytest.param(
            [
                person_row("monitor", NEW, "Siti", station="12"),
                person_row("monitor", SECOND, "Budi", station="13"),
                person_row("official", THIRD, "Siti"),
                person_row("official", NEW, "Siti", phone2=SECOND),
            ],
            5,
            "lines 2 and 3",
            id="numbers of two people",
        ),
        pytest.param([person_row("monitor", NEW, "Siti", station="99")], 2, "99", id="no such station"),
        pytest.param(
            [person_row("coordinator", NEW, "Siti", district="Utara")], 2, "Utara", id="no such district"
        ),
        pytest.param(
            [person_row("official", NEW, "Siti", district="Utara")], 2, "Utara", id="an official's district"
        ),
        pytest.param(
            [person_row("monitor", NEW, "Siti", station="12", district="Timr I")],
            2,
            "did you mean 'Timur I'?",
            id="a monitor's district",
        ),
        pytest.param(
            [person_row("official", NEW, "Siti", station="99")],
            2,
            "no station 99",
            id="an official's station",
        ),
        pytest.param(
            [person_row("coordinator", NEW, "Siti", station="99", district="Timur I")],
            2,
            "no station 99",
            id="a coordinator's station",
        ),
    ],
)
def test_what_does_not_fit_the_roster_is_a_problem_of_its_line(bring, rows, line, what):
    with pytest.raises(RosterError) as caught:
        bring(None, [PEOPLE[0], *rows])

    [problem] = str(caught.value).splitlines()
    assert problem.startswith(f"people.csv, line {line}: ")
    assert what in problem


def test_a_station_beside_a_coordinator_or_an_official_takes_no_monitors_place(bring, known):
    bring(STATIONS, PEOPLE)
    rows = [
        person_row("coordinator", NEW, "Siti", station="12", district="Timur I"),
        person_row("official", SECOND, "Budi", station="-"),
    ]

    bring(None, [PEOPLE[0], *rows])

    assert known(MONITOR).stations[0].number == 12
    assert known(NEW).stations == known(SECOND).stations == ()


def test_every_problem_of_both_files_is_said_and_nothing_is_written(store, bring):
    before = everything(store)
    bad_stations = [*with_row(STATIONS, 1, voters="many"), ["21", "", "x", "", "", ""], STATIONS[5]]
    bad_people = [*with_row(PEOPLE, 1, phone="12"), person_row("witness", NEW, "Siti")]

    with pytest.raises(RosterError) as caught:
        bring(bad_stations, bad_people)

    found = [line.split(": ")[0] for line in str(caught.value).splitlines()]
    assert found == [
        "stations.csv, line 2",
        "stations.csv, line 22",
        "stations.csv, line 23",
        "people.csv, line 2",
        "people.csv, line 27",
    ]
    assert everything(store) == before


def test_people_may_be_placed_where_the_same_import_makes_a_station(bring, known):
    done = bring(
        [STATIONS[0], ["021", "Utara I", "x", "", "480", ""]],
        [
            PEOPLE[0],
            person_row("monitor", NEW, "Siti", station="21"),
            person_row("coordinator", SECOND, "Ani", district="UTARA I"),
        ],
    )

    assert done == ImportSummary(stations_added=1, people_added=2)
    assert known(NEW).stations[0].district == known(SECOND).districts[0].name == "Utara I"


def pin_hashes(store):
    with store.reading() as db:
        query = select(PersonRow.pin_hash).where(PersonRow.pin_hash.is_not(None))
        return list(db.execute(query.order_by(PersonRow.id)).scalars())


def test_a_pin_is_kept_as_a_salted_hash_that_a_second_import_leaves(store, bring, version):
    table = with_row(with_row(PEOPLE, 12, pin="4821"), 13, pin="4821")
    first = bring(None, table)
    hashes, counted = pin_hashes(store), version()

    second = bring(None, table)

    assert (first, second) == (ImportSummary(people_changed=2), NOTHING)
    assert (pin_hashes(store), version()) == (hashes, counted)
    assert len(set(hashes)) == 2
    assert not any("4821" in each for each in hashes)
    assert all(pins.pin_matches("4821", each) and not pins.pin_matches("4822", each) for each in hashes)


def test_another_pin_replaces_the_first_and_an_empty_cell_keeps_it(store, bring):
    bring(None, with_row(PEOPLE, 12, pin="4821"))

    changed = bring(None, with_row(PEOPLE, 12, pin="00421"))
    kept = bring(None, PEOPLE)

    assert (changed, kept) == (ImportSummary(people_changed=1), NOTHING)
    [only] = pin_hashes(store)
    assert pins.pin_matches("00421", only)


def test_a_new_person_has_their_pin_and_language_at_once(bring, known):
    bring(None, [PEOPLE[0], person_row("official", NEW, "Siti", language="EN", pin="4821")])

    assert known(NEW).lang == "en"
    assert pins.pin_matches("4821", known(NEW).pin_hash)


def test_what_the_roster_was_can_still_be_told(store, bring):
    bring(None, with_row(PEOPLE, 12, phone=NEW))

    with store.reading() as db:
        roles = db.execute(
            select(PhoneRow.number, RoleRow.since, RoleRow.until)
            .join(RoleRow, RoleRow.person_id == PhoneRow.person_id)
            .join(StationRow, StationRow.id == RoleRow.station_id)
            .where(StationRow.number == 12)
            .order_by(RoleRow.since)
        ).all()
    assert [tuple(each) for each in roles] == [(MONITOR, 1, 2), (NEW, 2, None)]


def test_a_number_is_of_one_person_at_a_time(store, bring):
    bring(None, with_row(PEOPLE, 12, phone2=NEW))
    bring(None, [*PEOPLE, person_row("official", NEW, "Siti")])

    with store.reading() as db:
        current = select(PhoneRow.number).where(PhoneRow.until.is_(None)).group_by(PhoneRow.number)
        assert db.execute(current.having(func.count() > 1)).all() == []


@pytest.mark.parametrize(
    ("first", "again", "found"),
    [
        pytest.param("480", "480", ["line 22: station 5 is also in line 6"], id="two good lines"),
        pytest.param(
            "many", "480", ["line 6: voters 'many'", "line 22: station 5 is also in line 6"], id="the first is bad"
        ),
        pytest.param("480", "many", ["line 22: voters 'many'"], id="the second is bad"),
    ],
)  # fmt: skip
def test_a_station_that_the_file_names_twice_is_a_problem_that_names_both_lines(bring, first, again, found):
    stations = with_row(STATIONS, 5, voters=first)

    with pytest.raises(RosterError) as caught:
        bring([*stations, [STATIONS[5][0].lstrip("0"), "Timur I", "Air Kuti", "5", again, ""]])

    problems = str(caught.value).splitlines()
    assert all(each.startswith(f"stations.csv, {what}") for each, what in zip(problems, found, strict=True))
    assert problems[-1].endswith("station 5 is also in line 6")


def test_people_who_are_far_apart_in_the_file_and_have_a_number_in_common_are_one(bring, known):
    done = bring(None, [*PEOPLE, person_row("coordinator", MONITOR, "Monitor 12", district="Barat I")])

    assert done == ImportSummary(people_changed=1)
    assert (known(MONITOR).is_monitor, known(MONITOR).is_coordinator) == (True, True)


def test_a_chain_of_numbers_is_followed_however_long(bring):
    """Each names the next one's number as their second: they are different people, and all are told."""
    links = [
        person_row(
            "monitor", f"+62849990001{n:02d}", f"Saksi {n}", station="12", phone2=f"+62849990001{n + 1:02d}"
        )
        for n in range(20)
    ]

    with pytest.raises(RosterError) as caught:
        bring(None, [PEOPLE[0], *links])

    assert len(str(caught.value).splitlines()) == 10


def test_numbers_that_go_round_are_everyones_new_one(bring, known):
    phones = [row[1] for row in PEOPLE[1:21]]
    turned = [
        [*row[:1], phone, *row[2:]] for row, phone in zip(PEOPLE[1:21], phones[1:] + phones[:1], strict=True)
    ]

    done = bring(None, [PEOPLE[0], *turned, *PEOPLE[21:]])

    assert (done.people_added, done.people_removed) == (0, 0)
    assert [known(phone).name for phone in phones] == ["Monitor 20", *(f"Monitor {n}" for n in range(1, 20))]


def test_pins_are_in_no_table_while_a_file_is_compared(store, tmp_path, monkeypatch):
    seen, load = [], dialect.load

    def watched(db, table, rows):
        seen.append(str(rows))
        load(db, table, rows)

    monkeypatch.setattr(dialect, "load", watched)
    path = tmp_path / "people.csv"
    path.write_text("role,phone,name,station,district,pin\nmonitor,+6284999000111,Siti,12,,04821\n")

    with store.transaction() as db:
        import_roster(db, REFERENCE, None, path)

    assert "Siti" in "".join(seen)
    assert "4821" not in "".join(seen)


def peak_of_an_import(store, folder, count, first):
    """Give the most memory, in bytes, that Python took for an import of new stations and monitors."""
    stations, people_ = folder / "stations.csv", folder / "people.csv"
    numbers = range(first, first + count)
    stations.write_text(
        "station,district,village,voters\n"
        + "".join(f"{n},Kecamatan {n % 9},Desa {n},480\n" for n in numbers)
    )
    people_.write_text(
        "role,phone,name,station,district\n"
        + "".join(f"monitor,+62841{n:07d},Saksi {n},{n},\n" for n in numbers)
    )
    tracemalloc.start()
    with store.transaction() as db:
        done = import_roster(db, REFERENCE, stations, people_)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (done.stations_added, done.people_added) == (count, count)
    return peak


def test_ten_times_the_lines_take_no_more_memory(store, tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK", 100)
    peak_of_an_import(store, tmp_path, 300, 1_000)  # what is loaded once

    few, many = (peak_of_an_import(store, tmp_path, *each) for each in ((400, 2_000), (4_000, 10_000)))

    assert many < 2 * few


def test_an_import_leaves_no_table_behind(bring):
    bring(STATIONS, PEOPLE)
    with pytest.raises(RosterError):
        bring([*STATIONS, STATIONS[1]])

    assert bring(STATIONS, PEOPLE) == NOTHING


def test_progress_ends_when_everything_is_done(bring):
    seen = []

    bring(STATIONS, PEOPLE, progress=lambda done, total: seen.append((done, total)))

    assert seen
    assert all(done <= total for done, total in seen)
    assert seen[-1][0] == seen[-1][1]


@only_postgresql
def test_an_import_that_hashes_many_pins_is_not_ended_for_standing_still(store, bring, monkeypatch):
    monkeypatch.setattr(dialect, "IDLE_SECONDS", 1)
    monkeypatch.setattr(staging, "CHUNK", 1000)
    store.engine.dispose()  # whose connections were made before
    officials = [
        person_row("official", f"+6284777{number:06d}", f"Pejabat {number}", pin="4821")
        for number in range(400)
    ]

    assert bring(people=[*PEOPLE, *officials]).people_added == 400
