"""How long a text is on the air (3GPP TS 23.038)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.segments import is_gsm7, room, segments, septets, shortened, to_gsm7


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 1, id="empty"),
        pytest.param("a" * 160, 1, id="160 septets"),
        pytest.param("a" * 161, 2, id="161 septets"),
        pytest.param("a" * 306, 2, id="two full parts"),
        pytest.param("a" * 307, 3, id="one more"),
        pytest.param("a" * 158 + "[", 1, id="an extension character is two"),
        pytest.param("a" * 159 + "[", 2, id="and may be one too many"),
        pytest.param("ş" * 70, 1, id="70 outside GSM-7"),
        pytest.param("ş" * 71, 2, id="71 outside GSM-7"),
        pytest.param("😀" * 35, 1, id="an emoji is two"),
        pytest.param("😀" * 36, 2, id="and 36 are too many"),
    ],
)
def test_a_text_costs_its_segments(text, count):
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("“Siti’s” – ok…", '"Siti\'s" - ok..', id="smart punctuation"),
        pytest.param("Škoda żółw", "Skoda zo w", id="accents that GSM-7 lacks"),
        pytest.param("café ñ", "café ñ", id="accents that it has"),
        pytest.param("12½ 120²", "12 1/2 120^2", id="a half and a square"),
        pytest.param("a\u200bb😀c", "ab c", id="format characters and emoji"),
    ],
)
def test_own_words_are_rewritten(text, plain):
    assert to_gsm7(text) == plain


@given(st.text())
def test_rewritten_words_are_gsm7(text):
    assert is_gsm7(to_gsm7(text))


@given(st.text(), st.integers(2, 200))
def test_a_shortened_text_fits(text, most):
    assert septets(shortened(to_gsm7(text), most)) <= most


@pytest.mark.parametrize(("count", "most"), [(1, 160), (2, 306)])
def test_room_is_what_fits(count, most):
    assert room(count) == most
