"""How long a text is on the air, and how to make one fit (3GPP TS 23.038, 23.040)."""

import unicodedata

from config.gsm7 import ALPHABET, EXTENSION

SINGLE, PART = 160, 153  # septets of a text alone, and of each part of a longer one
SINGLE_UCS2, PART_UCS2 = 70, 67

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022", "-"),
        **dict.fromkeys("\u00a0\u2007\u202f\t\r\f", " "),
        "\u2026": "..",
    }
)


def septets(text: str) -> int:
    """Count septets: one a character, two for the extension table (``€``, brackets, ``~``)."""
    return len(text) + sum(map(text.count, EXTENSION))


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet."""
    return ALPHABET.issuperset(text)


def segments(text: str) -> int:
    """Count the messages that a text costs; one for an empty text."""
    if is_gsm7(text):
        length, single, part = septets(text), SINGLE, PART
    else:
        length, single, part = _units(text), SINGLE_UCS2, PART_UCS2
    return 1 if length <= single else -(-length // part)


def split(text: str) -> list[str]:
    """Part a text as the air does; no character is torn in two."""
    if segments(text) == 1:
        return [text]
    length, most = (septets, PART) if is_gsm7(text) else (_units, PART_UCS2)
    parts = [""]
    for char in text:
        if length(parts[-1] + char) > most:
            parts.append("")
        parts[-1] += char
    return parts


def room(count: int) -> int:
    """Give the septets that fit into that many segments."""
    return SINGLE if count == 1 else PART * count


def to_gsm7(text: str) -> str:
    """Rewrite a person's own words in GSM-7: accents that it lacks go, what is left is blank."""
    plain = text.translate(_PLAIN)
    return plain if is_gsm7(plain) else "".join(map(_in_gsm7, plain))


def lost_in_gsm7(text: str) -> str:
    """Give the letters and digits that rewriting would lose, each once: words of another alphabet."""
    lost = [char for char in text.translate(_PLAIN) if char.isalnum() and not _in_gsm7(char).strip()]
    return "".join(dict.fromkeys(lost))


def shortened(text: str, most: int) -> str:
    """Cut a text to that many septets, ending in ``..`` where something is gone."""
    if septets(text) <= most:
        return text
    text = text[:most]
    while text and septets(text) > most - 2:
        text = text[:-1]
    return text.rstrip() + ".."


def _in_gsm7(char: str) -> str:
    if char in ALPHABET:
        return char
    # A half is 1/2 and a square ^2: without the mark they would read as 12 and 2, which nobody wrote.
    before = {"<super>": "^", "<fraction>": " "}.get(unicodedata.decomposition(char).partition(" ")[0], "")
    written = unicodedata.normalize("NFKD", char).replace("\u2044", "/")
    plain = "".join(each for each in before + written if each in ALPHABET)
    return plain or ("" if unicodedata.category(char) in ("Mn", "Cf", "Cc", "Cs") else " ")


def _units(text: str) -> int:
    """Count what UCS-2 counts: two for a character such as an emoji."""
    return len(text.encode("utf-16-be")) // 2
