"""Who is heard, what is asked, and what is not answered: SPEC section 3."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from config.election import Rules
from config.language import Lang
from notify.texts import people as words
from tests.city import COORDINATOR, MONITOR, REPORT
from tests.elections import NOON, REFERENCE

STRANGER = "+6284777000111"


@pytest.mark.parametrize(
    "sender",
    [
        pytest.param("TELKOMSEL", id="a name"),
        pytest.param("3636", id="a short code"),
        pytest.param("+628449999999", id="our own number"),
    ],
)
def test_a_machine_is_stored_and_never_answered(city, sender):
    assert city.said(sender, "Pulsa Anda habis") == ("ignored", ("automated_sender",), None)
    assert city.count("messages") == 1


def test_an_unknown_number_is_answered_once_an_hour(city):
    first, second = city.said(STRANGER, REPORT), city.said(STRANGER, "halo")
    city.wait(hours=1, minutes=1)
    third = city.said(STRANGER, "halo")

    assert first[:2] == second[:2] == third[:2] == ("refused", ("unknown_sender",))
    assert first[2]
    assert second[2] is None
    assert third[2]
    assert city.history() == []


def test_a_number_that_is_no_longer_on_the_roster_may_say_stop_too(city):
    city.text(COORDINATOR, "GANTI TPS012 +6284999000111 Siti")
    stopped = [city.said(MONITOR, "STOP") for _ in range(2)]
    city.text(COORDINATOR, f"GANTI TPS012 {MONITOR}")
    welcomed = "SELECT status FROM messages WHERE recipient = '+628410000012' AND kind = 'direct' ORDER BY id"
    statuses = list(city.read(lambda db: db.exec_driver_sql(welcomed).scalars()))

    assert stopped == [("refused", ("unknown_sender",), None)] * 2
    assert statuses == ["queued", "failed"]


def test_a_foreign_number_is_not_answered(city):
    assert city.said("+447700900123", "hello") == ("refused", ("unknown_sender",), None)


def test_a_foreign_number_whose_report_is_held_is_texted_only_once_it_is_a_monitors(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold"))
    foreign = "+447700900123"

    first = city.said(foreign, REPORT)
    city.text(COORDINATOR, "TOLAK K1")
    second = city.said(foreign, REPORT)
    before = city.texted(foreign)
    city.text(COORDINATOR, "TERIMA K2")

    assert first == second == ("held", ("unknown_sender",), None)
    assert before == []
    assert [each.startswith("DITERIMA.") for each in city.texted(foreign)] == [True]
    assert city.said(foreign, "STATUS")[2] is not None


def test_unknown_numbers_are_answered_sixty_times_an_hour_in_all(city):
    replies = [city.said(f"+6284777000{number:03d}", "halo")[2] for number in range(65)]

    assert len([each for each in replies if each]) == 60
    assert replies[59]
    assert not replies[60]


def test_an_unknown_numbers_faultless_report_may_be_held(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold"))

    held = city.said(STRANGER, REPORT)
    again = city.said(STRANGER, "TPS013 G:1,2,3 SAH:6")
    faulty = city.said("+6284777000222", "TPS012 G:1,2,3 SAH:7")

    assert held[:2] == ("held", ("unknown_sender",))
    assert city.history() == []
    assert again[:2] == faulty[:2] == ("refused", ("unknown_sender",))
    assert STRANGER in city.texted(COORDINATOR)[0]
    assert "TERIMA K1" in city.texted(COORDINATOR)[0]


def test_an_unknown_numbers_unlikely_figures_are_held_for_both_reasons(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold"))

    held = city.said(STRANGER, "TPS012 G:0,0,0 SAH:0")
    city.text(COORDINATOR, "TERIMA K1")

    assert held[:2] == ("held", ("suspicious", "unknown_sender"))
    assert "TERIMA menjadikannya monitor; angka" in city.texted(COORDINATOR)[0]
    assert [each.votes for each in city.history()] == [(0, 0, 0)]
    assert city.audited() == []


def test_an_accepted_unknown_number_reports_beside_the_stations_monitor(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold"))
    city.text(STRANGER, REPORT)

    _, _, reply = city.said(COORDINATOR, "TERIMA K1")

    assert "TERIMA menjadikannya monitor" in city.texted(COORDINATOR)[0]
    assert reply.endswith(f"{STRANGER} kini monitor.")
    assert city.votes() == (120, 98, 77)
    assert city.said(STRANGER, "HADIR")[0] == "answered"
    assert city.said(MONITOR, "HADIR")[0] == "answered"
    assert city.said(MONITOR, "TPS012 G:120,98,78 SAH:296")[:2] == ("held", ("conflict",))


def test_three_unknown_cases_a_station_are_enough(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold"))

    outcomes = [city.said(f"+628477700000{n}", f"TPS012 G:{n},2,3 SAH:{n + 5}")[0] for n in range(1, 5)]

    assert outcomes == ["held", "held", "held", "refused"]


def test_an_unknown_number_has_one_case_whatever_contests_it_texts(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold"))

    cases = [
        re.findall(r"kasus (K\d+)", city.said(STRANGER, body)[2])
        for body in ("TPS012 G:120,98,77 SAH:295", "TPS012 W:140,155 SAH:295")
    ]
    city.text(COORDINATOR, "TERIMA K1")

    assert cases == [["K1"], ["K1"]]
    assert (city.votes("G"), city.votes("W")) == ((120, 98, 77), (140, 155))
    assert city.audited() == []


def test_an_unknown_number_whose_case_was_rejected_may_be_held_again(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold"))
    city.text(STRANGER, REPORT)
    city.text(COORDINATOR, "TOLAK K1")

    assert city.said(STRANGER, "TPS012 G:120,98,78 SAH:296")[:2] == ("held", ("unknown_sender",))


def test_an_unknown_numbers_report_after_closing_is_not_held(city_with):
    closed = replace(
        REFERENCE, rules=Rules(unknown_senders="hold"), closes=NOON - timedelta(hours=1), source="c"
    )

    assert city_with(closed).said(STRANGER, REPORT)[:2] == ("refused", ("unknown_sender",))


def test_an_unknown_number_is_refused_where_something_stands(city_with):
    city = city_with(replace(REFERENCE, rules=Rules(unknown_senders="hold"), source="hold"))
    city.text(MONITOR, REPORT)

    assert city.said(STRANGER, REPORT)[:2] == ("refused", ("unknown_sender",))


def test_too_many_messages_are_stored_with_one_warning_and_a_faultless_report_counts(city):
    for _ in range(20):
        city.now -= timedelta(milliseconds=900)
        city.text(MONITOR, "STATUS")

    warned, silent = city.said(MONITOR, "STATUS"), city.said(MONITOR, "STATUS")
    report = city.said(MONITOR, REPORT)
    faulty = city.said(MONITOR, "TPS012 G:120,98,77 SAH:290")

    assert warned[:2] == silent[:2] == ("ignored", ("rate_limited",))
    assert warned[2]
    assert silent[2] is None
    assert report[0] == "accepted"
    assert faulty[:2] == ("ignored", ("rate_limited",))


def test_a_minute_later_the_twenty_texts_of_the_minute_before_limit_nobody(city):
    for _ in range(20):
        city.now -= timedelta(milliseconds=900)
        city.text(MONITOR, "STATUS")
    city.wait(seconds=60)

    assert city.said(MONITOR, "STATUS")[0] == "answered"


def test_reconciled_texts_are_not_limited(city):
    for _ in range(25):
        city.now -= timedelta(milliseconds=900)
        last = city.said(MONITOR, "STATUS", reconciled=True, replies_inline=False)

    assert last[0] == "answered"


@pytest.mark.parametrize(
    "body",
    [
        "Nanti saya hubungi kembali",
        "Maaf saya tidak bisa menerima telepon",
        "Tidak bisa menerima telepon, sedang rapat",
        "Ya, ada apa?",
        "Sedang menyetir, nanti dibalas",
        "Saya cuti 27/11/24 jam 10.30, hubungi 0812-3456-7890",
        "Saya sedang rapat, hubungi +62 812 345 678",
    ],
)
def test_common_auto_replies_are_silenced_however_they_begin(city, body):
    replies = [city.said(MONITOR, body) for _ in range(5)]

    assert [bool(reply) for _, _, reply in replies] == [True, True, True, False, False]
    assert {codes for _, codes, _ in replies} == {("not_understood",)}
    assert "?" not in replies[0][2]  # no command is proposed


def test_a_phones_auto_reply_is_silenced_after_three(city):
    replies = [city.said(MONITOR, "Saya sedang rapat nanti saya hubungi")[2] for _ in range(5)]
    field = city.said(MONITOR, "TPS012 G:1")[2]
    again = city.said(MONITOR, "Saya sedang rapat nanti saya hubungi")[2]

    assert [bool(each) for each in replies] == [True, True, True, False, False]
    assert field
    assert again


def test_a_struggling_monitor_is_answered_and_their_coordinators_told_once(city):
    replies = [city.said(MONITOR, f"TPS012 G:{number}")[2] for number in range(6)]

    assert all(replies)
    told = [body for body in city.texted(COORDINATOR) if "gagal 3 kali" in body]
    assert len(told) == 1
    assert "Monitor 12" in told[0]
    assert MONITOR in told[0]
    assert "TPS012 G:2" in told[0]


def test_a_monitor_is_answered_at_most_sixty_times_an_hour(city):
    replies = []
    for number in range(65):
        city.wait(seconds=9)
        replies.append(city.said(MONITOR, f"TPS012 G:{number}")[2])

    assert len([each for each in replies if each]) == 60


def test_a_coordinator_is_answered_however_many_texts_the_night_takes(city):
    replies = []
    for number in range(65):
        city.wait(seconds=9)
        replies.append(city.said(COORDINATOR, f"TERIMA K{number + 1}")[2])

    assert all(replies)


@pytest.mark.parametrize("word", ["YA", "TIDAK", "NO"])
def test_an_answer_to_no_question_is_told_so(city, word):
    assert city.said(MONITOR, word)[:2] == ("refused", ("no_question",))


def test_ok_without_a_question_is_ignored(city):
    assert city.said(MONITOR, "ok") == ("ignored", (), None)


def test_a_near_key_is_proposed_and_ya_sends_it(city):
    asked = city.said(MONITOR, "TPS012 G:120,98,77 SAH:295 WK:140,155 SAH:295")
    before = city.history()

    done = city.said(MONITOR, "Ya")

    assert asked[:2] == ("refused", ("not_understood",))
    assert "WK? maksudnya W?" in asked[2]
    assert before == []
    assert done[0] == "accepted"
    assert city.votes("W") == (140, 155)


def test_a_near_command_is_proposed_not_executed(city):
    city.text(MONITOR, REPORT)

    asked = city.said(COORDINATOR, "KOREKS TPS012 G2:99 SAH:296")

    assert "KOREKSI" in asked[2]
    assert city.votes() == (120, 98, 77)
    assert city.said(COORDINATOR, "OK")[0] == "corrected"


def test_tidak_closes_the_question(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")

    assert city.said(MONITOR, "TIDAK")[0] == "answered"
    assert city.said(MONITOR, "YA")[:2] == ("refused", ("no_question",))


def test_a_question_ends_when_something_else_is_texted(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")
    city.text(MONITOR, "STATUS")

    assert city.said(MONITOR, "YA")[:2] == ("refused", ("no_question",))


def test_a_question_ends_after_half_an_hour(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")
    city.wait(minutes=31)

    assert city.said(MONITOR, "YA")[:2] == ("refused", ("no_question",))


def test_a_ya_sent_before_the_question_confirms_nothing_and_is_told_that_one_waits(city):
    """By the operator's clock: where that is slow, each YA of some minutes is such a one."""
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")

    early = city.said(MONITOR, "YA", sent_at=NOON - timedelta(minutes=1))

    assert early == ("refused", ("no_question",), words.yes_or_no(Lang.ID))
    assert city.said(MONITOR, "YA")[0] == "held"


