"""What commands print where: on terminals, into other programs, while texts come in."""

import fcntl
import json
import logging
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from config.errors import OperatorError
from gateway.commands.group import cli
from tests.city import MAYOR, MONITOR, REPORT

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 30


@pytest.fixture
def called(migrated_url, tmp_path, monkeypatch):
    """Call a command on the city and give what it printed; errors come as they are raised."""
    for name in [name for name in os.environ if name.startswith(("PANTAU_", "TWILIO_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PANTAU_DATABASE_URL", migrated_url)
    monkeypatch.chdir(tmp_path)
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level

    def call(*arguments):
        result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    yield call
    logging.basicConfig(handlers=handlers, level=level, force=True)
    structlog.reset_defaults()


@contextmanager
def process(folder, *arguments, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PANTAU_", "TWILIO_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "TERM": "xterm"},
        stdout=stdout,
        stderr=stderr,
        encoding=encoding,
    ) as started:
        yield started


def printed(folder, *arguments, **given):
    with process(folder, *arguments, **given) as started:
        out, err = started.communicate(timeout=PATIENCE_SECONDS)
    assert (started.returncode, err) == (0, "")
    return out


def test_the_words_of_a_text_need_no_quotes(called):
    called("receive", "--from", MONITOR, *REPORT.split())

    assert json.loads(called("messages", "--json").splitlines()[0])["body"] == REPORT


def test_what_no_database_takes_is_no_failure_of_a_phoned_in_text(called):
    assert called("receive", "--from", MONITOR, "halo \udcff\x00").strip()


def test_a_summary_is_for_officials_and_coordinators(called):
    with pytest.raises(OperatorError, match="is a monitor's: summaries go to officials and coordinators"):
        called("summary", "--to", MONITOR)


def test_a_summary_is_not_queued_to_who_has_opted_out(called):
    called("receive", "--from", MAYOR, "STOP")

    with pytest.raises(OperatorError, match="has texted STOP"):
        called("summary", "--to", MAYOR, "--send")


@contextmanager
def terminal():
    """Give a terminal of 200 columns to write to, and what reads all that was written to it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    seen = []

    def read():
        while True:
            try:
                block = os.read(ours, 65536)
            except OSError:  # nobody writes any more
                return
            seen.append(block)

    reader = threading.Thread(target=read)
    reader.start()

    def written():
        os.close(theirs)
        reader.join(PATIENCE_SECONDS)
        return b"".join(seen).decode()

    yield theirs, written
    os.close(ours)


def test_a_terminal_gets_a_table_in_which_a_name_is_no_markup(tmp_path):
    (tmp_path / "s.csv").write_text("station,district,village,voters\n7,Barat I,,\n")
    (tmp_path / "p.csv").write_text(
        "role,phone,name,station,district\nmonitor,+6284999000111,[bold]Ani[/],7,\n"
    )
    printed(tmp_path, "roster", "import", "--stations", "s.csv", "--people", "p.csv")

    with terminal() as (screen, written), process(tmp_path, "roster", "list", stdout=screen) as started:
        assert started.wait(PATIENCE_SECONDS) == 0
        shown = written()

    assert "[bold]Ani[/]" in shown
    assert "TPS7" in shown
    assert "─" in shown


def test_an_import_that_is_watched_shows_a_bar_and_takes_it_away(tmp_path):
    rows = "".join(f"{number},Barat I,Air Kuti,480\n" for number in range(1, 3001))
    (tmp_path / "s.csv").write_text(f"station,district,village,voters\n{rows}")

    with (
        terminal() as (screen, written),
        process(tmp_path, "roster", "import", "--stations", "s.csv", stderr=screen) as started,
    ):
        out, _ = started.communicate(timeout=PATIENCE_SECONDS)
        shown = written()

    assert out.splitlines()[0] == "stations: 3000 added, 0 changed, 0 removed"
    assert "importing" in shown
    assert "100%" in shown


def test_json_can_be_read_whatever_the_terminal_writes(tmp_path):
    (tmp_path / "s.csv").write_text("station,district,village,voters\n1,Sänt Ōmi,,\n", encoding="utf-8")
    printed(tmp_path, "roster", "import", "--stations", "s.csv")

    as_json = printed(tmp_path, "missing", "--json", encoding="latin-1")
    as_table = printed(tmp_path, "missing", encoding="latin-1")

    assert json.loads(as_json)["missing"][0]["district"] == "Sänt Ōmi"
    assert "Sänt \\u014cmi" in as_table


def test_a_reader_that_has_gone_is_told_nothing(tmp_path):
    printed(tmp_path, "receive", "--from", MONITOR, "STATUS")

    with process(tmp_path, "messages") as started:
        started.stdout.close()
        err = started.stderr.read()

    assert (started.returncode, err) == (0, "")


@pytest.fixture
def interruptible():
    """Let processes that a test starts be interrupted, where the tests themselves run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_texts_are_followed_as_they_come_until_interrupted(tmp_path):
    printed(tmp_path, "receive", "--from", MONITOR, "STATUS")

    with process(tmp_path, "messages", "--follow", "--json") as started:
        lines = [started.stdout.readline() for _ in range(2)]
        printed(tmp_path, "receive", "--from", MONITOR, "BANTUAN")
        lines += [started.stdout.readline() for _ in range(2)]
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=PATIENCE_SECONDS)

    found = [json.loads(line) for line in lines]
    assert [each["body"] for each in found if each["direction"] == "in"] == ["STATUS", "BANTUAN"]
    assert (started.returncode, out, err) == (0, "", "")
