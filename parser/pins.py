"""PINs: found in any spelling, given to the roster's check, and taken out of everything else."""

import re
from typing import NamedTuple

from config.reserved import COMMAND_WORDS, Word
from parser.courtesy import ADDRESS, CASUAL_YES, OPENING, YES
from parser.grammar import NUMBER, plain_digits
from parser.normalise import LETTERS, Folded, fold

_L = LETTERS
SHORTEST = 4
HIDDEN = "****"
HIDDEN_OTHER = "*****"

_BEFORE = rf"(?:[^{_L}0-9*]|\*(?!\*\*\*)){{0,8}}"
_ASIDE = rf"(?:(?:SAYA|SY|KU|NYA|ANDA|ADALAH|NO|NOMOR|MY|IS|SAMA|DENGAN|ITU)(?![{_L}]){_BEFORE}){{0,2}}"
_PIN = re.compile(
    rf"(?:(?<![{_L}])|(?<=[0-9][OIL]))P[ .]?[I1][ .]?N(?:NYA|KU|MU)?(?![A-HJKMNP-ZØ]){_BEFORE}{_ASIDE}"
    rf"(?P<pin>\*{{4,5}}|{NUMBER}(?:[ .\-]{{1,2}}{NUMBER}){{0,7}})"
)
_PART = re.compile(NUMBER)
# What parts a PIN from the field behind it: left alone, with what parts it from the one before, it were a
# missing number of that one ("SAH:295, PIN:4821, TSAH:5").
_PARTED = re.compile(rf"[ ,;./|#*\-]*+(?=[{_L}@]|$)")
_NEAR = re.compile(
    rf"(?<![{_L}])(?:P[{_L}]N|PI[{_L}]|[{_L}]IN|PN|PPIN|PIIN|IPN|PNI|PIN[{_L}]|[{_L}]PIN)"
    rf"[^{_L}0-9]{{0,3}}(?P<pin>[0-9]{{4,8}})(?![0-9OIL])(?![ ]{{0,3}}[,./;+*#\-]?[ ]{{0,3}}[0-9])"
)
_ALONE = re.compile(rf"[^{_L}0-9]*(?P<pin>[0-9]{{4,8}})[^{_L}0-9]*")  # as many send it when asked for it
# Without its key, behind a SAH, a case or YA, where no number follows: a blank parts it, and no figure has as
# many digits.
_COUNTED = rf"(?![^{_L}0-9]*(?:SUARA|SURAT|ORANG|LEMBAR|PEMILIH|VOTE|VOTER|BALLOT))"  # "1200 suara"
_KEYLESS = rf"(?P<pin>[0-9]{{4,8}})(?![0-9OIL]){_COUNTED}(?P<key>[^{_L}0-9]*+PIN(?![{_L}]))?[^0-9]*+$"
_BARE = re.compile(
    rf"(?:(?:SAH|TS|SS|=)[^A-HJKMNP-ZØ]{{0,40}}?[0-9][OIL]*+[ .;,]* "
    rf"|(?<![{_L}])K[ .\-]?[0-9]{{1,6}}[ .]* (?:TPS[ .:\-]*[0-9]{{1,6}}(?![0-9])[^0-9]*+(?<= ))?"
    rf"|^[^{_L}0-9]*+(?:{'|'.join(sorted(YES | CASUAL_YES))})[^{_L}0-9]+){_KEYLESS}"
)
_OF_VILLAGE = r"(?:[0-9]{1,2}(?![0-9])[^0-9]*+)?"  # its name may have a number: "TPS 3 13 Ilir"
# What may stand before a command: "pak, batal TPS 12 4821", "YA: BATAL TPS012 4821".
_LED = rf"^[^{_L}0-9]*+(?:(?:{'|'.join(sorted(ADDRESS | OPENING | YES | CASUAL_YES))})[^{_L}0-9]++){{0,4}}"
# Behind the station of BATAL or CEK, behind what needs no number, and behind the phone and the name of GANTI.
_AT_STATION = re.compile(
    rf"{_LED}(?:BATAL|VOID|CEK|CHECK)[^0-9]*+[0-9]++[^0-9]*+{_OF_VILLAGE}(?<= )(?<!TPS ){_KEYLESS}"
)
_ALONE_BEFORE = re.compile(
    rf"{_LED}(?:HADIR|PRESENT|BELUM|NOTYET|STATUS|REKAP|TOTAL|MISSING|INGATKAN|REMIND)(?![{_L}])"
    rf"[^0-9]*+(?:[0-9]++[^0-9]*+)?{_OF_VILLAGE}(?<= )(?<!TPS ){_KEYLESS}"
)
_REPLACES = re.compile(
    rf"{_LED}(?:GANTI|REPLACE)[^0-9]*+(?:[0-9]++[^0-9]{{1,12}})*?"
    rf"(?:[0-9][ .\-]?){{8}}[0-9]++[^0-9]*?[{_L}][^0-9]*+(?<= ){_KEYLESS}"
)
# Without a name, behind the phone itself: more digits than E.164 has for one.
_NAMELESS = re.compile(
    rf"{_LED}(?:GANTI|REPLACE)[^0-9+]*+(?:[0-9]{{1,6}}[^0-9+]++(?:[0-9]{{1,2}}[^0-9+]++)?)?"
    r"(?P<phone>\+?[0-9][0-9 .,\-]*+)$"
)
_NEEDING = [
    each
    for command in (Word.CORRECT, Word.REVISE, Word.VOID, Word.ACCEPT, Word.REJECT, Word.REPLACE)
    for each in COMMAND_WORDS[command]
]
# In front of what it is for, and behind another word for it.
_FIRST = re.compile(
    rf"^[^{_L}0-9]*+(?P<pin>[0-9]{{4,8}})(?P<key>)"
    rf"(?=[^{_L}0-9]+(?:TPS|{'|'.join(sorted(_NEEDING))})(?![{_L}]))"
)
_SECRET = re.compile(
    rf"(?<![{_L}])(?:SANDI|PASSWORD)(?:NYA)?[^{_L}0-9]{{0,3}}(?P<pin>[0-9]{{4,8}})(?P<key>)(?![0-9OIL])"
    r"(?![ ]{0,3}[,./;+*#\-]?[ ]{0,3}[0-9])"
)
_LAST = re.compile(r"(?<= )(?P<pin>[0-9]{4,8})(?P<key>)[ .,\-]*$")
_PHONE_DIGITS = range(10, 16)  # with a country's code, which has two where a zero stands in its place


