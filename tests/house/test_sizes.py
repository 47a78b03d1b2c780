"""How large things are. ``python docs/measures.py`` prints the same figures."""

import functools
import importlib.util
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 300
FUNCTION_LINES = 50
LONG_FUNCTION_LINES = 30
LONG_FUNCTIONS = 5  # in all five packages
MEDIAN_LINES = 10

# The first schema is what Alembic writes for the tables: read by a machine, never changed again.
NOT_READ = "models/migrations/versions/"


def load_measures():
    spec = importlib.util.spec_from_file_location("measures", ROOT / "docs" / "measures.py")
    assert spec
    assert spec.loader
    measures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measures)
    return measures


measures = load_measures()


def read(measured):
    return [each for each in measured if not each.place.startswith(NOT_READ)]


@functools.cache
def functions_of(package):
    return read(measures.functions(package))


@pytest.mark.parametrize("package", measures.PACKAGES)
def test_no_file_is_longer_than_a_reader_keeps_in_mind(package):
    assert [str(file) for file in read(measures.files(package)) if file.lines > FILE_LINES] == []


@pytest.mark.parametrize("package", measures.PACKAGES)
def test_no_function_is_longer_than_a_screen(package):
    assert [str(each) for each in functions_of(package) if each.lines > FUNCTION_LINES] == []


@pytest.mark.parametrize("package", measures.PACKAGES)
def test_half_of_the_functions_are_short(package):
    assert median(each.lines for each in functions_of(package)) <= MEDIAN_LINES


def test_long_functions_are_few():
    functions = [each for package in measures.PACKAGES for each in functions_of(package)]

    long = [str(each) for each in functions if each.lines > LONG_FUNCTION_LINES]

    assert len(long) <= LONG_FUNCTIONS, long


def test_a_function_is_measured_from_its_name_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(measures, "ROOT", tmp_path)
    (tmp_path / "parser").mkdir()
    (tmp_path / "parser" / "a.py").write_text('@x\ndef f():\n    """Say."""\n\n    return 1\n')

    [function] = measures.functions("parser")

    assert str(function) == "4 parser/a.py:2 f"
