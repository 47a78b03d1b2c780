"""PINs: asked for where the election file says so, checked, locked, and kept nowhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from config.election import Rules
from models.pins import Tries, tries_at
from tests.city import COORDINATOR, DEPUTY, MONITOR, NEIGHBOUR, REPORT
from tests.elections import NOON, REFERENCE

WITH_PINS = replace(REFERENCE, rules=Rules(pin=True), source="pin")


@pytest.fixture
def city(city_with):
    city = city_with(WITH_PINS)
    for phone in (MONITOR, COORDINATOR):
        city.give_pin(phone, "4821")
    return city


def test_the_right_pin_lets_a_report_in_and_is_kept_nowhere(city):
    outcome, _, reply = city.said(MONITOR, f"{REPORT} PIN:4821")

    assert outcome == "accepted"
    assert "4821" not in reply
    bodies = city.read(lambda db: list(db.execute(text("SELECT body FROM messages")).scalars()))
    assert not any("4821" in body for body in bodies)
    assert "PIN" in bodies[0]


@pytest.mark.parametrize("body", [REPORT, f"{REPORT} PIN:1111"], ids=["missing", "wrong"])
def test_a_missing_or_wrong_pin_is_refused(city, body):
    assert city.said(MONITOR, body)[:2] == ("refused", ("bad_pin",))
    assert city.history() == []


def test_a_pin_sent_alone_is_kept_nowhere(city):
    city.text(MONITOR, REPORT)

    city.text(MONITOR, "4821")

    bodies = city.read(lambda db: list(db.execute(text("SELECT body FROM messages")).scalars()))
    assert not any("4821" in body for body in bodies)


@pytest.mark.parametrize("pin", ["4821", "(4821).", "PIN saya 1111"])
def test_a_pin_alone_is_told_that_it_belongs_to_its_text(city, pin):
    city.text(COORDINATOR, "BATAL TPS012")

    outcome, codes, reply = city.said(COORDINATOR, pin)

    assert (outcome, codes) == ("refused", ("not_understood",))
    assert "seluruh SMS sebelumnya, dengan PIN" in reply
    assert city.said(DEPUTY, pin)[2].endswith("Send HELP to see your commands.")


def test_the_pin_beside_yes_is_the_pin_of_what_it_runs(city):
    city.text(MONITOR, "TPS012 GG:120,98,77 SAH:295")
    wrong = city.said(MONITOR, "YA 1111")
    city.text(MONITOR, "TPS012 GG:120,98,77 SAH:295")

    assert wrong[:2] == ("refused", ("bad_pin",))
    assert city.said(MONITOR, "YA PIN:4821")[0] == "accepted"


def test_an_example_has_the_place_of_the_pin(city):
    assert "SAH:295 PIN:...." in city.said(MONITOR, f"{REPORT} PIN:4821 jam 14")[2]
    assert "SAH:.. PIN:...." in city.said(MONITOR, "TPS012 G:120,98 SAH:218 PIN:4821")[2]
    assert "PIN" not in city.said(NEIGHBOUR, "TPS013 G:120,98 SAH:218")[2]
    for each in city.said(COORDINATOR, "BANTUAN")[2].split(" / "):
        needs_pin = each.startswith(("KOREKSI", "BATAL", "TERIMA", "TOLAK", "GANTI"))
        assert each.endswith(" PIN:....") == needs_pin


def test_who_has_no_pin_on_the_roster_needs_none(city):
    assert city.said(NEIGHBOUR, "TPS013 G:1,2,3 SAH:6")[0] == "accepted"


def test_a_command_that_changes_results_needs_the_pin_and_an_enquiry_does_not(city):
    city.text(MONITOR, f"{REPORT} PIN:4821")

    without = city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")
    asked = city.said(COORDINATOR, "CEK TPS012")
    right = city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296 PIN 4821")

    assert without[:2] == ("refused", ("bad_pin",))
    assert asked[0] == "answered"
    assert right[0] == "corrected"


def test_five_wrong_pins_lock_the_number_and_tell_its_coordinators_once(city):
    for _ in range(5):
        city.text(MONITOR, f"{REPORT} PIN:1111")

    locked = city.said(MONITOR, f"{REPORT} PIN:4821")
    wrong = city.said(MONITOR, f"{REPORT} PIN:2222")
    alarms = [body for body in city.texted(COORDINATOR) if "PIN salah 5 kali" in body]

    assert locked[:2] == ("held", ("bad_pin",))
    assert wrong[:2] == ("refused", ("bad_pin",))
    assert len(alarms) == 1
    assert MONITOR in alarms[0]
    assert city.history() == []


def test_a_coordinators_lock_is_told_to_the_other_of_the_district(city):
    for _ in range(5):
        city.text(COORDINATOR, "BATAL TPS012 PIN:1111")

    assert [COORDINATOR in body for body in city.texted(DEPUTY)] == [True]
    assert city.texted(COORDINATOR) == []


def test_missing_pins_lock_nothing(city):
    for _ in range(7):
        city.text(MONITOR, REPORT)

    assert city.said(MONITOR, f"{REPORT} PIN:4821")[0] == "accepted"


def test_a_lock_ends_after_a_quarter_of_an_hour(city):
    for _ in range(5):
        city.text(MONITOR, f"{REPORT} PIN:1111")
    city.wait(minutes=16)

    assert city.said(MONITOR, f"{REPORT} PIN:4821")[0] == "accepted"


def test_a_question_whose_text_had_the_right_pin_needs_it_once(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290 PIN:4821")

    assert city.said(MONITOR, "YA")[:2] == ("held", ("sum_mismatch",))


@pytest.mark.parametrize(
    ("sender", "body"),
    [
        pytest.param(MONITOR, "TPS012 GX:120,98,77 SAH:290 PIN 4821", id="a report"),
        pytest.param(COORDINATOR, "TPS012 G:120,98,78 SAH:290 PIN 4821", id="a coordinator's"),
        pytest.param(COORDINATOR, "KOREKS TPS012 G1:121 G2:98 G3:77 SAH:290 PIN 4821", id="a correction"),
    ],
)
def test_a_right_pin_is_good_for_every_question_that_follows_from_its_text(city, sender, body):
    city.text(sender, body)
    if "KOREKS" not in body and sender == COORDINATOR:
        assert city.said(sender, "YA")[:2] == ("held", ("sum_mismatch",))
        return

    assert city.said(sender, "YA")[:2] == ("refused", ("sum_mismatch",))
    assert city.said(sender, "YA")[:2] == ("held", ("sum_mismatch",))


def test_a_yes_without_the_pin_leaves_its_question_open(city):
    city.text(MONITOR, "TPS012 WK:140,155 SAH:295")

    without = city.said(MONITOR, "YA")
    wrong = city.said(MONITOR, "YA PIN:1111")
    right = city.said(MONITOR, "YA PIN:4821")

    assert without[:2] == wrong[:2] == ("refused", ("bad_pin",))
    assert right[0] == "accepted"


@pytest.mark.parametrize("pin", ["PIN:4821", "4821"])
def test_the_pin_behind_a_question_that_is_repeated_is_read_and_kept_nowhere(city, pin):
    city.text(MONITOR, f"{REPORT} PIN:4821")
    city.text(COORDINATOR, "hapus tps012")

    without = city.said(COORDINATOR, "YA: BATAL TPS012")
    right = city.said(COORDINATOR, f"YA: BATAL TPS012 {pin}")

    assert without[:2] == ("refused", ("bad_pin",))
    assert right[0] == "corrected"
    assert not any("4821" in each for each in kept(city))
    assert city.audited() == []


def test_no_yes_does_what_a_locked_number_may_not_do_itself(city):
    city.text(MONITOR, f"{REPORT} PIN:4821")
    for _ in range(5):
        city.text(COORDINATOR, "BATAL TPS012 PIN:1111")

    proposed = city.said(COORDINATOR, "TPS012 G:120,98,78 SAH:296 PIN:4821")
    confirmed = city.said(COORDINATOR, "YA")
    sum_of_a_monitor = city.said(COORDINATOR, "TPS013 G:120,98,77 SAH:290 PIN:4821")
    held = city.said(COORDINATOR, "YA")

    assert proposed[:2] == ("refused", ("use_correction",))
    assert confirmed[:2] == ("refused", ("bad_pin",))
    assert sum_of_a_monitor[:2] == ("refused", ("sum_mismatch",))
    assert held[0] == "held"
    assert set(held[1]) == {"sum_mismatch", "bad_pin"}
    assert city.votes() == (120, 98, 77)


def test_a_lock_is_over_when_the_clock_was_set_back_to_before_it(city):
    for _ in range(5):
        city.text(MONITOR, f"{REPORT} PIN:1111")
    city.wait(hours=-2)

    assert city.said(MONITOR, f"{REPORT} PIN:4821")[0] == "accepted"


MINUTES = [0, 3, 6, 9, 12]


@pytest.mark.parametrize(
    ("wrong", "minute", "state"),
    [
        pytest.param([0, 0, 0, 0], 1, Tries(4, locked=False), id="four"),
        pytest.param(MINUTES, 12, Tries(0, locked=True), id="five within a quarter of an hour"),
        pytest.param(MINUTES, 26, Tries(0, locked=True), id="locked for all of 15 minutes"),
        pytest.param(MINUTES, 27, Tries(0, locked=False), id="and no longer"),
        pytest.param([*MINUTES, 13, 14], 28, Tries(0, locked=False), id="while locked none counts"),
        pytest.param([*MINUTES, 28], 29, Tries(1, locked=False), id="then the count begins anew"),
        pytest.param([0, 10, 20, 30, 40], 41, Tries(0, locked=True), id="five in slow succession"),
        pytest.param([0, 61, 62, 63, 64], 65, Tries(4, locked=False), id="an hour forgives"),
    ],
)
def test_the_fifth_wrong_pin_locks_for_a_quarter_of_an_hour(wrong, minute, state):
    times = [NOON + timedelta(minutes=each) for each in wrong]

    assert tries_at(times, NOON + timedelta(minutes=minute)) == state


def test_a_proposal_is_confirmed_without_the_pin_where_it_was_right(city):
    city.text(MONITOR, "TPS012 WK:140,155 SAH:295 PIN:4821")

    assert city.said(MONITOR, "YA")[0] == "accepted"


def test_a_wrong_pin_beside_a_mistyped_word_counts_and_confirms_nothing(city):
    for _ in range(5):
        city.text(MONITOR, "TPS012 WK:140,155 SAH:295 PIN:1111")
    confirmed = city.said(MONITOR, "YA")

    city.text(MONITOR, "TPS012 WK:140,155 SAH:295 PIN:4821")
    while_locked = city.said(MONITOR, "YA")

    assert confirmed[:2] == ("refused", ("bad_pin",))
    assert while_locked[:2] == ("held", ("bad_pin",))  # as the same report without the slip
    assert any("PIN salah 5 kali" in each for each in city.texted(COORDINATOR))


@pytest.mark.parametrize(
    "body",
    [
        "TPS012*G*120*98*77*SAH*295*PIN*4821",
        "TPS012*PIN*4821*G*120*98*77*SAH*295",
        "TPS012*PIN:4821*G:120,98,77*SAH:295",
        "TPS012 G:120,98,77 SAH:295 PIN:4821*",
        "TPS012 G:120,98,77 SAH:295 P.I.N 4821",
        "TPS012 G:120,98,77 SAH:295 P1N:4821",
        "TPS012 G:120,98,77 SAH:295 PIN sama dengan 4821",
        "TPS012 G:120,98,77 SAH:295 4821",
        "TPS012 G:120,98,77 W:140,153 SAH:295 293\n4821",
    ],
)
def test_a_pin_among_stars_or_spelled_out_is_one_and_what_is_kept_is_judged_alike(city, body):
    assert city.said(MONITOR, body)[0] == "accepted"
    assert not any("4821" in each for each in kept(city))
    assert city.audited() == []


@pytest.mark.parametrize(
    "body",
    [
        "TERIMA K1 PN:4821",
        "TOLAK K1 PNI:4821",
        "BATAL TPS012 G PN:4821",
        "CEK TPS012 PN:4821",
        "LAPOR PN:4821",
    ],
)
def test_a_pin_behind_a_mistyped_key_is_in_no_text_out(city, body):
    city.text(MONITOR, "G:0,0,0 SAH:0 PIN:4821")

    city.text(COORDINATOR if "LAPOR" not in body else MONITOR, body)

    assert not any("4821" in each for each in kept(city))
    assert city.audited() == []


def kept(city):
    return city.read(lambda db: list(db.execute(text("SELECT body FROM messages")).scalars()))


@pytest.mark.parametrize(
    ("sender", "body", "example"),
    [
        pytest.param(MONITOR, "BANTUAN", "SAH:.. PIN:.... Perintah", id="help"),
        pytest.param(MONITOR, "BELUM", "W:..,.. SAH:.. PIN:....", id="still counting"),
        pytest.param(
            COORDINATOR, "BATAL PIN:4821", "BATAL TPS.. PIN:....", id="a command without its station"
        ),
        pytest.param(COORDINATOR, "TERIMA", "TERIMA K.. PIN:....", id="a command without its case"),
        pytest.param(COORDINATOR, "GANTI TPS012 12 PIN:4821", "Nama PIN:....", id="a number that is none"),
        pytest.param(COORDINATOR, "CEK", "CEK TPS..", id="a command that needs none"),
        pytest.param(NEIGHBOUR, "BELUM", "W:..,.. SAH:..", id="who has none"),
    ],
)
def test_an_example_has_a_place_for_the_pin_of_who_needs_one(city, sender, body, example):
    _, _, reply = city.said(sender, body)

    assert example in reply
    assert ("PIN" in example) == ("PIN" in reply)


def test_who_is_reminded_is_shown_a_place_for_their_own_pin(city):
    city.text(COORDINATOR, "INGATKAN")
    city.text(DEPUTY, f"REPLACE TPS013 {MONITOR} Budi")

    reminded, welcomed = city.texted(MONITOR)[0], city.texted(MONITOR)[-1]
    assert "PIN:...." in reminded
    assert "PIN:...." in welcomed
    assert "PIN" not in city.texted("+628410000011")[0]


def test_a_coordinator_is_shown_the_words_to_answer_with_and_the_place_of_their_pin(city):
    city.text(NEIGHBOUR, "TPS013 G:0,0,0 SAH:0")
    city.text(NEIGHBOUR, "HALANGAN sakit")
    case, absence = city.texted(COORDINATOR)
    accepted = city.said(COORDINATOR, "TPS011 G:0,0,0 SAH:0 PIN:4821")[2]

    assert case.endswith("Balas TERIMA K1 PIN:.... atau TOLAK K1 PIN:.....")
    assert absence.endswith("GANTI TPS013 08.......... Nama PIN:....")
    assert accepted.endswith("balas TERIMA K2 PIN:.... atau TOLAK K2 PIN:.....")
    assert "PIN" not in city.texted(DEPUTY)[0]
    assert city.said(COORDINATOR, "TERIMA K1 PIN:4821")[0] == "corrected"
