import pytest

from parser.normalise import fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        pytest.param("Tps012", "TPS012", id="case"),
        pytest.param("１２０", "120", id="full-width digits"),
        pytest.param("١٢٠", "120", id="Arabic-Indic digits"),
        pytest.param("Ｇ：１，２", "G:1,2", id="full-width letters and marks"),
        pytest.param("1\u200b2\x003\u00ad4", "1234", id="what nobody sees is nothing, even in a number"),
        pytest.param("1\u00a02\u30003\t4\r\n5", "1 2 3 4  5", id="blanks of every kind"),
        pytest.param("1–2—3−4‐5", "1-2-3-4-5", id="dashes of every kind"),
        pytest.param("“1” ‘2’ «3» (4) [5]", " 1   2   3   4   5 ", id="quotes and brackets are blanks"),
        pytest.param("1😀2", "1 2", id="emoji is a blank"),
        pytest.param("1️⃣", "1", id="a digit on a key cap"),
        pytest.param("\ud83d1\ude00", " 1 ", id="half an emoji is a blank"),
        pytest.param("é e\u0301 ß Г ﬁ", "E E Ø Ø Ø", id="letters with and without accents, and others"),
        pytest.param("2² ½ ① Ⅳ", "2^ ^ ^ ^", id="superscript, fraction, ringed and Roman are no numbers"),
        pytest.param("1\u0336", "1^", id="a digit struck through"),
        pytest.param("1º ~ _ \ufffd", "1~ ~ ~ ~", id="signs that are doubtful at a number"),
        pytest.param("٪ ‰ ％", "% % %", id="percent of every kind"),
        pytest.param("1،2、3·4…5", "1,2,3.4.5", id="separators of other scripts"),
    ],
)
def test_a_text_is_folded_into_few_characters(typed: str, folded: str) -> None:
    assert fold(typed).text == folded


def test_what_was_typed_is_found_again_behind_invisible_characters() -> None:
    folded = fold("\u200bGanti \u200bSiti\u200b Áminah")

    at = folded.text.index("SITI")

    assert folded.typed(at) == "Siti Áminah"


def test_a_part_keeps_its_place_in_what_was_typed() -> None:
    folded = fold("\u200bＧ１２ Budi").part(4)

    assert (folded.text, folded.typed()) == ("BUDI", "Budi")


def test_what_is_taken_out_leaves_every_other_place_as_it_was() -> None:
    folded = fold("\u200bpin 4821 Budi").without([(0, 8)])

    assert (folded.text, folded.typed()) == ("         BUDI", "Budi")


def test_half_an_emoji_is_not_handed_on() -> None:
    assert fold("hujan \ud83d deras").words() == "hujan deras"
