"""Fixtures over real processes: deployments in the sandbox and on a local Twilio.

What ends a process, or counts everything, has a service of its own; the rest shares one for each
kind of database, and each test texts from a post that nobody else has.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.end_to_end.places import election_file, own_posts, sample_posts, write_roster
from tests.end_to_end.running import Deployment
from tests.end_to_end.services import OverTwilio, Sandboxed, twilio_settings
from tests.twilio_server import TwilioServer

QUICK = ("[sending]", "messages_per_second = 50")
KINDS = ("sqlite", "postgresql")
Begin = Callable[..., OverTwilio]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.end_to_end)


@pytest.fixture
def deployment(tmp_path: Path, databases: Databases) -> Deployment:
    """A sandbox with the sample, not started."""
    return _sandbox(tmp_path, databases.migrated(bring_sample))


@pytest.fixture
def sandbox(deployment: Deployment) -> Iterator[Sandboxed]:
    """A service of the test's own, on the sample, without summaries."""
    with deployment.serving() as running:
        yield Sandboxed(deployment, running, sample_posts())


@pytest.fixture(scope="session", params=KINDS)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxed]:
    """A service that many tests text to."""
    folder = tmp_path_factory.mktemp("shared")
    with _databases(request, folder) as databases:
        deployment = _sandbox(folder, databases.empty())
        with deployment.serving() as running:
            yield Sandboxed(deployment, running, sample_posts())


@pytest.fixture
def begin(tmp_path: Path, databases: Databases, twilio_server: TwilioServer) -> Iterator[Begin]:
    """Give what starts a service on Twilio: ``begin("[[summary]]", …)`` with more in its election."""
    with ExitStack() as started:

        def start(*more: str) -> OverTwilio:
            deployment = _over_twilio(tmp_path, databases.migrated(import_own_roster), twilio_server, *more)
            running = started.enter_context(deployment.serving())
            return OverTwilio(deployment, running, twilio_server, own_posts())

        yield start


@pytest.fixture
def over_twilio(tmp_path: Path, databases: Databases, twilio_server: TwilioServer) -> Deployment:
    """A deployment on Twilio, with its roster, not started."""
    return _over_twilio(tmp_path, databases.migrated(import_own_roster), twilio_server)


@pytest.fixture(scope="session", params=KINDS)
def shared_twilio(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OverTwilio]:
    """A service on a Twilio that has no trouble, which many tests text to."""
    folder = tmp_path_factory.mktemp("twilio")
    with _databases(request, folder) as databases, TwilioServer() as twilio:
        deployment = _over_twilio(folder, databases.migrated(import_own_roster), twilio)
        with deployment.serving() as running:
            yield OverTwilio(deployment, running, twilio, own_posts())


def bring_sample(url: str) -> None:
    """Bring the sample into a new database, as the first start of a sandbox does."""
    with tempfile.TemporaryDirectory() as name:
        _sandbox(Path(name), url).done("tally")


def import_own_roster(url: str) -> None:
    """Bring the roster of ``places`` into a new database, by the command for it."""
    with tempfile.TemporaryDirectory() as name, TwilioServer() as twilio:
        deployment = _over_twilio(Path(name), url, twilio)
        stations, people = write_roster(deployment.folder)
        deployment.done("roster", "import", "--stations", stations, "--people", people)


def _sandbox(folder: Path, url: str) -> Deployment:
    (folder / "election.toml").write_text(election_file(*QUICK), encoding="utf-8")
    return Deployment(folder, {"PANTAU_CARRIER": "sandbox", "PANTAU_DATABASE_URL": url})


def _over_twilio(folder: Path, url: str, twilio: TwilioServer, *more: str) -> Deployment:
    (folder / "election.toml").write_text(election_file(*QUICK, *more), encoding="utf-8")
    return Deployment(folder, {**twilio_settings(twilio), "PANTAU_DATABASE_URL": url})


@contextmanager
def _databases(request: pytest.FixtureRequest, folder: Path) -> Iterator[Databases]:
    if request.param == "sqlite":
        yield SqliteDatabases(folder, request.getfixturevalue("sqlite_templates"))
        return
    on_server = PostgresDatabases(request.getfixturevalue("postgres_server"))
    yield on_server
    on_server.drop_all()
