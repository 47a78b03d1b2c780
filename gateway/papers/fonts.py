"""The letters of a PDF: PT Sans, which has every Latin and Cyrillic one, embedded in each file."""

import unicodedata
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "PTSans", "PTSans-Bold"
_FILES = {PLAIN: "PT_Sans-Web-Regular.ttf", BOLD: "PT_Sans-Web-Bold.ttf"}
UNKNOWN = "?"
_INVISIBLE = ("Cf", "Cc", "Cs")  # formats, controls and halves of characters: no letter to show


@cache
def load() -> frozenset[int]:
    """Make the letters known to reportlab, once, and give the characters that there are."""
    for name, file in _FILES.items():
        with as_file(files("fontpkg_pt_sans") / "files" / file) as path:
            pdfmetrics.registerFont(TTFont(name, path))
    pdfmetrics.registerFontFamily(PLAIN, PLAIN, BOLD, PLAIN, BOLD)
    font: Any = pdfmetrics.getFont(PLAIN)
    return frozenset(font.face.charToGlyph)


def shown(words: str) -> str:
    """Give words in characters that the letters have: without an accent where only that lacks, else
    with ``?`` in its place, so that nobody takes for whole a name that is not."""
    known = load()
    folded = unicodedata.normalize("NFC", " ".join(words.split()))
    return "".join(char if ord(char) in known else _near(char, known) for char in folded)


def _near(char: str, known: frozenset[int]) -> str:
    if unicodedata.category(char) in _INVISIBLE:
        return ""
    parts = unicodedata.normalize("NFKD", char)
    for end in range(len(parts), 0, -1):
        found = unicodedata.normalize("NFC", parts[:end])
        if all(ord(each) in known for each in found):
            return found
        if not unicodedata.combining(parts[end - 1]):
            break  # what is left out is an accent or nothing
    return UNKNOWN


def cut(words: str, font: str, size: float, room: float) -> str:
    """Give words as they are, or as many of their letters as fit into so many points and an ellipsis."""
    end = len(words)
    while width(found := words if end == len(words) else f"{words[:end].rstrip()}…", font, size) > room:
        end -= 1
    return found


def width(words: str, font: str, size: float) -> float:
    """Give how wide words are, in points."""
    return float(pdfmetrics.stringWidth(words, font, size))
