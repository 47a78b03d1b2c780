"""Whole conversations and what becomes of them, from a file that anyone can read and extend."""

from collections import Counter
from pathlib import Path

import pytest

from tests.city import (
    COORDINATOR,
    DEPUTY,
    DISTRICT_OFFICIAL,
    MAYOR,
    MONITOR,
    NEIGHBOUR,
    OTHER_COORDINATOR,
)
from tests.databases import only_sqlite

PHONES = {
    "monitor": MONITOR,
    "neighbour": NEIGHBOUR,
    "coordinator": COORDINATOR,
    "deputy": DEPUTY,
    "other": OTHER_COORDINATOR,
    "mayor": MAYOR,
    "camat": DISTRICT_OFFICIAL,
    "stranger": "+6284777000111",
}
LINES = [
    line
    for line in Path(__file__).with_name("outcomes.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", LINES)
@only_sqlite
def test_a_conversation_ends_as_written(line, city):
    steps, _, expected = line.rpartition(" => ")

    for step in steps.split(" | "):
        who, _, body = step.partition(": ")
        outcome, codes, reply = city.said(PHONES[who], body.replace("\\n", "\n"))

    expected, _, said = expected.partition(": ")
    assert " ".join((outcome, ",".join(codes))).strip() == expected
    assert said in ("", reply)
    assert city.audited() == []


def test_every_outcome_but_practice_is_among_the_conversations():
    found = Counter(line.rpartition(" => ")[2].split()[0].rstrip(":") for line in LINES)

    assert found.keys() == {"accepted", "corrected", "duplicate", "held", "refused", "ignored", "answered"}
