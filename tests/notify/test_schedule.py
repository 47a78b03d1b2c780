"""What is texted when: SPEC section 5's slots, each once for each recipient."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from config.election import ReminderPlan, SummaryPlan
from models.tables import MessageRow, PersonRow, SlotRow
from notify.schedule import Schedule, due_slot, next_slot
from tests.city import COORDINATOR, DEPUTY, DISTRICT_OFFICIAL, MAYOR, MONITOR, NEIGHBOUR, REPORT
from tests.elections import NOON, OPENS, REFERENCE

HALF_HOUR = timedelta(minutes=30)
PLAN = SummaryPlan("official", HALF_HOUR, OPENS, OPENS + timedelta(hours=10))
ELECTION = replace(REFERENCE, summaries=(PLAN,))
BERLIN = ZoneInfo("Europe/Berlin")
EXPIRES = select(MessageRow.expires_at)


def at(hour, minute=0, second=0):
    return NOON.replace(hour=hour, minute=minute, second=second)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        pytest.param(at(12, 59, 59), None, id="not yet"),
        pytest.param(at(13), at(13), id="the first, at from"),
        pytest.param(at(13, 29, 59), at(13), id="until the next"),
        pytest.param(at(13, 30), at(13, 30), id="the second"),
        pytest.param(at(17, 44), at(17, 30), id="after downtime: the latest"),
        pytest.param(at(23), at(23), id="until is included"),
        pytest.param(at(23, 30), at(23), id="the last, as old as every"),
        pytest.param(at(23, 31), None, id="the last, older than every"),
    ],
)
def test_the_slot_of_a_plan(now, slot):
    assert due_slot(PLAN, REFERENCE, now) == slot


@pytest.mark.parametrize(
    ("plan", "election", "now", "slot"),
    [
        pytest.param(
            SummaryPlan("official", HALF_HOUR),
            REFERENCE,
            at(13, 40),
            at(13, 30),
            id="no bound: from midnight",
        ),
        pytest.param(SummaryPlan("official", HALF_HOUR), REFERENCE, at(0), at(0), id="midnight itself"),
        pytest.param(
            SummaryPlan("official", timedelta(minutes=50)),
            REFERENCE,
            at(0, 10),
            at(0),
            id="every day anew, though 50 minutes do not fill a day",
        ),
        pytest.param(
            SummaryPlan("official", HALF_HOUR),
            replace(REFERENCE, opens=at(13, 10)),
            at(13, 45),
            at(13, 40),
            id="from opens",
        ),
        pytest.param(
            SummaryPlan("official", HALF_HOUR),
            replace(REFERENCE, opens=at(13), closes=at(15)),
            at(15, 20),
            at(15),
            id="until closes",
        ),
        pytest.param(
            SummaryPlan("official", HALF_HOUR, until=at(23, 55)),
            REFERENCE,
            at(0, 10) + timedelta(days=1),
            None,
            id="yesterday's last, older than every",
        ),
        pytest.param(
            SummaryPlan("official", timedelta(minutes=5), until=at(23, 58)),
            REFERENCE,
            at(0) + timedelta(days=1),
            at(23, 55),
            id="yesterday's last, just after midnight",
        ),
    ],
)
def test_what_is_left_out_of_a_plan(plan, election, now, slot):
    assert due_slot(plan, election, now) == slot


FIVE_HOURS = SummaryPlan("official", timedelta(hours=5))
MIDNIGHT = at(0) + timedelta(days=1)


@pytest.mark.parametrize(
    ("plan", "election", "slot", "due"),
    [
        pytest.param(FIVE_HOURS, REFERENCE, at(15), at(20), id="within a day"),
        pytest.param(FIVE_HOURS, REFERENCE, at(20), MIDNIGHT, id="the last of a day"),
        pytest.param(replace(FIVE_HOURS, every=HALF_HOUR), REFERENCE, at(23, 30), MIDNIGHT, id="which is filled"),
        pytest.param(
            replace(FIVE_HOURS, until=at(23)), REFERENCE, at(20), at(20) + FIVE_HOURS.every, id="the last of all"
        ),
        pytest.param(replace(FIVE_HOURS, until=MIDNIGHT), REFERENCE, at(20), MIDNIGHT, id="until midnight"),
        pytest.param(
            FIVE_HOURS, replace(REFERENCE, closes=at(23)), at(20), at(20) + FIVE_HOURS.every, id="until closes"
        ),
        pytest.param(replace(FIVE_HOURS, start=at(13)), REFERENCE, at(23), at(23) + FIVE_HOURS.every, id="from"),
        pytest.param(
            FIVE_HOURS, replace(REFERENCE, opens=at(13)), at(23), at(23) + FIVE_HOURS.every, id="from opens"
        ),
        pytest.param(
            replace(FIVE_HOURS, every=timedelta(hours=30)), REFERENCE, at(0), MIDNIGHT, id="longer than a day"
        ),
    ],
)  # fmt: skip
def test_a_slots_successor(plan, election, slot, due):
    assert next_slot(plan, election, slot) == due


def test_a_days_last_summary_does_not_outlive_the_next_days_first(city_with):
    city = city_with(replace(REFERENCE, summaries=(FIVE_HOURS,), opens=None))

    run(city, at(20))

    assert set(city.read(lambda db: db.execute(EXPIRES).scalars().all())) == {MIDNIGHT}


def test_slots_pass_a_change_of_the_clock_at_their_own_pace():
    start = datetime(2024, 10, 27, 2, 0, tzinfo=BERLIN)  # an hour later it is 2:00 again
    plan = SummaryPlan("official", timedelta(hours=1), start)
    elapsed = start.astimezone(UTC) + timedelta(minutes=90)

    slot = due_slot(plan, replace(REFERENCE, timezone=BERLIN), elapsed)

    assert slot == start.astimezone(UTC) + timedelta(hours=1)


def leave(city, status):
    """Let all that is queued end so, as in the outbox."""
    with city.service.store.transaction() as db:
        db.execute(update(MessageRow).where(MessageRow.status == "queued").values(status=status))


def run(city, now, schedule=None):
    """Queue what is due; what was queued before has left."""
    leave(city, "sent")
    city.now = now.astimezone(UTC)
    schedule = schedule or Schedule(city.service.store, city.service.election)
    return schedule.run_due(city.now)


def test_a_slot_goes_once_to_each_official_with_their_own_figures(city_with):
    city = city_with(ELECTION)
    city.text(MONITOR, REPORT)
    city.text("+628410000020", "TPS020 G:1,1,1 SAH:3")

    queued = [run(city, at(13, 0, second)) for second in (0, 1, 2)]

    assert queued == [2, 0, 0]
    [whole] = city.texted(MAYOR)
    [district] = city.texted(DISTRICT_OFFICIAL)
    assert whole.startswith("PANTAU 13:00 TPS 2/20 (10.0%). G Paslon1 121 ")
    assert district.startswith("PANTAU 13:00 Timur I TPS 1/14 (7.1%). G Paslon1 120 ")


def test_a_summary_waits_behind_replies_and_lives_until_the_next(city_with):
    city = city_with(ELECTION)

    run(city, at(13, 0, 5))

    rows = city.read(lambda db: db.execute(text("SELECT kind, priority FROM messages")).all())
    assert set(rows) == {("bulk", 2)}
    expires = city.read(lambda db: set(db.execute(EXPIRES).scalars()))
    assert expires == {at(13, 30).astimezone(UTC)}


def test_coordinators_get_their_districts(city_with):
    city = city_with(replace(ELECTION, summaries=(replace(PLAN, to="coordinator"),)))

    run(city, at(13))

    assert [len(city.texted(each)) for each in (COORDINATOR, DEPUTY, MAYOR)] == [1, 1, 0]
    assert "Timur I TPS 0/14" in city.texted(COORDINATOR)[0]
    assert "UNOFFICIAL" in city.texted(DEPUTY)[0]


def test_whoever_paused_gets_none(city_with):
    city = city_with(ELECTION)
    with city.service.store.transaction() as db:
        db.execute(update(PersonRow).where(PersonRow.name == "Wali Kota").values(paused=True))

    run(city, at(13))

    assert (city.texted(MAYOR), len(city.texted(DISTRICT_OFFICIAL))) == ([], 1)


@pytest.mark.parametrize(("unchanged", "texts"), [("skip", 1), ("short", 2)])
def test_nothing_new_is_said_shortly_or_not_at_all_but_the_first_is_sent(city_with, unchanged, texts):
    city = city_with(replace(ELECTION, summaries=(replace(PLAN, unchanged=unchanged),)))

    run(city, at(13))
    run(city, at(13, 30))

    found = city.texted(MAYOR)
    assert len(found) == texts
    assert "G Paslon1 0 0.0%" in found[0]
    assert found[1:] == ["PANTAU 13:30 TPS 0/20 (0.0%). Tidak ada perubahan. TIDAK RESMI"][: texts - 1]


def test_a_result_after_a_skipped_slot_is_told(city_with):
    city = city_with(ELECTION)
    run(city, at(13))
    run(city, at(13, 30))
    city.text(MONITOR, REPORT)

    run(city, at(14))

    assert [each[7:12] for each in city.texted(MAYOR)] == ["13:00", "14:00"]


@pytest.mark.parametrize("ended", ["queued", "undelivered"])
def test_figures_whose_text_was_lost_are_told_at_the_next_slot_though_nothing_is_new(city_with, ended):
    city = city_with(ELECTION)
    run(city, at(13))
    city.text(MONITOR, REPORT)
    run(city, at(13, 30))
    leave(city, ended)  # "queued": until 14:00 it found no way out

    Schedule(city.service.store, city.service.election).run_due(at(14).astimezone(UTC))
    run(city, at(14, 30))

    assert [each[7:12] for each in city.texted(MAYOR)] == ["13:00", "13:30", "14:00"]


def test_the_first_of_a_plan_is_sent_though_a_rehearsal_said_the_same(city_with):
    yesterday = replace(PLAN, start=OPENS - timedelta(days=1), until=OPENS - timedelta(hours=20))
    rehearsal = replace(ELECTION, summaries=(yesterday,))
    run(city_with(rehearsal), at(13) - timedelta(days=1))

    city = city_with(ELECTION)
    run(city, at(13))

    assert len(city.texted(MAYOR)) == 2


def test_two_plans_for_the_same_people_know_what_the_other_has_told(city_with):
    plans = (PLAN, replace(PLAN, start=at(13, 15)))
    city = city_with(replace(ELECTION, summaries=plans))

    for minutes in range(0, 180, 15):
        run(city, at(13) + timedelta(minutes=minutes))

    assert [each[7:12] for each in city.texted(MAYOR)] == ["13:00", "13:15"]


def slots_of(city, phone):
    """Give the slots that were texted to a number, by the election's clock, oldest first."""
    query = (
        select(SlotRow.slot)
        .join(MessageRow, MessageRow.id == SlotRow.message_id)
        .where(MessageRow.recipient == phone)
        .order_by(SlotRow.id)
    )
    found = city.read(lambda db: db.execute(query).scalars().all())
    return [f"{datetime.fromisoformat(each).astimezone(NOON.tzinfo):%H:%M}" for each in found]


