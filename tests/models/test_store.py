"""Texts that wait for SQLite's one writer share a commit, and nothing else; on PostgreSQL they give way."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models import dialect
from models.store import DEADLOCKS, is_database_trouble, reason_and_mend
from tests.databases import only_postgresql, only_sqlite
from tests.end_to_end.running import eventually

TEXTS = 8
TWO_ORDERS = (("text 1", "text 2"), ("text 2", "text 1"))


@pytest.fixture
def commits(store):
    """Every commit of the store's, as it comes."""
    found: list[object] = []
    event.listen(store.engine, "commit", found.append)
    return found


def storing(number):
    def work(db):
        db.execute(text("INSERT INTO counters (name, value) VALUES (:name, 0)"), {"name": f"text {number}"})
        return number

    return work


def stored(store):
    with store.reading() as db:
        rows = db.execute(text("SELECT name FROM counters WHERE name LIKE 'text %' ORDER BY name"))
        return [int(row.name.removeprefix("text ")) for row in rows]


def while_the_writer_is_held(store, works):
    """Let threads write at once while another transaction is open; give what each gave or raised."""
    with ThreadPoolExecutor(len(works)) as threads:
        with store.transaction():
            futures = [threads.submit(store.write, each) for each in works]
            eventually(lambda: len(store._waiting) == len(works))
        return [each.exception() or each.result() for each in futures]


@only_sqlite
def test_what_waits_for_the_writer_is_committed_together(store, commits):
    found = while_the_writer_is_held(store, [storing(number) for number in range(TEXTS)])

    assert found == stored(store) == list(range(TEXTS))
    assert len(commits) == 2  # that of the one who held the writer, and that of all the others


@only_sqlite
def test_who_does_not_get_the_writer_in_time_is_told_so_and_not_written_later(store, monkeypatch):
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0.1)

    with ThreadPoolExecutor(1) as thread, store.transaction():  # as where another process holds the file
        with pytest.raises(PoolTimeout) as refused:
            thread.submit(store.write, storing(1)).result()
        with pytest.raises(PoolTimeout):
            store.touch()
    store.write(storing(2))

    assert is_database_trouble(refused.value)
    assert stored(store) == [2]


@only_sqlite
def test_who_is_in_hand_when_its_time_is_over_is_told_what_comes_of_it(store, monkeypatch):
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0.5)

    def slowly(number):
        def work(db):
            Event().wait(0.8)
            return storing(number)(db)

        return work

    found = while_the_writer_is_held(store, [slowly(0), slowly(1)])

    assert found == stored(store) == [0, 1]


def test_what_does_not_wait_is_a_transaction_of_its_own(store, commits):
    assert [store.write(storing(number)) for number in range(3)] == [0, 1, 2]
    assert stored(store) == [0, 1, 2]
    assert len(commits) == 3


def test_many_at_once_are_all_stored_and_each_gets_its_own(store):
    with ThreadPoolExecutor(TEXTS) as threads:
        found = list(threads.map(lambda number: store.write(storing(number)), range(100, 300)))

    assert found == stored(store) == list(range(100, 300))


@only_sqlite
def test_a_bug_in_one_takes_nothing_of_the_others(store):
    def broken(db):
        storing(3)(db)
        raise ZeroDivisionError

    def twice(db):
        storing(4)(db)
        storing(4)(db)

    works = [storing(1), broken, storing(2), twice, storing(5)]
    first, bug, second, doubled, last = while_the_writer_is_held(store, works)

    assert (first, second, last) == (1, 2, 5)
    assert isinstance(bug, ZeroDivisionError)
    assert isinstance(doubled, IntegrityError)
    assert stored(store) == [1, 2, 5]


@only_sqlite
def test_where_the_database_is_in_trouble_nobody_is_told_that_it_is_stored(store):
    def full(_db):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    found = while_the_writer_is_held(store, [storing(1), full, storing(2)])

    assert [type(each) for each in found] == [OperationalError] * 3
    assert stored(store) == []
    assert store.write(storing(4)) == 4  # and the next are stored again


@pytest.mark.parametrize(
    "said",
    ["database or disk is full", "could not extend file: No space left on device", "disk I/O error"],
)
def test_a_database_too_full_for_a_text_is_full_though_a_row_can_be_touched(store, said):
    def full(_db):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError(said))

    with pytest.raises(OperationalError):
        store.write(full)
    store.touch()

    with pytest.raises(OperationalError, match=said) as raised:
        store.try_to_write()
    assert "make room on its disk" in reason_and_mend(raised.value)
    store.write(storing(1))
    store.try_to_write()


@only_sqlite
def test_what_cannot_be_committed_takes_nothing_of_the_others(store):
    def deferred(db):
        db.execute(text("PRAGMA defer_foreign_keys = ON"))
        db.execute(text("INSERT INTO phones (person_id, number, place, since) VALUES (77, '+62', 1, 1)"))

    first, failed, last = while_the_writer_is_held(store, [storing(1), deferred, storing(2)])

    assert (first, last) == (1, 2)
    assert isinstance(failed, IntegrityError)
    assert stored(store) == [1, 2]
    assert store.write(storing(4)) == 4  # the connection that could not commit is not used again


@only_sqlite
def test_a_stop_in_the_middle_is_nobodys_success(store):
    def stopped(_db):
        raise SystemExit(0)

    with ThreadPoolExecutor(2) as threads:
        with store.transaction():
            mine = threads.submit(store.write, storing(1))
            eventually(lambda: len(store._waiting) == 1)
            other = threads.submit(store.write, stopped)
            eventually(lambda: len(store._waiting) == 2)
        raised = [mine.exception(), other.exception()]

    assert [type(each) for each in raised] == [SystemExit] * 2
    assert stored(store) == []


@only_postgresql
def test_two_texts_that_wait_for_each_other_are_both_written(store):
    with store.transaction() as db:
        for name in ("text 1", "text 2"):
            db.execute(text("INSERT INTO counters (name, value) VALUES (:name, 0)"), {"name": name})
    both_hold_one, tries = Barrier(2), []

    def adding(*names):
        def work(db):
            tries.append(names)
            for place, name in enumerate(names):
                db.execute(text("UPDATE counters SET value = value + 1 WHERE name = :name"), {"name": name})
                if place == 0 and len(tries) <= 2:
                    both_hold_one.wait(timeout=60)

        return work

    with ThreadPoolExecutor(2) as threads:
        texts = [threads.submit(store.write, adding(*names)) for names in TWO_ORDERS]
        assert [each.result(timeout=60) for each in texts] == [None, None]

    with store.reading() as db:
        found = db.execute(text("SELECT value FROM counters WHERE name LIKE 'text %'")).scalars().all()
    assert found == [2, 2]
    assert len(tries) > 2


@only_postgresql
def test_a_text_that_has_given_way_too_often_is_an_error(store):
    tries = []

    def work(db):
        tries.append(db)
        db.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))

    with pytest.raises(OperationalError):
        store.write(work)

    assert len(tries) == DEADLOCKS + 1
