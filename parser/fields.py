"""Reading what follows a key: ``:120,98,77=295`` into numbers, or the one reason why not.

SPEC section 2. Nothing is guessed here: a mark that may part or group, a sign, a gap between
two separators are all faults. How many numbers there must be is not asked here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from config.contest_table import MOST_CANDIDATES
from config.reserved import JOINING, NUMBERING
from parser.courtesy import FILLER
from parser.errors import MOST_SHOWN, FieldFault, Why
from parser.grammar import AS_DIGITS
from parser.normalise import BAD_NUMBER, DOUBTFUL, LETTERS

BETWEEN = ",./;-+*#"
LEADING = ":=-.#*"  # between key and value; of the others only one is forgiven: no number is lost by it
FORGIVEN = ",;/+|"
MOST_DIGITS = 6
MOST_STATION_DIGITS = 18  # what a database takes as a number

# The form that the guide teaches, which most texts have, is read at once: a quarter of the time.
_TAUGHT = re.compile(r" *[:=] *([0-9]{1,6}(?:,[0-9]{1,6})*) *").fullmatch

# Behind a candidate's number of a list: "1. 120", "1) 120", "1-120"; "1.120" may be thousands.
_BEHIND_PLACE = r"(?:\. +|-| - |- +| +)"
_BETWEEN_PLACES = r"(?: *[,;/|+] *| +)"

_NUMBER = re.compile(r"([0-9OIL]+)")
_NUMBERED = "$"  # stands for "nomor urut": a candidate's number follows

_WORD = re.compile(r"[A-HJKMNP-ZØ]")
_ANY_WORD = re.compile(rf"(?<![{LETTERS}])(?:{'|'.join({*FILLER, *JOINING, *NUMBERING})})(?![{LETTERS}])")
_AFTER_NUMBERED = re.compile(r"\$[ .:#$]*")
_NUMBERING = frozenset(NUMBERING)
_SIGNS = re.compile(rf"[%?{BAD_NUMBER}{DOUBTFUL}]".replace("^", r"\^"))


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a value cannot be read, and the part at fault."""

    why: Why
    text: str = ""

    @property
    def shown(self) -> str:
        """The part at fault, for people to read."""
        return self.text.replace(_NUMBERED, "").strip()[:MOST_SHOWN]

    def fault(self, field: str) -> FieldFault:
        """Give the fault for the field of that name."""
        return FieldFault(field, self.why, self.shown)


class ContestValues(NamedTuple):
    """A contest's field. ``pair`` is what may be a list or one candidate's votes: ``W1 4``.

    ``valid`` is what stands behind an equals sign.
    """

    votes: tuple[int, ...] = ()
    singles: tuple[tuple[int, int], ...] = ()
    pair: tuple[int, int] | None = None
    valid: tuple[int, ...] = ()


class _Parts(NamedTuple):
    """A value taken apart: ``lead`` number ``gaps[0]`` number … ``tail``; blanks trimmed from all."""

    lead: str
    numbers: list[str]
    gaps: list[str]
    tail: str


def _reword(value: str) -> str:
    """Put blanks for filler, and the numbering sign for "nomor urut"."""
    said = _ANY_WORD.sub(lambda word: _NUMBERED if word[0] in _NUMBERING else " ", value)
    return _AFTER_NUMBERED.sub(_NUMBERED, said)


def _take_apart(value: str) -> _Parts:
    if _WORD.search(value):
        value = _reword(value)
    parts = _NUMBER.split(value)
    return _Parts(parts[0].strip(), parts[1::2], [gap.strip() for gap in parts[2:-1:2]], parts[-1])


def _ints(digits: Iterable[str]) -> tuple[int, ...]:
    return tuple([int(each.translate(AS_DIGITS)) for each in digits])


def _bad_size(numbers: Iterable[str], most: int = MOST_DIGITS) -> Bad | None:
    """Refuse letters without a digit, and more digits than there are voters for."""
    for digits in numbers:
        if not digits.isdigit() and not digits.strip("OIL"):
            return Bad(Why.NOT_A_NUMBER, digits)
        if len(digits) > most and len(digits.translate(AS_DIGITS).lstrip("0")) > most:
            return Bad(Why.TOO_BIG, digits)
    return None


