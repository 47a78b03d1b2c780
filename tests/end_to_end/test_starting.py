"""A start that cannot be: one line that says why, exit 1. One that only has to wait: it waits."""

import re
import socket
import subprocess
import sys

import psycopg
import pytest
import requests

from tests.end_to_end.places import election_file, sample_posts
from tests.end_to_end.running import Deployment, eventually, status_of
from tests.end_to_end.services import twilio_settings


@pytest.fixture
def folder(tmp_path):
    """A deployment without settings: the sandbox, on the sample, in its default database."""
    return Deployment(tmp_path, {}, anew=True)


def refusal(result):
    """Give the one line of a command that could not start."""
    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    return line


def test_a_port_that_is_taken_is_named_with_the_way_to_choose_another(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        line = refusal(folder.run("serve", "--port", str(port)))

    assert f"port {port} is taken" in line
    assert "--port" in line


def test_port_0_is_any_that_is_free_and_the_welcome_names_it(folder):
    command = [sys.executable, "-m", "gateway.cli", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=folder.folder, env=folder.environment, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            [port] = re.findall(
                r"Pantau is at http://127\.0\.0\.1:(\d+) ", process.stdout.readline().decode()
            )
            status = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=30).status_code
        finally:
            process.kill()

    assert status == 200
    assert port not in ("0", "8000")


def test_a_second_service_on_the_same_sqlite_does_not_start(folder):
    with folder.serving() as running:
        line = refusal(folder.run("serve", "--port", "0"))

        assert running.get("/readyz").status_code == 200
    assert str(running.process.pid) in line
    assert "pantau.db" in line


def test_the_sandbox_is_not_for_other_machines(folder):
    line = refusal(folder.run("serve", "--host", "0.0.0.0"))

    assert "--host 0.0.0.0" in line


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        pytest.param({"PANTAU_CARRIER": "foo"}, "PANTAU_CARRIER.*foo", id="an unknown carrier"),
        pytest.param({"PANTAU_CARRIER": "twilio", "PANTAU_PUBLIC_URL": "https://x.org"}, "TWILIO_ACCOUNT_SID", id="no account"),
        pytest.param({"PANTAU_CARIER": "twilio"}, "PANTAU_CARIER.*PANTAU_CARRIER", id="a typing mistake"),
        pytest.param({"PANTAU_DATABASE_URL": "mysql://u:s3cret@h/d"}, "PANTAU_DATABASE_URL", id="another database"),
        pytest.param({"PANTAU_DATABASE_URL": "sqlite:///a.db?timeout=x"}, "PANTAU_DATABASE_URL.*timeout", id="an option"),
        pytest.param({"PANTAU_DATABASE_URL": "postgresql://u:s3cret@127.0.0.1:99999/x"}, "PANTAU_DATABASE_URL.*99999", id="no port"),
        pytest.param({"PANTAU_DATABASE_URL": "postgresql://u:s3cret@127.0.0.1/x?sslmode=zz"}, "PANTAU_DATABASE_URL.*zz", id="a wrong option of PostgreSQL"),
        pytest.param({"PANTAU_DATABASE_URL": "sqlite:////proc/pantau.db"}, "PANTAU_DATABASE_URL.*/proc/pantau.db", id="no place for files"),
        pytest.param({"PANTAU_DATABASE_URL": "sqlite:///election.toml/x.db"}, "PANTAU_DATABASE_URL.*election.toml", id="a folder that is a file"),
        pytest.param({"PANTAU_DATABASE_URL": "sqlite:///election.toml"}, "PANTAU_DATABASE_URL", id="a file that is no database"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_in_one_line(folder, settings, named):
    (folder.folder / "election.toml").write_text(election_file(), encoding="utf-8")
    folder.settings = settings

    line = refusal(folder.run("serve", "--port", "0"))

    assert re.search(named, line)
    assert "s3cret" not in line


@pytest.mark.parametrize(
    ("old", "new", "line_number"),
    [
        pytest.param('country = "ID"', 'country = "ID', 8, id="not TOML"),
        pytest.param('timezone = "Asia/Jakarta"', 'timezone = "Asia/Nowhere"', 7, id="an unknown time zone"),
    ],
)
def test_a_wrong_line_of_the_election_file_is_named(folder, old, new, line_number):
    sample = election_file()
    assert sample.count(old) == 1
    (folder.folder / "election.toml").write_text(sample.replace(old, new), encoding="utf-8")

    line = refusal(folder.run("serve", "--port", "0"))

    assert f"election.toml, line {line_number}:" in line


def test_a_carrier_does_not_start_without_an_election_file(folder, twilio_server):
    folder.settings = twilio_settings(twilio_server)

    line = refusal(folder.run("serve", "--port", "0"))

    assert "PANTAU_ELECTION" in line
    assert "pantau init" in line


def test_what_init_writes_can_be_served(folder):
    folder.done("init")

    with folder.serving() as running:
        post = next(sample_posts())
        assert running.text(post.monitor, post.report).text.startswith("DITERIMA")
    assert (folder.folder / "var" / "pantau.db").is_file()


def test_a_database_that_answers_and_may_not_be_used_ends_the_process_with_one_line(folder, postgres_server):
    admin = f"postgresql://postgres@/postgres?host={postgres_server.folder}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE ROLE weak LOGIN")
    folder.settings["PANTAU_DATABASE_URL"] = postgres_server.address("guarded").replace("postgres@", "weak@")
    running = folder.start()
    try:
        assert eventually(lambda: status_of(running, "/healthz") == 200)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE DATABASE guarded")  # where nobody but its owner makes tables

        assert running.process.wait(30) == 1
        assert "PANTAU_DATABASE_URL cannot be used: permission denied" in running.log.read_text()
    finally:
        running.kill()
        postgres_server.drop("guarded")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("DROP ROLE weak")


@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one process", "several"])
def test_a_database_that_will_not_have_us_is_named_in_one_line(folder, postgres_server, options):
    folder.settings["PANTAU_DATABASE_URL"] = postgres_server.address("late").replace("postgres@", "nobody@")

    line = refusal(folder.run("serve", "--port", "0", *options))

    assert line == 'pantau: PANTAU_DATABASE_URL: role "nobody" does not exist'


def test_a_database_that_is_not_there_yet_is_waited_for(folder, postgres_server):
    folder.settings["PANTAU_DATABASE_URL"] = postgres_server.address("late")
    post = next(sample_posts())
    running = folder.start()
    try:
        assert eventually(lambda: status_of(running, "/healthz") == 200)
        assert running.get("/readyz").json() == {"ready": False, "not_well": ["database"]}
        assert running.text(post.monitor, post.report, "SM1").status == 503

        admin = f"postgresql://postgres@/postgres?host={postgres_server.folder}"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE DATABASE late")

        assert eventually(lambda: status_of(running, "/readyz") == 200)
        assert running.text(post.monitor, post.report, "SM1").text.startswith("DITERIMA")
        running.stop()
    finally:
        running.kill()
        postgres_server.drop("late")


def test_a_database_that_was_waited_for_and_lacks_a_column_ends_the_process(folder, postgres_server):
    folder.settings["PANTAU_DATABASE_URL"] = postgres_server.address("early")
    admin = f"postgresql://postgres@/postgres?host={postgres_server.folder}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE DATABASE early")
        with folder.serving():
            pass  # it puts the sample in
        with psycopg.connect(admin.replace("/postgres?", "/early?")) as early:
            early.execute("ALTER TABLE totals RENAME COLUMN v20 TO away")
        folder.settings["PANTAU_DATABASE_URL"] = postgres_server.address("late")
        running = folder.start()
        try:
            assert eventually(lambda: status_of(running, "/readyz") == 503)

            connection.execute("ALTER DATABASE early RENAME TO late")

            assert running.process.wait(20) == 1
            assert "column totals.v20 does not exist" in running.log.read_text().splitlines()[-1]
        finally:
            running.kill()
            postgres_server.drop("late")
