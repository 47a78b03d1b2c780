"""Running ``pantau`` in tests: in this process or as one of its own, and the city behind it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.commands.group import main
from tests.city import COORDINATOR, MONITOR, NEIGHBOUR, city_at
from tests.databases import SqliteDatabases
from tests.logs import logging_given_back

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """What a command gave."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def messages(self):
        """The texts that ``pantau messages --json`` printed."""
        assert (self.status, self.err) == (0, "")
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def refusal(self):
        """The one line of a command that failed."""
        assert (self.status, self.out) == (1, "")
        [line] = self.err.splitlines()
        return line


def without_settings(environ):
    return {name: value for name, value in environ.items() if not name.startswith(("PANTAU_", "TWILIO_"))}


def run(folder, *arguments, **settings):
    """Run a command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments],
        cwd=folder,
        env=without_settings(os.environ) | {"PYTHONPATH": str(ROOT)} | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def logging_restored():
    """Leave logging to the other tests as it was."""
    with logging_given_back():
        yield


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working directory, and no settings."""
    found = tmp_path / "deployment"
    found.mkdir()
    monkeypatch.chdir(found)
    for name in os.environ.keys() - without_settings(os.environ).keys():
        monkeypatch.delenv(name)
    return found


@pytest.fixture
def pantau(folder, logging_restored, monkeypatch, capsys):  # noqa: ARG001 - restored afterwards
    """Run a command in this process, which takes milliseconds."""
    assert Path.cwd() == folder

    def call(*arguments):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["pantau", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        written = capsys.readouterr()
        return Done(int(stopped.value.code or 0), written.out, written.err)

    return call


@pytest.fixture
def url(folder, tmp_path, monkeypatch, sqlite_templates, migrate):
    """A database with the small city, and the setting that names it."""
    assert list(folder.iterdir()) == []
    found = SqliteDatabases(tmp_path, sqlite_templates).migrated(migrate)
    monkeypatch.setenv("PANTAU_DATABASE_URL", found)
    return found


@pytest.fixture
def town(url):
    """The city on its night, to bring texts to."""
    city = city_at(url)
    yield city
    city.service.store.close()


@pytest.fixture
def night(town):
    """What may become of reports: corrected, held, rejected, taken out; the rest is missing."""
    town.text(MONITOR, "TPS012 G:120,98,77 W:140,155 SAH:295 TSAH:5")
    town.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")
    town.text(NEIGHBOUR, "TPS013 G:100,90,80 SAH:270")
    town.text("+628410000014", "TPS014 G:10,20,30 SAH:60 W:40,20 SAH:60")
    town.text("+628410000011", "TPS011 G:50,50,50 SAH:150")
    town.text(COORDINATOR, "BATAL TPS011")
    town.wait(minutes=20)
    town.text(NEIGHBOUR, "TPS013 G:100,90,81 SAH:271")
    town.text("+628410000014", "TPS014 G:30,20,10 SAH:60")
    town.text(COORDINATOR, "TOLAK K2")
    return town
