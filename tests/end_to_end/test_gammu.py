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

    def row(self, phone, direction="in"):
        """Give the last row of a number's texts that way."""
        rows = [each for each in self.deployment.messages("--phone", phone) if each["direction"] == direction]
        return rows[-1] if rows else None


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
    post = next(gammu.posts)

    gammu.modem.receive(post.monitor, post.report)
    sent = gammu.pool.wait_for(post.monitor, "DITERIMA")
    gammu.modem.report_delivery(post.monitor)
    reply = eventually(
        lambda: gammu.row(post.monitor, "out"), wanted=lambda row: row and row["status"] == "delivered"
    )

    assert sent == [reply["body"]]
    assert reply["body"].startswith(f"DITERIMA TPS{post.station}")
    assert (reply["carrier"], reply["status"]) == ("gammu", "delivered")
    assert gammu.row(post.monitor)["outcome"] == "accepted"
