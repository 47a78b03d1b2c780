"""The words of the pages: both languages, and none that nobody reads."""

import re
from pathlib import Path
from string import Formatter

import pytest

from config.language import Lang
from gateway.pages import meanings, words
from models.outbox import NOT_IN_ONLY

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "gateway" / "pages"
SOURCES = [*PAGES.glob("templates/*.html"), *(path for path in PAGES.glob("*.py") if path.name != "words.py")]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
# Keys that are put together: what begins one, and where its ends come from.
BUILT = tuple(sorted(set(re.findall(r"say\(\s*\"(\w+_)\" ~", TEXT)) | {"sign_"}))
# Why a text did not leave, in a word of ours; the carriers' own codes are figures.
REFUSALS = re.compile(r"""SendFailed\("(\w+)"|error_code="(\w+)"|return "(\w+)" if SANDBOX""")
OURS = [*ROOT.glob("gateway/carriers/*.py"), ROOT / "notify" / "outbox.py", ROOT / "models" / "forget.py"]
OUTCOMES = ROOT / "tests" / "gateway" / "outcomes.txt"
KINDS = ("missing", "absent", "held", "corrected", "second-look", "incidents", "failed")


def fields(template):
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name)


def test_words_stand_in_both_languages_with_the_same_blanks_to_fill():
    for key, (indonesian, english) in words.WORDS.items():
        assert indonesian.strip(), key
        assert english.strip(), key
        assert fields(indonesian) == fields(english), key


def test_no_words_are_left_over():
    asked = set(re.findall(r"""["']([a-z_-]+)["']""", TEXT)) | {*KINDS}

    assert {key for key in words.WORDS if key not in asked and not key.startswith(BUILT)} == set()


def test_every_key_that_a_page_asks_for_has_words():
    asked = set(re.findall(r"say\(\s*[\"']([a-z_-]+)[\"'](?! ~)", TEXT))

    assert asked - words.WORDS.keys() == set()


def test_every_code_of_ours_means_something():
    codes = {NOT_IN_ONLY}
    for path in OURS:
        codes |= {"".join(found) for found in REFUSALS.findall(path.read_text(encoding="utf-8"))}
    for ending in re.findall(r"^[^#].* => (.+)$", OUTCOMES.read_text(encoding="utf-8"), re.M):
        codes |= set(re.split("[ ,]", ending))

    assert len(codes) > 25
    assert {code for code in codes if not all(meanings.MEANINGS.get(code, ("",)))} == set()


def test_a_code_without_words_stands_for_itself():
    assert meanings.meaning(Lang.EN, "30003") == "30003"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        pytest.param(0, "0", id="nothing"),
        pytest.param(9999, "9999", id="four digits"),
        pytest.param(12345, '<data value="12345"><span>12</span><span>345</span></data>', id="five"),
        pytest.param(
            823220000,
            '<data value="823220000"><span>823</span><span>220</span><span>000</span></data>',
            id="nine",
        ),
    ],
)
def test_a_figure_is_its_digits_however_it_looks(number, written):
    assert words.figure(number) == written