SHORT = replace(ELECTION, summaries=(replace(PLAN, unchanged="short"),))


def test_after_downtime_the_latest_missed_slot_is_sent_and_no_other(city_with):
    city = city_with(SHORT)
    run(city, at(13))

    run(city, at(17, 44))
    run(city, at(17, 59))
    run(city, at(18))

    assert slots_of(city, MAYOR) == ["13:00", "17:30", "18:00"]


def test_downtime_past_the_end_sends_the_last_slot_while_it_is_fresh_and_nothing_later(city_with):
    city = city_with(SHORT)

    queued = [run(city, now) for now in (at(23, 29), at(23, 31))]

    assert queued == [2, 0]
    assert slots_of(city, MAYOR) == ["23:00"]


@pytest.mark.parametrize(
    ("clock", "slots"),
    [
        pytest.param(
            [at(13), at(13, 30), at(13), at(13, 30)], ["13:00", "13:30"], id="set back and on again"
        ),
        pytest.param(
            [at(13), at(15), at(13, 30), at(15)], ["13:00", "15:00", "13:30"], id="ahead for a while"
        ),
        pytest.param([at(13), at(13, 29), at(12, 50), at(13)], ["13:00"], id="back before the first"),
    ],
)
@pytest.mark.parametrize("restarts", [False, True], ids=["one process", "a new process each time"])
def test_whatever_the_clock_does_a_slot_is_sent_once(city_with, clock, slots, restarts):
    city = city_with(SHORT)
    schedule = Schedule(city.service.store, SHORT)

    for now in clock:
        run(city, now, None if restarts else schedule)

    assert slots_of(city, MAYOR) == slots


