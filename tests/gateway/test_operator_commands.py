"""Texts to many, failed texts once more, one thread, and forgetting: SPEC section 6."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text, update

from config.election_file import read_election
from config.sample import sample_path
from models import forget, results
from models.tables import MessageRow, PhoneRow
from notify.texts.catalogue import counted
from tests.city import (
    COORDINATOR,
    DEPUTY,
    DISTRICT_OFFICIAL,
    MAYOR,
    MONITOR,
    NEIGHBOUR,
    OTHER_COORDINATOR,
    REPORT,
    city_at,
)
from tests.gateway.command_line import run

HELD_BY_OPERATOR = "TPS013 G:100,90,82 SAH:272"


def queued(pantau):
    """Give the texts that wait to leave."""
    return [each for each in pantau("messages", "--json").messages if each["status"] == "queued"]


def execute(town, statement, **values):
    with town.service.store.transaction() as db:
        db.execute(statement, values)


def fail(town, row, status="failed", code="30003"):
    execute(town, update(MessageRow).where(MessageRow.id == row).values(status=status, error_code=code))


@pytest.mark.parametrize(
    ("options", "count", "one_of_them"),
    [
        pytest.param(("--to", "monitors"), 20, MONITOR, id="all monitors"),
        pytest.param(("--to", "monitors", "--district", "barat i"), 6, "+628410000015", id="of a district"),
        pytest.param(("--to", "coordinators"), 3, DEPUTY, id="coordinators"),
        pytest.param(("--to", "coordinators", "--district", "Barat I"), 1, OTHER_COORDINATOR, id="of one"),
        pytest.param(("--to", "officials"), 2, MAYOR, id="officials"),
        pytest.param(("--to", "officials", "--district", "Timur I"), 1, DISTRICT_OFFICIAL, id="of a part"),
    ],
)
@pytest.mark.usefixtures("town")
def test_a_text_goes_to_everyone_of_a_group_and_to_nobody_else(pantau, options, count, one_of_them):
    done = pantau("send", *options, "--yes", "Rapat", "jam 19")

    found = queued(pantau)
    assert (done.status, len(found)) == (0, count)
    assert f"{counted(count, 'recipient')}, 1 segment each: {counted(count, 'text')}, " in done.out
    assert one_of_them in [each["to"] for each in found]
    assert {each["body"] for each in found} == {"Rapat jam 19"}


@pytest.mark.usefixtures("night")
def test_a_text_to_who_is_missing_leaves_out_who_has_reported_everything(pantau):
    before = {each["id"] for each in queued(pantau)}

    pantau("send", "--to", "monitors", "--missing", "--yes", "Segera kirim")

    phones = {each["to"] for each in queued(pantau) if each["id"] not in before}
    assert phones == {f"+628410000{number:03d}" for number in range(1, 21)} - {MONITOR, "+628410000014"}


def test_a_text_to_who_is_missing_leaves_out_whose_report_is_held(pantau, town):
    town.text(NEIGHBOUR, "TPS013 G:0,0,0 SAH:0 W:0,0 SAH:0")
    before = {each["id"] for each in queued(pantau)}

    pantau("send", "--to", "monitors", "--missing", "--yes", "Segera kirim")

    phones = {each["to"] for each in queued(pantau) if each["id"] not in before}
    assert len(phones) == 19
    assert NEIGHBOUR not in phones


def test_a_text_that_is_not_confirmed_is_not_queued(pantau, town, monkeypatch):
    for answer in ("n\n", ""):
        monkeypatch.setattr(
            "click.termui.visible_prompt_func", lambda _prompt, answer=answer: answered(answer)
        )

        done = pantau("send", "--to", "officials", "Rapat jam 19")

        assert done.status == 1
        assert "nothing was queued" in done.err.splitlines()[-1]
    assert town.count("messages") == 0


def answered(answer):
    if not answer:
        raise EOFError
    return answer.strip()


def test_who_has_opted_out_is_shown_and_gets_nothing(pantau, town):
    town.text(MAYOR, "STOP")

    done = pantau("send", "--to", "officials", "--yes", "Rapat jam 19")

    assert [line for line in done.out.splitlines() if MAYOR in line and "opted out" in line]
    assert "1 recipient, " in done.out
    assert [each["to"] for each in queued(pantau)] == [DISTRICT_OFFICIAL]
    [kept] = [
        each
        for each in pantau("messages", "--json").messages
        if each["to"] == MAYOR and each["status"] == "failed"
    ]
    assert kept["error_code"] == "opted_out"


@pytest.mark.parametrize(
    ("words", "body", "segments"),
    [
        pytest.param("Café “buka” — ya…", 'Café "buka" - ya..', 1, id="marks of a word processor"),
        pytest.param("Şiap ✅ 🎉", "Siap", 1, id="accents and emoji"),
        pytest.param("a" * 161, "a" * 161, 2, id="longer than a segment"),
    ],
)
@pytest.mark.usefixtures("town")
def test_a_text_leaves_in_the_alphabet_that_costs_least(pantau, words, body, segments):
    done = pantau("send", "--to", "officials", "--yes", words)

    assert [(each["body"], each["segments"]) for each in queued(pantau)] == [(body, segments)] * 2
    assert f"{counted(segments, 'segment')} each: {2 * segments} texts" in done.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param("Мой текст", "Мой", id="another alphabet"),
        pytest.param(" \t ", "empty", id="nothing"),
        pytest.param("a" * 1601, "1601", id="more than a carrier takes"),
    ],
)
def test_a_text_that_cannot_leave_so_is_refused(pantau, town, words, why):
    assert why in pantau("send", "--to", "officials", "--yes", words).refusal
    assert town.count("messages") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("send", "halo"), id="a text to nobody"),
        pytest.param(("send", "--to", "monitors"), id="no text"),
        pytest.param(("send", "--to", "mayors", "halo"), id="no such group"),
        pytest.param(("send", "--to", "officials", "--missing", "halo"), id="officials who are missing"),
        pytest.param(("resend",), id="sent again without saying what"),
    ],
)
@pytest.mark.usefixtures("town")
def test_wrong_usage_is_2(pantau, arguments):
    done = pantau(*arguments)

    assert (done.status, done.out) == (2, "")
    assert "Error: " in done.err


@pytest.mark.parametrize("status", ["failed", "undelivered", "expired"])
def test_a_failed_text_is_queued_again_once_as_a_row_that_names_the_old(pantau, town, status):
    town.text(MONITOR, REPORT)
    fail(town, 2, status)

    first = pantau("resend", "--failed")
    second = pantau("resend", "--failed")

    assert (first.out, second.out) == ("1 text queued again\n", "0 texts queued again\n")
    old, new = [each for each in pantau("messages", "--json").messages if each["direction"] == "out"]
    assert (old["status"], old["resend_of"]) == (status, None)
    assert (new["status"], new["resend_of"], new["to"], new["body"]) == ("queued", 2, MONITOR, old["body"])
    assert new["in_reply_to"] == old["in_reply_to"]


def test_a_text_that_failed_again_may_be_sent_again(pantau, town):
    town.text(MONITOR, REPORT)
    fail(town, 2)
    pantau("resend", "--failed")
    fail(town, 3)

    assert pantau("resend", "--failed").out == "1 text queued again\n"
    assert [each["resend_of"] for each in pantau("messages", "--json").messages] == [None, None, 2, 3]


@pytest.mark.parametrize("status", ["sent", "delivered", "queued", "sending", "unknown"])
def test_what_has_not_failed_is_not_sent_again(pantau, town, status):
    town.text(MONITOR, REPORT)
    fail(town, 2, status)

    assert pantau("resend", "--failed").out == "0 texts queued again\n"


def test_since_leaves_out_what_is_older(pantau, town):
    town.text(MONITOR, REPORT)
    fail(town, 2)
    at = town.now

    later = (at + timedelta(seconds=1)).isoformat()
    assert pantau("resend", "--failed", "--since", later).out == "0 texts queued again\n"
    assert pantau("resend", "--failed", "--since", at.isoformat()).out == "1 text queued again\n"


@pytest.mark.parametrize("since", ["gestern", "25:00", "2024-13-01", "99999999h", ""])
@pytest.mark.usefixtures("town")
def test_a_time_that_is_none_is_said_in_one_line(pantau, since):
    assert "no time" in pantau("resend", "--failed", "--since", since).refusal


def test_who_opted_out_or_left_is_not_texted_again(pantau, town):
    pantau("send", "--to", "officials", "--yes", "Rapat")
    for row in (1, 2):
        fail(town, row)
    town.text(MAYOR, "STOP")
    execute(town, update(PhoneRow).where(PhoneRow.number == DISTRICT_OFFICIAL).values(until=9))

    done = pantau("resend", "--failed")

    assert done.out.startswith("0 texts queued again; left out: 1 to numbers that opted out, 1 to people")


def test_a_summary_of_before_is_not_sent_again(pantau, town):
    pantau("summary", "--to", MAYOR, "--send")
    fail(town, 1)

    assert "left out: 1 summaries" in pantau("resend", "--failed").out


def test_a_reminder_of_before_is_not_sent_again_but_a_coordinators_words_are(pantau, town):
    town.text(COORDINATOR, "INGATKAN")
    town.text(COORDINATOR, "KABAR logistik datang jam 8")
    execute(town, update(MessageRow).where(MessageRow.kind == "bulk").values(status="expired"))

    done = pantau("resend", "--failed")

    assert done.out == "14 texts queued again; left out: 14 summaries and reminders\n"


def test_a_question_about_a_case_that_is_decided_is_not_asked_again(pantau, town):
    town.text(MONITOR, "TPS012 G:0,0,0 SAH:0")
    town.text(NEIGHBOUR, "TPS013 G:0,0,0 SAH:0")
    execute(town, update(MessageRow).where(MessageRow.kind == "direct").values(status="expired"))
    town.text(DEPUTY, "REJECT K1")

    done = pantau("resend", "--failed")

    assert done.out == "2 texts queued again; left out: 2 about cases that are decided\n"
    asked = [each for each in queued(pantau) if each["resend_of"]]
    assert {each["to"] for each in asked} == {COORDINATOR, DEPUTY}
    assert all("TPS013" in each["body"] for each in asked)


def test_figures_that_were_replaced_are_not_confirmed_again_behind_the_newer(pantau, town):
    town.text(MONITOR, "TPS012 G:120,98,77 SAH:295")
    town.text(NEIGHBOUR, "TPS013 G:100,90,80 SAH:270")
    execute(town, update(MessageRow).where(MessageRow.kind == "reply").values(status="undelivered"))
    town.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")

    done = pantau("resend", "--failed")

    assert done.out == "1 text queued again; left out: 1 about figures that were replaced\n"
    [again] = [each for each in pantau("messages", "--json").messages if each["resend_of"]]
    assert again["to"] == NEIGHBOUR


def test_the_thread_of_a_person_has_both_their_sims(pantau, town):
    with town.service.store.transaction() as db:
        owner = db.execute(
            text("SELECT person_id FROM phones WHERE number = :n"), {"n": MONITOR}
        ).scalar_one()
        db.execute(
            text("INSERT INTO phones (person_id, number, place, since) VALUES (:p, '+628410009999', 2, 1)"),
            {"p": owner},
        )
    town.text(MONITOR, "HADIR")
    town.text("+628410009999", REPORT)

    threads = [pantau("messages", "--phone", phone, "--json").messages for phone in (MONITOR, "084 10009999")]

    assert threads[0] == threads[1]
    assert [each["from"] or each["to"] for each in threads[0]] == [MONITOR] * 2 + ["+628410009999"] * 2


def test_the_thread_of_a_station_has_what_its_monitor_wrote_that_named_none(pantau, town):
    town.text(MONITOR, "apa kabar semua")
    town.text(MONITOR, REPORT)
    town.text(NEIGHBOUR, "apa kabar semua")

    thread = pantau("messages", "--station", "12", "--json").messages

    assert [each["direction"] for each in thread] == ["in", "out"] * 2
    assert {each["from"] or each["to"] for each in thread} == {MONITOR}


def test_a_thread_may_be_of_one_phone_about_one_station(pantau, night):
    night.text(COORDINATOR, "CEK TPS012")

    thread = pantau("messages", "--station", "13", "--phone", COORDINATOR, "--json").messages

    assert thread
    assert all("013" in each["body"] for each in thread)


def test_the_source_of_a_held_case_is_what_it_came_from(pantau, night):
    night.text(COORDINATOR, "KOREKSI TPS011 G:50,50,51 SAH:150")
    night.text(COORDINATOR, "YA")
    pantau("receive", "--from", NEIGHBOUR, HELD_BY_OPERATOR)

    corrected = pantau("station", "11", "--json").json["history"][-1]
    phoned_in = pantau("station", "13", "--json").json["history"]

    assert (corrected["status"], corrected["source"]) == ("held", "correction")
    assert [each["source"] for each in phoned_in if each["status"] == "held"] == ["report"]


@pytest.mark.usefixtures("town")
def test_the_source_of_a_case_that_was_phoned_in_is_the_operator(pantau):
    pantau("receive", "--from", MONITOR, "TPS012 G:0,0,0 SAH:0")

    [held] = pantau("station", "12", "--json").json["history"]

    assert (held["status"], held["source"]) == ("held", "operator")


def everything_stored(url):
    """Give what the database's files hold, as bytes."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*"))
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        asked = (
            "SELECT setting || '/base/' || oid FROM pg_settings, pg_database"
            " WHERE pg_settings.name = 'data_directory' AND datname = current_database()"
        )
        [[folder]] = connection.execute(asked)
    return b"".join(each.read_bytes() for each in Path(folder).iterdir())


