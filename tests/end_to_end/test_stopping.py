"""A stop is clean: what came in is answered, and nothing is left behind."""

import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg

from tests.databases import only_sqlite
from tests.end_to_end.places import sample_posts


@contextmanager
def nobody_may_write(url):
    """Keep everyone else from writing to the texts until the block ends."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("LOCK TABLE messages")
        yield
        connection.rollback()


def test_a_text_that_is_being_judged_is_answered_before_the_process_ends(deployment):
    post = next(sample_posts())

    with deployment.serving() as running, ThreadPoolExecutor(1) as phone:
        with nobody_may_write(deployment.settings["PANTAU_DATABASE_URL"]):
            reply = phone.submit(running.text, post.monitor, post.report, "SM1")
            time.sleep(0.5)
            running.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert running.process.poll() is None
        assert reply.result().text.startswith("DITERIMA TPS012.")
        assert running.process.wait(10) == 0
        assert running.troubles() == []


@only_sqlite
def test_a_terminal_that_is_closed_stops_the_service_cleanly_and_under_nohup_not(deployment):
    with deployment.serving() as running:
        running.process.send_signal(signal.SIGHUP)
        assert running.process.wait(10) == 0
        assert running.troubles() == []

    deployment.anew = True
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with deployment.serving() as running:
            running.process.send_signal(signal.SIGHUP)
            assert running.get("/healthz").status_code == 200
    finally:
        signal.signal(signal.SIGHUP, before)