def _end(found: re.Match[str]) -> int:
    """Give where a PIN ends: one typed in parts goes on only while it is too short for one."""
    end, length = found.start("pin"), 0
    if found["pin"].startswith(HIDDEN):
        return found.end()
    for part in _PART.finditer(found.string, *found.span("pin")):
        if length >= SHORTEST:
            break
        end, length = part.end(), length + len(part[0])
    return end


def _parted_end(text: str, end: int) -> int:
    parted = _PARTED.match(text, end)
    return parted.end() if parted else end


class Pins(NamedTuple):
    """The PIN of a text (a string of digits, zeros kept), whether another one differs, and the rest.

    A PIN that is already hidden is none. How many digits one has is the roster's affair.
    """

    first: str | None
    differ: bool
    rest: Folded


def take_pins(folded: Folded, *, asked_for: bool = False) -> Pins:
    """Take the PINs out of a text: blanks stand in their place in ``rest``. Where PINs are asked for, one
    at the end may lack its key, and so may one that is all of the text."""
    if asked_for and (alone := _ALONE.fullmatch(folded.text)):
        return Pins(alone["pin"], False, folded.without([alone.span()]))
    if asked_for and (bare := _bare(folded.text)):
        return Pins(bare["pin"], False, folded.without([(bare.start("pin"), _keyless_end(bare))]))
    if "N" not in folded.text:  # as in most reports
        return Pins(None, False, folded)
    spans = [(found.start(), found.start("pin"), _end(found)) for found in _PIN.finditer(folded.text)]
    typed = [folded.text[start:end] for _, start, end in spans]
    pins = list(filter(None, map(plain_digits, typed)))
    rest = folded.without([(start, _parted_end(folded.text, end)) for start, _, end in spans])
    return Pins(pins[0] if pins else None, len({*pins}) > 1 or HIDDEN_OTHER in typed, rest)


def _bare(text: str) -> re.Match[str] | None:
    """Give the PIN without its key; None where one has a key."""
    found = _BARE.search(text) or _AT_STATION.match(text) or _ALONE_BEFORE.match(text)
    found = (
        found or _REPLACES.match(text) or _behind_phone(text) or _FIRST.match(text) or _SECRET.search(text)
    )
    return None if found is None or _PIN.search(text) else found


def _behind_phone(text: str) -> re.Match[str] | None:
    named = _NAMELESS.match(text)
    last = _LAST.search(text, named.start("phone")) if named else None
    if named is None or last is None:
        return None
    phone = text[named.start("phone") : last.start()]
    length = sum(map(str.isdigit, phone)) + phone.startswith("0")
    return last if length in _PHONE_DIGITS and length + len(last["pin"]) not in _PHONE_DIGITS else None


def _keyless_end(bare: re.Match[str]) -> int:
    return bare.end("key") if bare["key"] else bare.end("pin")


def redact(text: str, *, asked_for: bool = False) -> str:
    """Give the text as it may be stored: every PIN's digits, right or wrong, are ``****``. Where PINs are
    asked for, a text of nothing but 4 to 8 digits is one, and one at the end gets the key that it lacks.

    SPEC section 4. A PIN that differs from the first is ``*****``, so that the text is refused
    for it again when an audit reads what was stored. A key one letter from ``PIN`` before 4 to
    8 digits counts as one. Linear, never raises.
    """
    folded = fold(text)
    if asked_for and (alone := _ALONE.fullmatch(folded.text)):
        start, end = map(folded.place, alone.span("pin"))
        return f"{text[:start]}{HIDDEN}{text[end:]}"
    if asked_for and (bare := _bare(folded.text)):
        start, end = folded.place(bare.start("pin")), folded.place(_keyless_end(bare))
        return f"{redact(text[:start])}PIN:{HIDDEN}{text[end:]}"
    return _keyed(text, folded)


def _keyed(text: str, folded: Folded) -> str:
    """Give the text with the PINs hidden that have their key."""
    if "N" not in folded.text and "PI" not in folded.text:  # as in most reports
        return text
    hidden = {found.span("pin"): HIDDEN for found in _NEAR.finditer(folded.text)}
    first = ""
    for found in _PIN.finditer(folded.text):
        start, end = found.start("pin"), _end(found)
        typed = folded.text[start:end]
        first = first or plain_digits(typed)
        as_first = HIDDEN if plain_digits(typed) == first else HIDDEN_OTHER
        hidden[start, end] = typed if "*" in typed else as_first
    parts, done = [], 0
    for start, end in sorted(hidden):
        if folded.place(start) >= done:
            # A star may part fields, and beside ours it would be one of them.
            before, after = (folded.text[at : at + 1] == "*" for at in (start - 1, end))
            parts += [text[done : folded.place(start - before)], ":" * before]
            parts += [hidden[start, end], " " * after]
            done = folded.place(end + after)
    return "".join([*parts, text[done:]])
