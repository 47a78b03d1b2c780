"""What may go wrong on the night, done to the real service: nothing is lost, nothing counts twice."""

import json
import resource
import signal
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import create_engine, text

from tests.databases import only_sqlite, running_postgres
from tests.end_to_end.places import OFFICIAL, election_file, own_posts, sample_posts
from tests.end_to_end.running import ROOT, STOP_SECONDS, Deployment, eventually
from tests.end_to_end.services import OverTwilio

WHERE_FAULTS_ARE = f"{ROOT}:{Path(__file__).with_name('faults')}"
ROOM = 200_000  # bytes, for some reports and not for all
HOUR = 3600
A_MINUTE_LATER = 60  # when another takes up what a dead process was sending (SPEC section 5)
HOURLY = ("[[summary]]", 'to = "official"', 'every = "1h"', 'unchanged = "short"')
HERE = ZoneInfo("Asia/Jakarta")  # of the sample


def faulty(deployment, **fault):
    """Give a deployment whose processes have a fault of ``faults/sitecustomize.py``."""
    settings = deployment.settings | {"PYTHONPATH": WHERE_FAULTS_ARE} | fault
    return replace(deployment, settings=settings, anew=True)


def rows(deployment, question):
    """Ask the database itself, so that the answer is not the service's own."""
    engine = create_engine(deployment.settings["PANTAU_DATABASE_URL"])
    with engine.connect() as db:
        found = [tuple(row) for row in db.execute(text(question))]
    engine.dispose()
    return found


def texts_in(deployment):
    return dict(
        rows(deployment, "SELECT carrier_id, count(*) FROM messages WHERE direction = 'in' GROUP BY 1")
    )


def stop_after_trouble(running):
    """Stop a process that could not store for a while: it has logged that, and nothing worse."""
    running.process.terminate()
    assert running.process.wait(STOP_SECONDS) == 0
    assert {json.loads(line)["event"] for line in running.troubles()} == {"could not be stored"}


def log_is_empty(database):
    """Bring SQLite's write-ahead log into its database; False where somebody was using it."""
    with closing(sqlite3.connect(database)) as connection:
        [(busy, *_)] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return not busy


def votes_for_the_first(deployment):
    [(votes,)] = rows(deployment, "SELECT sum(v1) FROM totals WHERE contest = 'G'")
    return votes


@pytest.mark.parametrize(
    ("instant", "stored"),
    [
        pytest.param("commit", {}, id="before the commit"),
        pytest.param("answer", {"SM1": 1}, id="between commit and answer"),
    ],
)
def test_a_process_that_dies_with_a_text_in_hand_has_it_whole_or_not_at_all(deployment, instant, stored):
    post = next(sample_posts())

    with faulty(deployment, DIE_AT=instant).serving() as running:
        with pytest.raises(requests.ConnectionError):
            running.text(post.monitor, post.report, "SM1")
        assert running.process.wait(STOP_SECONDS) == -signal.SIGKILL
    left = texts_in(deployment)
    with deployment.serving() as running:
        reply = running.text(post.monitor, post.report, "SM1")

    assert left == stored
    assert reply.text.startswith("DITERIMA TPS012.")
    assert texts_in(deployment) == {"SM1": 1}
    assert votes_for_the_first(deployment) == 120


@pytest.mark.parametrize(
    ("instant", "taken"),
    [
        pytest.param("sending", 0, id="before the carrier has it"),
        pytest.param("sent", 1, id="after the carrier took it"),
    ],
)
def test_a_process_that_dies_while_sending_has_its_text_sent_once(over_twilio, twilio_server, instant, taken):
    post = next(own_posts())

    with faulty(over_twilio, DIE_AT=instant).serving() as running:
        service = OverTwilio(over_twilio, running, twilio_server, own_posts())
        service.text(post.monitor, post.report, "SM-report")
        service.text(post.coordinator, post.correction, "SM-correction")
        assert running.process.wait(STOP_SECONDS) == -signal.SIGKILL
    left = len(service.bodies_to(post.monitor))
    with faulty(over_twilio, CLOCK=str(A_MINUTE_LATER)).serving():
        statuses = eventually(
            lambda: rows(over_twilio, "SELECT status FROM messages WHERE kind = 'direct'"),
            wanted=lambda found: found == [("sent",)],
        )

    assert left == taken
    assert statuses == [("sent",)]
    [body] = service.bodies_to(post.monitor)
    assert body.startswith(f"DIKOREKSI TPS{post.station} ")


def test_a_carrier_that_answers_late_keeps_no_report_waiting_and_sends_once(begin, twilio_server):
    service = begin()
    post, other = service.post(), service.post()
    twilio_server.delay(5)

    service.text(post.monitor, post.report, "SM-report")
    service.text(post.coordinator, post.correction, "SM-correction")
    assert eventually(lambda: any(method == "POST" for method, _ in twilio_server.requests))
    reply = service.text(other.monitor, other.report, "SM-other")
    waiting = rows(service.deployment, "SELECT status FROM messages WHERE kind = 'direct'")
    settled = eventually(
        lambda: rows(service.deployment, "SELECT status FROM messages WHERE kind = 'direct'"),
        wanted=lambda found: found == [("sent",)],
    )

    assert reply.text.startswith(f"DITERIMA TPS{other.station}.")
    assert (waiting, settled) == ([("sending",)], [("sent",)])
    assert len(service.bodies_to(post.monitor)) == 1


