"""Connections that wait in the pool: what the server closed meanwhile is found, not used."""

import shutil
import stat
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from config.errors import StoreError
from models import alarms, dialect, sqlite_files
from models.prepared import Prepared
from models.store import Store, is_database_trouble
from models.tables import PersonRow
from tests.databases import only_postgresql, only_sqlite
from tests.elections import NOON


def closed_by_the_server(store, url):
    """Have the server close the one connection that waits in the pool."""
    with store.transaction() as db:
        own = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = Store(dialect.open_engine(url))
    with other.transaction() as db:
        db.execute(text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})
    other.close()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_keep_every_text_is_not_used(postgres_server, encoding):
    name = f"pantau_{encoding.lower()}"
    postgres_server._admin.execute(
        f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'".encode()
    )

    with pytest.raises(StoreError, match=f"PANTAU_DATABASE_URL.*{encoding}"):
        Store.open(postgres_server.address(name))


@only_sqlite
def test_nothing_is_written_to_a_file_that_was_removed_and_its_backup_is_used(store, migrated_url, tmp_path):
    path = Path(make_url(migrated_url).database or "")
    everyone = func.count(PersonRow.id)
    backup = shutil.copyfile(path, tmp_path / "backup.db")

    path.unlink()
    with pytest.raises(OperationalError, match="no such table"):
        store.write(lambda db: db.execute(select(everyone)).scalar_one())
    backup.replace(path)

    assert store.write(lambda db: db.execute(select(everyone)).scalar_one()) > 0


def test_the_folder_that_is_made_for_a_database_is_for_its_owner_alone(tmp_path):
    """It holds numbers and texts; one that is there already is as its owner wants it."""
    Store.open(f"sqlite:///{tmp_path}/new/pantau.db").close()
    (tmp_path / "there").mkdir(mode=0o755)
    Store.open(f"sqlite:///{tmp_path}/there/pantau.db").close()

    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "there")]
    assert modes == [0o700, 0o755]


def test_a_folder_that_cannot_be_looked_into_any_more_is_the_databases_trouble(migrate, tmp_path):
    folder = tmp_path / "var"
    migrate(f"sqlite:///{folder}/pantau.db")
    store = Store.open(f"sqlite:///{folder}/pantau.db")

    folder.rename(tmp_path / "elsewhere")
    folder.write_text("a file")
    with pytest.raises(OperationalError, match="unable to open") as raised:
        store.write(lambda db: alarms.claim(db, "after", NOON))
    store.close()

    assert is_database_trouble(raised.value)


@only_sqlite
@pytest.mark.parametrize("removed", ["-wal", "-shm"])
def test_where_its_wal_is_removed_nothing_more_is_written_and_what_was_is_kept(
    migrated_url, removed, monkeypatch
):
    monkeypatch.setattr(sqlite_files, "INDEX_SECONDS", 0)
    path = Path(make_url(migrated_url).database or "")
    told: list[str] = []
    store = Store.open(migrated_url, lost=told.append)
    with store.engine.connect():  # another connection, which keeps it open
        store.write(lambda db: alarms.claim(db, "before", NOON))

        path.with_name(f"{path.name}{removed}").unlink()
        with pytest.raises(OperationalError, match=f"{removed} was removed"):
            store.write(lambda db: alarms.claim(db, "after", NOON))
    store.close()
    again = Store.open(migrated_url)
    with again.reading() as db:
        kept = alarms.raised(db)
    again.close()

    assert kept == {"before"}
    assert told


@only_postgresql
def test_a_connection_that_was_not_used_for_a_while_is_tried_first(store, migrated_url, monkeypatch):
    monkeypatch.setattr(dialect, "PING_SECONDS", 0)
    closed_by_the_server(store, migrated_url)

    with store.transaction() as db:
        assert db.execute(text("SELECT 1")).scalar_one() == 1


@only_postgresql
def test_one_that_was_used_just_now_fails_once_and_is_not_used_again(store, migrated_url, monkeypatch):
    monkeypatch.setattr(dialect, "PING_SECONDS", 60)
    closed_by_the_server(store, migrated_url)

    with pytest.raises(OperationalError), store.transaction() as db:
        db.execute(text("SELECT 1"))

    with store.transaction() as db:
        assert db.execute(text("SELECT 1")).scalar_one() == 1


@only_postgresql
def test_a_transaction_that_stands_still_is_ended_and_lets_the_others_go_on(migrated_url, monkeypatch):
    monkeypatch.setattr(dialect, "IDLE_SECONDS", 1)
    dead, alive = Store.open(migrated_url), Store.open(migrated_url)
    db = dead.engine.connect()
    db.execute(text("LOCK TABLE people"))  # and its machine loses its power

    with alive.transaction() as other:
        assert other.execute(text("SELECT count(*) FROM people")).scalar_one() > 0

    with pytest.raises(DBAPIError) as ended:
        db.execute(text("SELECT 1"))
    assert is_database_trouble(ended.value)
    db.close()
    for each in (dead, alive):
        each.close()


@only_postgresql
def test_what_another_session_holds_is_waited_for_no_longer_than_the_busy_time(migrated_url, monkeypatch):
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 1)
    other, store = Store.open(migrated_url), Store.open(migrated_url)

    with other.engine.connect() as db:
        db.execute(text("LOCK TABLE people"))  # and whoever did so goes home
        with pytest.raises(OperationalError, match="lock timeout") as held, store.transaction() as mine:
            mine.execute(text("SELECT count(*) FROM people"))

    assert is_database_trouble(held.value)
    with store.transaction() as mine:
        assert mine.execute(text("SELECT count(*) FROM people")).scalar_one() > 0
    for each in (other, store):
        each.close()


@only_postgresql
def test_who_only_reads_may_stand_still(migrated_url, monkeypatch):
    monkeypatch.setattr(dialect, "IDLE_SECONDS", 1)
    store = Store.open(migrated_url)

    with store.reading() as db:
        time.sleep(1.5)
        assert db.execute(text("SELECT 1")).scalar_one() == 1
    store.close()


@only_postgresql
def test_an_address_may_say_how_long_a_server_is_waited_for(migrated_url):
    own = Store.open(migrated_url)
    said = Store.open(f"{migrated_url}&tcp_user_timeout=90000")

    def waits(store):
        with store.reading() as db:
            options = db.connection.dbapi_connection.pgconn.info
            return {each.keyword: each.val for each in options}[b"tcp_user_timeout"]

    assert (waits(own), waits(said)) == (b"8000", b"90000")
    for each in (own, said):
        each.close()


@only_postgresql
def test_what_a_server_is_set_to_changes_no_transaction_and_no_time(migrated_url):
    set_to = "-c datestyle=German -c default_transaction_isolation=serializable"
    store = Store.open(f"{migrated_url}&options={quote(set_to)}")

    with store.transaction() as db:
        isolation = db.execute(text("SHOW transaction_isolation")).scalar_one()
        now = db.execute(text("SELECT now()")).scalar_one()
    store.close()

    assert (isolation, type(now)) == ("read committed", datetime)


@only_postgresql
def test_a_statement_of_a_texts_way_finds_it_too(store, migrated_url, monkeypatch):
    monkeypatch.setattr(dialect, "PING_SECONDS", 60)
    closed_by_the_server(store, migrated_url)
    counted = Prepared(select(func.count().label("people")).select_from(PersonRow))

    with pytest.raises(OperationalError) as raised, store.transaction() as db:
        counted.value(db, {})

    assert raised.value.connection_invalidated
    assert is_database_trouble(raised.value)
    assert store.write(lambda db: counted.value(db, {})) > 0
