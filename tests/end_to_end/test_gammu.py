"""Over the real Gammu SMSD: a text in is judged once, its reply and its delivery report come back."""

from contextlib import contextmanager

import pytest

from tests.databases import SqliteDatabases
from tests.end_to_end.conftest import KINDS, QUICK, _databases, import_own_roster
from tests.end_to_end.places import election_file, own_posts
from tests.end_to_end.running import Deployment, eventually
from tests.end_to_end.smsd import needs_smsd, running_smsd

pytestmark = needs_smsd


class OverGammu:
    """A service on a pool of modems."""

    def __init__(self, deployment, pool):
        self.deployment = deployment
        self.pool = pool
        self.posts = own_posts()

    @property
    def modem(self):
        return self.pool.modems[0]

    def post(self):
        return next(self.posts)

    def log(self, post):
        """Give a monitor's texts in and out, each oldest first."""
        rows = self.deployment.messages("--phone", post.monitor)
        incoming = [each for each in rows if each["direction"] == "in"]
        return incoming, [each for each in rows if each["direction"] == "out"]


@contextmanager
def over_gammu(folder, url, smsd_url, *, modems=1):
    (folder / "election.toml").write_text(election_file(*QUICK), encoding="utf-8")
    settings = {"PANTAU_CARRIER": "gammu", "PANTAU_DATABASE_URL": url, "GAMMU_DATABASE_URL": smsd_url}
    with running_smsd(folder, smsd_url, modems=modems) as pool:
        yield OverGammu(Deployment(folder, settings), pool)


@pytest.fixture(scope="module", params=KINDS)
def gammu(request, tmp_path_factory):
    """A running service on one modem, both on the same kind of database."""
    folder = tmp_path_factory.mktemp("gammu")
    with _databases(request, folder) as databases:
        url, smsd_url = databases.migrated(import_own_roster), databases.empty()
        with over_gammu(folder, url, smsd_url) as service, service.deployment.serving():
            yield service


@pytest.fixture
def own(tmp_path, sqlite_templates):
    """Give what makes a service of the test's own on SQLite, not started."""
    databases = SqliteDatabases(tmp_path, sqlite_templates)

    def build(**given):
        return over_gammu(tmp_path, databases.migrated(import_own_roster), databases.empty(), **given)

    return build


def test_a_text_is_judged_its_reply_leaves_and_the_delivery_report_is_kept(gammu):
    post = gammu.post()

    gammu.modem.receive(post.monitor, post.report)
    sent = gammu.pool.wait_for(post.monitor, "DITERIMA")
    gammu.modem.report_delivery(post.monitor)
    [text], [reply] = eventually(
        lambda: gammu.log(post), wanted=lambda log: log[1] and log[1][0]["status"] == "delivered"
    )

    assert sent == [reply["body"]]
    assert reply["body"].startswith(f"DITERIMA TPS{post.station}")
    assert (reply["carrier"], reply["status"]) == ("gammu", "delivered")
    assert (text["outcome"], text["to"]) == ("accepted", "modem1")


def test_a_long_text_is_one_text_and_a_long_reply_arrives_whole(gammu):
    post = gammu.post()
    note = "kotak suara terlambat karena hujan lebat dan jalan putus, " * 3
    faulty = f"TPS{post.station} G:120,98 W:140,155,1 SAH:295,,1 TSAH:x"

    gammu.modem.receive(post.monitor, f"{post.report} @ {note}", parts=2)
    gammu.pool.wait_for(post.monitor, "DITERIMA")
    gammu.modem.receive(post.monitor, faulty)
    sent = eventually(lambda: gammu.pool.sent_to(post.monitor), wanted=lambda parts: len(parts) == 3)

    texts, replies = gammu.log(post)
    assert [each["outcome"] for each in texts] == ["accepted", "refused"]
    assert texts[0]["body"] == f"{post.report} @ {note}"
    assert [each["segments"] for each in replies] == [1, 2]
    assert "".join(sent[1:]) == replies[1]["body"]


def test_a_text_that_smsd_stored_twice_counts_once(gammu):
    post = gammu.post()
    columns = '"ReceivingDateTime", "Text", "SenderNumber", "UDH", "TextDecoded", "RecipientID"'
    copy = f'INSERT INTO inbox ({columns}) SELECT {columns} FROM inbox WHERE "SenderNumber" = :n'

    gammu.modem.receive(post.monitor, post.report)
    gammu.pool.wait_for(post.monitor, "DITERIMA")
    gammu.pool.change(copy, n=post.monitor)
    waiting = 'SELECT "ID" FROM inbox WHERE "SenderNumber" = :n AND "Processed" = \'false\''
    left = eventually(lambda: gammu.pool.rows(waiting, n=post.monitor), wanted=lambda rows: not rows)

    [text], [reply] = gammu.log(post)
    assert left == []
    assert (text["outcome"], gammu.pool.sent_to(post.monitor)) == ("accepted", [reply["body"]])


def test_killed_on_either_side_of_the_database_nothing_is_lost_and_nothing_counts_twice(own):
    with own() as service:
        posts = [service.post() for _ in range(7)]
        before, between, after = posts[:3], posts[3:5], posts[5:]
        with service.deployment.serving() as running:
            for post in before:
                service.modem.receive(post.monitor, post.report)
            assert eventually(lambda: service.pool.rows("SELECT * FROM inbox"))
            service.modem.kill()
            running.kill()
        for post in between:
            service.modem.receive(post.monitor, post.report)  # the SIM keeps what comes meanwhile
        # SMSD waits a minute before it takes up again what it had begun with; the test does not.
        service.pool.change('UPDATE outbox SET "SendingTimeOut" = "SendingDateTime"')
        service.modem.start()
        with service.deployment.serving():
            for post in after:
                service.modem.receive(post.monitor, post.report)
            sent = eventually(
                lambda: [service.pool.sent_to(post.monitor) for post in posts],
                wanted=lambda sent: all(sent),
                within=60,
            )

        log = service.deployment.messages()
        tally = service.deployment.asked("tally")

    assert [each["outcome"] for each in log if each["direction"] == "in"] == ["accepted"] * len(posts)
    assert [each["votes"] for each in tally["contests"][0]["candidates"]] == [
        votes * len(posts) for votes in (120, 98, 77)
    ]
    assert [len(each) for each in sent] == [1] * len(posts)


def test_a_pool_of_modems_shares_the_load(own):
    with own(modems=2) as service, service.deployment.serving():
        posts = [service.post() for _ in range(6)]
        for number, post in enumerate(posts):
            service.pool.modems[number % 2].receive(post.monitor, post.report)

        sent = eventually(
            lambda: service.pool.rows('SELECT "SenderID", "TextDecoded" FROM sentitems'),
            wanted=lambda rows: len(rows) >= len(posts),
        )

    assert len(sent) == len(posts)
    assert {modem for modem, _ in sent} == {"modem1", "modem2"}
    assert all(words.startswith("DITERIMA") for _, words in sent)