def test_forgetting_leaves_results_and_chain_and_no_name_number_or_body(pantau, night, url):
    totals, before = pantau("tally", "--json").json, night.history()
    night.service.store.close()

    done = pantau("forget", "--yes")

    assert (done.status, done.err) == (0, "")
    assert "25 people" in done.out
    after = pantau("tally", "--json").json
    assert {**after, "as_of": None} == {**totals, "as_of": None}
    assert [each.hash for each in night.history()] == [each.hash for each in before]
    assert chain_holds(night.history())
    assert pantau("roster", "list", "--json").json == {"people": []}
    texts = pantau("messages", "--json").messages
    assert {(each["from"], each["to"], each["body"]) for each in texts} == {(None, None, None)}
    assert pantau("station", "13").status == 0
    night.service.store.close()
    kept = everything_stored(url)
    for gone in (MONITOR, MAYOR, "Koordinator Timur", REPORT[:20], "KOREKSI"):
        assert gone.encode() not in kept


def chain_holds(history):
    hashes = [results.FIRST, *(each.hash for each in history)]
    fields = [{name: getattr(each, name) for name in results.HASHED} for each in history]
    return [each["previous"] for each in fields] == hashes[:-1] and [
        results.content_hash(each) for each in fields
    ] == hashes[1:]


