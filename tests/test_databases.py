"""The databases that the other tests stand on."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.databases import running_postgres

KILLED = """
import os, signal
from tests.databases import running_postgres
with running_postgres() as server:
    print(server.folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def execute(url: str, statement: str) -> None:
    with create_engine(url, poolclass=NullPool).connect() as db, db.begin():
        db.execute(text(statement))


def rows(url: str) -> int:
    with create_engine(url, poolclass=NullPool).connect() as db:
        return int(db.execute(text("SELECT count(*) FROM seen")).scalar_one())


@pytest.fixture(scope="session")
def migrate():
    return lambda url: execute(url, "CREATE TABLE seen (id INTEGER)")


@pytest.mark.parametrize("run", [1, 2])
def test_a_test_never_sees_the_rows_of_another(migrated_url, run):
    before = rows(migrated_url)

    execute(migrated_url, f"INSERT INTO seen VALUES ({run})")

    assert (before, rows(migrated_url)) == (0, 1)


def test_migrating_is_done_once_and_copied(databases, migrate):
    calls = []

    def counted(url):
        calls.append(url)
        migrate(url)

    first, second = databases.migrated(counted), databases.migrated(counted)

    assert (len(calls), first != second, rows(first), rows(second)) == (1, True, 0, 0)


def test_an_empty_database_has_no_tables(database_url):
    execute(database_url, "CREATE TABLE seen (id INTEGER)")

    assert rows(database_url) == 0


def test_a_server_with_fsync_says_so():
    with (
        running_postgres(fsync=True) as server,
        create_engine(server.address("postgres"), poolclass=NullPool).connect() as db,
    ):
        setting = db.execute(text("SHOW fsync")).scalar_one()

    assert setting == "on"
    assert not server.folder.exists()


def test_a_server_does_not_outlive_killed_tests():
    root = Path(__file__).parents[1]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    folder = Path(killed.stdout.strip())

    until = time.monotonic() + 20
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)

    assert folder.name.startswith("pg-")
    assert not folder.exists()