def test_webhooks_lost_and_late_give_one_message_each(over_twilio, twilio_server):
    posts = list(islice(own_posts(), 12))
    sids = {
        post: twilio_server.add_inbound(post.monitor, twilio_server.numbers[0], post.report) for post in posts
    }

    with over_twilio.serving() as running:
        service = OverTwilio(over_twilio, running, twilio_server, own_posts())
        with ThreadPoolExecutor(6) as carrier:  # while the start's reconciliation takes them in

            def bring(post):
                return service.text(post.monitor, post.report, sids[post])

            replies = dict(zip(posts, carrier.map(bring, posts), strict=True))
        by_rest = eventually(
            lambda: Counter(each.to for each in twilio_server.sent),
            wanted=lambda sent: len(sent) == sum(reply.text is None for reply in replies.values()),
        )

    assert {reply.status for reply in replies.values()} == {200}
    assert by_rest == {post.monitor: 1 for post in posts if replies[post].text is None}
    assert texts_in(over_twilio) == dict.fromkeys(sids.values(), 1)
    assert votes_for_the_first(over_twilio) == 120 * len(posts)


def test_a_postgresql_that_is_killed_under_load_loses_nothing_it_answered(tmp_path):
    posts = list(islice(sample_posts(), 250))
    statuses: Counter[int] = Counter()

    with running_postgres() as server:
        (tmp_path / "election.toml").write_text(election_file(), encoding="utf-8")
        deployment = Deployment(tmp_path, {"PANTAU_DATABASE_URL": server.address(server.create())})
        with deployment.serving() as running, ThreadPoolExecutor(4) as phones:

            def bring(post):
                """Bring a text until it is answered, as a carrier does."""

                def brought():
                    reply = running.text(post.monitor, post.report, f"SM-{post.station}")
                    statuses[reply.status] += 1
                    return reply

                return eventually(brought, within=60, wanted=lambda reply: reply.status == 200)

            replies = [phones.submit(bring, post) for post in posts]
            assert eventually(lambda: statuses[200] >= 5)
            server.kill()
            assert eventually(lambda: statuses[503] >= 4)
            away = running.get("/readyz").json()
            server.start_again()
            texts = [each.result().text for each in replies]
            running.wait_until_ready()
            stop_after_trouble(running)
        stored, votes = texts_in(deployment), votes_for_the_first(deployment)

    assert "database" in away["not_well"]
    assert all(reply.startswith(("DITERIMA TPS", "RECEIVED TPS")) for reply in texts)
    assert set(statuses) == {200, 503}
    assert stored == {f"SM-{post.station}": 1 for post in posts}
    assert votes == 120 * len(posts)


@only_sqlite
def test_a_full_disk_is_answered_503_and_no_restart_is_needed_when_there_is_room(deployment):
    post, *others = islice(sample_posts(), 60)
    database = deployment.settings["PANTAU_DATABASE_URL"].removeprefix("sqlite:///")

    with deployment.serving() as running:
        pid, unlimited = running.process.pid, resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)
        assert eventually(lambda: log_is_empty(database))  # so that it has to grow
        size = Path(database).stat().st_size
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + ROOM, unlimited[1]))
        replies = {each: running.text(each.monitor, each.report, f"SM-{each.station}") for each in others}
        refused = [each for each, reply in replies.items() if reply.status == 503]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
        again = {each: running.text(each.monitor, each.report, f"SM-{each.station}") for each in refused}
        running.text(post.monitor, post.report, "SM-after")
        stop_after_trouble(running)

    assert {reply.status for reply in replies.values()} == {200, 503}
    assert {reply.status for reply in again.values()} == {200}
    assert set(texts_in(deployment).values()) == {1}
    assert votes_for_the_first(deployment) == 120 * (len(others) + 1)


@only_sqlite
def test_a_clock_that_jumps_sends_one_summary_and_set_back_none_again(over_twilio, twilio_server):
    half_an_hour_ago = datetime.now(HERE).replace(tzinfo=None) - timedelta(minutes=30)
    hourly = (*HOURLY, f"from = {half_an_hour_ago.isoformat(timespec='seconds')}")  # none is due meanwhile
    (over_twilio.folder / "election.toml").write_text(election_file(*hourly), encoding="utf-8")

    def summaries():
        return sum(each.to == OFFICIAL for each in twilio_server.sent)

    with over_twilio.serving():
        first = eventually(summaries)
    with faulty(over_twilio, CLOCK=str(3 * HOUR)).serving():
        after_three_hours = eventually(summaries, wanted=lambda found: found > first)
    with over_twilio.serving():
        time.sleep(2.5)  # two rounds of the schedule, in which nothing is to happen
        set_back = summaries()

    assert (first, after_three_hours, set_back) == (1, 2, 2)
