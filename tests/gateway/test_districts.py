"""Which district ``REKAP`` means, by the words that people use for it."""

import pytest

from gateway.districts import meant
from models.people import District

NAMES = ("Barat I", "Barat II", "Timur I", "Timur II", "Utara", "Utara II", "Lubuk Jaya 2", "Kota Baru")
KNOWN = [District(number, name) for number, name in enumerate(NAMES)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        pytest.param("timur ii", ["Timur II"], id="its name"),
        pytest.param("TIMUR 2", ["Timur II"], id="its number in our figures"),
        pytest.param("LUBUK JAYA II", ["Lubuk Jaya 2"], id="its number in Roman ones"),
        pytest.param("TIMURI", ["Timur I"], id="without its blank"),
        pytest.param("KEC. TIMUR I YA PAK", ["Timur I"], id="with a courtesy"),
        pytest.param("LUBUKLINGGAU TIMUR I", ["Timur I"], id="with the city's name"),
        pytest.param("TIMUR I G", ["Timur I"], id="with a contest behind it"),
        pytest.param("UTARA", ["Utara"], id="one that another begins with"),
        pytest.param("UTARA II", ["Utara II"], id="one that begins with another"),
        pytest.param("LUB", ["Lubuk Jaya 2"], id="its beginning"),
        pytest.param("JAYA 2", ["Lubuk Jaya 2"], id="its end"),
        pytest.param("KEC TIMUR", ["Timur I", "Timur II"], id="the beginning of two"),
        pytest.param("TIMUR I DAN TIMUR II", ["Timur I", "Timur II"], id="two"),
        pytest.param("ATLANTIS", [], id="none"),
        pytest.param("TIMUR III", [], id="a number that there is not"),
        pytest.param("KECAMATAN YA PAK", None, id="nothing"),
        pytest.param("HASIL SEMENTARA SELURUHNYA PAK", None, id="all of them"),
        pytest.param("KOTA", ["Kota Baru"], id="all of them, but for one that is called so"),
    ],
)
def test_a_district_is_known_by_the_words_that_people_use_for_it(words, names):
    found = meant(words, KNOWN, KNOWN)

    assert (found if found is None else [each.name for each in found]) == names


def test_anothers_district_is_never_taken_for_an_own_one_that_it_begins_with():
    assert meant("UTARA II", KNOWN, [KNOWN[4]]) == []
    assert meant("UTARA", KNOWN, [KNOWN[5]]) == []
    assert meant("TIMUR", KNOWN, [KNOWN[2]]) == [KNOWN[2]]