@pytest.mark.parametrize("seed", range(3))
def test_through_jumps_restarts_and_several_processes_every_text_is_in_its_slot_and_the_only_one(
    city_with, seed
):
    city = city_with(SHORT)
    chance = random.Random(seed)
    processes = [Schedule(city.service.store, SHORT) for _ in range(3)]
    now = at(12, 50)

    for _ in range(60):
        if chance.random() < 0.2:
            processes[chance.randrange(3)] = Schedule(city.service.store, SHORT)
        jump = chance.choice([1, 5, 10, 45, -20, -90, 200])
        now = max(at(12, 30), min(now + timedelta(minutes=jump), at(23, 59)))
        run(city, now, chance.choice(processes))

    query = select(SlotRow.slot, MessageRow.recipient, MessageRow.at).join(
        MessageRow, MessageRow.id == SlotRow.message_id
    )
    found = city.read(lambda db: db.execute(query).all())
    lateness = [row.at - datetime.fromisoformat(row.slot) for row in found]
    assert len(found) == city.count("messages") > 10
    assert len({(row.slot, row.recipient) for row in found}) == len(found)
    assert all(timedelta() <= each <= HALF_HOUR for each in lateness)


def test_several_processes_at_once_send_one(city_with):
    city = city_with(ELECTION)
    ready = Barrier(3)

    def process():
        schedule = Schedule(city.service.store, ELECTION)
        ready.wait()
        schedule.run_due(at(13).astimezone(UTC))

    threads = [Thread(target=process) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(city.texted(each)) for each in (MAYOR, DISTRICT_OFFICIAL)] == [1, 1]


