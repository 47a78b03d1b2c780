"""The schema: migrations and models agree, and no process harms another at the start."""

import multiprocessing
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import StatementError

from config.errors import StoreError
from models import dialect, schema
from models.store import Store
from models.tables import Base, OptOutRow
from tests.databases import only_postgresql

NOON = datetime(2024, 11, 27, 12, 0, tzinfo=UTC)
JAKARTA = timezone(timedelta(hours=7))


def version_of(store):
    with store.reading() as db:
        return db.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def open_and_close(url):
    Store.open(url).close()


@contextmanager
def unmigrated(url):
    """Give the store of a database as it is."""
    store = Store(dialect.open_engine(url))
    yield store
    store.close()


# SQLite's reflection leaves out the one index of an expression; PostgreSQL's compares it.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_what_the_models_say(store):
    with store.reading() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, Base.metadata) == []


def test_constraints_have_the_same_names_and_columns_as_the_models(store):
    def unique(table):
        return {
            (each["name"], tuple(each["column_names"])) for each in inspected.get_unique_constraints(table)
        }

    with store.reading() as db:
        inspected = inspect(db)
        once = {name: unique(name) for name in ("messages", "results", "slots")}

    assert once == {
        "messages": {("messages_once", ("carrier", "direction", "carrier_id"))},
        "results": {
            ("results_chain", ("station_id", "sequence")),
            ("results_revision", ("station_id", "contest", "revision")),
        },
        "slots": {("slots_once", ("plan", "slot", "person_id"))},
    }


def test_migrating_again_changes_nothing(migrated_url, store):
    with store.transaction() as db:
        db.execute(insert(OptOutRow), {"phone": "+6281234567890", "at": NOON})
    before = version_of(store)

    open_and_close(migrated_url)
    with store.transaction() as db:
        schema.migrate(db)

    assert version_of(store) == before
    with store.reading() as db:
        assert schema.is_current(db)
        assert db.execute(select(OptOutRow.phone)).scalar_one() == "+6281234567890"


def test_an_empty_database_is_not_current(database_url):
    with unmigrated(database_url) as empty, empty.reading() as db:
        current = schema.is_current(db)

    assert not current


def test_a_migration_is_known_by_the_revision_that_its_file_begins_with():
    script = ScriptDirectory(str(schema.MIGRATIONS))

    assert schema.known() == {each.revision for each in script.walk_revisions()}
    assert schema.head() == script.get_current_head()


def test_a_database_that_lacks_a_table_is_refused(migrated_url, store):
    with store.transaction() as db:
        db.execute(text("DROP TABLE alarms"))

    with pytest.raises(StoreError, match="the database lacks the table alarms: restore a backup"):
        Store.open(migrated_url)


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(store):
    with store.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with (
        pytest.raises(StoreError, match="the database has the schema 9999, made by a newer Pantau"),
        store.transaction() as db,
    ):
        schema.migrate(db)

    assert version_of(store) == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(database_url, monkeypatch):
    upgrade = command.upgrade

    def fail_half_way(config, _revision):
        upgrade(config, "0002")
        raise RuntimeError("the power failed")

    monkeypatch.setattr(command, "upgrade", fail_half_way)

    with unmigrated(database_url) as store:
        with pytest.raises(RuntimeError, match="the power failed"), store.transaction() as db:
            schema.migrate(db)

        with store.reading() as db:
            tables = inspect(db).get_table_names()
    assert tables == []


@only_postgresql
def test_threads_that_migrate_one_empty_database_at_once_all_succeed(database_url):
    start, failures = threading.Barrier(4), []

    def work():
        start.wait()
        try:
            open_and_close(database_url)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            failures.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert not any(thread.is_alive() for thread in threads)
    assert failures == []
    store = Store.open(database_url)
    with store.reading() as db:
        assert schema.is_current(db)
    store.close()


@only_postgresql
def test_processes_that_migrate_one_empty_database_at_once_all_succeed(database_url):
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=open_and_close, args=(database_url,), daemon=True) for _ in range(2)]

    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)

    assert [process.exitcode for process in processes] == [0, 0]


def kept(store, at, phone="1"):
    with store.transaction() as db:
        db.execute(insert(OptOutRow), {"phone": phone, "at": at})
    with store.reading() as db:
        return db.execute(select(OptOutRow.at).where(OptOutRow.phone == phone)).scalar_one()


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(NOON, id="noon in UTC"),
        pytest.param(datetime(2024, 11, 27, 19, 0, 0, 123456, JAKARTA), id="microseconds in Jakarta"),
        pytest.param(datetime(2024, 11, 28, 0, 30, tzinfo=JAKARTA), id="another day in UTC"),
    ],
)
def test_a_moment_comes_back_in_utc_to_the_microsecond(store, at):
    found = kept(store, at)

    assert found == at
    assert found.tzinfo is UTC


def test_the_two_half_past_two_of_a_night_when_clocks_go_back_are_two_moments(store):
    once = datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert kept(store, once, "1").hour == 0
    assert kept(store, once.replace(fold=1), "2").hour == 1


def test_a_naive_moment_is_refused(store):
    with pytest.raises(StatementError, match="a naive moment cannot be stored"):
        kept(store, datetime(2024, 11, 27, 12, 0))  # noqa: DTZ001 - what must not be stored


def test_moments_are_compared_as_moments(store):
    kept(store, NOON)
    earlier = (NOON - timedelta(microseconds=1)).astimezone(JAKARTA)

    with store.reading() as db:
        later = db.execute(select(OptOutRow.phone).where(OptOutRow.at > earlier)).scalar()
        same = db.execute(select(OptOutRow.phone).where(OptOutRow.at > NOON.astimezone(JAKARTA))).scalar()

    assert (later, same) == ("1", None)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("nonsense", "PANTAU_DATABASE_URL is not a database address", id="no address"),
        pytest.param("postgresql://u:geheim@h:port/x", "PANTAU_DATABASE_URL is not", id="a port in letters"),
        pytest.param("mysql://u:geheim@h/x", "mysql is not supported", id="another database"),
        pytest.param("sqlite://", "SQLite needs a file", id="SQLite in memory"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_without_its_password(url, message):
    with pytest.raises(StoreError, match=message) as caught:
        dialect.open_engine(url)

    assert "geheim" not in str(caught.value)
