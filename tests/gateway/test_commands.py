"""Every command of SPEC section 2, as each role, on both databases."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import text

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
from tests.databases import only_sqlite
from tests.elections import LARGEST, NOON, REFERENCE

NEW_PHONE = "+6284999000111"


def test_a_correction_changes_its_contest_alone_and_tells_the_monitor(city):
    city.text(MONITOR, REPORT)

    outcome, _, reply = city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")

    assert outcome == "corrected"
    assert "G 120,98,77=295 > 120,98,78=296" in reply
    assert city.votes() == (120, 98, 78)
    assert city.votes("W") == (140, 155)
    assert city.texted(MONITOR) == [
        "DIKOREKSI TPS012 oleh koordinator. G 120,98,77=295 > 120,98,78=296. Resi 0003."
    ]


@pytest.mark.parametrize("body", ["UBAH TPS12 G2:99 SAH:296", "correct tps012 g2 99 sah 296"])
def test_one_candidate_is_corrected_alone(city, body):
    city.text(MONITOR, REPORT)

    outcome, _, _ = city.said(COORDINATOR, body)

    assert outcome == "corrected"
    assert city.votes() == (120, 99, 77)


def test_an_old_correction_that_comes_again_is_asked_about(city):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,79 SAH:297")

    outcome, codes, _ = city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")
    before = city.votes()
    city.text(COORDINATOR, "YA")

    assert (outcome, codes) == ("refused", ("repeated",))
    assert before == (120, 98, 79)
    assert city.votes() == (120, 98, 78)


@pytest.mark.parametrize("body", ["KOREKSI TPS012 G:120,98,78 SAH:296", "BATAL TPS012", "BATAL TPS012 G"])
def test_a_command_that_was_sent_before_what_stands_is_asked_about(city, body):
    sent = city.now
    city.wait(minutes=5)
    city.text(MONITOR, REPORT, sent_at=city.now)
    city.wait(minutes=5)

    late = city.said(COORDINATOR, body, sent_at=sent)
    before = city.votes()
    done = city.said(COORDINATOR, "YA")

    assert late[:2] == ("refused", ("repeated",))
    assert late[2].endswith(f"Balas YA: {body}")
    assert before == (120, 98, 77)
    assert done[0] == "corrected"
    assert city.audited() == []


def test_a_correction_that_was_sent_before_batal_is_asked_about(city):
    city.text(MONITOR, REPORT)
    sent = city.now
    city.wait(minutes=5)
    city.text(DEPUTY, "BATAL TPS012 G")

    late = city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296", sent_at=sent)

    assert late[:2] == ("refused", ("repeated",))
    assert city.votes() == (0, 0, 0)


def test_a_correction_sent_after_what_it_replaces_is_not_asked_about_for_being_late(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295", sent_at=city.now)
    sent = city.now + timedelta(minutes=1)
    city.wait(minutes=5)
    city.text(MONITOR, "TPS012 W:140,155 SAH:295", sent_at=city.now)

    outcome, _, _ = city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296", sent_at=sent)

    assert outcome == "corrected"


def test_an_older_substitution_that_comes_after_a_newer_is_asked_about(city):
    sent = city.now
    city.wait(minutes=5)
    city.text(COORDINATOR, "GANTI TPS012 +6284999000222 Budi", sent_at=city.now)

    late = city.said(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti", sent_at=sent)

    assert late[:2] == ("refused", ("repeated",))
    assert city.said("+6284999000222", REPORT)[0] == "accepted"
    assert city.said(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti", sent_at=city.now)[0] == "answered"


def test_a_correction_of_values_that_stand_is_a_duplicate(city):
    city.text(MONITOR, REPORT)

    assert city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,77 SAH:295")[0] == "duplicate"


def test_batal_takes_a_contest_out_and_keeps_its_history(city):
    city.text(MONITOR, REPORT)

    outcome, _, reply = city.said(COORDINATOR, "BATAL TPS012 G")

    assert outcome == "corrected"
    assert (
        reply
        == "DIKOREKSI TPS012. Hasil G dibatalkan, tidak dihitung lagi. Resi 0003. Tadinya: G 120,98,77 sah 295."
    )
    assert city.texted(MONITOR)[-1].startswith("DIKOREKSI TPS012 oleh koordinator.")
    assert city.votes() == (0, 0, 0)
    assert city.votes("W") == (140, 155)
    assert city.history()[-1].votes is None
    assert len(city.history()) == 3
    assert city.totals().stations.complete == 0
    assert city.totals().stations.reported == 1


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        pytest.param(
            [(MONITOR, REPORT), (COORDINATOR, "BATAL TPS012 G")],
            "Hasil G dibatalkan, tidak dihitung lagi. Resi 0003. Kirim yang benar: TPS012 G:..,..,.. SAH:..",
            id="voided",
        ),
        pytest.param(
            [(MONITOR, "G:120,98,77 SAH:290"), (MONITOR, "YA"), (COORDINATOR, "TOLAK K1")],
            "ditolak koordinator. Periksa formulir, lalu kirim: TPS012 G:..,..,.. SAH:..",
            id="rejected",
        ),
        pytest.param(
            [(MONITOR, REPORT), (MONITOR, "RALAT G:0,0,0 SAH:0"), (COORDINATOR, "TOLAK K1")],
            "ditolak koordinator. Tetap: G 120,98,77 sah 295. Bila salah, kirim RALAT.",
            id="rejected where another result stands",
        ),
        pytest.param(
            [(MONITOR, "G:120,98,77 SAH:295"), (COORDINATOR, "GANTI TPS013 " + MONITOR)],
            "isi titiknya: TPS013 G:..,..,.. SAH:.. W:..,.. SAH:.. Bantuan: kirim BANTUAN.",
            id="welcomed where all is awaited",
        ),
        pytest.param(
            [(NEIGHBOUR, "G:120,98,77 SAH:295"), (COORDINATOR, "GANTI TPS013 " + MONITOR)],
            "isi titiknya: TPS013 W:..,.. SAH:.. Bantuan: kirim BANTUAN.",
            id="welcomed where one contest stands",
        ),
    ],
)
@only_sqlite
def test_a_monitor_is_told_what_is_to_be_sent_again(city, steps, told):
    for sender, body in steps:
        city.text(sender, body)

    assert city.texted(MONITOR)[-1].endswith(told)


@pytest.mark.parametrize(
    "decision", ["BATAL TPS012", pytest.param("TOLAK K1", id="rejected after reports are closed")]
)
@only_sqlite
def test_after_closing_nobody_is_asked_to_send_again(city_with, decision):
    city = city_with(replace(REFERENCE, closes=NOON + timedelta(hours=1), source="closes"))
    city.text(MONITOR, REPORT)
    city.text(MONITOR, "RALAT G:0,0,0 SAH:0")
    city.wait(hours=2)

    city.text(COORDINATOR, decision)

    assert "irim" not in city.texted(MONITOR)[-1]


def test_a_new_report_after_batal_counts_and_the_monitor_may_correct_it(city):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "BATAL TPS012 G")

    new = city.said(MONITOR, "TPS012 G:121,98,77 SAH:296")
    corrected = city.said(MONITOR, "TPS012 G:122,98,77 SAH:297")

    assert new[:2] == ("accepted", ())
    assert corrected[:2] == ("corrected", ())
    assert city.votes() == (122, 98, 77)


def test_terima_sets_the_contests_of_its_text_and_no_others(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295")
    city.text(MONITOR, "TPS012 W:140,155 SAH:295")

    city.text(COORDINATOR, "TERIMA K1")

    assert city.votes() == (121, 97, 77)
    assert [(each.contest, each.revision) for each in city.history()] == [("G", 1), ("W", 1), ("G", 2)]


def test_terima_is_asked_once_more_where_what_stands_has_changed_since(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295")
    city.text(COORDINATOR, "KOREKSI TPS012 G:119,98,77 SAH:294")

    shown = city.said(COORDINATOR, "TERIMA K1")
    before = city.votes()
    other = city.said(DEPUTY, "ACCEPT K1")
    done = city.said(COORDINATOR, "TERIMA K1")

    assert shown[:2] == other[:2] == ("refused", ("conflict",))
    assert "G 119,98,77=294 > 121,97,77=295" in shown[2]
    assert "Kirim TERIMA K1 sekali lagi" in shown[2]
    assert before == (119, 98, 77)
    assert done[0] == "corrected"
    assert city.votes() == (121, 97, 77)


def test_terima_is_asked_again_where_it_has_changed_once_more(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295")
    city.text(COORDINATOR, "BATAL TPS012 G")
    city.text(COORDINATOR, "TERIMA K1")
    city.text(DEPUTY, "KOREKSI TPS012 G:119,98,77 SAH:294")

    again = city.said(COORDINATOR, "TERIMA K1")

    assert again[:2] == ("refused", ("conflict",))
    assert city.votes() == (119, 98, 77)


def test_terima_from_before_the_case_changed_shows_what_it_holds_now(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    decided = city.now
    city.wait(minutes=2)
    city.text(MONITOR, "TPS012 G:199,98,77 SAH:374")

    early = city.said(COORDINATOR, "TERIMA K1", sent_at=decided)
    brought_again = city.said(COORDINATOR, "TERIMA K1", sent_at=decided)
    before = city.votes()
    done = city.said(COORDINATOR, "TERIMA K1", sent_at=city.now)

    assert early[:2] == brought_again[:2] == ("refused", ("conflict",))
    assert "199,98,77" in early[2]
    assert "Kirim TERIMA K1 sekali lagi" in early[2]
    assert (before, done[0], city.votes()) == ((0, 0, 0), "corrected", (199, 98, 77))
    assert city.audited() == []


def test_a_carriers_clock_behind_ours_keeps_no_decision_back(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    done = city.said(COORDINATOR, "TERIMA K1", sent_at=city.now - timedelta(minutes=5))

    assert done[0] == "corrected"


def test_what_is_sent_once_more_by_that_clock_is_believed(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    city.text(MONITOR, "TPS012 G:199,98,77 SAH:374")

    first = city.said(COORDINATOR, "TERIMA K1", sent_at=city.now - timedelta(minutes=5))
    second = city.said(COORDINATOR, "TERIMA K1", sent_at=city.now - timedelta(minutes=4))

    assert (first[0], second[0]) == ("refused", "corrected")


def test_of_figures_whose_carrier_tells_no_time_the_last_count(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    held = city.said(MONITOR, "TPS012 G:199,98,77 SAH:374", sent_at=city.now - timedelta(seconds=40))

    assert "199,98,77" in held[2]


def test_thanks_to_a_question_are_told_once_that_it_waits_and_alarm_nobody(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")

    said = [city.said(MONITOR, "siap pak") for _ in range(4)]

    assert [each[2] is not None for each in said] == [True, False, False, False]
    assert city.texted(COORDINATOR) == []
    assert city.said(MONITOR, "YA")[0] == "held"


def test_what_was_sent_before_the_figures_of_a_case_does_not_replace_them(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0", sent_at=city.now)
    late = city.now
    city.wait(minutes=5)
    city.text(MONITOR, "TPS012 G:130,98,77 SAH:305", sent_at=city.now)
    told = len(city.texted(COORDINATOR))

    held = city.said(MONITOR, "TPS012 G:140,98,77 SAH:315", sent_at=late)

    assert held[0] == "held"
    assert "130,98,77" in held[2]
    assert len(city.texted(COORDINATOR)) == told
    city.text(COORDINATOR, "TERIMA K1")
    assert city.votes() == (130, 98, 77)
    assert city.audited() == []


def test_coordinators_read_that_figures_of_a_case_came_again(city):
    for votes in ("0,0,0 SAH:0", "130,98,77 SAH:305", "0,0,0 SAH:0"):
        city.text(MONITOR, f"TPS012 G:{votes}")

    _, newer, again = city.texted(COORDINATOR)

    assert "angka baru dari pengirim" in newer
    assert "angka lama datang lagi" in again


def test_who_comes_back_to_what_stands_is_heard_before_the_case_is_accepted(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:120,98,78 SAH:296")

    back = city.said(MONITOR, f"maaf salah, yang benar: {REPORT}")
    city.text(MONITOR, REPORT)

    assert back == (
        "duplicate",
        ("already_recorded",),
        "SUDAH ADA. Hasil TPS012 ini sudah tercatat pukul 12:00, resi 0001. Laporan Anda K1 masih menunggu koordinator.",
    )
    assert [each for each in city.texted(COORDINATOR) if "pengirim mengirim lagi yang tercatat" in each] == [
        "K1 TPS012 (Monitor 12 +628410000012): pengirim mengirim lagi yang tercatat. G 120,98,77=295 > 120,98,78=296."
        " Balas TERIMA K1 atau TOLAK K1."
    ]
    asked = city.said(COORDINATOR, "TERIMA K1")
    assert asked == (
        "refused",
        ("conflict",),
        "BELUM DIUBAH. Pengirim lalu mengirim lagi yang tercatat, periksa: G 120,98,77=295 > 120,98,78=296."
        " Tetap pakai K1? Kirim TERIMA K1 sekali lagi.",
    )
    assert city.votes() == (120, 98, 77)
    city.text(MONITOR, REPORT)  # is nothing new
    assert city.said(COORDINATOR, "TERIMA K1")[0] == "corrected"
    assert city.votes() == (120, 98, 78)
    assert city.audited() == []


def test_what_stands_and_was_sent_before_the_figures_of_a_case_is_no_way_back(city):
    city.text(MONITOR, REPORT, sent_at=city.now)
    sent = city.now
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:120,98,78 SAH:296", sent_at=city.now)
    told = city.texted(COORDINATOR)

    assert city.said(MONITOR, REPORT, sent_at=sent)[:2] == ("duplicate", ("already_recorded",))
    assert city.texted(COORDINATOR) == told
    assert city.said(COORDINATOR, "TERIMA K1")[0] == "corrected"


def test_the_sender_of_a_case_reads_what_stands_after_the_decision(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:121,98,77 SAH:296 W:141,155 SAH:296")
    city.text(COORDINATOR, "TOLAK K1")
    city.text(MONITOR, "TPS012 G:122,98,77 SAH:297")
    city.text(COORDINATOR, "TERIMA K2")

    assert city.texted(MONITOR)[-2:] == [
        "DITOLAK. Laporan TPS012 (K1) ditolak koordinator. Tetap: G 120,98,77 sah 295. W 140,155 sah 295."
        " Bila salah, kirim RALAT.",
        "DITERIMA. Laporan TPS012 (K2) disetujui koordinator. G 122,98,77 sah 297. Resi 0014.",
    ]


def test_coordinators_are_told_once_that_who_could_not_come_is_there(city):
    city.text(MONITOR, "HADIR")
    city.text(MONITOR, "HALANGAN sakit")
    city.text(MONITOR, "HADIR")
    city.text(MONITOR, "HADIR")

    assert [each for each in city.texted(COORDINATOR) if each.startswith("HADIR")] == [
        "HADIR TPS012 Monitor 12 +628410000012, yang tadi berhalangan. Tidak perlu pengganti."
    ]


def test_a_check_in_that_comes_late_says_nothing_of_who_has_texted_since_that_they_cannot_come(city):
    city.wait(hours=1)
    city.text(MONITOR, "HALANGAN sakit", sent_at=city.now)

    city.text(MONITOR, "HADIR", sent_at=city.now - timedelta(minutes=50))

    assert [each for each in city.texted(COORDINATOR) if each.startswith("HADIR")] == []


@pytest.mark.parametrize("body", ["LAPOR kotak suara hilang", "HALANGAN sakit", "HALANGAN"])
def test_what_a_carrier_brings_twice_under_another_id_is_told_once(city, body):
    city.text(MONITOR, body)
    again = city.said(MONITOR, body)[0]
    city.wait(minutes=6)
    city.text(MONITOR, body)

    assert (again, len(city.texted(COORDINATOR))) == ("answered", 2)


@only_sqlite
def test_after_closing_help_and_what_is_not_understood_ask_for_nothing(city_with):
    city = city_with(replace(REFERENCE, closes=NOON + timedelta(hours=1), source="closes"))
    city.text(MONITOR, REPORT)
    city.wait(hours=2)

    told, asked = city.said(MONITOR, "BANTUAN")[2], city.said(MONITOR, "kok salah pak")[2]

    assert told == "Laporan hasil ditutup 27/11 pukul 13:00. Perintah: LAPOR kejadian, STATUS, BAHASA EN."
    assert asked == "DITOLAK. Laporan ditutup 27/11 pukul 13:00. Hubungi koordinator Anda."


def test_coordinators_read_that_an_old_text_came_again_or_late(city):
    city.text(MONITOR, "TPS012 G:130,98,77 SAH:305", sent_at=city.now)
    sent = city.now
    city.wait(minutes=1)
    city.text(MONITOR, REPORT, sent_at=city.now)
    city.text(MONITOR, "TPS012 G:130,98,77 SAH:305")
    city.text(NEIGHBOUR, "TPS013 G:120,98,77 SAH:295", sent_at=city.now)
    city.text(NEIGHBOUR, "TPS013 G:121,98,77 SAH:296", sent_at=sent)

    again, late = city.texted(COORDINATOR)

    assert "angka lama, sudah diganti. G 120,98,77=295 > 130,98,77=305" in again
    assert "dikirim sebelum yang tercatat. G 120,98,77=295 > 121,98,77=296" in late


def test_a_change_of_another_contest_asks_nothing(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295")
    city.text(COORDINATOR, "KOREKSI TPS012 W:141,155 SAH:296")

    assert city.said(COORDINATOR, "TERIMA K1")[0] == "corrected"


def test_a_rejection_is_a_coordinators_action_too(city):
    city.text(MONITOR, REPORT)
    city.text(MONITOR, "TPS012 G:120,98,78 SAH:296")
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "TOLAK K1")

    held = city.said(MONITOR, "TPS012 G:120,98,79 SAH:297")

    assert held[:2] == ("held", ("conflict",))


def test_a_correction_needs_sah_and_keeps_tsah(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295 TSAH:5")

    without = city.said(COORDINATOR, "KOREKSI TPS012 G2:99")
    done = city.said(COORDINATOR, "KOREKSI TPS012 G2:99 SAH:296")

    assert without[:2] == ("refused", ("missing_valid",))
    assert done[0] == "corrected"
    assert (city.history()[-1].votes, city.history()[-1].invalid) == ((120, 99, 77), 5)


def test_an_old_report_after_batal_brings_nothing_back(city):
    city.text(MONITOR, REPORT)
    city.text(COORDINATOR, "BATAL TPS012")

    outcome, codes, _ = city.said(MONITOR, REPORT)

    assert (outcome, codes) == ("held", ("conflict",))
    assert city.totals().stations.reported == 0


@pytest.mark.parametrize(
    ("word", "ended", "answer", "votes", "monitor"),
    [
        pytest.param(
            "TERIMA K1",
            "corrected",
            "DIKOREKSI TPS012, K1 diterima. G 120,98,77=295 > 121,97,77=295.",
            (121, 97, 77),
            "DITERIMA",
            id="accepted",
        ),
        pytest.param("ACCEPT 1", "corrected", "DIKOREKSI", (121, 97, 77), "DITERIMA", id="in English"),
        pytest.param("TOLAK k 1", "answered", "K1 ditolak, TPS012.", (120, 98, 77), "DITOLAK", id="rejected"),
    ],
)
def test_a_case_is_decided_and_its_sender_is_told(city, word, ended, answer, votes, monitor):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295")

    outcome, _, reply = city.said(COORDINATOR, word)

    assert outcome == ended
    assert reply.startswith(answer)
    assert city.votes() == votes
    assert city.totals().stations.held == 0
    assert city.texted(MONITOR)[-1].startswith(monitor)


def test_who_does_not_report_for_the_station_any_more_is_not_told_to_mend_a_rejected_report(city):
    for phone, number in ((MONITOR, 12), (NEIGHBOUR, 13)):
        city.text(phone, f"TPS{number:03d} G:0,0,0 SAH:0")
    city.text(COORDINATOR, "GANTI TPS012 +6284999000111 Siti")

    city.text(COORDINATOR, "TOLAK K1")
    city.text(COORDINATOR, "TOLAK K2")

    told = [city.texted(phone)[-1] for phone in (MONITOR, NEIGHBOUR)]
    assert [("ditolak koordinator" in each, "lalu kirim" in each) for each in told] == [
        (True, False),
        (True, True),
    ]


def test_a_case_is_decided_once(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    city.text(COORDINATOR, "TOLAK K1")

    outcome, codes, reply = city.said(DEPUTY, "ACCEPT K1")

    assert (outcome, codes) == ("refused", ("unknown_case",))
    assert "REJECTED" in reply
    assert city.history() == []


@pytest.mark.parametrize(
    ("sender", "body"),
    [
        pytest.param(OTHER_COORDINATOR, "TERIMA K1", id="another district's coordinator"),
        pytest.param(COORDINATOR, "TERIMA K99", id="no such case"),
        pytest.param(MAYOR, "TERIMA K1", id="an official"),
        pytest.param(MONITOR, "TERIMA K1", id="its own sender"),
        pytest.param(COORDINATOR, "TERIMA K" + "9" * 20, id="a number beyond all"),
    ],
)
def test_a_case_is_not_decided_by_others(city, sender, body):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    assert city.said(sender, body)[0] == "refused"
    assert city.totals().stations.held == 1


def test_tolak_from_before_the_case_changed_rejects_no_figures_that_nobody_saw(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    decided = city.now + timedelta(seconds=10)
    city.wait(minutes=1)
    city.text(MONITOR, REPORT)

    early = city.said(COORDINATOR, "TOLAK K1", sent_at=decided)
    done = city.said(COORDINATOR, "TOLAK K1", sent_at=city.now)

    assert early[:2] == ("refused", ("conflict",))
    assert "G 120,98,77 sah 295." in early[2]
    assert early[2].endswith("Kirim TOLAK K1 sekali lagi.")
    assert done[0] == "answered"
    assert city.audited() == []


def test_terima_kasih_decides_nothing(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    assert city.said(COORDINATOR, "terima kasih") == ("ignored", (), None)
    assert city.totals().stations.held == 1


def test_a_substitute_reports_from_now_on_and_the_old_phone_does_not(city):
    outcome, _, reply = city.said(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti Aminah")

    assert outcome == "answered"
    assert "Siti Aminah" in reply
    assert "TPS012 G:..,..,.. SAH:.. W:..,.. SAH:.." in city.texted(NEW_PHONE)[0]
    assert "TPS012" in city.texted(MONITOR)[0]
    assert city.said(MONITOR, REPORT)[:2] == ("refused", ("unknown_sender",))
    assert city.said(NEW_PHONE, REPORT)[0] == "accepted"


def test_a_substitute_is_not_called_by_the_village_that_stands_before_the_name(city):
    city.text(COORDINATOR, f"GANTI TPS 3 Kel. Cereme Taba, Siti Aminah {NEW_PHONE}")

    [welcome] = city.texted(NEW_PHONE)

    assert "TPS012" in welcome
    assert "Siti Aminah" in welcome
    assert welcome.count("Cereme Taba") == 1


def test_texts_about_the_station_that_wait_for_the_old_phone_go_to_the_new_one(city):
    city.text(COORDINATOR, "INGATKAN")

    city.text(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti Aminah")

    assert any("belum lengkap" in body for body in city.texted(NEW_PHONE))
    assert not any("belum lengkap" in body for body in city.texted(MONITOR))


def test_a_phone_on_the_roster_may_take_a_second_station(city):
    city.text(COORDINATOR, f"GANTI TPS012 {NEIGHBOUR} Siapa Saja")

    named = city.said(NEIGHBOUR, REPORT)
    own = city.said(NEIGHBOUR, "TPS013 G:1,2,3 SAH:6")
    left_out = city.said(NEIGHBOUR, "G:1,2,3 SAH:6")

    assert named[0] == "accepted"
    assert own[0] == "accepted"
    assert left_out[:2] == ("refused", ("station_needed",))


def test_a_coordinator_may_take_a_station_themselves(city):
    city.text(COORDINATOR, f"GANTI TPS012 {COORDINATOR} Saya")

    assert city.said(COORDINATOR, "G:120,98,77 SAH:295")[0] == "accepted"
    assert city.said(COORDINATOR, "CEK TPS013")[0] == "answered"


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        pytest.param("GANTI TPS012 12345 Siti", ("bad_number",), id="a number that cannot be one"),
        pytest.param("GANTI TPS012 +628449999999 Siti", ("bad_number",), id="our own number"),
        pytest.param(f"GANTI TPS020 {NEW_PHONE} Siti", ("not_allowed",), id="another district's station"),
    ],
)
def test_a_substitute_that_cannot_be_is_refused(city, body, codes):
    outcome, found, _ = city.said(COORDINATOR, body)

    assert (outcome, found) == ("refused", codes)
    assert city.texted(NEW_PHONE) == []


def test_naming_the_monitor_that_there_is_changes_nothing(city):
    assert city.said(COORDINATOR, f"GANTI TPS012 {MONITOR} Monitor")[0] == "answered"
    assert city.texted(MONITOR) == []


def test_an_old_substitution_that_comes_again_is_asked_about(city):
    other = "+6284999000222"
    city.text(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti")
    city.text(COORDINATOR, f"GANTI TPS012 {other} Budi")

    outcome, codes, _ = city.said(COORDINATOR, f"GANTI TPS012 {NEW_PHONE} Siti")

    assert (outcome, codes) == ("refused", ("repeated",))
    assert city.said(other, REPORT)[0] == "accepted"


def test_an_incident_reaches_the_districts_coordinators(city):
    outcome, _, _ = city.said(MONITOR, "LAPOR listrik padam")

    assert outcome == "answered"
    assert city.texted(COORDINATOR) == [f"KEJADIAN TPS012 (Monitor 12 {MONITOR}): listrik padam"]
    assert city.texted(OTHER_COORDINATOR) == []


def test_an_absence_brings_the_words_to_name_a_substitute(city):
    city.text(MONITOR, "HALANGAN sakit")

    assert "sakit" in city.texted(COORDINATOR)[0]
    assert "GANTI TPS012 08" in city.texted(COORDINATOR)[0]


def test_cek_names_who_sent_what_stands_last(city):
    city.text(MONITOR, REPORT)
    city.text(DEPUTY, "CORRECT TPS012 W:141,155 SAH:296")

    assert f"{DEPUTY} pukul 12:00" in city.said(COORDINATOR, "CEK TPS012")[2]


def test_help_names_no_command_of_another_role(city):
    assert "BERHENTI" in city.said(MAYOR, "BANTUAN")[2]
    assert "BERHENTI" not in city.said(COORDINATOR, "BANTUAN")[2]
    assert "KOREKSI" not in city.said(MONITOR, "BANTUAN")[2]


def test_a_refused_list_of_who_is_not_there_is_named_in_the_senders_language(city):
    city.text(MAYOR, "BAHASA EN")

    assert "MISSING PRESENT" in city.said(MAYOR, "MISSING PRESENT")[2]


def test_words_to_all_that_are_too_long_are_told_how_long_they_may_be(city):
    assert "147" in city.said(COORDINATOR, "KABAR " + 200 * "x")[2]


def test_who_is_not_there_is_listed_for_the_coordinator(city):
    city.text(MONITOR, "HADIR")
    city.text(NEIGHBOUR, "TPS013 G:1,2,3 SAH:6")

    _, _, reply = city.said(COORDINATOR, "BELUM HADIR")

    assert "12/14" in reply
    assert " 012" not in reply
    assert " 013" not in reply
    assert " 014" in reply


def test_belum_is_a_list_for_a_coordinator_and_not_yet_for_a_monitor(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")

    listed = city.said(COORDINATOR, "BELUM")
    noted = city.said(MONITOR, "BELUM")

    assert "14/14" in listed[2]
    assert "012(W)" in listed[2]
    assert noted[0] == "answered"
    assert "60 menit" in noted[2]
    assert city.count("field_notes") == 1


def test_a_long_list_has_pages(city):
    first, second = city.said(MAYOR, "BELUM"), city.said(MAYOR, "BELUM 2")

    assert "(1/1)" in first[2] or "BELUM 2" in first[2]
    assert "020" in first[2] + second[2]
    assert "20/20" in first[2]


@pytest.mark.parametrize("command", ["BELUM HADIR", "MISSING"])
def test_the_next_page_of_a_district_is_asked_for_as_the_first_one_says(city, command):
    with city.service.store.transaction() as db:
        db.execute(text("UPDATE districts SET name = 'Lubuklinggau Timur Satu' WHERE name = 'Timur I'"))
    if command.startswith("MISSING"):
        city.text(COORDINATOR, "LANGUAGE EN")

    first = city.said(COORDINATOR, f"{command} Timur Satu")[2]
    _, _, following = first.partition(": BELUM" if "BELUM" in command else ": MISSING")
    second = city.said(COORDINATOR, f"{command.split()[0]}{following}")[2]

    assert "14/14 TPS (1/2): 001" in first
    assert "14/14 TPS (2/2)" in second
    assert second.endswith(" 014.")


@pytest.mark.parametrize("body", ["KABAR segera kirim", "INGATKAN"])
def test_who_opted_out_is_not_counted_among_those_who_are_texted(city, body):
    city.text(MONITOR, "STOP")

    assert "13 monitor" in city.said(COORDINATOR, body)[2]


def test_all_missing_monitors_are_reminded_once_in_a_quarter(city):
    city.text(MONITOR, REPORT)

    _, _, reply = city.said(COORDINATOR, "INGATKAN")
    again = city.said(DEPUTY, "INGATKAN")
    soon = city.said(COORDINATOR, "INGATKAN")
    city.wait(minutes=16)

    assert "13 monitor" in reply
    assert city.texted(MONITOR) == []
    assert again[0] == "answered"
    assert soon[:2] == ("refused", ("too_soon",))
    assert "15 menit lagi" in soon[2]
    assert city.said(COORDINATOR, "REMIND")[0] == "answered"


@pytest.mark.parametrize("body", ["KABAR logistik datang jam 8", "INGATKAN"])
def test_an_old_text_to_all_that_a_carrier_brings_again_is_asked_about(city, body):
    sent = city.now
    first = city.said(COORDINATOR, body, sent_at=sent)
    city.wait(hours=1)

    again = city.said(COORDINATOR, body, sent_at=sent)
    told = len(city.texted(NEIGHBOUR))
    newer = city.said(COORDINATOR, body, sent_at=city.now)
    city.wait(hours=1)
    city.text(COORDINATOR, body, sent_at=sent)

    assert [each[0] for each in (first, newer)] == ["answered"] * 2
    assert again[:2] == ("refused", ("repeated",))
    assert told == 1
    assert city.said(COORDINATOR, "YA", sent_at=city.now)[0] == "answered"


def test_a_coordinators_words_reach_their_monitors(city):
    _, _, reply = city.said(COORDINATOR, "KABAR logistik datang jam 8")

    assert "14" in reply
    assert city.texted(MONITOR) == ["Koordinator: logistik datang jam 8"]
    assert city.texted("+628410000020") == []
    assert city.said(COORDINATOR, "KABAR lagi")[:2] == ("refused", ("too_soon",))
    assert city.said(DEPUTY, "TELL " + "x" * 150)[:2] == ("refused", ("too_long",))


def test_cek_says_what_stands_from_whom_and_what_is_missing(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")

    _, _, reply = city.said(DISTRICT_OFFICIAL, "CEK TPS012")

    assert "G 120,98,77 sah 295" in reply
    assert MONITOR in reply
    assert "12:00" in reply
    assert "Belum: W" in reply
    assert city.said(DISTRICT_OFFICIAL, "CEK TPS020")[:2] == ("refused", ("not_allowed",))
    assert city.said(MAYOR, "CEK TPS020")[0] == "answered"


def test_rekap_is_for_what_its_sender_oversees(city):
    city.text(MONITOR, REPORT)
    city.text("+628410000020", "TPS020 G:10,20,30 SAH:60")

    mayor = city.said(MAYOR, "REKAP")[2]
    district = city.said(MAYOR, "REKAP G Barat I")[2]
    coordinator = city.said(OTHER_COORDINATOR, "TOTAL")[2]

    assert "2/20" in mayor
    assert "130" in mayor
    assert "TIDAK RESMI" in mayor
    assert "1/6" in district
    assert "30" in district
    assert "140" not in district
    assert "1/6" in coordinator
    assert city.said(DISTRICT_OFFICIAL, "REKAP Barat I")[:2] == ("refused", ("not_allowed",))


def test_an_official_pauses_and_resumes(city):
    assert city.said(MAYOR, "BERHENTI")[0] == "answered"
    assert city.read(lambda db: db.exec_driver_sql("SELECT count(*) FROM people WHERE paused").scalar()) == 1
    assert city.said(MAYOR, "resume")[0] == "answered"
    assert city.said(MONITOR, "BERHENTI")[:2] == ("refused", ("not_allowed",))


def test_the_language_of_replies_changes(city):
    city.text(MONITOR, "BAHASA EN")

    assert city.said(MONITOR, REPORT)[2].startswith("RECEIVED TPS012. G 120,98,77 valid 295.")


@pytest.mark.parametrize("word", ["BANTUAN", "HELP", "?"])
@pytest.mark.parametrize("sender", [MONITOR, COORDINATOR, DEPUTY, MAYOR])
def test_everyone_gets_help_with_a_station_of_theirs(city, sender, word):
    outcome, _, reply = city.said(sender, word)

    assert outcome == "answered"
    assert "TPS0" in reply


@pytest.mark.parametrize(
    ("sender", "body"),
    [
        (MONITOR, "KOREKSI TPS012 G2:99 SAH:296"),
        (MONITOR, "BATAL TPS012"),
        (MONITOR, "GANTI TPS012 +6284999000111 Siti"),
        (MONITOR, "KABAR halo semua"),
        (MONITOR, "INGATKAN"),
        (MONITOR, "REKAP"),
        (MONITOR, "CEK TPS012"),
        (MONITOR, "BELUM HADIR"),
        (MAYOR, "KOREKSI TPS012 G2:99 SAH:296"),
        (MAYOR, "GANTI TPS012 +6284999000111 Siti"),
        (MAYOR, "INGATKAN"),
        (MAYOR, "HADIR"),
        (MAYOR, "STATUS"),
        (COORDINATOR, "HADIR"),
        (COORDINATOR, "LAPOR listrik padam"),
        (COORDINATOR, "HALANGAN sakit"),
        (OTHER_COORDINATOR, "KOREKSI TPS012 G2:99 SAH:296"),
        (OTHER_COORDINATOR, "BATAL TPS012"),
    ],
)
def test_a_command_that_a_role_does_not_have_is_refused_with_a_reason(city, sender, body):
    city.text("+628410000012", REPORT)
    before = city.count("results"), city.count("roles")

    outcome, codes, reply = city.said(sender, body)

    assert (outcome, codes) == ("refused", ("not_allowed",))
    assert reply
    assert (city.count("results"), city.count("roles")) == before


def test_stop_is_answered_where_its_carrier_does_not(city):
    assert city.said(MONITOR, "STOP", stop_answered=False) == (
        "answered",
        (),
        "Anda hanya akan menerima balasan atas SMS Anda. Kirim START untuk menerima semua SMS lagi.",
    )


def test_stop_ends_what_we_start_and_twilio_answers_it(city):
    assert city.said(MONITOR, "STOP") == ("answered", (), None)

    city.text(COORDINATOR, "KABAR halo")

    status = "SELECT status, error_code FROM messages WHERE recipient = '+628410000012' AND kind = 'bulk'"
    assert tuple(city.read(lambda db: db.exec_driver_sql(status).one())) == ("failed", "opted_out")
    assert city.said(MONITOR, REPORT)[0] == "accepted"
    assert city.said(MONITOR, "START")[2]


def test_an_example_never_repeats_what_was_refused(city):
    body = "TPS012 G:120,98,77 SAH:295 TSAH:5 W:140,153 SAH:293"

    reply = city.said(MONITOR, body)[2]

    assert body not in reply
    assert "G:120,98,77 SAH:295 TSAH:.. W:140,153 SAH:293 TSAH:.." in reply


def test_koreksi_alone_is_answered_with_its_form(city):
    reply = city.said(COORDINATOR, "KOREKSI")[2]

    assert "Suara calon belum ada. Kirim ulang: KOREKSI TPS.. G:..,..,.. SAH:.." in reply


def test_a_monitor_who_may_not_ask_who_is_present_is_not_told_that_belum_is_not_theirs(city):
    assert "BELUM HADIR bukan untuk peran Anda" in city.said(MONITOR, "BELUM HADIR")[2]


def test_a_monitor_of_two_stations_is_answered_about_both(city):
    city.text(COORDINATOR, "GANTI TPS003 " + MONITOR)
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295 W:140,153 SAH:293")

    status = city.said(MONITOR, "STATUS")[2]
    not_yet, absent = (city.said(MONITOR, body)[2] for body in ("BELUM", "HALANGAN sakit"))

    assert status == "TPS012 lengkap. TPS003 belum G, W."
    assert not_yet.startswith("Baik, TPS003 belum selesai.")
    assert "TPS012, TPS003" in absent


def test_an_incident_of_a_monitor_of_two_stations_is_of_both_unless_one_is_named(city):
    city.text(COORDINATOR, "GANTI TPS003 " + MONITOR)
    before = len(city.texted(COORDINATOR))

    both, one = (city.said(MONITOR, body)[2] for body in ("LAPOR listrik padam", "LAPOR TPS3 rusuh"))

    assert both == "Laporan kejadian TPS012, TPS003 diterima dan diteruskan ke koordinator."
    assert one == "Laporan kejadian TPS003 diterima dan diteruskan ke koordinator."
    assert [each.split(" (")[0] for each in city.texted(COORDINATOR)[before:]] == [
        "KEJADIAN TPS012, TPS003",
        "KEJADIAN TPS003",
    ]


def test_coordinators_read_that_voided_figures_stood_before_and_what_stands_once(city):
    city.text(MONITOR, "TPS012 G:1,2,3 SAH:6")
    city.text(COORDINATOR, "BATAL TPS012")
    city.text(MONITOR, "TPS012 G:1,2,3 SAH:6")
    told = city.texted(COORDINATOR)[-1]
    city.text(COORDINATOR, "KOREKSI TPS012 G:1,2,3 SAH:6")

    again = city.said(COORDINATOR, "TERIMA K1")[2]
    done = city.said(COORDINATOR, "TERIMA K1")

    assert "pernah tercatat lalu dibatalkan. G 1,2,3 sah 6." in told
    assert "periksa: G 1,2,3 sah 6." in again
    assert done[0] == "corrected"
    assert "G 1,2,3 sah 6." in done[2]


def test_a_ganti_of_two_stations_is_answered_with_its_form(city):
    outcome, codes, reply = city.said(COORDINATOR, "GANTI TPS012 TPS013 084999000111 Siti")

    assert (outcome, codes) == ("refused", ("not_understood",))
    assert "dua arti" in reply
    assert reply.endswith("Kirim ulang: GANTI TPS.. 08.......... Nama")


@pytest.mark.parametrize("beside", ["YA", "TIDAK", "CEK TPS012"])
def test_of_two_texts_at_once_only_one_answers_what_was_asked(city, beside):
    carried_out = []
    for number in range(1, 13):
        city.wait(minutes=2)
        for body in ("KOREKSI {} G:1,2,3 SAH:6", "BATAL {}", "KOREKSI {} G:4,5,6 SAH:15", "BATAL {}"):
            asked = city.said(COORDINATOR, body.format(f"TPS{number:03d}"))
        outcomes = at_once(city, COORDINATOR, ("YA", beside))
        carried_out.append(sum(each in ("corrected", "duplicate") for each in outcomes))
        assert asked[:2] == ("refused", ("repeated",))

    assert set(carried_out) <= ({1} if beside == "YA" else {0, 1})
    assert city.audited() == []


def at_once(city, sender, bodies):
    """Send texts at the same moment; give what became of them."""
    start, outcomes = Barrier(len(bodies)), []

    def send(body):
        start.wait(timeout=30)
        outcomes.append(city.text(sender, body).outcome)

    threads = [Thread(target=send, args=(body,)) for body in bodies]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
    return outcomes


def test_batal_of_some_contests_is_not_answered_by_the_one_that_takes_out_all(city_with):
    """BATAL takes one contest, or all: who named two of three would lose the third, too."""
    city = city_with(LARGEST)

    assert city.said(COORDINATOR, "BATAL TPS012 WABC,DABC")[2].endswith("Kirim ulang: BATAL TPS012 ..")
    every = ",".join(each.code for each in LARGEST.contests)
    assert city.said(COORDINATOR, f"BATAL TPS012 {every} 5")[2].endswith("Kirim ulang: BATAL TPS..")
