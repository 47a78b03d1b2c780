"""A desk at which papers are made: the small city on its night, and the command line beside it.

A pytest plugin (``pytest_plugins = ["tests.papers"]``).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject
from sqlalchemy import update

from config.election_file import read_election
from config.sample import sample_path
from gateway import cli
from gateway.papers import fonts
from models.tables import DistrictRow, StationRow
from tests.city import COORDINATOR, DEPUTY, MONITOR, NEIGHBOUR, OTHER_COORDINATOR, REPORT, City, city_at
from tests.databases import Migrate, SqliteDatabases, SqliteTemplates
from tests.elections import LARGEST
from tests.logs import logging_given_back

SUBSTITUTE = "+6284999000111"
# What an election file and a roster may hold at most, in words that people would use.
LONG_DISTRICT = "Kecamatan Kepulauan Tanimbar Selatan Bagian "
LONG_VILLAGE = "Desa Lingkungan Karang Ketuan Sidorejo Sejahtera Makmur Jaya Abadi Sentosa"
LONG_NAMES = replace(
    LARGEST,
    name="Pemilihan Serentak Kabupaten Kepulauan Tanimbar Utara dan Sekitarnya Tahun 2024",
    contests=tuple(
        replace(
            each,
            name=f"Pemilihan {each.code} Kabupaten Kepulauan yang Sangat Panjang Namanya Sekali Ya",
            candidates=tuple(
                replace(candidate, name=f"{'Pasangan yang Bernama Panjang ' * 3}{candidate.number}")
                for candidate in each.candidates
            ),
        )
        for each in LARGEST.contests
    ),
)


def name_at_length(city: City) -> None:
    """Give the districts and every third village long names."""
    with city.service.store.transaction() as db:
        db.execute(update(DistrictRow).values(name=LONG_DISTRICT + DistrictRow.name))
        db.execute(update(StationRow).where(StationRow.number % 3 == 0).values(village=LONG_VILLAGE))


def overprinted(page: PageObject) -> list[str]:
    """Give the words of a PDF's page that stand on others, or beyond its edge."""
    boxes: list[tuple[float, float, float, float, str]] = []

    def take(words: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if words.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            letters = size * cm[0]
            across = fonts.width(words.strip(), fonts.PLAIN, letters)
            boxes.append((x, y, x + across, y + letters / 2, words.strip()))

    page.extract_text(visitor_text=take)
    edge = float(page.mediabox.width)
    beyond = [each[4] for each in boxes if each[2] > edge]
    pairs = [(a, b) for a, b in combinations(boxes, 2) if a[0] < b[2] and b[0] < a[2]]
    return beyond + [f"{a[4]} / {b[4]}" for a, b in pairs if a[1] < b[3] and b[1] < a[3]]


@dataclass
class Desk:
    """``pantau`` in a folder of its own, on the city's database."""

    city: City
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def pantau(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command and give its status and what it printed."""
        self.capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["pantau", *arguments])
            with pytest.raises(SystemExit) as stopped:
                cli.main()
        written = self.capsys.readouterr()
        return int(stopped.value.code or 0), written.out, written.err

    def made(self, *arguments: str) -> Path:
        """Run a command that makes the file it names first, and give that."""
        status, _, err = self.pantau(*arguments)
        assert (status, err) == (0, "")
        return self.folder / arguments[1]


@contextmanager
def without_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take our settings from the environment, and give logging back as it was."""
    for name in [name for name in os.environ if name.startswith(("PANTAU_", "TWILIO_"))]:
        monkeypatch.delenv(name)
    with logging_given_back():
        yield


DeskIn = Callable[..., Desk]


def desk_at(url: str, folder: Path, capsys: pytest.CaptureFixture[str], *replaced: tuple[str, str]) -> Desk:
    """Open a desk in a folder, with lines of the sample's election file replaced."""
    text = sample_path("election.toml").read_text()
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "election.toml").write_text(text)
    return Desk(city_at(url, read_election(folder / "election.toml")), folder, capsys)


@pytest.fixture
def desk_in(
    tmp_path: Path,
    sqlite_templates: SqliteTemplates,
    migrate: Migrate,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[DeskIn]:
    """Give what opens a desk: ``desk_in("en")``, or with other lines of the election file replaced.

    On SQLite: that the questions are the same on both databases is for the tests of ``models``.
    """
    url = SqliteDatabases(tmp_path, sqlite_templates).migrated(migrate)
    opened: list[City] = []

    def build(language: str = "id", *replaced: tuple[str, str]) -> Desk:
        desk = desk_at(url, tmp_path, capsys, ('language = "id"', f'language = "{language}"'), *replaced)
        monkeypatch.setenv("PANTAU_DATABASE_URL", url)
        monkeypatch.chdir(tmp_path)
        opened.append(desk.city)
        return desk

    with without_settings(monkeypatch):
        yield build
        for each in opened:
            each.service.store.close()


@pytest.fixture
def desk(desk_in: DeskIn) -> Desk:
    return desk_in()


def a_night(city: City) -> None:
    """Let all that may become of a report happen; 12 stations report nothing.

    012 is corrected, 013 has a case open (K1) and one contest, 014 a rejected one (K2), 011 is taken
    out, 010 was accepted although it does not add up (K3), 001 and 002 are equal, 015 is all for one.
    """
    city.text(MONITOR, "HADIR")
    city.text(MONITOR, "TPS012 G:120,98,77 SAH:295 TSAH:5 W:140,153 SAH:293 TSAH:7 @ hujan, kotak terlambat")
    city.text(COORDINATOR, "KOREKSI TPS012 G:120,98,78 SAH:296")
    city.text(NEIGHBOUR, "TPS013 G:100,90,80 SAH:270")
    city.text("+628410000014", "TPS014 G:10,20,30 SAH:60 W:40,20 SAH:60")
    city.text("+628410000011", "TPS011 G:50,50,50 SAH:150")
    city.text(COORDINATOR, "BATAL TPS011")
    for number in (1, 2):
        city.text(f"+628410000{number:03d}", "G:70,60,50 SAH:180")
    city.text("+628410000015", "TPS015 G:0,60,0 SAH:60 W:31,29 SAH:60")
    city.wait(minutes=20)
    city.text(NEIGHBOUR, "TPS013 G:100,90,81 SAH:271")
    city.text("+628410000014", "TPS014 G:30,20,10 SAH:60")
    city.text(DEPUTY, "REJECT K2")
    city.text("+628410000010", "TPS010 G:40,30,20 SAH:91 @ kertas basah")
    city.text("+628410000010", "YA")
    city.text(COORDINATOR, "TERIMA K3")
    city.text(MONITOR, "LAPOR saksi <b>protes</b> & pergi")
    city.text("+628410000009", "HALANGAN sakit")
    city.text(OTHER_COORDINATOR, f"GANTI TPS017 {SUBSTITUTE} Siti Aminah")
    city.text("+628410000018", REPORT.replace("012", "018"))
