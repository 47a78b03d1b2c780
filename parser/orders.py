"""What follows each command's word (SPEC section 2, "Commands"); reports are read elsewhere."""

import re
from collections.abc import Callable
from dataclasses import replace

import pyparsing as pp

from config.language import Lang
from config.reserved import Word
from parser.commands import (
    Absent,
    Belum,
    Command,
    Decision,
    Help,
    Incident,
    Missing,
    MissingPresent,
    No,
    NotYet,
    Pause,
    Remind,
    Resume,
    SetLanguage,
    StationRef,
    Status,
    Tell,
    Total,
    Yes,
)
from parser.courtesy import ADDRESS, AGREEING, CASUAL_YES, DENYING, TITLES, is_courteous
from parser.doubt import is_no_absence, is_no_message
from parser.errors import Parsed, Unclear, Why
from parser.grammar import Field, plain_digits
from parser.keywords import Kind
from parser.near import nearest
from parser.normalise import LETTERS, has_digit
from parser.order import MARKS, STATION_NAMED, WORD, Order, district_words, match_start, numbered
from parser.pins import redact
from parser.places import check, only_present, present, station_number, void
from parser.replacement import replacement

_CASE = numbered("KASUS|CASE|NOMOR|NUMBER|NO|K")
_DECIDED = re.compile(
    rf"{MARKS}(?:(?:{'|'.join(ADDRESS)}){MARKS})?(?P<word>TERIMA|TOLAK|ACCEPT|REJECT)(?={MARKS}K{MARKS}[0-9])"
)
_PAGE = numbered("HALAMAN|HAL|PAGE")
_PRESENT = pp.Regex(rf"{MARKS}(?:HADIR|PRESENT)(?![{LETTERS}])", as_match=True)
_TONGUE = pp.Regex(rf"{MARKS}(?P<tongue>[{LETTERS}]++)", as_match=True)
_MOST_DIGITS = 6  # of a page or a case
_FORM = re.compile(rf"(?<![{LETTERS}])C[ .\-]?1(?![0-9{LETTERS}])")  # what the official form is called
# A time is one number, too: "belum, jam 17.30".
_NUMBER_SAID = re.compile("(?<![0-9])(?:[01]?[0-9]|2[0-3])[.:][0-5][0-9](?![0-9])|[0-9]+")

_NOT_WRONG = re.compile(rf" +SALAH(?![{LETTERS}])")

_TONGUES = {
    "ID": Lang.ID, "IND": Lang.ID, "INDO": Lang.ID, "INDONESIA": Lang.ID, "INDONESIAN": Lang.ID,
    "EN": Lang.EN, "ENG": Lang.EN, "ENGLISH": Lang.EN, "INGGRIS": Lang.EN, "INGGERIS": Lang.EN,
    "INGRIS": Lang.EN,
}  # fmt: skip


def _decide(order: Order) -> Parsed:
    """Read the case, beside which its station may stand, as in our texts: "terima K7 TPS012"."""
    named = STATION_NAMED.search(order.text)
    number = station_number(named) if named else None
    if named is None or number is None:
        return _case(order)
    decided = _case(replace(order, rest=order.rest.without([(named.start(), named.end("number"))])))
    return replace(decided, station=number) if isinstance(decided, Decision) else _case(order)


def _case(order: Order) -> Parsed:
    found = match_start(_CASE, order.text)
    if not found or len(found["number"]) > _MOST_DIGITS:
        return order.unclear()
    after = order.text[found.end() :]
    if any(char.isdigit() for char in after):
        return order.unclear(Why.AMBIGUOUS)
    said = "" if is_courteous(WORD.findall(after)) else order.rest.words(found.end())
    if said and not WORD.search(order.text, 0, found.start("number")):
        return order.unclear()  # "terima 2 kotak suara" is of no case
    note = " ".join(filter(None, (said, order.note)))
    return Decision(int(plain_digits(found["number"])), order.word in ("TERIMA", "ACCEPT"), order.pin, note)


def _said(order: Order) -> str:
    """Give the sender's own words as typed, without the marks that part them from the command. What
    is likely a mistyped PIN goes on to nobody."""
    return redact(order.rest.typed()).lstrip(" ,:;.-=*#/\n\t")


def _incident(order: Order) -> Parsed:
    text = _said(order)
    if not text or order.says_nothing():
        return order.unclear()
    return only_present(order, STATION_NAMED.search(order.text)) or Incident(text, _named_station(order))


def _named_station(order: Order) -> StationRef | None:
    """Give the station that the words after a command name somewhere."""
    named = STATION_NAMED.search(order.text)
    number = station_number(named) if named else None
    if named is None or number is None:
        return None
    return StationRef(number, order.rest.name(*named.span("words")))


def _not_yet(order: Order) -> Parsed:
    return NotYet(_named_station(order))


def _status(order: Order) -> Parsed:
    return Status(_named_station(order))


def _tell(order: Order) -> Parsed:
    text = _said(order)
    return Tell(text, order.pin) if text and not is_no_message(order) else order.unclear()


def _absent(order: Order) -> Parsed:
    return order.unclear() if is_no_absence(order) else Absent(_said(order), _named_station(order))


