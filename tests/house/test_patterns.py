"""Regular expressions that every Python 3.11 matches alike."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]+\}|\{\{[0-9,]+\}\})\+|\(\?>")


@pytest.mark.parametrize("path", sorted(ROOT.glob("parser/*.py")), ids=lambda path: path.name)
def test_no_group_is_possessive(path):
    """Python before 3.11.5 matches those wrongly: a text would be read for ever on Debian 12."""
    assert POSSESSIVE_GROUP.findall(path.read_text()) == []