def _bad_sign(value: str, parts: _Parts) -> Bad | None:
    """Refuse what makes a number another number, or none: percent, superscripts, ``~``."""
    if not _SIGNS.search(value):
        return None
    around = [parts.lead, *parts.gaps, parts.tail] if parts.numbers else [parts.lead]
    for place, gap in enumerate(around):
        is_tail = place and place == len(parts.numbers)
        shown = (parts.numbers[place - 1] + gap) if place else gap + "".join(parts.numbers[:1])
        if "%" in gap:
            return Bad(Why.PERCENT, shown[: shown.index("%") + 1])
        if BAD_NUMBER in gap or (gap.startswith(DOUBTFUL) if is_tail else DOUBTFUL in gap):
            return Bad(Why.NOT_A_NUMBER, shown)
        if "?" in gap and not is_tail:
            return Bad(Why.NOT_A_NUMBER, shown)
    return None


def _bad_gap(gap: str, digits: str, allowed: str) -> Bad | None:
    """Refuse two separators in a row, a minus, and what parts nothing."""
    if not gap or (len(gap) == 1 and gap in allowed):
        return None
    if len(gap) == 1:
        return Bad(Why.UNKNOWN, gap + digits)
    return Bad(Why.MINUS, "-" + digits) if gap.endswith("-") else Bad(Why.NO_NUMBER, gap)


def _bad_gaps(gaps: Sequence[str], numbers: Sequence[str], allowed: str = BETWEEN) -> Bad | None:
    """Refuse the first bad gap; each stands before the number of the same place."""
    if not "".join(gaps).strip(",") and max(map(len, gaps), default=0) < 2:
        return None
    found = (_bad_gap(gap, digits, allowed) for gap, digits in zip(gaps, numbers, strict=True))
    return next(filter(None, found), None)


def _bad_dot(gaps: Sequence[str], numbers: Sequence[str], *, listed: bool) -> Bad | None:
    """Refuse a dot that may group thousands or part decimals; ``gaps[0]`` follows ``numbers[0]``.

    ``listed``: dots are separators where all numbers are parted by them (``W.140.155``).
    """
    dots = gaps.count(".")
    if not dots or (listed and dots == len(gaps)):
        return None
    grouped = [at for at, gap in enumerate(gaps) if gap == "." and len(numbers[at + 1]) == 3]
    at = grouped[0] if grouped else gaps.index(".")
    return Bad(Why.THOUSANDS if grouped else Why.DECIMAL, ".".join(numbers[at : at + 2]))


def _bad_lead(parts: _Parts) -> Bad | None:
    lead = parts.lead.replace(_NUMBERED, "").strip()
    if not parts.numbers:
        return Bad(Why.NO_NUMBER, lead)
    return _bad_gap(lead, parts.numbers[0], LEADING + FORGIVEN)


def _bad_tail(parts: _Parts, numbers: int, expected: int) -> Bad | None:
    """Refuse an end that parts the value from one more number, where more are due: ``98,,``."""
    tail = "".join(parts.tail.split())
    if tail.startswith("=") or (numbers < expected and len(tail) > 1 and tail[0] in ",;/+"):
        return Bad(Why.NO_NUMBER, tail)
    return None


def read_list(value: str, expected: int) -> tuple[int, ...] | Bad:
    """Read SAH or TSAH: one number, or one for each of the ``expected`` contests."""
    if taught := _TAUGHT(value):
        return tuple(map(int, taught[1].split(",")))
    parts = _take_apart(value)
    numbers, gaps = parts.numbers, parts.gaps
    return (
        _bad_sign(value, parts)
        or _bad_lead(parts)
        or _bad_gaps(gaps, numbers[1:])
        or _bad_dot(gaps, numbers, listed=False)
        or _bad_tail(parts, len(numbers), expected)
        or _bad_size(numbers)
        or _ints(numbers)
    )


def read_station(value: str) -> int | Bad:
    """Read a station's number, however many marks stand before it."""
    if value.strip().isdigit() and len(value) < MOST_STATION_DIGITS:
        return int(value)
    parts = _take_apart(value)
    if bad := _bad_sign(value, parts):
        return bad
    if not parts.numbers:
        return Bad(Why.NO_NUMBER, parts.lead)
    if len(parts.numbers) > 1:
        bad = _bad_dot(parts.gaps, parts.numbers, listed=False) if len(parts.numbers) == 2 else None
        return bad or Bad(Why.AMBIGUOUS, " ".join(parts.numbers))
    return _bad_size(parts.numbers, MOST_STATION_DIGITS) or _ints(parts.numbers)[0]