@pytest.mark.parametrize(
    ("minutes", "sent"),
    [
        pytest.param(31, None, id="too late"),
        pytest.param(2, NOON - timedelta(minutes=1), id="sent before it"),
    ],
)
def test_a_question_repeated_behind_ya_is_answered_by_the_rules_of_ya(city, minutes, sent):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")
    city.wait(minutes=minutes)

    answer = city.said(MONITOR, "Ya, TPS012 G:120,98,77 SAH:290", sent_at=sent)

    assert answer[:2] == ("refused", ("sum_mismatch",))
    assert city.audited() == []


def test_a_ya_brought_twice_answers_once(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")

    first = city.text(MONITOR, "YA", carrier_id="SM9")

    assert city.text(MONITOR, "YA", carrier_id="SM9") == first
    assert city.count("cases") == 1


@pytest.mark.parametrize(
    "body", ["\x00TPS012 G:120,98,77 SAH:295\x00", "TPS012 G:120,98,77 \ud800SAH:295", "😀" * 900]
)
def test_no_text_breaks_the_log(city, body):
    outcome, _, _ = city.said(MONITOR, body)

    assert outcome in ("accepted", "refused", "ignored")
    assert city.count("messages") >= 1


def test_the_coordinators_are_told_once_of_a_run_however_slow(city):
    for minutes in (20, 20, 9, 9, 9, 9):
        city.wait(minutes=minutes)
        city.text(MONITOR, "TPS012 G:1")

    assert sum("gagal 3 kali" in each for each in city.texted(COORDINATOR)) == 1


def test_thanks_do_not_end_the_silence_towards_an_auto_reply(city):
    for _ in range(4):
        city.text(MONITOR, "Saya sedang menyetir, nanti saya telepon")
    city.text(MONITOR, "terima kasih")

    silent = city.said(MONITOR, "Saya sedang menyetir, nanti saya telepon")
    answered = city.said(MONITOR, "TPS012")

    assert silent[2] is None
    assert answered[2] is not None


def test_a_number_that_was_just_replaced_is_told_that_it_is_not_on_the_roster(city):
    city.text(MONITOR, "HADIR")
    city.text(COORDINATOR, "GANTI TPS012 +6284999000111 Siti")

    first, second = (city.said(MONITOR, "TPS012 G:120,98,77 SAH:295") for _ in range(2))

    assert (first[1], second[1]) == (("unknown_sender",), ("unknown_sender",))
    assert "tidak terdaftar" in first[2]
    assert second[2] is None


def test_what_no_database_takes_loses_no_text_wherever_a_carrier_puts_it(city):
    answer = city.text(MONITOR, REPORT, recipient="\ud800+62\x008")

    assert answer.outcome == "accepted"
    assert city.message(answer).recipient == "+628"