def _page(order: Order, start: int) -> tuple[int, str] | None:
    """Give the page asked for, 1 where none is, and the words that may name a district; None where a number
    is there that is no page."""
    text = order.text[start:]
    if not has_digit(text):
        return 1, district_words(order.rest.part(start))
    found = match_start(_PAGE, text)
    if not found or len(found["number"]) > _MOST_DIGITS or has_digit(text[found.end() :]):
        return None
    place = district_words(order.rest.part(start + found.end()))
    page = int(plain_digits(found["number"]))
    # "BELUM HADIR 2 saksi" asks for no page, nor does "BELUM 120 suara".
    counts = not TITLES.isdisjoint(place.split()) if start else not _only_tells(order)
    return (page, place) if page and not (place and counts) else None


def _is_only_a_station(order: Order) -> bool:
    named = STATION_NAMED.match(order.text)
    return named is not None and not has_digit(order.text[named.end() :])


def _only_tells(order: Order) -> bool:
    """Say whether BELUM only tells how far the count is, "tinggal 2 kotak": nothing in it may be figures."""
    items = list(order.grammar.items(order.text))
    numbers = [each for each in items if not isinstance(each, Field) and each.has_number]
    names = order.grammar.keywords.names()
    return (
        match_start(_PRESENT, order.text) is None
        and all(not isinstance(each, Field) or each.key.kind is Kind.STATION for each in items)
        and len(_NUMBER_SAID.findall(" ".join(each.rest for each in numbers))) <= 1
        and not any(each.word and nearest(each.word, names) for each in numbers)
    )


def _belum(order: Order) -> Parsed:
    present = match_start(_PRESENT, order.text)
    asked = _page(order, present.end() if present else 0)
    if asked is None and not present and _is_only_a_station(order):
        asked = 1, ""  # "BELUM TPS 12": a monitor who names the own station
    if asked is None:
        unclear = order.unclear()
        return replace(unclear, attempt=NotYet(_named_station(order))) if _only_tells(order) else unclear
    if present:
        return MissingPresent(*asked)
    return Missing(*asked) if order.word == "MISSING" else Belum(*asked, _named_station(order))


def _total(order: Order) -> Parsed:
    """A contest and the district's words, in any order; of several contests, all. Courtesy is neither."""
    named = [
        (item.key.name, (item.start, item.start + len(item.spelled)))
        for item in order.grammar.items(order.text)
        if isinstance(item, Field) and item.key.kind is Kind.CONTEST
    ]
    contests = {contest for contest, _ in named}
    place = district_words(order.rest.without([span for _, span in named]))
    return Total(contests.pop() if len(contests) == 1 else None, place)


def _language(order: Order) -> Parsed:
    found = match_start(_TONGUE, order.text)
    tongue = _TONGUES.get(found["tongue"]) if found else None
    if tongue and any(_TONGUES.get(word, tongue) is not tongue for word in order.words()):
        return order.unclear(Why.AMBIGUOUS)  # "BAHASA ID / BAHASA EN", as our example has it
    return SetLanguage(tongue) if tongue else order.unclear()


def _alone(command: Command) -> Callable[[Order], Parsed]:
    """Give the reader of a command that must stand alone but for courtesy."""

    def read(order: Order) -> Parsed:
        return command if order.says_nothing() and "?" not in order.text else order.unclear()

    return read


def _help(_order: Order) -> Parsed:
    return Help()  # whatever else the text says


def _no(order: Order) -> Parsed:
    not_wrong = _NOT_WRONG.match(order.text)  # which is a yes, or nearly; "tidak, salah ketik" is a no
    return No() if order.says_nothing(DENYING) and not not_wrong else _sentence(order)


def _yes(order: Order) -> Parsed:
    if decided := _DECIDED.match(order.text):  # "ok, terima K1"
        return _decide(replace(order, word=decided["word"], rest=order.rest.part(decided.end("word"))))
    spans = [found.span() for found in _FORM.finditer(order.text)]
    if named := STATION_NAMED.search(order.text):
        spans.append((named.start(), named.end("number")))
    # "Ya?", "sudah sesuai formulir?"
    if "?" in order.text or not replace(order, rest=order.rest.without(sorted(spans))).says_nothing(AGREEING):
        return _sentence(order)
    number = station_number(named) if named else None
    return Yes(order.word in CASUAL_YES, order.pin, None if number is None else StationRef(number))


def _sentence(order: Order) -> Unclear:
    """Give the fault of a sentence that begins with yes or no: without a figure it is no command, as
    a phone's "Tidak bisa menerima telepon"."""
    return replace(order.unclear(Why.UNKNOWN), has_field=order.has_digits())


ORDERS: dict[Word, Callable[[Order], Parsed]] = {
    Word.PRESENT: present,
    Word.INCIDENT: _incident,
    Word.BELUM: _belum,
    Word.NOT_YET: _not_yet,
    Word.MISSING: _belum,
    Word.ABSENT: _absent,
    Word.VOID: void,
    Word.ACCEPT: _decide,
    Word.REJECT: _decide,
    Word.REPLACE: replacement,
    Word.TELL: _tell,
    Word.CHECK: check,
    Word.REMIND: _alone(Remind()),
    Word.TOTAL: _total,
    Word.STATUS: _status,
    Word.LANGUAGE: _language,
    Word.PAUSE: _alone(Pause()),
    Word.RESUME: _alone(Resume()),
    Word.HELP: _help,
    Word.YES: _yes,
    Word.NO: _no,
}
