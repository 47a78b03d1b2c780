"""``docs/reliability.md`` is true: every test that it names exists, and every fault that is tried is there."""

import ast
import functools
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCUMENT = (TESTS.parent / "docs" / "reliability.md").read_text(encoding="utf-8")
ROWS = [
    line
    for line in DOCUMENT.splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| fault"))
]
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


@functools.cache
def claims_of(file):
    """Give the names of the tests in a file."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {
        each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    }


@pytest.mark.parametrize("row", [pytest.param(row, id=f"row {n}") for n, row in enumerate(ROWS, start=1)])
def test_every_row_names_tests_that_exist(row):
    fault, outcome, tests = (each.strip() for each in row.strip("|").split("|"))

    named = NAMED.findall(tests)

    assert fault
    assert outcome
    assert named
    assert [name for file, name in named if name not in claims_of(file)] == []


@pytest.mark.parametrize(
    "file", ["end_to_end/test_faults.py", "end_to_end/test_power.py", "end_to_end/test_soak.py"]
)
def test_every_fault_that_is_tried_is_in_the_table(file):
    assert claims_of(file) <= {name for _, name in NAMED.findall("".join(ROWS))}
