"""``GANTI TPS012 081234567890 Siti Aminah``, in whatever order (SPEC section 2)."""

import re
from dataclasses import replace

from config.election import Election
from config.phones import calling_code
from config.reserved import COMMAND_WORDS, TAUGHT, Word
from parser.commands import Replace, StationRef
from parser.doubt import as_taught
from parser.errors import FieldFault, Parsed, Unclear, Why
from parser.grammar import NUMBER, plain_digits
from parser.names import name_in
from parser.normalise import LETTERS, Folded, fold
from parser.order import MARKS, STATION_NAMED, Order
from parser.pins import redact
from parser.places import station_number

_LONE_STATION = re.compile(rf"{MARKS}(?P<number>[0-9]{{1,6}})(?P<words>[ ,:;]++)(?=(?:\+?62|\+|[0O]?8)[0-9])")
_SECOND_STATION = re.compile(rf"(?<![{LETTERS}])TPS{MARKS}[0-9]")
_DECISIONS = "|".join(COMMAND_WORDS[Word.ACCEPT] + COMMAND_WORDS[Word.REJECT])
_DECIDES = re.compile(rf"(?<![{LETTERS}])(?:{_DECISIONS}){MARKS}K{MARKS}[0-9]")
_LONG = re.compile(r"(?:[0-9][ .\-]?){8}")  # a phone's number
_PHONE = re.compile(rf"(?P<phone>\+?[ ]*+(?:{NUMBER}[ .\-/,+*]*+)+)")
_TITLE = 2  # letters, as "H." for a pilgrim
# A digit behind what parts no number: 081234567S90, 0812|3456.
_BROKEN = re.compile(rf"(?:(?<=[0-9])[{LETTERS}]++|{MARKS})[0-9]")
_WORDS = "|".join(sorted(COMMAND_WORDS[Word.REPLACE]))
_SAID = re.compile(rf"(?<![{LETTERS}])(?:DI)?(?:{_WORDS})(?:KAN)?(?![{LETTERS}])")


def replacement_said(parsed: Parsed, text: Folded, election: Election) -> Parsed:
    """Propose GANTI for a text that is not understood and has its word behind a name or a phone: "pak Budi
    0812… ganti TPS 12"."""
    said = _SAID.search(text.text)
    if not isinstance(parsed, Unclear) or parsed.command or not (said and _LONG.search(text.text)):
        return parsed
    meant = replacement(Order(said[0], text.without([said.span()]), election))
    if not isinstance(meant, Replace) or meant.station is None:
        return parsed
    proposal = as_taught(meant, election)
    fault = FieldFault(said[0], Why.UNKNOWN, near=" ".join(proposal.split()[:2]))
    return Unclear((fault,), proposal, pin=parsed.pin, command=Word.REPLACE)


def _is_of_two(text: str, phone: re.Match[str], after: int, country: str) -> bool:
    """Say whether GANTI names a second station or a second phone, or one that is broken: who is meant is
    not guessed. Nor is a decision behind it part of a name."""
    first, *rest = phone["phone"].split()
    glued = (
        len(first.strip(",.")) <= 3  # "13 0812…", "013 0812…": the end of a station, not of a phone
        and not first.startswith(("+", calling_code(country)))
        and any(each.startswith(("0", "+")) for each in rest)
    )
    if _DECIDES.search(text, phone.end()):
        return True
    second = _SECOND_STATION.search(text, after) or _LONG.search(text, phone.end())
    return glued or bool(second or _BROKEN.match(text, phone.end()))


def _first_named(typed: str) -> str:
    """Give the first line that names somebody, with those that go on with the name: below it is the sender's
    own name, or another matter."""
    lines = [" ".join(each.split()).strip(" ,.;:-").strip("()[] ") for each in typed.splitlines()]
    at = next((at for at, each in enumerate(lines) if name_in(each)), None)
    if at is None:
        return " ".join(lines)
    name = lines[at]
    for line in lines[at + 1 :]:
        # A word a line ("Siti", "Aminah"), a title by itself, or whose child somebody is.
        is_word = " " not in lines[at] + line and line.upper() not in TAUGHT
        if not (is_word or len(name) <= _TITLE or line.upper().startswith(("BIN ", "BINTI "))):
            break
        name = f"{name} {line}"
    return name


def _station_first(order: Order) -> Order:
    """Give GANTI with its station before everything else, wherever it was."""
    named = STATION_NAMED.search(order.text)
    if named is None or named.start() == 0:
        return order
    end = named.end("number")
    parts = [(named.start(), end), (0, named.start()), (end, None)]
    return replace(order, rest=fold(" ".join(order.rest.typed(*part) for part in parts)))


def replacement(order: Order) -> Parsed:
    """Read what follows GANTI: a station, a phone and a name, the station first or behind them."""
    order = _station_first(order)
    text = order.text
    named = STATION_NAMED.match(text) or _LONE_STATION.match(text)
    after = named.end() if named else 0
    phone = _PHONE.search(text, after)
    if not phone:
        return order.unclear(text="" if named else None)
    number = station_number(named) if named else None
    if named and number is None:
        return order.unclear(Why.TOO_BIG, named["number"])
    if _is_of_two(text, phone, named.end("number") if named else 0, order.election.country):
        return order.unclear(Why.AMBIGUOUS)
    between = (named.start("words") if named else 0, phone.start())
    village = order.rest.name(*between)
    name = redact(_first_named(order.rest.typed(phone.end())))
    if not name_in(name):  # but "ya pak"; those words may hold a village too: who reads the roster parts them
        name = redact(order.rest.words(*between).strip("()[] "))
    station = None if number is None else StationRef(number, village)
    plus = "+" if phone["phone"].startswith("+") else ""
    return Replace(station, plus + plain_digits(phone["phone"]), name, order.pin)
