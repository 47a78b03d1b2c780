"""Several processes, on one machine or on more, before one database."""

import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice

import psutil
import pytest
from sqlalchemy import create_engine, text

from tests.databases import only_postgresql, only_sqlite
from tests.end_to_end.places import election_file, sample_posts
from tests.end_to_end.running import START_SECONDS, STOP_SECONDS, Deployment, eventually, reply_of, status_of
from tests.end_to_end.test_stopping import nobody_may_write

WORKERS = ("--workers", "2")
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO messages%'
"""
TOLD = "SELECT count(*) FROM messages WHERE kind = 'direct' AND status = 'sent'"


@pytest.fixture
def machines(tmp_path, database_url):
    """Two folders, each with what a machine of its own would have, and one database."""
    found = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "election.toml").write_text(election_file(), encoding="utf-8")
        found.append(Deployment(folder, {"PANTAU_DATABASE_URL": database_url}))
    return found


def children(running):
    return psutil.Process(running.process.pid).children()


def asked(url, question):
    """Give the number that answers a question to the database."""
    engine = create_engine(url)
    with engine.connect() as db:
        number = db.execute(text(question)).scalar_one()
    engine.dispose()
    return number


def make_newer(url):
    """Let the database look as a newer Pantau has left it."""
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
    engine.dispose()


@only_postgresql
def test_of_processes_that_share_a_port_one_that_dies_is_replaced(deployment):
    post = next(sample_posts())

    with deployment.serving(*WORKERS) as running:
        before = eventually(lambda: children(running), wanted=lambda found: len(found) == 2)
        before[0].kill()
        before[0].wait(START_SECONDS)
        replies = [running.text(post.monitor, post.report, "SM1") for _ in range(5)]
        after = eventually(
            lambda: children(running),
            within=START_SECONDS,
            wanted=lambda found: len(found) == 2 and before[0] not in found,
        )

    assert len(before) == len(after) == 2
    assert set(replies) == {replies[0]}
    assert replies[0].text.startswith("DITERIMA TPS012.")


@only_postgresql
def test_processes_that_share_a_port_answer_what_is_in_flight_before_they_end(deployment):
    posts = list(islice(sample_posts(), 6))

    with deployment.serving(*WORKERS) as running, ThreadPoolExecutor(len(posts)) as phones:
        processes = children(running)
        url = deployment.settings["PANTAU_DATABASE_URL"]
        with nobody_may_write(url):
            replies = [phones.submit(running.text, each.monitor, each.report) for each in posts]
            assert eventually(lambda: asked(url, WAITING), wanted=lambda count: count == len(posts))
            for each in (running.process, *processes):  # as systemd does, which asks them all
                each.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        assert all(each.result().text.startswith("DITERIMA") for each in replies)
        assert running.process.wait(STOP_SECONDS) == 0
        assert running.troubles() == []
    assert not any(each.is_running() for each in processes)


@only_postgresql
def test_processes_whose_parent_is_killed_leave_the_port(deployment):
    running = deployment.start(*WORKERS)
    running.wait_until_ready()

    running.process.kill()

    assert eventually(lambda: status_of(running, "/healthz"), wanted=lambda status: status is None) is None
    running.kill()


@only_sqlite
def test_several_web_processes_are_not_for_sqlite(deployment):
    result = deployment.run("serve", *WORKERS)

    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert "--workers 2: SQLite has one writer" in line
    assert "PANTAU_DATABASE_URL" in line


def test_workers_are_web_processes(tmp_path):
    result = Deployment(tmp_path, {}).run("serve", "--role", "worker", *WORKERS)

    assert result.returncode == 2
    assert "--workers counts web processes" in result.stderr


@only_postgresql
def test_web_and_worker_may_be_on_different_machines(machines):
    web_machine, other = machines
    post = next(sample_posts())

    with web_machine.serving("--role", "web") as web, other.serving("--role", "worker") as worker:
        web.text(post.monitor, post.report)
        web.text(post.coordinator, post.correction)
        url = other.settings["PANTAU_DATABASE_URL"]
        told = eventually(lambda: asked(url, TOLD), within=START_SECONDS)
        elsewhere = worker.post("/sandbox/sms", {"From": post.monitor, "Body": post.report})
        parts = [
            {line.split('"')[1] for line in each.get("/metrics").text.splitlines() if "{loop=" in line}
            for each in (web, worker)
        ]

    assert told == 1
    assert elsewhere.status_code == 404
    assert parts == [set(), {"outbox", "scheduler"}]


def test_processes_that_start_together_on_an_empty_database_all_start(machines):
    with ExitStack() as started:
        together = [
            each.start("--role", role) for each, role in zip(machines, ("all", "worker"), strict=True)
        ]
        for running in together:
            started.callback(running.kill)
        tally = machines[1].asked("tally")
        for running in together:
            running.wait_until_ready()
        for running in together:
            running.stop()

    assert tally["stations"]["registered"] == 326
    twice = "SELECT count(*) - count(DISTINCT number) FROM phones"
    assert asked(machines[0].settings["PANTAU_DATABASE_URL"], twice) == 0


def test_a_database_of_a_newer_version_is_left_alone(tmp_path, migrated_url):
    make_newer(migrated_url)

    result = Deployment(tmp_path, {"PANTAU_DATABASE_URL": migrated_url}).run("serve", "--port", "0")

    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert "the database has the schema zzzz, made by a newer Pantau" in line


def test_a_process_whose_database_is_migrated_past_it_says_so(deployment):
    with deployment.serving() as running:
        make_newer(deployment.settings["PANTAU_DATABASE_URL"])

        answer = running.get("/readyz")

        assert (answer.status_code, answer.json()) == (503, {"ready": False, "not_well": ["schema"]})


@only_postgresql
def test_the_same_text_at_the_same_moment_at_two_processes_is_one(machines):
    posts = list(islice(sample_posts(), 10))

    with machines[0].serving() as first, machines[1].serving("--role", "web") as second:
        with ThreadPoolExecutor(8) as carrier:

            def bring(post, running):
                form = {"From": post.monitor, "Body": post.report, "MessageSid": f"SM-{post.station}"}
                return carrier.submit(running.post, "/sandbox/sms", form)

            brought = {post: [bring(post, each) for each in (first, second) * 2] for post in posts}
            replies = {post: {reply_of(each.result()) for each in found} for post, found in brought.items()}
        answered = [each.get("/metrics").text.count("pantau_texts_in_total") for each in (first, second)]
        log = machines[0].messages()

    assert [len(each) for each in replies.values()] == [1] * len(posts)
    assert all(f"TPS{post.station}. G 120,98,77 " in str(*replies[post]) for post in posts)
    assert min(answered) >= 1
    assert Counter(each["carrier_id"] for each in log if each["direction"] == "in") == {
        f"SM-{post.station}": 1 for post in posts
    }
