"""``pantau audit`` on a night that was: it agrees with all of it, and finds what was tampered with."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from config.election import Rules
from models import elections, results
from models.audit import check_totals
from models.tables import CaseFigures, PhoneRow, ResultRow, Total
from tests.city import COORDINATOR, DEPUTY, MONITOR, NEIGHBOUR, REPORT, city_at, settle
from tests.databases import only_postgresql, only_sqlite
from tests.elections import NOON, REFERENCE

STRANGER = "+6284777000111"
FIRST_G, FIRST_W = 1, 2  # rows of results after a_night


def a_night(city):
    """Hold a night of two stations: reported, corrected, held, decided, voided, practised."""
    city.text(MONITOR, REPORT)  # results 1 and 2
    city.text(NEIGHBOUR, "TPS013 G:100,98,77 SAH:275 W:100,150 SAH:250")  # 3 and 4
    city.text(MONITOR, "TPS012 G:120,98,78 SAH:296")  # 5
    city.text(MONITOR, "TPS012 G:1,2 SAH:3")
    city.wait(minutes=20)
    city.text(MONITOR, "TPS012 G:120,98,79 SAH:297")
    city.text(COORDINATOR, "TERIMA K1")  # 6
    city.text(COORDINATOR, "BATAL TPS013 W")  # 7
    city.text(NEIGHBOUR, "HADIR")


def tamper(city, statement, **values):
    with city.service.store.transaction() as db:
        if db.dialect.name == "sqlite":
            db.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        assert db.execute(text(statement), values).rowcount == 1


def without_keys(city):
    """Let rows be deleted that others refer to, as someone with the database in hands can."""
    tables = [
        "results",
        "case_figures",
        "cases",
        "field_notes",
        "questions",
        "roles",
        "messages",
        "practices",
        "slots",
    ]
    with city.service.store.engine.connect() as db:
        if db.dialect.name == "sqlite":
            db.exec_driver_sql("PRAGMA foreign_keys=OFF")
        else:
            for table in tables:
                db.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            db.exec_driver_sql("COMMIT")


def test_a_night_agrees_with_itself(city):
    a_night(city)

    assert city.audited() == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        pytest.param(
            "UPDATE results SET votes = '[121,98,77]' WHERE id = 1",
            "chain: results row 1 (TPS012 G): its content is not what was recorded",
            id="a changed vote",
        ),
        pytest.param(
            "UPDATE results SET at = :at WHERE id = 6",
            "chain: results row 6 (TPS012 G): its content is not what was recorded",
            id="a changed time",
        ),
        pytest.param(
            "DELETE FROM results WHERE id = 5",
            "chain: results row 6 (TPS012 G): revision 3 of the station is gone, 4 follows",
            id="a removed revision",
        ),
        pytest.param(
            "UPDATE messages SET body = 'TPS012 G:121,98,77 W:140,155 SAH:296' WHERE id = 1",
            "replay: messages row 1: it was accepted, judged again it is refused sum_mismatch",
            id="a changed text",
        ),
        pytest.param(
            "UPDATE messages SET body = 'TPS012 G:119,99,77 W:140,155 SAH:295' WHERE id = 1",
            "replay: messages row 1: its revisions are G (120, 98, 77) W (140, 155), judged again"
            " G (119, 99, 77) W (140, 155)",
            id="a text that says other figures",
        ),
        pytest.param(
            "UPDATE totals SET v1 = v1 + 1 WHERE contest = 'G' AND v1 = 120",
            "totals: totals of Timur I G: v1 is 221, the revisions give 220",
            id="a changed total",
        ),
        pytest.param(
            "UPDATE messages SET outcome = 'refused' WHERE id = 1",
            "log: results row 1: its text, messages row 1, was refused",
            id="a changed outcome",
        ),
        pytest.param(
            "UPDATE station_versions SET voters = 10 WHERE code = '012'",
            "replay: messages row 1: it was accepted, judged again it is refused too_many_votes",
            id="a changed roster of then",
        ),
    ],
)
def test_what_was_tampered_with_is_found_by_name(city, statement, found):
    a_night(city)
    tamper(
        city,
        statement,
        **({"at": (NOON + timedelta(hours=9)).replace(tzinfo=None)} if ":at" in statement else {}),
    )

    assert found in city.audited()


@pytest.mark.parametrize(
    ("sender", "body", "was"),
    [
        pytest.param(MONITOR, "xyz foo", "refused not_understood", id="not understood"),
        pytest.param(MONITOR, "YA", "refused no_question", id="no question"),
        pytest.param(MONITOR, "TPS013 G:120,98,77 SAH:295", "refused not_your_station", id="another's"),
        pytest.param(COORDINATOR, "INGATKAN", "answered", id="answered"),
        pytest.param(MONITOR, "terima kasih", "ignored", id="ignored"),
    ],
)
def test_a_report_put_where_a_text_about_no_station_stood_is_found(city, sender, body, was):
    row = city.text(sender, body).message_id

    tamper(city, "UPDATE messages SET body = 'TPS012 G:120,98,77 SAH:295' WHERE id = :row", row=row)

    assert city.audited() == [f"replay: messages row {row}: it was {was}, and is about a station"]


@pytest.mark.parametrize("body", ["BATAL TPS012", "TERIMA K1", "KOREKSI TPS012 G:120,98,79 SAH:297"])
@pytest.mark.parametrize("stood", ["TPS012 G:1,2 SAH:3", "YA"])
def test_a_command_put_where_a_refused_text_stood_is_found(city, stood, body):
    a_night(city)
    row = city.text(COORDINATOR, stood).message_id

    tamper(city, "UPDATE messages SET body = :body WHERE id = :row", row=row, body=body)

    [found] = city.audited()
    assert found.startswith(f"replay: messages row {row}: ")


def test_a_revision_removed_from_the_end_of_its_chain_is_missed_by_its_text(city):
    a_night(city)

    tamper(city, "DELETE FROM results WHERE id = 7")

    assert "log: messages row 16 (TPS013) was corrected, and its revision is gone" in city.audited()


def test_a_removed_text_is_missed_by_what_names_it(city):
    a_night(city)
    with city.service.store.transaction() as db:
        reply = db.execute(text("SELECT id FROM messages WHERE in_reply_to = 7")).scalar_one()
    without_keys(city)

    tamper(city, "DELETE FROM messages WHERE id = 7")

    assert f"log: messages row 7 is gone: messages row {reply} names it" in city.audited()


def test_a_revision_that_no_text_asked_for_is_found_though_its_chain_holds(city):
    a_night(city)

    tamper(city, "UPDATE results SET message_id = 3 WHERE id = 2")

    assert any(each.startswith("chain: results row 2") for each in city.audited())


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM messages WHERE id = 1", "log: messages row 1 is gone: results row 1 names it"),
        ("DELETE FROM case_figures", "log: cases row 1: its figures are gone"),
        ("UPDATE messages SET election_id = NULL WHERE id = 1", "log: messages row 1: its election file"),
        ("UPDATE messages SET body = NULL WHERE id = 1", "replay: messages row 1: its body is gone"),
        ("UPDATE messages SET sequence = NULL WHERE id = 3", "replay: messages row 3: what its station had"),
        (
            "UPDATE messages SET body = replace(body, 'TPS012', 'TPS014') WHERE id = 1",
            "replay: messages row 1: it was taken for TPS012, and names another",
        ),
        ("UPDATE cases SET status = 'rejected'", "replay: messages row 13: it did not make K1 rejected"),
        ("UPDATE cases SET status = 'open'", "log: cases row 1: it is open, and a text decided it"),
        ("UPDATE cases SET decided_by = NULL", "log: results row 6: it is not as its text"),
        ("UPDATE cases SET codes = '[]'", "log: cases row 1: its codes are not those"),
        ("UPDATE cases SET sender = '+628410000013'", "log: cases row 1: it is not as its text"),
        ("UPDATE results SET votes = 'x' WHERE id = 1", "rows: results row 1: its votes cannot be read"),
        ("UPDATE messages SET codes = 'x' WHERE id = 1", "rows: messages row 1: its codes cannot be read"),
        ("UPDATE people SET language = 'xx' WHERE id = 3", "rows: people row 3: its language"),
        ("UPDATE stations SET voters = 10 WHERE code = '012'", "rows: stations row 12 (TPS012): it is not"),
        ("UPDATE elections SET source = 'name = 1'", "rows: elections row 1: its text is not what was kept"),
    ],
)
def test_whatever_was_done_to_a_row_it_is_named_and_the_other_parts_are_done(city, statement, found):
    a_night(city)
    without_keys(city)

    tamper(city, statement)

    assert any(each.startswith(found) for each in city.audited()), city.audited()


@only_sqlite
@pytest.mark.parametrize("moment", ["", "x"])
def test_a_moment_that_is_none_is_named(city, moment):
    a_night(city)

    tamper(city, "UPDATE results SET at = :at WHERE id = 2", at=moment)

    assert "rows: results row 2: its at cannot be read" in city.audited()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"person_id": 2}, "log: results row 7: it is not as its text, messages row 16, made it"),
        ({"source": "report"}, "log: results row 7: it is not as its text, messages row 16, made it"),
        ({"case_id": 1}, "log: results row 7: it is not as its text, messages row 16, made it"),
        ({"revision": 7}, "chain: results row 7 (TPS013 W): it is the contest's revision 2, and says 7"),
    ],
    ids=["who", "the source", "the case", "the revision"],
)
def test_a_revision_that_was_hashed_anew_is_not_as_its_text_made_it(city, values, found):
    a_night(city)
    row = dict(
        city.read(lambda db: db.execute(select(ResultRow.__table__).where(ResultRow.id == 7)).one())._mapping
    )
    values = {**values, "hash": results.content_hash({**row, **values})}

    with city.service.store.transaction() as db:
        db.execute(update(ResultRow).where(ResultRow.id == 7).values(values))

    assert found in city.audited()


def test_the_figures_of_both_sims_of_a_person_are_of_one_case(city):
    with city.service.store.transaction() as db:
        owner = db.execute(
            text("SELECT person_id FROM phones WHERE number = :n"), {"n": MONITOR}
        ).scalar_one()
        db.execute(insert(PhoneRow), {"person_id": owner, "number": STRANGER, "place": 2, "since": 1})
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    held = city.said(STRANGER, "TPS012 G:120,98,77 SAH:295")

    assert held[0] == "held"
    assert city.audited() == []


def test_a_total_that_no_revision_gives_is_found(city):
    with city.service.store.transaction() as db:
        west = db.execute(text("SELECT id FROM districts WHERE name = 'Barat I'")).scalar_one()
        db.execute(insert(Total), {"contest": "G", "district_id": west, "slot": 0, "v1": 7})

    assert city.audited() == ["totals: totals of Barat I G: v1 is 7, the revisions give 0"]


def test_a_yes_whose_question_is_gone_is_found(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")
    city.text(MONITOR, "YA")

    tamper(city, "DELETE FROM questions")

    assert "replay: messages row 3: it says nothing that was held" in city.audited()


def test_practice_closing_pins_and_unknown_numbers_are_judged_again_as_then(city_with):
    early = replace(REFERENCE, opens=NOON + timedelta(minutes=10), source="early")
    late = replace(REFERENCE, closes=NOON - timedelta(hours=1), source="late")
    hold = replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold")
    first, second, third = city_with(early), city_with(late), city_with(hold)

    outcomes = [
        city.said(sender, body, carrier_id=str(number))[:2]
        for number, (city, sender, body) in enumerate(
            [
                (first, MONITOR, REPORT),
                (first, MONITOR, "TPS012 G:1,2,3 SAH:7"),
                (second, MONITOR, REPORT),
                (third, STRANGER, "TPS014 G:120,98,77 SAH:295"),
                (third, COORDINATOR, "TERIMA K1"),
                (third, STRANGER, "TPS014 W:140,150 SAH:290"),
            ]
        )
    ]

    assert outcomes == [
        ("practice", ("practice",)),
        ("practice", ("sum_mismatch", "practice")),
        ("refused", ("closed",)),
        ("held", ("unknown_sender",)),
        ("corrected", ()),
        ("accepted", ()),
    ]
    known = {each.service.election_id: each.service.election for each in (first, second, third)}
    assert third.audited(known) == []


def test_a_substituted_monitor_is_judged_by_the_roster_of_then(city):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "GANTI TPS012 +6284999000111 Siti")
    city.text("+6284999000111", "TPS012 G:120,98,78 SAH:296")
    city.text(MONITOR, "TPS012 G:1,2,3 SAH:6")
    city.text(COORDINATOR, f"GANTI TPS012 {MONITOR} Lama")
    city.text(MONITOR, "TPS012 G:1,2,3 SAH:6")

    assert city.audited() == []


def test_held_figures_sent_again_are_held_for_what_speaks_against_them_now(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,77 SAH:295")
    told = len(city.texted(COORDINATOR))

    assert city.said(MONITOR, "TPS012 G:0,0,0 SAH:0")[:2] == ("held", ("suspicious", "conflict"))

    assert len(city.texted(COORDINATOR)) == told
    assert city.audited() == []


def test_every_election_file_of_a_night_is_kept_to_judge_by(city):
    with city.service.store.transaction() as db:
        elections.remember(db, replace(REFERENCE, source="name = 'x'"), city.now)

    with city.service.store.reading() as db, pytest.raises(Exception, match="election file 1"):
        elections.all_kept(db)


def test_totals_are_by_the_new_file_though_a_service_went_on_by_the_old_one(city):
    third = replace(REFERENCE.contests[0], code="D", aliases=())
    edited = replace(REFERENCE, contests=(*REFERENCE.contests, third), source="another")
    city.text(MONITOR, REPORT)

    for _doctor_then_restart in range(2):
        with city.service.store.transaction() as db:
            elections.remember(db, edited, city.now)
        city.text(NEIGHBOUR, "TPS013 G:120,98,77 W:140,155 SAH:295")

    with city.service.store.reading() as db:
        assert check_totals(db, edited).finding is None


@pytest.fixture(scope="module")
def long_night(tmp_path_factory):
    """One city for all conversations: what is wrong shows however late."""
    url = f"sqlite:///{tmp_path_factory.mktemp('audit')}/city.db"
    settle(url)
    opened = city_at(url)
    yield opened
    opened.service.store.close()


G = st.sampled_from(
    ["120,98,77 SAH:295", "120,98,78 SAH:296", "0,0,0 SAH:0", "1,2 SAH:3", "120,98,77 SAH:290"]
)
W = st.sampled_from(["140,155 SAH:295", "141,155 SAH:296"])
STEPS = st.one_of(
    st.tuples(st.sampled_from([MONITOR, NEIGHBOUR, COORDINATOR]), G.map("TPS012 G:{}".format)),
    st.tuples(st.just(MONITOR), st.tuples(G, W).map(lambda each: f"TPS012 G:{each[0]} W:{each[1]}")),
    st.tuples(st.just(NEIGHBOUR), W.map("TPS013 W:{}".format)),
    st.tuples(st.sampled_from([COORDINATOR, DEPUTY]), G.map("KOREKSI TPS012 G:{}".format)),
    st.tuples(st.just(COORDINATOR), st.sampled_from(["BATAL TPS012", "BATAL TPS012 G", "BATAL TPS013"])),
    st.tuples(
        st.just(COORDINATOR),
        st.integers(1, 40).flatmap(lambda n: st.sampled_from([f"TERIMA K{n}", f"TOLAK K{n}"])),
    ),
    st.tuples(st.sampled_from([MONITOR, COORDINATOR]), st.sampled_from(["YA", "TIDAK", "STATUS"])),
    st.tuples(
        st.just(COORDINATOR), st.sampled_from([f"GANTI TPS012 {MONITOR} A", f"GANTI TPS012 {NEIGHBOUR} B"])
    ),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(STEPS, st.sampled_from([0, 1, 16])), min_size=3, max_size=10))
def test_whatever_is_texted_the_audit_agrees_with_it(long_night, steps):
    for (sender, body), minutes in steps:
        long_night.wait(minutes=minutes)
        long_night.text(sender, body)

    assert long_night.audited() == []


@only_postgresql
def test_a_case_of_two_contests_agrees_in_whatever_order_the_database_gives_them(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=20)
    city.text(MONITOR, "TPS012 G:120,98,79 SAH:297 W:140,156 SAH:296")
    city.text(COORDINATOR, "TERIMA K1")
    with city.service.store.transaction() as db:
        figures = db.execute(text("SELECT * FROM case_figures WHERE contest = 'G'")).one()._mapping
        db.execute(text("DELETE FROM case_figures WHERE contest = 'G'"))
        db.execute(insert(CaseFigures), {**figures, "votes": (120, 98, 79)})

    assert city.audited() == []
