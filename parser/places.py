"""Commands about a station: ``CEK``, ``HADIR``, ``BATAL`` (SPEC section 2)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import pyparsing as pp

from config.reserved import COMMAND_WORDS, JOINING, Word
from parser.commands import Check, Present, StationRef, Void
from parser.courtesy import (
    ADDRESS,
    CASUAL_YES,
    COURTEOUS,
    NO,
    NOTHING_SAID,
    OFFICES,
    OPENING,
    PARTICLES,
)
from parser.errors import MOST_SHOWN, FieldFault, Parsed, Unclear, Why
from parser.fields import MOST_STATION_DIGITS, Bad, read_station
from parser.grammar import Field, Item, plain_digits
from parser.keywords import STATION, Kind
from parser.near import distance, nearest, reach
from parser.normalise import LETTERS, has_digit
from parser.order import MARKS, Order, match_start, numbered
from parser.spelled import COMMANDS, command_behind

# Words beside BATAL that say something else: it is not guessed what.
_OTHERWISE = frozenset(("KECUALI", "SELAIN", "BUKAN", "JANGAN", "TIDAK", "EXCEPT", "NOT")).union(
    COMMAND_WORDS[Word.CORRECT], COMMAND_WORDS[Word.REPLACE]
)
# Beside a contest they say that it stays: "batal tps 12, wali tetap".
_KEEPS = frozenset(("TETAP", "BIAR", "BIARKAN", "KEEP"))
# Between two contests they say that the one is meant as the other is: "BATAL TPS012 gub dan wali".
_TOGETHER = (ADDRESS | OPENING | {*JOINING, "KEDUANYA", "DUA", "DUANYA", "BOTH"}) - CASUAL_YES
# Behind the last one they say that it is right.
_RIGHT = frozenset(("BENAR", "BETUL", "BNR", "BTL", "OK", "OKE", "AMAN", "FINE", "RIGHT", "CORRECT"))
_ROMAN = frozenset("IVX")  # of a district, behind its name: Timur I
_SHORT = 3  # letters, as of GUB
_MOST_NAMED = 12  # letters of an unknown word that name it in a fault
# Right behind HADIR: who is still to come, or will not; "belum mulai", "nanti lapor lagi" say nothing of it.
_NOT_HERE = re.compile(
    rf" +(?:(?:JAM|PUKUL) +)?[0-9.:]* *(?:{'|'.join(sorted(NO))}|BELUM|BLM|NANTI|BESOK|NOT|LATER|TOMORROW"
    rf"|AKAN +(?:DATANG|TELAT|TERLAMBAT))(?![{LETTERS}])"
    rf"(?=[^{LETTERS}]*$|[^{LETTERS}]+(?:{'|'.join(sorted(ADDRESS | PARTICLES))}"
    rf"|(?:BISA|BISO|DAPAT) +(?:HADIR|DATANG|BERTUGAS|KE)|PAGI|SIANG|SORE|MALAM|JAM|PUKUL|YET)"
    rf"(?![{LETTERS}]))"
)
_CASE = re.compile(rf"{MARKS}(?:(?:KASUS|CASE|K){MARKS}){{1,2}}(?P<number>[0-9]{{1,6}})(?![{LETTERS}0-9])")
_ONLY_NUMBER = numbered() + pp.StringEnd()


@dataclass(slots=True)
class _Place:
    """The station and contests that a command names, with the first thing that is wrong."""

    order: Order
    lone: bool
    number: int | None = None
    words: str = ""
    contests: tuple[str, ...] = ()
    fault: FieldFault | None = None

    @property
    def station(self) -> StationRef | None:
        return None if self.number is None else StationRef(self.number, self.words)

    def add(self, item: Item) -> None:
        """Read one item of what follows the command."""
        if isinstance(item, Field):
            self._add_field(item)
        elif item.has_number and self.lone and self.number is None and not item.word:
            self._put(read_station(item.rest))
        elif item.has_number:
            self._refuse(item.word or "".join(filter(str.isdigit, item.rest)), item)
        else:  # behind the station or before it: "kel. Cereme Taba TPS 3"
            said = self.order.rest.name(item.start, item.end)
            self.words = f"{self.words} {said}".strip()

    def _add_field(self, item: Field) -> None:
        if item.key.kind is Kind.STATION:
            self._put(read_station(item.value))
        elif item.key.kind is Kind.CONTEST and not has_digit(item.value):
            self.contests = tuple(dict.fromkeys((*self.contests, item.key.name)))
        else:
            self._refuse(item.key.name, item)

    def _refuse(self, name: str, item: Item) -> None:
        shown = self.order.rest.words(item.start, item.end)
        self.fault = self.fault or FieldFault(name[:_MOST_NAMED], Why.UNKNOWN, shown[:MOST_SHOWN])

    def _put(self, number: int | Bad) -> None:
        if isinstance(number, Bad):
            self.fault = self.fault or number.fault("TPS")
        elif self.number not in (None, number):
            self.fault = self.fault or FieldFault("TPS", Why.TWICE, f"{self.number} {number}")
        else:
            self.number = number


def _place(order: Order, *, lone: bool) -> _Place:
    """Read the station of a command; ``lone``: a number without ``TPS`` will do."""
    place = _Place(order, lone)
    for item in order.grammar.items(order.text):
        place.add(item)
    return place


def check(order: Order) -> Parsed:
    """Read ``CEK TPS012``, for which ``CEK 12`` will do, and ``CEK K7``."""
    case = _CASE.match(order.text)
    if case and replace(order, rest=order.rest.part(case.end())).says_nothing():
        return Check(None, int(plain_digits(case["number"])))
    place = _place(order, lone=True)
    if place.fault:
        return Unclear((place.fault,), pin=order.pin)
    if place.number is None and not order.says_nothing():
        return order.unclear()
    return Check(place.station)


def present(order: Order) -> Parsed:
    """A number without ``TPS`` is a station only where nothing else follows: "hadir jam 6"."""
    if _NOT_HERE.match(order.text) or "?" in order.text:
        return order.unclear()
    lone = match_start(_ONLY_NUMBER, order.text)
    place = _place(order, lone=lone is not None)
    if place.fault and place.fault.field == "TPS":
        return Unclear((place.fault,), pin=order.pin)
    return Present(place.station)


def station_number(named: re.Match[str]) -> int | None:
    """Give the number of a station that a pattern found; None where it has too many digits."""
    return int(plain_digits(named["number"])) if len(named["number"]) <= MOST_STATION_DIGITS else None


def only_present(order: Order, named: re.Match[str] | None) -> Present | None:
    """Read "Lapor pak, saya sudah hadir di TPS 12", with the station ``named`` in it, as HADIR: it tells of
    nothing else."""
    number = station_number(named) if named else None
    if named and number is None:
        return None
    spans = [(named.start(), named.end("number"))] if named else []
    said = order.rest.without(spans)
    found = command_behind(said.text, 0)
    if found is None or COMMANDS[found[0]] is not Word.PRESENT:
        return None
    if not replace(order, rest=said.part(found.end())).says_nothing():
        return None
    return Present(None if number is None else StationRef(number))


def void(order: Order) -> Parsed:
    """Read ``BATAL TPS012 [G]``. What may be a mistyped contest is never dropped; a number without ``TPS`` is
    asked about."""
    place = _place(order, lone=False)
    if place.fault:
        return _lone(order) or Unclear((place.fault,), pin=order.pin)
    attempt = Void(place.station)  # of what it voids, the station alone is clear
    said = set(order.words())
    if said & _OTHERWISE or (place.contests and said & _KEEPS):
        return replace(order.unclear(), attempt=attempt)
    if fault := _mistyped_contest(order, place.contests):
        return Unclear((fault,), _void_proposal(place, fault, order), attempt, pin=order.pin)
    several = len(place.contests) > 1
    if several and (len(place.contests) < len(order.election.contests) or _says_of_one(order)):
        return replace(order.unclear(Why.AMBIGUOUS), attempt=attempt)
    if place.number is None and not place.contests and not order.says_nothing():
        return order.unclear()
    contest = place.contests[0] if len(place.contests) == 1 else None
    return Void(place.station, contest, order.pin, order.note)


def _says_of_one(order: Order) -> bool:
    """Say whether more stands between two contests than joins them, or the last is said to be right: "BATAL
    TPS012 G, W sudah benar" is of G alone. What follows a station may be its village."""
    said: list[str] = []
    behind = False
    for item in order.grammar.items(order.text):
        if isinstance(item, Field):
            if item.key.kind is Kind.CONTEST and not _TOGETHER.issuperset(said):
                return True
            behind, said = item.key.kind is Kind.CONTEST, []
        elif behind and item.word:
            said.append(item.word)
    right = next((at for at, word in enumerate(said) if word in _RIGHT), None)
    return right is not None and not NO.intersection(said[:right])


