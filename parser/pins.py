"""PINs: found in any spelling, given to the roster's check, and taken out of everything else."""

import re

from parser.grammar import NUMBER
from parser.normalise import LETTERS, Folded, fold

_L = LETTERS
SHORTEST = 4
HIDDEN = "****"

_BEFORE = rf"(?:[^{_L}0-9*]|\*(?!\*\*\*)){{0,8}}+"
_ASIDE = rf"(?:(?:SAYA|SY|KU|NYA|ANDA|ADALAH|NO|NOMOR|MY|IS)(?![{_L}]){_BEFORE}){{0,2}}+"
_PIN = re.compile(
    rf"(?:(?<![{_L}])|(?<=[0-9][OIL]))PIN(?![A-HJKMNP-ZØ]){_BEFORE}{_ASIDE}"
    rf"(?P<pin>\*{{4}}|{NUMBER}(?:[ .\-]{{1,2}}{NUMBER}){{0,7}}+)"
)
_PART = re.compile(NUMBER)
_NEAR = re.compile(
    rf"(?<![{_L}])(?:P[{_L}]N|PI[{_L}]|[{_L}]IN|PN|PPIN|PIIN|IPN|PNI|PIN[{_L}]|[{_L}]PIN)"
    rf"[^{_L}0-9]{{0,3}}+(?P<pin>[0-9]{{4,8}})(?![0-9OIL])(?![ ]{{0,3}}+[,./;+*#\-]?[ ]{{0,3}}+[0-9])"
)
_DIGITS = str.maketrans("OIL", "011")


def _end(found: re.Match[str]) -> int:
    """Give where a PIN ends: one typed in parts goes on only while it is too short for one."""
    end, length = found.start("pin"), 0
    if found["pin"] == HIDDEN:
        return found.end()
    for part in _PART.finditer(found.string, *found.span("pin")):
        if length >= SHORTEST:
            break
        end, length = part.end(), length + len(part[0])
    return end


def take_pins(folded: Folded) -> tuple[tuple[str, ...], Folded]:
    """Give the different PINs of a text in its order, and the text with blanks in their place.

    A PIN is a string of digits, its leading zeros kept; how many it has is the roster's affair.
    One that is already hidden (``PIN:****``) is taken away and not given.
    """
    if "PIN" not in folded.text:
        return (), folded
    spans = [(found.start(), found.start("pin"), _end(found)) for found in _PIN.finditer(folded.text)]
    pins = [_digits(folded.text[start:end]) for _, start, end in spans]
    return tuple(dict.fromkeys(filter(None, pins))), folded.without([(start, end) for start, _, end in spans])


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text.translate(_DIGITS)))


def redact(text: str) -> str:
    """Give the text as it may be stored: every PIN's digits, right or wrong, are ``****``.

    SPEC section 4. A key one letter from ``PIN`` before 4 to 8 digits counts as one. Linear,
    never raises.
    """
    folded = fold(text)
    spans = [(found.start("pin"), _end(found)) for found in _PIN.finditer(folded.text)]
    spans += [found.span("pin") for found in _NEAR.finditer(folded.text)]
    parts, done = [], 0
    for start, end in sorted(spans):
        if folded.place(start) >= done:
            parts += [text[done : folded.place(start)], HIDDEN]
            done = folded.place(end)
    return "".join([*parts, text[done:]])
