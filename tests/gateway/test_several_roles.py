"""Phones that hold several roles, and people with two numbers: whose text is whose (SPEC section 2)."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, select, text

from models import people, roster
from models.tables import DistrictRow, PhoneRow, RoleRow, StationRow
from tests.city import (
    COORDINATOR,
    DEPUTY,
    DISTRICT_OFFICIAL,
    MAYOR,
    MONITOR,
    NEIGHBOUR,
    OTHER_COORDINATOR,
)
from tests.databases import only_sqlite
from tests.elections import REFERENCE, G, W

NEW_PHONE, SECOND_SIM = "+6284999000111", "+6284999000222"
pytestmark = only_sqlite


def give(city, phone, role, place):
    """Give a role to someone on the roster: for a station's number, or a district's name."""
    row, named = (StationRow, StationRow.number) if role == "monitor" else (DistrictRow, DistrictRow.name)
    with city.service.store.transaction() as db:
        person = people.person_by_phone(db, phone)
        assert person is not None
        where = db.execute(select(row.id).where(named == place)).scalar_one()
        at = {"station_id" if role == "monitor" else "district_id": where}
        values = {"person_id": person.id, "role": role, "since": roster.next_version(db), **at}
        db.execute(insert(RoleRow), values)


def give_number(city, phone, number):
    """Give someone on the roster a second SIM."""
    with city.service.store.transaction() as db:
        person = people.person_by_phone(db, phone)
        assert person is not None
        values = {"person_id": person.id, "number": number, "place": 2, "since": roster.next_version(db)}
        db.execute(insert(PhoneRow), values)


def in_english(city):
    with city.service.store.transaction() as db:
        db.execute(text("UPDATE people SET language = 'en'"))


def test_what_waits_for_a_coordinator_stays_theirs_though_their_station_goes_to_another(city):
    give(city, COORDINATOR, "monitor", 12)
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    city.text(MONITOR, "LAPOR listrik padam")
    city.text(COORDINATOR, "INGATKAN")

    city.text(DEPUTY, f"REPLACE TPS012 {NEW_PHONE} Siti")

    told = city.texted(COORDINATOR)
    assert [body.split()[0] for body in told] == ["K1", "KEJADIAN", "Tugas"]
    assert [body.split()[0] for body in city.texted(NEW_PHONE)] == ["Hasil", "Hasil", "Selamat"]


def test_a_welcome_is_for_the_one_whom_it_names(city):
    city.text(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti")
    city.text(COORDINATOR, f"GANTI TPS012 {SECOND_SIM} Budi")

    assert [body.split()[2] for body in city.texted(NEW_PHONE)] == ["Siti.", "untuk"]
    assert [body.split()[2] for body in city.texted(SECOND_SIM)] == ["Budi."]


def test_a_monitor_who_comes_back_is_texted_as_before(city):
    city.text(MONITOR, "BAHASA EN")
    city.text(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti")

    city.text(COORDINATOR, f"GANTI TPS012 {MONITOR}")

    assert city.texted(MONITOR)[-1].startswith("Welcome Monitor 12. You are the monitor of TPS012")


def test_who_is_relieved_is_told_by_the_number_that_they_last_wrote_from(city):
    give_number(city, MONITOR, SECOND_SIM)
    city.text(SECOND_SIM, "HADIR")

    city.text(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti")

    assert (len(city.texted(SECOND_SIM)), city.texted(MONITOR)) == (1, [])


@pytest.mark.parametrize("body", ["KABAR halo", "INGATKAN"])
def test_a_second_sim_gives_no_second_text_to_all(city, body):
    give_number(city, COORDINATOR, SECOND_SIM)
    city.text(COORDINATOR, body)

    assert city.said(SECOND_SIM, body)[:2] == ("refused", ("too_soon",))


@pytest.mark.parametrize("word", ["TELL", "REMIND"])
def test_what_came_too_soon_is_called_by_the_senders_own_word(city, word):
    city.text(DEPUTY, f"{word} hello" if word == "TELL" else word)

    _, _, reply = city.said(DEPUTY, f"{word} hello" if word == "TELL" else word)

    assert f" {word} at most once" in reply


@pytest.mark.parametrize(
    ("phone", "gives", "words"),
    [
        pytest.param(
            MONITOR,
            ("coordinator", "Barat I"),
            "TPS012 HADIR NOTYET LAPOR RALAT HALANGAN STATUS KOREKSI BATAL TERIMA TOLAK GANTI KABAR CEK BELUM "
            "INGATKAN REKAP BAHASA",
            id="monitor and coordinator",
        ),
        pytest.param(
            MAYOR,
            ("monitor", 13),
            "TPS013 HADIR NOTYET LAPOR RALAT HALANGAN STATUS REKAP BELUM CEK BERHENTI LANJUT BAHASA",
            id="official and monitor",
        ),
        pytest.param(
            MAYOR,
            ("coordinator", "Timur I"),
            "KOREKSI BATAL TERIMA TOLAK GANTI KABAR CEK BELUM INGATKAN REKAP BAHASA BERHENTI LANJUT",
            id="official and coordinator",
        ),
    ],
)
def test_help_names_every_command_of_every_role(city, phone, gives, words):
    give(city, phone, *gives)

    _, _, reply = city.said(phone, "BANTUAN")

    assert [word for word in words.split() if word not in reply] == []


def test_each_result_that_stands_is_said_to_be_of_who_sent_it(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")
    city.wait(hours=1)
    city.text(COORDINATOR, "TPS012 W:140,155 SAH:295")

    _, _, reply = city.said(COORDINATOR, "CEK TPS012")

    assert reply == (
        "TPS012 Cereme Taba. G 120,98,77 sah 295. Dari +628410000012 pukul 12:00. "
        "W 140,155 sah 295. Dari +628420000001 pukul 13:00."
    )


def test_what_stands_is_shown_in_the_order_of_the_election_file(city_with):
    city = city_with(replace(REFERENCE, contests=(W, G), source="W first"))
    city.text(MONITOR, "TPS012 G:120,98,77 W:140,155 SAH:295")
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    shown = [city.said(COORDINATOR, body)[2] for body in ("CEK TPS012", "TOLAK K1", "BATAL TPS012")]

    assert "W 140,155 sah 295. G 120,98,77 sah 295." in shown[0]
    assert "W 140,155 sah 295. G 120,98,77 sah 295." in shown[1]
    assert "Hasil W, G dibatalkan" in shown[2]
    assert city.audited() == []


def test_one_text_that_stands_is_said_to_be_of_its_sender_once(city):
    city.text(NEIGHBOUR, "TPS013 G:120,98,77 W:140,155 SAH:295")

    _, _, reply = city.said(NEIGHBOUR, "STATUS")

    assert reply.count("Dari") == 1


@pytest.mark.parametrize(
    ("phone", "body", "example"),
    [
        pytest.param(MONITOR, "BELUM 120 98 77", "Send again: NOTYET", id="a monitor's word"),
        pytest.param(DEPUTY, "MISSING 0", "Send again: MISSING", id="a coordinator's"),
        pytest.param(
            DEPUTY,
            "CORRECT G2:99 SAH:296",
            "like this: CORRECT TPS.. G2:99 SAH:296",
            id="a correction of no station",
        ),
    ],
)
def test_an_example_is_the_senders_own_and_can_be_sent_back(city, phone, body, example):
    in_english(city)

    _, _, reply = city.said(phone, body)

    assert reply.endswith(example)


def test_a_station_outside_names_the_districts_of_the_role_that_was_needed(city):
    give(city, DISTRICT_OFFICIAL, "coordinator", "Barat I")  # and may see, but not change, Timur I

    assert (
        city.said(DISTRICT_OFFICIAL, "BATAL TPS012")[2] == "DITOLAK. TPS012 di luar wilayah Anda (Barat I)."
    )
    assert city.said(DISTRICT_OFFICIAL, "CEK TPS012")[0] == "answered"


def test_what_is_for_a_district_without_a_coordinator_tells_the_operator_what_they_can_do(city_with):
    operator = "+628440000001"
    city = city_with(replace(REFERENCE, operator_phones=(operator,), source="operator"))
    with city.service.store.transaction() as db:
        db.execute(text("UPDATE roles SET until = 1 WHERE role = 'coordinator'"))

    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    city.text(MONITOR, "HALANGAN sakit")
    city.text(MONITOR, "LAPOR listrik padam")

    held, absent, incident = city.texted(operator)
    assert held.startswith(f"K1 TPS012 (Monitor 12 {MONITOR}): angka tidak wajar. G 0,0,0 sah 0.")
    assert absent.startswith(f"BERHALANGAN TPS012 Monitor 12 {MONITOR}: sakit.")
    assert [body.endswith("pantau roster import.") for body in (held, absent)] == [True, True]
    assert not any(
        word in held + absent for word in ("TERIMA", "GANTI")
    )  # which nobody takes from their phone
    assert incident == f"KEJADIAN TPS012 (Monitor 12 {MONITOR}): listrik padam"


def test_what_is_for_coordinators_who_said_stop_reaches_the_operator(city_with):
    operator = "+628440000001"
    city = city_with(replace(REFERENCE, operator_phones=(operator,), source="operator"))

    city.text(COORDINATOR, "STOP")
    city.text(MONITOR, "LAPOR listrik padam")
    one_left = city.texted(operator)
    city.text(DEPUTY, "STOP")
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    assert one_left == []
    assert [body[:9] for body in city.texted(operator)] == ["K1 TPS012"]


def test_a_substitute_who_said_stop_is_not_said_to_have_instructions(city):
    city.text(NEW_PHONE, "STOP")

    stopped = city.said(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti")[2]
    city.text(NEW_PHONE, "START")
    again = city.said(COORDINATOR, f"GANTI TPS013 {NEW_PHONE} Siti")[2]

    assert ["START" in stopped, "sudah dikirimi" in stopped] == [True, False]
    assert ["START" in again, "sudah dikirimi" in again] == [False, True]


def test_who_keeps_another_station_is_not_told_that_nothing_is_left_to_send(city):
    give(city, MONITOR, "monitor", 13)

    city.text(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti")
    city.text(COORDINATOR, f"GANTI TPS013 {SECOND_SIM} Budi")

    first, *_, last = city.texted(MONITOR)
    assert "Anda tetap monitor TPS013." in first
    assert "Tidak perlu kirim lagi" not in first
    assert "Tidak perlu kirim lagi" in last


def test_coordinators_of_every_station_of_a_monitor_are_told_that_texts_fail(city):
    give(city, MONITOR, "monitor", 20)

    for _ in range(3):
        city.text(MONITOR, "TPS020 G:120")

    assert ["gagal 3 kali" in body for body in city.texted(COORDINATOR)] == [True]
    assert ["gagal 3 kali" in body for body in city.texted(OTHER_COORDINATOR)] == [True]
