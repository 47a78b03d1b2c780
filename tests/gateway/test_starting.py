"""Several processes that start at the same moment on a new database: one fills it, all serve. What a
service is made of."""

import errno
import io
import logging
import resource
import socket
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from config.errors import ConfigError
from config.settings import read_settings
from gateway.carriers import CARRIERS
from gateway.listening import TooManyFiles, alone, listen, prepare
from gateway.starting import check_writing, open_service
from gateway.welcome import greet
from models import people
from tests.databases import only_sqlite
from tests.end_to_end.places import election_file
from tests.end_to_end.services import twilio_settings


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


@only_sqlite
@pytest.mark.parametrize("written", ["+62 812-0000-0099", "0812 0000 0099"])
def test_what_came_to_a_number_of_ours_is_asked_for_however_the_settings_write_it(
    migrated_url, tmp_path, twilio_server, written
):
    (tmp_path / "election.toml").write_text(election_file(), encoding="utf-8")
    environ = twilio_settings(twilio_server) | {"PANTAU_OWN_NUMBERS": written}
    environ["PANTAU_DATABASE_URL"] = migrated_url
    now = datetime.now(UTC)
    sid = twilio_server.add_inbound("+628110000001", "+6281200000099", "HADIR", at=now)

    service = open_service(read_settings(environ, tmp_path, known_carriers=CARRIERS))

    [found] = service.carriers["twilio"].inbound_since(now - timedelta(hours=1))
    assert found.carrier_id == sid
    service.store.close()


@only_sqlite
def test_a_database_that_may_only_be_read_is_not_served(city):
    engine = city.service.store.engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))

    with pytest.raises(OperationalError, match="attempt to write a readonly database"):
        check_writing(city.service)


@only_sqlite
def test_a_database_that_is_served_is_not_served_by_another_name_of_its_file(migrated_url, tmp_path):
    (tmp_path / "link.db").symlink_to(migrated_url.removeprefix("sqlite:///"))
    one, other = (
        read_settings({"PANTAU_DATABASE_URL": url}, tmp_path, known_carriers=CARRIERS)
        for url in (migrated_url, f"sqlite:///{tmp_path}/link.db")
    )

    with alone(one, 1), pytest.raises(ConfigError, match="another web process"), alone(other, 1):
        pytest.fail("two serve one database")


def test_a_start_on_a_disk_without_room_names_the_setting(tmp_path):
    database = tmp_path / "pantau.db"
    settings = read_settings(
        {"PANTAU_DATABASE_URL": f"sqlite:///{database}"}, tmp_path, known_carriers=CARRIERS
    )
    few, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    try:
        with pytest.raises(ConfigError) as caught, alone(settings, 1):
            pytest.fail("it serves without a note of who does")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (few, most))

    assert (
        str(caught.value) == f"PANTAU_DATABASE_URL: no file can be written beside {database}: File too large"
    )


class Full(io.StringIO):
    """A standard output on a full disk."""

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


@only_sqlite
def test_a_service_whose_welcome_cannot_be_printed_serves_all_the_same(city, monkeypatch):
    printed = Full()
    monkeypatch.setattr(sys, "stdout", printed)

    greet(city.service, "127.0.0.1", 8000)

    assert "Pantau is at http://127.0.0.1:8000" in printed.getvalue()


def without(family, monkeypatch):
    """Let the machine have no address of that kind."""
    create = socket.create_server

    def create_server(address, **given):
        if given["family"] == family:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return create(address, **given)

    monkeypatch.setattr(socket, "create_server", create_server)


def test_on_a_machine_without_ipv6_every_other_address_is_listened_on(monkeypatch):
    without(socket.AF_INET6, monkeypatch)

    found = listen("*", 0)
    families = [each.family for each in found]
    found[0].close()

    assert families == [socket.AF_INET]
    with pytest.raises(ConfigError, match="cannot be listened on"):
        listen("::1", 0)


def test_a_process_that_may_open_few_files_lets_itself_open_what_its_connections_need():
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))

    prepare()
    now, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))

    assert now == 1024


def test_a_rush_is_said_once_and_not_with_each_request_that_waits_for_a_thread(monkeypatch):
    queue = logging.getLogger("waitress.queue")
    monkeypatch.setattr(queue, "filters", [])
    depth = logging.LogRecord(queue.name, logging.WARNING, "", 0, "Task queue depth is %d", (7,), None)

    prepare()

    assert [bool(queue.filter(depth)) for _ in range(3)] == [True, False, False]


def test_a_server_that_can_take_no_connection_says_so_once_and_not_each_time_it_tries():
    full, other = (
        logging.LogRecord("waitress", logging.WARNING, "", 0, "accept", (), (OSError, error, None))
        for error in (OSError(errno.EMFILE, "Too many open files"), OSError(errno.ECONNABORTED, "gone"))
    )
    few = TooManyFiles()

    assert [few.filter(each) for each in (full, full, other, full)] == [True, False, True, False]