def test_berhenti_stops_the_summaries_and_lanjut_resumes_with_the_next(city_with):
    city = city_with(SHORT)
    run(city, at(13))

    city.text(MAYOR, "BERHENTI")
    run(city, at(13, 30))
    city.text(MAYOR, "LANJUT")
    run(city, at(14))

    assert slots_of(city, MAYOR) == ["13:00", "14:00"]
    assert slots_of(city, DISTRICT_OFFICIAL) == ["13:00", "13:30", "14:00"]


def test_who_opted_out_is_written_no_summary_until_they_opt_in_again(city_with):
    city = city_with(SHORT)
    city.text(MAYOR, "STOP")

    queued = [run(city, at(13)), run(city, at(13, 30))]
    written = city.texted(MAYOR)
    city.text(MAYOR, "START")
    run(city, at(14))

    assert (queued, written) == ([1, 1], [])
    assert [each[:12] for each in city.texted(MAYOR)] == ["PANTAU 14:00"]


def complete_the_west(city):
    """Report every contest of the stations of Barat I."""
    for number in range(15, 21):
        city.text(
            f"+628410000{number:03d}", f"TPS{number:03d} G:{number},98,77 SAH:{number + 175} W:1,1 SAH:2"
        )


def test_the_last_summary_goes_once_when_every_station_of_the_recipient_is_complete(city_with):
    people = replace(PLAN, to="coordinator")
    city = city_with(replace(ELECTION, summaries=(PLAN, people)))
    schedule = Schedule(city.service.store, city.service.election)
    run(city, at(13), schedule)
    complete_the_west(city)

    run(city, at(13, 10), schedule)
    run(city, at(13, 11), schedule)

    west = city.texted("+628420000002")
    assert len(west) == 2
    assert "13:10 Barat I TPS 6/6 (100.0%) LENGKAP." in west[1]
    assert (len(city.texted(MAYOR)), len(city.texted(COORDINATOR))) == (1, 1)


