"""Over the real Kannel: a text in is judged once, whatever is away meanwhile; replies and reports come back."""

import json
from contextlib import contextmanager

import psycopg
import pytest

from tests.databases import SqliteDatabases, running_postgres
from tests.end_to_end.conftest import QUICK, import_own_roster
from tests.end_to_end.kannel import needs_kannel, running_kannel
from tests.end_to_end.places import election_file, own_posts
from tests.end_to_end.running import Deployment, eventually, free_port

pytestmark = needs_kannel


class OverKannel:
    """A service behind Kannel."""

    def __init__(self, deployment, kannel, port):
        self.deployment = deployment
        self.kannel = kannel
        self.port = port
        self.posts = own_posts()

    def post(self):
        return next(self.posts)

    @contextmanager
    def serving(self):
        """Serve where Kannel looks for us."""
        with self.deployment.serving(port=self.port) as running:
            yield running

    def log(self, phone):
        """Give a number's texts in and out, each oldest first."""
        rows = self.deployment.messages("--phone", phone)
        incoming = [each for each in rows if each["direction"] == "in"]
        return incoming, [each for each in rows if each["direction"] == "out"]


@contextmanager
def over_kannel(folder, url):
    port = free_port()
    (folder / "election.toml").write_text(election_file(*QUICK), encoding="utf-8")
    with running_kannel(folder, f"http://127.0.0.1:{port}") as kannel:
        settings = {
            "PANTAU_CARRIER": "kannel",
            "PANTAU_DATABASE_URL": url,
            "PANTAU_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        yield OverKannel(Deployment(folder, settings | kannel.settings), kannel, port)


@pytest.fixture(scope="module")
def service(tmp_path_factory, sqlite_templates):
    """A service behind Kannel, on SQLite, not started."""
    folder = tmp_path_factory.mktemp("kannel")
    url = SqliteDatabases(folder, sqlite_templates).migrated(import_own_roster)
    with over_kannel(folder, url) as over:
        yield over


def test_texts_in_replies_and_notices_out_and_their_delivery_reports(service):
    post, neighbour = service.post(), service.post()
    kannel = service.kannel
    note = "kotak suara terlambat karena hujan lebat – jalan putus, " * 3

    with service.serving():
        kannel.text(post.monitor, post.report)
        [received] = kannel.wait_for(post.monitor)
        kannel.text(post.coordinator, post.correction)
        kannel.wait_for(post.coordinator)
        told = kannel.wait_for(post.monitor, 2)
        kannel.text(neighbour.monitor, f"{neighbour.report} @ {note}", "ucs2")
        kannel.wait_for(neighbour.monitor)
        kannel.text(neighbour.monitor, f"TPS{neighbour.station} G:120,98 W:140,155,1 SAH:295,,1 TSAH:x")
        refused = kannel.wait_for(neighbour.monitor, 3)
        _, replies = eventually(
            lambda: service.log(post.monitor),
            wanted=lambda log: [each["status"] for each in log[1]] == ["delivered"] * 2,
        )

    texts, long_replies = service.log(neighbour.monitor)
    assert received.startswith(f"DITERIMA TPS{post.station}")
    assert [each["body"] for each in replies] == told
    assert [(each["carrier"], each["status"]) for each in replies] == [("kannel", "delivered")] * 2
    assert [each["outcome"] for each in texts] == ["accepted", "refused"]
    assert texts[0]["body"] == f"{neighbour.report} @ {note}"
    assert long_replies[1]["segments"] == 2
    assert "".join(refused[1:]) == long_replies[1]["body"]


def test_whoever_of_the_two_is_killed_a_text_is_judged_once_and_answered(service):
    first, second = service.post(), service.post()
    kannel = service.kannel

    kannel.text(first.monitor, first.report)  # nobody answers Kannel, which tries again
    with service.serving() as running:
        answered = kannel.wait_for(first.monitor)
        kannel.kill()
        kannel.start()
        kannel.text(second.monitor, second.report)
        kannel.wait_for(second.monitor)
        running.kill()
    with service.serving():
        kannel.text(first.monitor, "STATUS")
        after = kannel.wait_for(first.monitor, 2)

    assert len(answered) == 1
    assert f"TPS{first.station}" in after[-1]
    texts = [each for each in service.deployment.messages() if each["body"] in (first.report, second.report)]
    assert [each["outcome"] for each in texts] == ["accepted", "accepted"]


def test_what_comes_while_no_smsbox_runs_is_kept_by_bearerbox_through_a_kill(service):
    post, kannel = service.post(), service.kannel
    store = kannel.folder / "kannel.store"

    kannel.end_smsbox()
    kannel.text(post.monitor, post.report)
    assert eventually(lambda: post.monitor.encode() in store.read_bytes())
    kannel.kill()
    with service.serving():
        kannel.start()
        kannel.text(post.monitor, "STATUS")
        kannel.wait_for(post.monitor)
        incoming, _ = eventually(lambda: service.log(post.monitor), wanted=lambda found: len(found[0]) == 2)

    assert {each["body"]: each["outcome"] for each in incoming} == {
        post.report: "accepted",
        "STATUS": "answered",
    }


def test_of_a_long_text_whose_other_part_was_lost_the_one_that_came_is_judged(service):
    post, note = service.post(), " @ kotak suara terlambat karena hujan lebat, jalan putus di jembatan"

    with service.serving():
        service.kannel.text_part(post.monitor, post.report + note, 1, 2)
        service.kannel.wait_for(post.monitor)

    incoming, _ = service.log(post.monitor)
    assert [(each["body"], each["outcome"]) for each in incoming] == [(post.report + note, "accepted")]


def test_while_the_database_is_away_texts_are_taken_and_judged_once_when_it_is_back(tmp_path):
    with running_postgres() as server:
        name = server.create()
        import_own_roster(server.address(name))
        with over_kannel(tmp_path, server.address(name)) as service:
            kannel, posts = service.kannel, [service.post() for _ in range(3)]
            spool = tmp_path / "var" / "spool"
            with service.serving():
                close(server, name)
                kannel.text(posts[0].monitor, posts[0].report)
                first = eventually(lambda: kept_texts(spool))
                open_again(server, name)
                kannel.wait_for(posts[0].monitor)
                close(server, name)
            # A start without a database: it waits, and keeps what comes.
            with serving_without_database(service):
                kannel.text(posts[1].monitor, posts[1].report)
                second = eventually(lambda: kept_texts(spool))
                open_again(server, name)
                kannel.wait_for(posts[1].monitor)
                left = eventually(lambda: list(spool.glob("*.json")), wanted=lambda paths: not paths)
            texts = [each for each in service.deployment.messages() if each["direction"] == "in"]

    assert [first, second, left] == [[posts[0].monitor], [posts[1].monitor], []]
    assert [(each["from"], each["outcome"]) for each in texts] == [
        (post.monitor, "accepted") for post in posts[:2]
    ]


def kept_texts(spool):
    """Give the senders of the texts in the spool; delivery reports are kept there, too."""
    found = [json.loads(path.read_text()) for path in spool.glob("*.json")]
    return [each["InboundText"]["sender"] for each in found if "InboundText" in each]


@contextmanager
def serving_without_database(service):
    running = service.deployment.start(port=service.port)
    try:
        assert eventually(lambda: _is_up(running))
        yield running
    finally:
        running.kill()


def _is_up(running):
    try:
        return running.get("/healthz").status_code == 200
    except OSError:
        return False


def close(server, name):
    """Let nobody into a database, and send out who is in."""
    with psycopg.connect(f"postgresql://postgres@/postgres?host={server.folder}", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def open_again(server, name):
    with psycopg.connect(f"postgresql://postgres@/postgres?host={server.folder}", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
