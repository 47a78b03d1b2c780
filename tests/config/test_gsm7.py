"""The GSM-7 alphabet."""

from config.gsm7 import BASIC, EXTENSION, outside


def test_the_alphabet_has_127_basic_and_10_extended_characters() -> None:
    assert len(set(BASIC)) == len(BASIC) == 127  # 128 places, one of them the escape
    assert len(set(EXTENSION)) == len(EXTENSION) == 10


def test_what_it_does_not_have_is_told_once_in_order() -> None:
    assert outside("Bïma “ï“ €") == "ï“"
    assert outside("Bima é@Ö{}€\n") == ""
