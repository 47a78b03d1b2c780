"""What a reply needs beside the meaning: the part at fault as typed, and what could be read."""

import pytest

from parser import parse
from parser.commands import Correction, Figures, Report, StationRef
from parser.errors import Unclear
from parser.grammar import grammar_of
from tests.parser.elections import MAYOR, ONE, TWO, election


def unclear(text: str) -> Unclear:
    parsed = parse(text, TWO)
    assert isinstance(parsed, Unclear)
    return parsed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("TPS012 G:120,-98,77", "-98", id="a minus"),
        pytest.param("TPS012 G:1.200,98,77", "1.200", id="thousands"),
        pytest.param("TPS012 G:120,98.5,77", "98.5", id="decimal"),
        pytest.param("TPS012 G:45%,30,25", "45%", id="percent"),
        pytest.param("TPS012 G:120,98²,77", "120,98²,77", id="a superscript, as typed"),
        pytest.param("TPS012 G:abc", "abc", id="a word, as typed"),
        pytest.param("TPS012 G:120,,77", ",,", id="a missing number"),
        pytest.param("TPS012 G:120,98,77 wk:140,155", "wk:140,155", id="an unknown key, as typed"),
        pytest.param("TPS012 G:120,98,77 G:120,89,77", "120,98,77 120,89,77", id="both values"),
        pytest.param(
            "TPS012 G:120,98,77 blabla 1234567890123", "blabla 1234567890123", id="20 characters at most"
        ),
    ],
)
def test_a_fault_shows_the_part_that_is_wrong(text: str, shown: str) -> None:
    assert unclear(text).faults[0].text == shown


def test_what_could_be_read_is_kept_for_the_example_in_the_reply() -> None:
    attempt = unclear("TPS012 G:120,98,77 SAH:295 W:140,-155 SAH:295").attempt

    assert attempt == Report(StationRef(12), (Figures("G", (120, 98, 77), valid=295),))


def test_what_could_be_read_of_a_correction_is_kept_too() -> None:
    attempt = unclear("KOREKSI TPS012 G2:99 SAH:29%").attempt

    assert attempt == Correction(StationRef(12), (Figures("G", singles=((2, 99),)),))


@pytest.mark.parametrize(
    ("text", "has_field"),
    [
        pytest.param("TPS 12 aman", True, id="a station"),
        pytest.param("SAH 295", True, id="a total"),
        pytest.param("TERIMA", True, id="a command without its number"),
        pytest.param("HADRI", True, id="a word near a command"),
        pytest.param("WK:140,155", True, id="a word near a key"),
        pytest.param("PIN 4821", True, id="a PIN"),
        pytest.param("Saya sedang menyetir, nanti saya hubungi", False, id="a phone's auto-reply"),
        pytest.param("hubungi 0812345678", False, id="an auto-reply with a number"),
        pytest.param("", False, id="nothing"),
        pytest.param("x" * 1601, False, id="too long, and nothing"),
        pytest.param("G:120,98,77".ljust(1601, "x"), True, id="too long, with a field"),
    ],
)
def test_a_struggling_monitor_is_told_from_an_auto_reply(text: str, has_field: bool) -> None:
    assert unclear(text).has_field is has_field


def test_the_grammar_is_built_once_for_an_election() -> None:
    assert grammar_of(TWO) is grammar_of(TWO)


def test_each_election_is_read_by_its_own_codes() -> None:
    other = election(MAYOR)

    by_mayor, by_governor = parse("W:140,155 SAH:295", other), parse("W:140,155 SAH:295", ONE)

    assert isinstance(by_mayor, Report)
    assert isinstance(by_governor, Unclear)
