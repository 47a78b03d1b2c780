import pytest

from parser.near import distance, nearest


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        pytest.param("HADIR", "HADIR", 0, id="the same"),
        pytest.param("HADRI", "HADIR", 1, id="two letters swapped"),
        pytest.param("BANTUN", "BANTUAN", 1, id="a letter lost"),
        pytest.param("WK", "W", 1, id="a letter too many"),
        pytest.param("TPD", "TPS", 1, id="another letter"),
        pytest.param("GUBENUR", "GUBERNUR", 1, id="a letter lost in the middle"),
        pytest.param("KORKSEI", "KOREKSI", 2, id="two slips"),
        pytest.param("CA", "ABC", 3, id="swapped letters are not changed again"),
        pytest.param("", "TPS", 3, id="nothing"),
    ],
)
def test_distance_counts_slips(one: str, other: str, far: int) -> None:
    assert distance(one, other) == distance(other, one) == far


@pytest.mark.parametrize(
    ("word", "near"),
    [
        pytest.param("TOLK", ("TOLAK",), id="one slip in a short word"),
        pytest.param("TLK", (), id="two slips in a short word"),
        pytest.param("KORKSEI", ("KOREKSI",), id="two slips in a long word"),
        pytest.param("GOLAK", ("TOLAK",), id="the nearest alone"),
        pytest.param("XOLAK", ("TOLAK", "KOLAK"), id="all that are as near"),
    ],
)
def test_the_nearest_words_within_reach_are_found(word: str, near: tuple[str, ...]) -> None:
    known = ("TOLAK", "KOREKSI", "KOLAK") if word == "XOLAK" else ("TOLAK", "KOREKSI")

    assert nearest(word, known) == near
