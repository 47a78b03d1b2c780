"""Kannel and a modem at once, both real: a reply goes back the way its text came, and what is free to
choose leaves by the one that works."""

import pytest

from tests.databases import SqliteDatabases
from tests.end_to_end.conftest import QUICK, import_own_roster
from tests.end_to_end.kannel import needs_kannel, running_kannel
from tests.end_to_end.places import election_file, own_posts
from tests.end_to_end.running import Deployment, free_port
from tests.end_to_end.smsd import needs_smsd, running_smsd

pytestmark = [needs_kannel, needs_smsd]


@pytest.fixture
def both(tmp_path, sqlite_templates):
    """A service that prefers Kannel to a modem."""
    databases, port = SqliteDatabases(tmp_path, sqlite_templates), free_port()
    here = f"http://127.0.0.1:{port}"
    (tmp_path / "election.toml").write_text(election_file(*QUICK), encoding="utf-8")
    smsd_url = databases.empty()
    settings = {
        "PANTAU_CARRIER": "kannel,gammu",
        "PANTAU_DATABASE_URL": databases.migrated(import_own_roster),
        "PANTAU_PUBLIC_URL": here,
        "GAMMU_DATABASE_URL": smsd_url,
    }
    with running_kannel(tmp_path, here) as kannel, running_smsd(tmp_path, smsd_url) as pool:
        deployment = Deployment(tmp_path, settings | kannel.settings)
        with deployment.serving(port=port):
            yield deployment, kannel, pool


def test_a_reply_goes_back_as_it_came_and_what_is_free_leaves_by_the_one_that_works(both):
    deployment, kannel, pool = both
    posts = own_posts()
    by_kannel, by_modem = next(posts), next(posts)

    kannel.text(by_kannel.monitor, by_kannel.report)
    pool.modems[0].receive(by_modem.monitor, by_modem.report)
    [kannels] = kannel.wait_for(by_kannel.monitor)
    modems = pool.wait_for(by_modem.monitor, "DITERIMA")
    kannel.kill()
    for number in range(6):
        pool.modems[0].receive(by_modem.monitor, f"LAPOR listrik padam {number}")
    pool.wait_for(by_modem.coordinator, "KEJADIAN")

    assert kannels.startswith(f"DITERIMA TPS{by_kannel.station}")
    assert [each[:8] for each in modems] == ["DITERIMA"]
    rows = deployment.messages("--phone", by_modem.coordinator)
    assert {each["carrier"] for each in rows if each["status"] in ("sent", "delivered")} == {"gammu"}
    assert deployment.asked("station", by_kannel.station)["results"]