def test_an_audit_can_ask_when_people_were_forgotten(city):
    city.text(MONITOR, REPORT)
    assert city.read(forget.forgotten) is None

    with city.service.store.transaction() as db:
        done = forget.forget(db, city.now)

    assert city.read(forget.forgotten) == city.now
    assert (done.people, done.phones, done.messages) == (25, 25, 2)
    assert city.service.store.scrub()
    assert city.read(forget.known) == replace(done, people=0, phones=0, messages=0)
    assert city.votes() == (120, 98, 77)


def test_nothing_in_the_files_names_anybody_after_forgetting(city, migrated_url):
    named = (MONITOR, "Koordinator Timur", "+6281234567890", "kotak basah")
    city.text(MONITOR, "LAPOR kotak basah")
    city.text(COORDINATOR, "GANTI TPS012 081234567890")
    execute(city, text("ANALYZE"))  # of which PostgreSQL keeps samples
    [digest] = city.read(
        lambda db: (
            db.execute(select(MessageRow.command).where(MessageRow.command.is_not(None))).scalars().all()
        )
    )
    kept = everything_stored(migrated_url)
    assert [each for each in (*named, digest) if each.encode() not in kept] == []

    with city.service.store.transaction() as db:
        forget.forget(db, city.now)

    assert city.service.store.scrub()
    kept = everything_stored(migrated_url)
    assert [each for each in (*named, digest) if each.encode() in kept] == []


