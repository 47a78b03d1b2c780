"""A monitor's report, from the text to the totals: SPEC section 3, on both databases."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from models import results
from tests.city import COORDINATOR, DEPUTY, MAYOR, MONITOR, NEIGHBOUR, OTHER_COORDINATOR, REPORT
from tests.databases import only_sqlite
from tests.elections import NOON, REFERENCE


def test_a_report_is_confirmed_with_every_number_and_a_receipt_and_counts(city):
    outcome, codes, reply = city.said(MONITOR, REPORT)

    assert (outcome, codes) == ("accepted", ())
    assert reply == "DITERIMA TPS012. G 120,98,77 sah 295. W 140,155 sah 295. Resi 0001."
    assert city.votes("G") == (120, 98, 77)
    assert city.votes("W") == (140, 155)
    assert (city.totals().stations.reported, city.totals().stations.complete) == (1, 1)


def test_the_same_message_twice_gives_the_same_answer_and_counts_once(city):
    first = city.text(MONITOR, REPORT, carrier_id="SM1")

    again = city.text(MONITOR, REPORT, carrier_id="SM1")

    assert again == first
    assert city.votes() == (120, 98, 77)
    assert city.count("messages") == 2


def test_the_same_text_under_a_new_id_is_already_recorded(city):
    city.text(MONITOR, REPORT)

    outcome, codes, reply = city.said(MONITOR, REPORT)

    assert (outcome, codes) == ("duplicate", ("already_recorded",))
    assert "SUDAH ADA" in reply
    assert "0001" in reply
    assert "12:00" in reply
    assert len(city.history()) == 2


def test_one_contest_now_and_the_other_an_hour_later(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")
    city.wait(hours=1)

    outcome, _, reply = city.said(MONITOR, REPORT)

    assert outcome == "accepted"
    assert "G 120,98,77" in reply
    assert "W 140,155" in reply
    assert [each.contest for each in city.history()] == ["G", "W"]


def test_an_own_correction_in_time_replaces_and_shows_old_and_new(city):
    city.text(MONITOR, REPORT)

    outcome, _, reply = city.said(MONITOR, "TPS012 G:120,98,78 SAH:296")

    assert outcome == "corrected"
    assert reply.startswith("DIKOREKSI TPS012. G 120,98,77=295 > 120,98,78=296.")
    assert city.votes() == (120, 98, 78)
    assert city.votes("W") == (140, 155)


def test_an_old_text_that_comes_again_after_a_correction_brings_nothing_back(city):
    city.text(MONITOR, REPORT)
    city.text(MONITOR, "TPS012 G:120,98,78 SAH:296")

    outcome, codes, _ = city.said(MONITOR, REPORT)

    assert (outcome, codes) == ("held", ("conflict",))
    assert city.votes() == (120, 98, 78)


def test_an_old_text_brings_nothing_back_after_more_corrections_than_are_read_at_once(city):
    city.text(MONITOR, REPORT)
    for votes in range(results.RECENT + 5):
        city.wait(minutes=1)
        city.text(COORDINATOR, f"KOREKSI TPS012 G:{votes},1,1 SAH:{votes + 2}")

    city.text(COORDINATOR, "BATAL TPS012 G")

    old = city.said(MONITOR, REPORT)
    as_it_stands = city.said(MONITOR, "TPS012 W:140,155 SAH:295")
    new = city.said(DEPUTY, "TPS012 G:5,6,7 SAH:18")

    assert old[:2] == ("held", ("conflict",))
    assert as_it_stands[:2] == ("duplicate", ("already_recorded",))
    assert new[0] == "accepted"
    assert city.votes() == (5, 6, 7)
    assert city.audited() == []


def test_what_is_said_of_a_case_is_in_the_elections_order(city_with):
    city = city_with(replace(REFERENCE, contests=REFERENCE.contests[::-1]))
    city.text(MONITOR, REPORT)
    city.wait(minutes=20)

    held = city.text(MONITOR, "TPS012 G:121,97,77 SAH:295 W:141,154 SAH:295").reply
    accepted = city.text(COORDINATOR, "TERIMA K1").reply

    assert city.audited() == []
    for said in (held, city.texted(COORDINATOR)[0], accepted):
        assert 0 < said.find("141,154") < said.find("121,97,77")


def test_a_late_correction_is_held_and_its_coordinators_get_old_and_new(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)

    outcome, codes, reply = city.said(MONITOR, "TPS012 G:121,97,77 SAH:295")

    assert (outcome, codes) == ("held", ("conflict",))
    assert "DITAHAN TPS012, kasus K1" in reply
    (told,) = city.texted(COORDINATOR)
    assert "G 120,98,77=295 > 121,97,77=295" in told
    assert "TERIMA K1" in told
    assert "TOLAK K1" in told
    assert "ACCEPT K1" in city.texted(DEPUTY)[0]
    assert city.texted(OTHER_COORDINATOR) == []
    assert city.votes() == (120, 98, 77)
    assert city.totals().stations.held == 1


def test_the_window_is_measured_by_the_carriers_time(city):
    city.text(MONITOR, REPORT, sent_at=NOON)
    city.wait(hours=3)

    outcome, _, _ = city.said(MONITOR, "TPS012 G:120,98,78 SAH:296", sent_at=NOON + timedelta(minutes=10))

    assert outcome == "corrected"


def test_a_text_sent_before_what_stands_is_held(city):
    city.text(MONITOR, REPORT, sent_at=NOON)

    outcome, codes, _ = city.said(MONITOR, "TPS012 G:120,98,78 SAH:296", sent_at=NOON - timedelta(minutes=1))

    assert (outcome, codes) == ("held", ("conflict",))


@pytest.mark.parametrize(
    "again",
    [
        pytest.param("TPS012 G:121,97,77 SAH:295", id="alone"),
        pytest.param("TPS012 G:121,97,77 W:140,155 SAH:295", id="beside what stands"),
    ],
)
def test_the_same_held_values_are_one_case_told_once(city, again):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295")

    outcome, _, reply = city.said(MONITOR, again)

    assert outcome == "held"
    assert "K1" in reply
    assert city.count("cases") == 1
    assert len(city.texted(COORDINATOR)) == 1


def test_newer_values_replace_those_of_the_case_and_are_what_is_accepted(city):
    city.text(MONITOR, REPORT)
    city.wait(minutes=16)
    city.text(MONITOR, "TPS012 G:121,97,77 SAH:295")
    city.text(MONITOR, "TPS012 G:122,96,77 SAH:295")

    city.text(COORDINATOR, "TERIMA K1")

    assert city.votes() == (122, 96, 77)
    assert city.count("cases") == 1
    assert city.count("case_figures") == 2


def test_figures_that_do_not_add_up_are_refused_with_both_numbers_and_the_difference(city):
    outcome, codes, reply = city.said(MONITOR, "TPS012 G:120,98,77 SAH:290")

    assert (outcome, codes) == ("refused", ("sum_mismatch",))
    assert "295" in reply
    assert "290" in reply
    assert "beda 5" in reply
    assert "YA" in reply
    assert city.history() == []


def test_a_form_that_does_not_add_up_is_held_after_ya_and_accepted_as_marked(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:290")

    outcome, codes, _ = city.said(MONITOR, "ya")
    city.text(COORDINATOR, "TERIMA K1")

    assert (outcome, codes) == ("held", ("sum_mismatch",))
    (revision,) = city.history()
    assert revision.votes == (120, 98, 77)
    assert not revision.tally.adds_up
    assert city.votes() == (120, 98, 77)


def test_all_or_nothing_a_message_with_one_bad_contest_changes_nothing(city):
    outcome, codes, reply = city.said(MONITOR, "TPS012 G:120,98,77 SAH:295 W:140 SAH:140")

    assert (outcome, codes) == ("refused", ("candidate_count",))
    assert "W harus 2 angka, terbaca 1" in reply
    assert "G:120,98,77 SAH:295" in reply
    assert city.history() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("TPS013 G:1,2,3 SAH:6", "not_your_station", id="another's station"),
        pytest.param("TPS999 G:1,2,3 SAH:6", "not_your_station", id="a station that does not exist"),
        pytest.param("TPS012 G:400,98,77 SAH:575", "too_many_votes", id="more votes than voters"),
        pytest.param("TPS012 G:1,2,3", "missing_valid", id="no SAH"),
        pytest.param("TPS012 G:1.200,98,77 SAH:295", "not_understood", id="a thousands mark"),
        pytest.param("TPS012 G:-1,98,77 SAH:174", "not_understood", id="a minus"),
    ],
)
def test_what_cannot_be_counted_is_refused_stored_and_answered(city, body, code):
    outcome, codes, reply = city.said(MONITOR, body)

    assert outcome == "refused"
    assert code in codes
    assert reply.startswith("DITOLAK")
    assert city.history() == []
    assert city.count("messages") == 2


def test_a_refusal_reveals_nothing_of_another_station(city):
    there, nowhere = city.said(MONITOR, "TPS013 G:1,2,3 SAH:6"), city.said(MONITOR, "TPS999 G:1,2,3 SAH:6")

    assert there == nowhere
    assert "TPS012" in there[2]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("TPS 03 G:120,98,77 SAH:295", id="the number on the form"),
        pytest.param("TPS 03 Cereme Taba G:120,98,77 SAH:295", id="with the village"),
        pytest.param("G:120,98,77 SAH:295", id="left out"),
        pytest.param("tps12 pagi pak g 120 98 77 sah 295", id="with a greeting"),
    ],
)
def test_a_monitor_may_name_the_station_as_on_the_form(city, body):
    outcome, _, reply = city.said(MONITOR, body)

    assert outcome == "accepted"
    assert "TPS012" in reply


def test_another_villages_name_is_not_guessed_away(city):
    outcome, codes, _ = city.said(MONITOR, "TPS 03 Air Kuti G:120,98,77 SAH:295")

    assert (outcome, codes) == ("refused", ("not_your_station",))


def test_unlikely_figures_are_held(city):
    outcome, codes, _ = city.said(MONITOR, "TPS012 G:0,0,0 SAH:0")

    assert (outcome, codes) == ("held", ("suspicious",))


def test_what_a_coordinator_accepted_is_not_held_again_beside_a_new_contest(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    city.text(COORDINATOR, "TERIMA K1")

    outcome, _, reply = city.said(MONITOR, "TPS012 G:0,0,0 SAH:0 W:140,155 SAH:295")

    assert outcome == "accepted"
    assert "W 140,155 sah 295" in reply
    assert [(each.contest, each.revision) for each in city.history()] == [("G", 1), ("W", 1)]
    assert city.audited() == []


def test_new_ballots_are_compared_with_those_that_stand_though_the_text_repeats_them(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295 TSAH:5")

    outcome, codes, _ = city.said(MONITOR, "TPS012 G:120,98,77 SAH:295 W:10,15 SAH:25 TSAH:5,3")

    assert (outcome, codes) == ("held", ("suspicious",))


@pytest.mark.parametrize(
    ("stood", "held"),
    [
        pytest.param(
            "TPS012 G:100,98,77 SAH:275 W:140,135 SAH:275",
            "TPS012 G:120,98,77 SAH:295 W:0,0 SAH:0",
            id="another contest of the case is new",
        ),
        pytest.param(
            "TPS012 W:140,135 SAH:275",
            "TPS012 G:120,98,77 SAH:295 W:0,0 SAH:0",
            id="another contest of the case stood nowhere",
        ),
    ],
)
def test_what_a_newer_text_takes_back_to_what_stands_is_not_accepted_with_the_case(city, stood, held):
    city.text(MONITOR, stood)
    city.text(MONITOR, held)

    outcome, _, reply = city.said(MONITOR, "TPS012 G:120,98,77 SAH:295 W:140,135 SAH:275")
    told = city.texted(COORDINATOR)[-1]
    city.text(COORDINATOR, "TERIMA K1")

    assert outcome == "held"
    assert "W 140,135 sah 275" in reply
    assert "K1" in told
    assert city.votes("G") == (120, 98, 77)
    assert city.votes("W") == (140, 135)
    assert city.audited() == []


def test_a_coordinator_reports_for_a_station_of_theirs_where_nothing_stands(city):
    outcome, _, _ = city.said(COORDINATOR, REPORT)

    assert outcome == "accepted"
    assert city.votes() == (120, 98, 77)


def test_a_coordinators_plain_report_against_what_stands_proposes_koreksi(city):
    city.text(MONITOR, REPORT)

    outcome, _, reply = city.said(COORDINATOR, "TPS012 G:120,98,78 SAH:296")
    confirmed, _, _ = city.said(COORDINATOR, "YA")

    assert outcome == "refused"
    assert "KOREKSI TPS012 G:120,98,78 SAH:296" in reply
    assert confirmed == "corrected"
    assert city.votes() == (120, 98, 78)


@pytest.mark.parametrize(
    ("sender", "body", "code"),
    [
        pytest.param(OTHER_COORDINATOR, REPORT, "not_allowed", id="a coordinator of another district"),
        pytest.param(COORDINATOR, "TPS999 G:1,2,3 SAH:6", "unknown_station", id="no such station"),
        pytest.param(COORDINATOR, "G:1,2,3 SAH:6", "station_needed", id="no station given"),
        pytest.param(MAYOR, REPORT, "not_allowed", id="an official"),
    ],
)
def test_a_report_outside_the_senders_role_is_refused(city, sender, body, code):
    outcome, codes, _ = city.said(sender, body)

    assert (outcome, codes) == ("refused", (code,))
    assert city.history() == []


@pytest.mark.parametrize(
    ("body", "opens", "closes", "outcome"),
    [
        pytest.param(
            "TPS012 GG:1,2,3 SAH:6", 5, None, ("practice", ("practice",)), id="a proposal before opening"
        ),
        pytest.param("TPS012 GG:1,2,3 SAH:6", None, 5, ("accepted", ()), id="a proposal before closing"),
        pytest.param("TPS012 G:1,2,3 SAH:7", None, 5, ("held", ("sum_mismatch",)), id="a sum before closing"),
        pytest.param("TPS012 GG:1,2,3 SAH:6", None, 0, ("refused", ("no_question",)), id="too late"),
    ],
)
def test_what_ya_confirms_is_of_when_it_was_texted(city_with, body, opens, closes, outcome):
    opens, closes = (None if each is None else NOON + timedelta(minutes=each) for each in (opens, closes))
    city = city_with(replace(REFERENCE, opens=opens, closes=closes, source="hours"))
    city.text(MONITOR, body)
    city.wait(minutes=10)

    assert city.said(MONITOR, "YA")[:2] == outcome
    assert city.totals().stations.reported == (outcome[0] == "accepted")
    assert city.audited() == []


def test_before_opening_a_report_is_practice_and_counts_nowhere(city_with):
    city = city_with(replace(REFERENCE, opens=NOON + timedelta(hours=1), source="opens"))

    right = city.said(MONITOR, REPORT)
    wrong = city.said(MONITOR, "TPS012 G:120,98,77 SAH:290")
    strange = city.said(MONITOR, "TPS013 G:120,98,77 SAH:290")

    assert right[:2] == ("practice", ("practice",))
    assert right[2].startswith("LATIHAN DITERIMA TPS012. G 120,98,77")
    assert wrong[:2] == ("practice", ("sum_mismatch", "practice"))
    assert wrong[2].startswith("LATIHAN DITOLAK")
    assert "YA" not in wrong[2].split()
    assert strange[:2] == ("refused", ("not_your_station",))
    assert city.history() == []
    assert city.count("practices") == 1


def test_after_closing_a_monitor_is_refused_and_a_coordinator_goes_on(city_with):
    city = city_with(replace(REFERENCE, closes=NOON, source="closes"))

    refused = city.said(MONITOR, REPORT)
    night = city.said(MONITOR, REPORT, sent_at=NOON - timedelta(minutes=1))
    corrected = city.said(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")

    assert refused[:2] == ("refused", ("closed",))
    assert "12:00" in refused[2]
    assert night[0] == "accepted"
    assert corrected[0] == "corrected"


def test_after_closing_nobody_is_asked_for_a_report(city_with):
    city = city_with(replace(REFERENCE, closes=NOON, source="closes"))

    remind = city.said(COORDINATOR, "INGATKAN")
    not_yet = city.said(MONITOR, "BELUM")
    void = city.said(MONITOR, "BATAL TPS012")

    assert "RALAT" not in void[2]
    assert remind[:2] == ("refused", ("closed",))
    assert city.texted(MONITOR) == []
    assert not_yet[0] == "answered"
    assert [("12:00" in said, "SAH" in said) for said in (remind[2], not_yet[2])] == [(True, False)] * 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("TPS012 G:120,98,77 SAH:290", "sum_mismatch"),
        ("TPS012 G:120,98 SAH:218", "candidate_count"),
        ("TPS012 G:120,98,7% SAH:295", "not_understood"),
        ("TPS012 WK:140,153 SAH:293", "not_understood"),
        ("hasilnya sudah masuk belum?", "not_understood"),
    ],
)
@only_sqlite
def test_what_is_wrong_after_closing_is_not_asked_for_again(city_with, body, code):
    city = city_with(replace(REFERENCE, closes=NOON, source="closes"))

    outcome, codes, reply = city.said(MONITOR, body)

    assert (outcome, codes) == ("refused", (code,))
    assert reply.endswith("Laporan ditutup 27/11 pukul 12:00. Hubungi koordinator Anda.")
    assert city.said(MONITOR, "YA")[1] == ("no_question",)
    assert city.said(MONITOR, "BAHSA EN")[2].startswith("BAHSA? maksudnya BAHASA?")
    assert "Balas YA" in city.said(COORDINATOR, "TPS012 G:120,98,77 SAH:290")[2]


def test_two_halves_of_a_report_at_the_same_instant_both_count(city):
    halves = ["TPS012 G:120,98,77 SAH:295", "TPS012 W:140,155 SAH:295"]
    threads = [Thread(target=city.text, args=(MONITOR, half)) for half in halves]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert city.votes("G") == (120, 98, 77)
    assert city.votes("W") == (140, 155)
    assert city.totals().stations.complete == 1


def test_one_message_by_many_workers_at_once_is_one_message(city):
    answers = []
    threads = [
        Thread(target=lambda: answers.append(city.text(MONITOR, REPORT, carrier_id="SM1"))) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert city.count("messages") == 2
    assert len(city.history()) == 2


def test_many_stations_at_once_give_exact_totals(city):
    def report(number: int) -> None:
        city.text(f"+628410000{number:03d}", f"TPS{number} G:{number},2,3 W:{number},5 SAH:{number + 5}")

    threads = [Thread(target=report, args=(number,)) for number in range(1, 20)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert city.votes("G") == (sum(range(1, 20)), 38, 57)
    assert city.totals().stations.complete == 19


def test_a_carriers_text_that_is_asked_for_is_answered_by_the_outbox(city):
    answer = city.text(MONITOR, REPORT, replies_inline=False, reconciled=True)

    assert answer.reply is None
    assert (
        city.read(lambda db: db.exec_driver_sql("SELECT status FROM messages WHERE kind='reply'").scalar())
        == "queued"
    )


def test_a_webhook_after_reconciliation_is_not_answered_again(city):
    city.text(MONITOR, REPORT, carrier_id="SM1", replies_inline=False, reconciled=True)

    late = city.text(MONITOR, REPORT, carrier_id="SM1")

    assert late.reply is None
    assert city.count("messages") == 2


def test_a_neighbours_report_does_not_touch_this_station(city):
    city.text(MONITOR, REPORT)

    city.text(NEIGHBOUR, "TPS013 G:1,2,3 SAH:6")

    assert city.votes() == (121, 100, 80)
    assert len(city.history(13)) == 1


def test_who_may_decide_a_case_is_told_so_and_its_monitor_what_became_of_it(city):
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")
    city.text(COORDINATOR, "KOREKSI TPS012 G2:99 SAH:290")

    held = city.said(COORDINATOR, "YA")
    city.text(COORDINATOR, "TERIMA K1")

    assert held[:2] == ("held", ("sum_mismatch",))
    assert "TERIMA K1" in held[2]
    assert "G 120,98,77=295 > 120,99,77=290" in city.texted(MONITOR)[-1]


def test_newer_figures_of_an_open_case_are_told_as_such_with_the_whole_number(city):
    city.text(MONITOR, "TPS012 G:0,0,0 SAH:0")

    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295")

    told = city.texted(COORDINATOR)
    assert "angka tidak wajar" in told[0]
    assert "angka baru dari pengirim" in told[1]
    assert all(MONITOR in each for each in told)


def test_every_word_that_is_near_another_is_named_before_it_is_confirmed(city):
    outcome, codes, reply = city.said(MONITOR, "TPS012 GUBERNR:120,98,77 SAH:295 WALLI:140,155 SAH:295")

    assert (outcome, codes) == ("refused", ("not_understood",))
    assert "GUBERNR? maksudnya G? WALLI? maksudnya W?" in reply
    assert city.said(MONITOR, "YA")[0] == "accepted"


@pytest.mark.parametrize(
    ("body", "example"),
    [
        ("TPS012 G:120,98,77 SAH:296 SAH:295", "TPS012 G:120,98,77 SAH:.."),
        ("TPS012 G:120,98,77=290 SAH:295", "TPS012 G:120,98,77 SAH:.."),
        ("TPS012 G:120,98,77 TSAH:5 TSAH:7 SAH:295", "TPS012 G:120,98,77 SAH:295 TSAH:.."),
    ],
)
def test_of_two_values_for_one_field_neither_is_proposed_nor_judged(city, body, example):
    outcome, codes, reply = city.said(MONITOR, body)

    assert (outcome, codes) == ("refused", ("not_understood",))
    assert reply.endswith(f"Kirim ulang: {example}")


FOREIGN = " FOO:1 BAR:2 BAZ:3 QUX:4 ZAP:5"


def test_what_cannot_be_read_is_named_with_its_field_where_there_is_room(city):
    _, _, reply = city.said(MONITOR, "TPS012 G:-120,98,77 SAH:1.295 TSAH:5% W:-140,155 SAH:x" + FOREIGN)

    for placed in ("G -120?", "SAH 1.295?", "TSAH 5%?", "W -140?"):
        assert placed in reply


def test_a_command_is_proposed_in_the_words_of_its_senders_language(city):
    english = city.said(DEPUTY, "CHEK TPS012")[2]
    indonesian = city.said(COORDINATOR, "CHEK TPS012")[2]

    assert english == "CHEK? do you mean CHECK? If so reply OK: CHECK TPS012"
    assert indonesian == "CHEK? maksudnya CEK? Kalau benar balas YA: CEK TPS012"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param("G:120,98,77 TSAH:5 W:140 SAH:295", "G:120,98,77 SAH:295 TSAH:5 W", id="of one contest"),
        pytest.param("G:120,98,77 SAH:295 tidak syah 5", "SAH:295 TSAH:..", id="without its word"),
    ],
)
def test_an_example_asks_for_a_tsah_of_each_contest_or_of_none(city, body, shown):
    reply = city.said(MONITOR, f"TPS012 {body}")[2]

    example = reply.partition("Kirim ulang: ")[2]
    assert shown in example
    assert example.count("TSAH") == example.count(" SAH")


def test_an_example_of_a_correction_shows_no_figure_that_was_to_be_replaced(city):
    reply = city.said(COORDINATOR, "KOREKSI TPS012 G3 81 menjadi 82 SAH 303")[2]

    assert reply.endswith("Kirim ulang: KOREKSI TPS012 G:..,..,.. SAH:..")


def test_no_sign_of_ours_is_shown(city):
    reply = city.said(MONITOR, "TPS012 G 120 suara paslon 1, 98 suara paslon 2, 77 suara paslon 3, SAH 295")[
        2
    ]

    assert "G '1' tidak dikenal" in reply