def read_contest(value: str, candidates: int) -> ContestValues | Bad:
    """Read a contest's votes, as a list or candidate by candidate."""
    if taught := _TAUGHT(value):
        return ContestValues(votes=tuple(map(int, taught[1].split(","))))
    value = _reword(value) if _WORD.search(value) else value
    if candidates > 1 and (listed := _whole_list(candidates).fullmatch(value)):
        *votes, valid = listed.groups()
        return ContestValues(votes=_ints(votes), valid=_ints([valid] if valid else []))
    parts = _take_apart(value)
    bad = _bad_sign(value, parts) or _bad_lead(parts) or _bad_size(parts.numbers)
    if bad:
        return bad
    if len(parts.numbers) > 1:
        if _is_numbered(parts):
            return _read_singles(parts)
        if _is_pair(parts, candidates):
            return _read_pair(parts)
    return _read_votes(parts, candidates)


@lru_cache(maxsize=MOST_CANDIDATES)
def _whole_list(candidates: int) -> re.Pattern[str]:
    """Give the pattern of all candidates' votes, each behind the candidate's number, as on the form, or
    behind that of the line, too: "1. Paslon 01 : 120"."""
    votes = "((?=[OIL]*[0-9])[0-9OIL]{1,6})"
    places = (
        rf"0?{place}(?:{_BEHIND_PLACE}|[. ]*\$0?{place}(?![0-9OIL]) *[:=.\-]? *){votes}"
        for place in range(1, candidates + 1)
    )
    listed = _BETWEEN_PLACES.join(places)
    return re.compile(rf" *[{re.escape(LEADING)}]? *{listed}(?: *= *{votes})?[ |{re.escape(BETWEEN)}]*")


def _is_numbered(parts: _Parts) -> bool:
    """Say whether candidates are named one by one: ``1:120 2:98``, ``nomor urut 1 120``."""
    within, before = parts.gaps[::2], parts.gaps[1::2]
    if all(gap and gap in ":=" for gap in within):
        return ":" in within or len(within) > 1
    if before and before[-1] == "=":
        before.pop()
    return all(gap.endswith(_NUMBERED) for gap in (parts.lead, *before))


def _read_singles(parts: _Parts) -> ContestValues | Bad:
    numbers, gaps = parts.numbers, [gap.replace(_NUMBERED, "").strip() for gap in parts.gaps]
    valid: tuple[int, ...] = ()
    if len(numbers) % 2 and gaps[-1] == "=":
        valid, numbers, gaps = _ints(numbers[-1:]), numbers[:-1], gaps[:-1]
    if len(numbers) % 2:
        return _bad_dot(gaps, numbers, listed=False) or Bad(Why.AMBIGUOUS, " ".join(numbers))
    bad = (
        _bad_gaps(gaps[::2], numbers[1::2], LEADING)
        or _bad_gaps(gaps[1::2], numbers[2::2])
        or _bad_tail(parts, 1, 0)
    )
    return bad or ContestValues(
        singles=tuple(zip(_ints(numbers[::2]), _ints(numbers[1::2]), strict=True)), valid=valid
    )


def _is_pair(parts: _Parts, candidates: int) -> bool:
    """Say whether a candidate's number may stand before the votes: ``G1 120``, ``G1.120``, ``G1=120``."""
    gaps = parts.gaps
    if parts.lead or gaps[0] not in LEADING or not (len(gaps) == 1 or (len(gaps) == 2 and gaps[1] == "=")):
        return False
    # "G120=295" is the list of a contest with one candidate; nobody has the number 120. Nor is "G1=295" a
    # list, whose only vote would be the sum of 295.
    one, votes = _ints(parts.numbers[:2])
    if gaps[0] == "=" and candidates == 1:
        return one == 1 != votes or len(gaps) > 1
    return one <= MOST_CANDIDATES


def _read_pair(parts: _Parts) -> ContestValues | Bad:
    if bad := _bad_tail(parts, 1, 0):
        return bad
    one, votes, *valid = _ints(parts.numbers)
    if parts.gaps[0] == "=":
        return ContestValues(singles=((one, votes),), valid=tuple(valid))
    return ContestValues(pair=(one, votes), valid=tuple(valid))


def _read_votes(parts: _Parts, candidates: int) -> ContestValues | Bad:
    numbers, gaps = parts.numbers, parts.gaps
    valid: list[str] = []
    if "=" in gaps:
        at = gaps.index("=") + 1
        if bad := _bad_gaps(gaps[at:], numbers[at + 1 :], ""):
            return bad
        valid, numbers, gaps = numbers[at:], numbers[:at], gaps[: at - 1]
    bad = (
        _bad_gaps(gaps, numbers[1:])
        or _bad_dot(gaps, numbers, listed=True)
        or _bad_tail(parts, len(numbers), candidates)
    )
    return bad or ContestValues(votes=_ints(numbers), valid=_ints(valid))