def test_a_text_after_forgetting_is_of_an_unknown_number(city):
    with city.service.store.transaction() as db:
        forget.forget(db, city.now)

    assert city.said(MONITOR, REPORT)[:2] == ("refused", ("unknown_sender",))


def test_texts_that_have_not_left_are_forgotten_too_and_counted(pantau, town):
    town.now += timedelta(days=3650)  # beyond this machine's clock: they have not expired
    town.text(MONITOR, "LAPOR listrik padam")

    done = pantau("forget")

    assert done.status == 0
    assert done.err == "warning: 2 texts had not left, and will not\n"
    assert pantau("roster", "list", "--json").json["people"] == []


def test_at_a_terminal_forgetting_is_asked_about(pantau, town, monkeypatch):
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: answered("n"))
    beyond, terminal = os.openpty()
    with os.fdopen(beyond), os.fdopen(terminal) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)

        done = pantau("forget")

    assert done.status == 1
    assert "nothing was forgotten" in done.err.splitlines()[-1]
    assert town.count("forgettings") == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(pantau, shell):
    done = pantau("completion", shell)

    assert (done.status, done.err) == (0, "")
    assert "_PANTAU_COMPLETE" in done.out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("pantau res", {"resend"}, id="a command"),
        pytest.param("pantau roster im", {"import"}, id="a command of a group"),
        pytest.param("pantau send --m", {"--missing"}, id="an option"),
        pytest.param("pantau send --to off", {"officials"}, id="a choice"),
    ],
)
def test_the_tab_key_completes(tmp_path, words, found):
    count = len(words.split()) - 1

    done = run(tmp_path, _PANTAU_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))

    assert {line.partition(",")[2] for line in done.out.splitlines()} == found


def test_the_audit_after_forgetting_agrees_and_says_what_it_leaves_out(pantau, url):
    city = city_at(url, read_election(sample_path("election.toml")))
    city.text(MONITOR, REPORT)
    with city.service.store.transaction() as db:  # the city's own is no file that can be read
        db.execute(text("DELETE FROM elections WHERE id <> :id"), {"id": city.service.election_id})
    city.service.store.close()

    pantau("forget", "--yes")

    done = pantau("audit")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1].startswith("1 text forgotten")


@pytest.mark.usefixtures("night")
def test_a_text_to_nobody_is_one_line(pantau):
    done = pantau("send", "--to", "officials", "--district", "Barat I", "--yes", "Rapat")

    assert "no officials" in done.refusal
