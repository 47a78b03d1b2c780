"""Every file and paper once on each database, from the same night."""

import csv
import json

import pytest
from openpyxl import load_workbook

from tests.papers import a_night, desk_at, without_settings


@pytest.fixture
def night(migrated_url, tmp_path, monkeypatch, capsys):
    with without_settings(monkeypatch):
        desk = desk_at(migrated_url, tmp_path, capsys)
        monkeypatch.setenv("PANTAU_DATABASE_URL", migrated_url)
        monkeypatch.chdir(tmp_path)
        a_night(desk.city)
        yield desk
        desk.city.service.store.close()


def test_everything_is_made_on_both_databases(night):
    made = [
        night.made(*command.split())
        for command in ("export a.csv", "report a.pdf", "guide g.pdf", "guide g.html")
    ]
    book = load_workbook(night.made("export", "a.xlsx"), read_only=True)
    status, out, _ = night.pantau("compare", "a.csv", "--json")

    assert all(each.stat().st_size for each in made)
    assert [row[5] for row in book["results"].iter_rows(values_only=True)].count("accepted") == 12
    assert (status, json.loads(out)["differing"]) == (0, 0)
    book.close()


def test_what_is_exported_can_be_compared_with_itself(night):
    """The columns of ``export`` are those of ``compare``: what has no figures is passed over."""
    file = night.made("export", "a.csv")

    _, out, _ = night.pantau("compare", file.name, "--json")

    with file.open(newline="") as opened:
        accepted = [row for row in csv.DictReader(opened) if row["status"] == "accepted"]
    assert json.loads(out)["compared"] == json.loads(out)["agreeing"] == len(accepted)