def test_a_plan_that_begins_when_all_is_complete_sends_one_summary_with_a_restart_or_without(city_with):
    people = replace(PLAN, to="coordinator")
    city = city_with(replace(ELECTION, summaries=(people, replace(PLAN, start=at(15)))))
    schedule = Schedule(city.service.store, city.service.election)
    complete_the_west(city)
    for number in range(1, 15):
        city.text(f"+628410000{number:03d}", f"TPS{number:03d} G:1,1,1 SAH:3 W:1,1 SAH:2")
    run(city, at(13, 10), schedule)

    run(city, at(15), schedule)
    run(city, at(15, 5), schedule)
    run(city, at(15, 10))

    [told] = city.texted(MAYOR)
    assert told.startswith("PANTAU 15:00 TPS 20/20 (100.0%) LENGKAP.")


def test_after_the_last_summary_only_a_correction_is_told(city_with):
    people = replace(PLAN, to="coordinator", unchanged="short")
    city = city_with(replace(ELECTION, summaries=(people,)))
    complete_the_west(city)
    run(city, at(13))
    run(city, at(13, 30))
    before = len(city.texted("+628420000002"))

    city.text("+628420000002", "KOREKSI TPS015 G:16,98,77 SAH:191")
    run(city, at(14))

    assert (before, len(city.texted("+628420000002"))) == (1, 2)


def test_the_last_summary_of_each_official_is_of_what_they_watch_and_comes_once(city_with):
    city = city_with(SHORT)
    run(city, at(13))
    for number in range(1, 15):
        city.text(f"+628410000{number:03d}", f"TPS{number:03d} G:1,1,1 SAH:3 W:1,1 SAH:2")
    run(city, at(13, 10))
    complete_the_west(city)
    run(city, at(13, 20))

    city.text("+628420000002", "BATAL TPS015 G")
    run(city, at(13, 21))
    city.text("+628420000002", "KOREKSI TPS015 G:9,98,77 SAH:184")
    run(city, at(13, 22))

    whole, district = (city.texted(each) for each in (MAYOR, DISTRICT_OFFICIAL))
    assert [each[:12] for each in whole] == ["PANTAU 13:00", "PANTAU 13:20"]
    assert [each[:12] for each in district] == ["PANTAU 13:00", "PANTAU 13:10"]
    assert "Timur I TPS 14/14 (100.0%) LENGKAP." in district[1]
    assert "TPS 20/20 (100.0%) LENGKAP." in whole[1]


HELD, HALF_HELD = "+628410000011", "+628410000010"
REMINDED = replace(REFERENCE, reminders=(ReminderPlan(at(17)),))


def test_monitors_who_are_missing_results_are_reminded_once(city_with):
    city = city_with(REMINDED)
    city.text(MONITOR, REPORT)
    city.text(NEIGHBOUR, "TPS013 G:120,98,77 SAH:295")
    city.text(HELD, "TPS011 G:120,98,77 SAH:295 W:0,0 SAH:0")
    city.text(HALF_HELD, "TPS010 G:0,0,0 SAH:0")  # held: "no need to send again"

    queued = [run(city, at(17)), run(city, at(17, 1)), run(city, at(17, 59))]

    assert queued == [18, 0, 0]
    assert city.texted(MONITOR) == city.texted(HELD) == []
    bodies = city.texted(NEIGHBOUR) + city.texted(HALF_HELD)
    assert [each.partition(". Kirim: ")[2].partition(" Belum")[0] for each in bodies] == [
        "TPS013 W:..,.. SAH:..",
        "TPS010 W:..,.. SAH:..",
    ]


