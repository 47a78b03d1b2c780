"""Several processes that start at the same moment on a new database: one fills it, all serve."""

import threading

from config.settings import read_settings
from gateway.carriers import CARRIERS
from gateway.starting import open_service
from models import people


def test_processes_that_start_at_once_on_a_new_database_all_serve_the_sample(database_url, tmp_path):
    settings = read_settings({"PANTAU_DATABASE_URL": database_url}, tmp_path, known_carriers=CARRIERS)
    start, services, failures = threading.Barrier(4), [], []

    def process():
        start.wait()
        try:
            services.append(open_service(settings))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            failures.append(error)

    threads = [threading.Thread(target=process, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert failures == []
    assert len({each.election_id for each in services}) == 1
    with services[0].store.reading() as db:
        assert len(people.people_with(db, "monitor")) > 0
        assert people.roster_version(db) == 1
    for each in services:
        each.store.close()
