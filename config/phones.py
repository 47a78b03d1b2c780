"""Phone numbers as people, spreadsheets and carriers write them, to E.164 and back into logs.

*Possible* (the length fits) decides, not *valid* (the range is assigned): operators open new
ranges faster than any table knows, and a monitor must not be turned away for that.
"""

import re
import unicodedata
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumber

# Indonesia has no range 084: numbers that can be written but reach nobody.
SAMPLE_PREFIX = "+6284"

# The longest number that is a short code (three to six digits, by country).
SHORT_CODE_DIGITS = 6

_MARKS = re.compile(r"[\s().\-/\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_DIGITS = re.compile(r"\+?\d+")


def is_country(code: str) -> bool:
    """Tell whether phonenumbers knows that two-letter country code (upper case)."""
    return code in phonenumbers.SUPPORTED_REGIONS


def calling_code(country: str) -> str:
    """Give a country's calling code, as ``62``."""
    return str(phonenumbers.country_code_for_region(country))


def e164(text: str, country: str) -> str | None:
    """Give the number in E.164, or None where the text cannot be a number (SPEC sections 4 and 7).

    National forms (``0812…``) are of ``country``; so are those of a spreadsheet that dropped
    the zero (``812…``) or the plus (``62812…``). A blank right before the digits is a plus
    that a form decoded: whoever reads a file strips its cells first.
    """
    if _plain(country).fullmatch(text):
        return text
    compact = _compact(text)
    if compact is None:
        return None
    number = next(filter(_is_possible, _readings(compact, country)), None)
    if number is None:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def _plain(country: str) -> re.Pattern[str]:
    """Build the pattern of a number in E.164 already, from the library's own table: it would give
    that back as it is, for a twentieth of the time that a report takes."""
    code = calling_code(country)
    region = phonenumbers.region_code_for_country_code(int(code))  # of those that share the code, the table's
    known = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    assert known is not None
    assert known.general_desc is not None
    lengths = "|".join(f"[0-9]{{{length}}}" for length in known.general_desc.possible_length)
    trunk = known.national_prefix_for_parsing
    return re.compile(rf"\+{code}{f'(?!{trunk})' if trunk else ''}(?:{lengths})")


def _compact(text: str) -> str | None:
    """Reduce the text to digits and a leading plus; None where something else is in it. Those of
    other scripts, and of full width, are digits, too."""
    text = "".join(str(unicodedata.decimal(char, char)) for char in text).replace("\uff0b", "+")
    plus = "+" if text[:1] == " " and text[1:2].isdecimal() and text[1] != "0" else ""
    cell = text.strip().removeprefix("'").removesuffix(".0")  # a spreadsheet's text mark and float
    compact = plus + _MARKS.sub("", cell)
    return compact if _DIGITS.fullmatch(compact) else None


def _readings(compact: str, country: str) -> list[PhoneNumber]:
    """List what the digits can be, the likelier first."""
    code = calling_code(country)
    if compact.startswith("+"):
        return _parsed(compact, None)
    if compact.startswith("00" + code):  # 0062…, dialled so from abroad
        return _parsed("+" + compact[2:], None)
    national = [each for each in _parsed(compact, country) if not _keeps_trunk(each)]
    if not compact.startswith(code):
        return national
    # 62812345678 fits as +62 812… and as area 0628: without a plus or a zero it has lost its
    # plus, unless only the other is a number in use (India: 91234 56789 is a mobile).
    return sorted(_parsed("+" + compact, None) + national, key=_unused)


def _keeps_trunk(number: PhoneNumber) -> bool:
    """Whether a number of 0812345 is too short without its zero, so that phonenumbers left it: +62 0812345.
    A zero that is dialled at home alone is no part of a number; in Italy it is."""
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    known = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    return bool(number.italian_leading_zero and known is not None and known.national_prefix == "0")


def _is_possible(number: PhoneNumber) -> bool:
    # Stricter than is_possible_number, which takes a local number without its area code too.
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


def _unused(number: PhoneNumber) -> bool:
    return not phonenumbers.is_valid_number(number)


def _parsed(text: str, country: str | None) -> list[PhoneNumber]:
    try:
        return [phonenumbers.parse(text, country)]
    except phonenumbers.NumberParseException:
        return []


def masked(number: str) -> str:
    """Give the number for a log: its country code and last 3 digits (``+62***890``).

    A number without a plus keeps its last 3 digits; a short code or a name is nobody's and stays.
    """
    digits = [char for char in number if char.isdecimal()]
    if len(digits) <= SHORT_CODE_DIGITS:
        return number
    country = [f"+{parsed.country_code}" for parsed in _parsed(number, None)]
    return "".join([*country, "***", *digits[-3:]])


def is_sample(number: str) -> bool:
    """Tell whether an E.164 number is of the sample: only the sandbox may send to it (SPEC 8)."""
    return number.startswith(SAMPLE_PREFIX)


def is_automated(sender: str) -> bool:
    """Tell whether no person can have sent it: a name or a short code (SPEC 3, ``automated_sender``)."""
    return sum(map(str.isdecimal, sender)) <= SHORT_CODE_DIGITS or any(map(str.isalpha, sender))


def is_foreign(number: str, country: str) -> bool:
    """Tell whether an E.164 number is of another calling code than the country's."""
    # Calling codes are prefix-free, so no parsing is needed.
    return not number.startswith(f"+{calling_code(country)}")