def _mistyped_contest(order: Order, named: Collection[str]) -> FieldFault | None:
    """Find a word that may have been another contest than those ``named``: dropping it would void all."""
    keys = order.grammar.keywords.keys
    spelled = [word for word, key in keys.items() if key.kind is Kind.CONTEST]
    before = ""
    for item in order.grammar.items(order.text):
        if isinstance(item, Field) or not item.word or item.word in COURTEOUS | NOTHING_SAID:
            continue
        if before and item.word in _ROMAN:
            continue
        before = item.word
        near = {keys[each].name for each in _meant(item.word, spelled)}
        if near and near.issubset(named):
            continue
        if len(near) > 1:
            return FieldFault(item.word[:_MOST_NAMED], Why.AMBIGUOUS, item.word[:MOST_SHOWN])
        if near or len(item.word) == 1 or nearest(item.word, OFFICES):
            return FieldFault(
                item.word[:_MOST_NAMED], Why.UNKNOWN, item.word[:MOST_SHOWN], next(iter(near), "")
            )
    return None


def _meant(word: str, contests: Sequence[str]) -> Sequence[str]:
    """Give the contests that a word may be: near to one, or what people make of it, "pilgub", "wako"."""
    bare = word.removeprefix("PIL")
    if found := nearest(word, contests) or (len(bare) >= _SHORT and nearest(bare, contests)):
        return found
    alike = [each for each in contests if min(len(each), len(bare)) > _SHORT and each[0] == bare[0]]
    return [each for each in alike if distance(bare, each) <= reach(each) + 1]


def _lone(order: Order) -> Unclear | None:
    """Ask about ``BATAL 12 G``, where nothing else is said."""
    place = _place(order, lone=True)
    if place.fault or place.number is None or place.words or len(place.contests) > 1:
        return None
    fault = FieldFault(str(place.number), Why.UNKNOWN, near=STATION)
    proposal = _written(order, place.number, *place.contests)
    return Unclear((fault,), proposal, Void(place.station), pin=order.pin)


def _void_proposal(place: _Place, fault: FieldFault, order: Order) -> str:
    if not fault.near or place.number is None or place.contests:
        return ""
    village = " ".join(word for word in place.words.split() if not word.startswith(fault.text))
    return _written(order, place.number, village, fault.near)


def _written(order: Order, number: int, *words: str) -> str:
    note = f"@ {order.note}" if order.note else ""
    return " ".join(filter(None, (f"BATAL TPS{number:03d}", *words, note)))
