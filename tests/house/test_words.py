"""The words of the pages: both languages, and none that nobody reads."""

import re
from pathlib import Path
from string import Formatter

import pytest

from config.language import Lang
from gateway.pages import words

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "gateway" / "pages"
SOURCES = [*PAGES.glob("templates/*.html"), *(path for path in PAGES.glob("*.py") if path.name != "words.py")]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
# Keys that are put together: what begins one, and where its ends come from.
BUILT = tuple(sorted(set(re.findall(r"say\(\s*\"(\w+_)\" ~", TEXT)) | {"sign_"}))
KINDS = ("missing", "absent", "held", "corrected", "second-look", "incidents", "failed")


def fields(template):
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name)


@pytest.mark.parametrize("key", words.WORDS)
def test_words_stand_in_both_languages_with_the_same_blanks_to_fill(key):
    indonesian, english = words.WORDS[key]

    assert indonesian.strip()
    assert english.strip()
    assert fields(indonesian) == fields(english)


@pytest.mark.parametrize("key", words.WORDS)
def test_no_words_are_left_over(key):
    assert re.search(rf"""["']{re.escape(key)}["']""", TEXT) or key.startswith(BUILT) or key in KINDS


def test_every_key_that_a_page_asks_for_has_words():
    asked = set(re.findall(r"say\(\s*[\"']([a-z_-]+)[\"'](?! ~)", TEXT))

    assert asked - words.WORDS.keys() == set()


@pytest.mark.parametrize("code", words.MEANINGS)
def test_a_code_means_something_in_both_languages(code):
    assert all(words.meaning(lang, code) for lang in Lang)


def test_a_code_without_words_stands_for_itself():
    assert words.meaning(Lang.EN, "30003") == "30003"


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