@pytest.mark.parametrize(
    ("said", "minutes", "reminded"),
    [
        pytest.param("BELUM", 59, False, id="still counting, an hour ago"),
        pytest.param("BELUM", 61, True, id="still counting, longer ago"),
        pytest.param("HADIR", 5, True, id="only there"),
    ],
)
def test_whoever_is_still_counting_is_left_alone_for_an_hour(city_with, said, minutes, reminded):
    city = city_with(REMINDED)
    city.now = (at(17) - timedelta(minutes=minutes)).astimezone(UTC)
    city.text(MONITOR, said)

    run(city, at(17))

    assert bool(city.texted(MONITOR)) == reminded


@pytest.mark.parametrize(
    ("about", "done", "words"),
    [
        pytest.param("present", "HADIR", "HADIR", id="present"),
        pytest.param("practice", REPORT, "latihan", id="practice"),
    ],
)
def test_reminders_of_the_days_before(city_with, about, done, words):
    election = replace(REFERENCE, opens=at(23), reminders=(ReminderPlan(at(13), about),))
    city = city_with(election)
    city.text(MONITOR, done)

    run(city, at(13))

    assert city.texted(MONITOR) == []
    assert words in city.texted(NEIGHBOUR)[0]


@pytest.mark.parametrize(
    ("about", "named"),
    [
        pytest.param("results", ["TPS012", "TPS005"], id="results of each station"),
        pytest.param("present", ["TPS012"], id="HADIR is for all of them"),
    ],
)
def test_a_monitor_of_two_stations_is_reminded_of_each(city_with, about, named):
    city = city_with(replace(REFERENCE, reminders=(ReminderPlan(at(17), about),)))
    city.text("+628420000001", f"GANTI TPS005 {MONITOR}")
    before = len(city.texted(MONITOR))

    run(city, at(17))

    reminded = city.texted(MONITOR)[before:]
    assert [each for body in reminded for each in ("TPS012", "TPS005") if each in body] == named


def test_a_reminder_goes_once_through_restarts_jumps_and_several_processes(city_with):
    city = city_with(REMINDED)
    ready = Barrier(3)

    def process():
        ready.wait()
        Schedule(city.service.store, REMINDED).run_due(at(17).astimezone(UTC))

    threads = [Thread(target=process, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    later = [run(city, now) for now in (at(16), at(17, 30), at(17))]

    assert later == [0, 0, 0]
    assert [len(city.texted(f"+628410000{number:03d}")) for number in range(1, 21)] == [1] * 20


@pytest.mark.parametrize(
    ("now", "queued"),
    [
        pytest.param(at(16, 59, 59), 0, id="too early"),
        pytest.param(at(18), 20, id="an hour late"),
        pytest.param(at(18, 0, 1), 0, id="later than an hour"),
    ],
)
def test_a_reminder_is_of_no_use_after_an_hour(city_with, now, queued):
    assert run(city_with(REMINDED), now) == queued


@pytest.mark.parametrize(
    ("about", "bounds", "queued"),
    [
        pytest.param("practice", {"opens": at(17, 30)}, [0, 20], id="practice, until it would count"),
        pytest.param("practice", {"opens": None}, [0, 0], id="practice, where there is none"),
        pytest.param("results", {"closes": at(17, 30)}, [0, 20], id="results, until they are refused"),
        pytest.param("present", {"opens": at(17), "closes": at(17, 30)}, [20, 0], id="presence, at any time"),
    ],
)
def test_a_reminder_asks_for_nothing_whose_time_is_over(city_with, about, bounds, queued):
    city = city_with(replace(REFERENCE, reminders=(ReminderPlan(at(17), about),), **bounds))

    late, in_time = (run(city, now) for now in (at(17, 30), at(17, 29, 59)))

    assert [late, in_time] == queued
    if about != "present":
        expires = city.read(lambda db: set(db.execute(EXPIRES).scalars()))
        assert expires <= {at(17, 30).astimezone(UTC)}
