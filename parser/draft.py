"""A report while it is read: its fields as found, with what is wrong with each."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from config.election import Election
from parser.ballots import Ballots, refuses
from parser.commands import StationRef
from parser.courtesy import ADDRESS, LATER, LEADING_UP, NOTHING_SAID, OPENING, OUR_OWN, VILLAGE
from parser.errors import MOST_SHOWN, FieldFault, Why
from parser.fields import Bad, ContestValues, read_contest, read_list, read_station
from parser.grammar import Field, Item, Loose
from parser.keywords import INVALID, PIN, STATION, VALID, Key, Kind
from parser.near import distance
from parser.normalise import DOUBTFUL, LETTERS, Folded, has_digit
from parser.order import WORD
from parser.pins import HIDDEN

_ONE_NUMBER = re.compile(rf"[^0-9{LETTERS}]*[0-9OIL]+[ .,;/|#*-]*")
_LIST = re.compile(rf"[0-9][^0-9{LETTERS}]+[0-9]")  # not "saksi wali 01 dan 02"
_MARKED = re.compile(r" *[:=#*]|[.\-]|[0-9]{2}")  # not the "G1" of "saksi G1 protes"
_LONG = 60  # letters of words that are more than a name
_STATION_CODE = re.compile(r"[^0-9]{0,2}([0-9]{1,6})[^0-9]*+")
# What our examples leave to be filled in, ":..,..", as phones type it too: ":...", ": . , .".
_OPEN = re.compile(r" *(?:[:=] *\.|\.\.)[.,:= ]*")


@dataclass(slots=True)
class Draft:
    """What the items of a text say. ``contests`` holds each contest's fields in the text's order."""

    folded: Folded
    election: Election
    stations: dict[int, str] = field(default_factory=dict)
    before: dict[int, str] = field(default_factory=dict)
    contests: dict[str, list[ContestValues]] = field(default_factory=dict)
    fields: int = 0
    last: str = ""
    valid: list[Ballots] = field(default_factory=list)
    invalid: list[Ballots] = field(default_factory=list)
    notes: list[tuple[int, int]] = field(default_factory=list)
    faults: list[FieldFault] = field(default_factory=list)
    unknown: list[Loose] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)
    has_key: bool = False
    marked: bool = False  # a contest's figures are plain to see: a list, or a mark before the number
    given: frozenset[Key] = frozenset()  # the keys that stand before a number somewhere
    slip: str = ""  # the digits of TS012 before every other field: a station's number, if TPS was meant
    _at_station: int | None = None
    _village: str = ""  # the words since "kel.", which a station may follow
    _lead: str = ""  # the words right before it: "Majapahit TPS 7"
    _before: Field | None = None
    _word: str = ""  # the last item's, if it was one, or that before keys that belong to it
    _skipped: int | None = None  # where an item starts that a fault has already shown

    def fault(self, name: str, why: Why, text: str = "") -> None:
        """Keep a fault of a field."""
        self.faults.append(FieldFault(name, why, text.strip()[:MOST_SHOWN]))

    @property
    def station(self) -> StationRef | None:
        """The station, the first where there are two (a fault)."""
        for number, words in self.stations.items():
            said = any(word not in NOTHING_SAID for word in words.split())
            return StationRef(number, words if said else "", self.before[number])
        return None

    @property
    def note(self) -> str:
        """The words that belong to no field, as typed; nothing where they are filler alone."""
        text = self.folded.text
        said = [span for span in self._joined() if not NOTHING_SAID.issuperset(WORD.findall(text, *span))]
        return " ".join(filter(None, (self.folded.words(start, end) for start, end in said)))

    def _joined(self) -> list[tuple[int, int]]:
        joined: list[tuple[int, int]] = []
        for start, end in self.notes:
            if joined and joined[-1][1] == start:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return joined

    def add(self, item: Item, following: Item | None) -> None:
        """Read one item; ``following`` is the next of the text."""
        if isinstance(item, Loose):
            self._add_loose(item, following)
            return
        self.has_key = True
        at, self._before, self._at_station = self._at_station, item, None
        if item.key.kind is not Kind.STATION:
            self._lead = ""
        if item.start == self._skipped:
            return
        if not has_digit(item.value):
            item = self._with_next(item, following)
        if not has_digit(item.value) and self._is_only_a_word(item, following):
            if at is not None and isinstance(following, Loose) and item.key.kind is Kind.CONTEST:
                # of the village's name, else it were our station 003: "TPS 3 Desa Suka Maju K:120,98,77"
                self._add_to_station(at, item)
                self._at_station = at
            else:
                self.notes.append((item.start, item.end))
            if item.key.kind is Kind.VALID and isinstance(following, Loose) and not self.valid:  # "SAH belum"
                self._leave_open(item)
        elif self._is_open(item):
            self._leave_open(item)
        else:
            self._word = ""
            _READERS[item.key.kind](self, item, following)

    def _with_next(self, item: Field, following: Item | None) -> Field:
        """Give SAH or TSAH the number that stands behind its contest's name: "suara sah gubernur 295". Of a
        contest with one candidate it may be their votes."""
        if item.key.kind not in (Kind.VALID, Kind.INVALID) or item.value.strip(" .:-=#*"):
            return item
        if not isinstance(following, Field) or following.key.kind is not Kind.CONTEST:
            return item
        several = len(self.election.contest(following.key.name).candidates) > 1
        if not several or not _ONE_NUMBER.fullmatch(following.value):
            return item
        self._skipped = following.start
        return item._replace(value=following.value, value_at=following.value_at, end=following.end)

    def _is_only_a_word(self, item: Field, following: Item | None) -> bool:
        """Say whether a key without a number stands in a sentence: "W nanti", "sudah sah semua"."""
        later = isinstance(following, Loose) and not following.has_number and following.word in LATER
        if later:
            return not item.value.strip(" ,.;!?|/:=-")
        if item.value.strip(f" ,.;!?|/{DOUBTFUL}"):  # "walikota & wakil walikota"
            return False
        if item.key.kind is Kind.CONTEST and self._word in LATER:  # "belum walikota"
            return True
        known = {
            Kind.STATION: item.key in self.given,
            Kind.VALID: bool(self.valid),
            Kind.INVALID: bool(self.invalid),
            Kind.CONTEST: item.key in self.given,  # "hasil gubernur TPS012 G:120,98,77"
        }[item.key.kind]
        if following is None:
            return known
        if isinstance(following, Field):
            named = known or self._word in ADDRESS | OPENING  # "Yth. Bpk Walikota"
            return following.key == item.key or (named and item.key.kind is Kind.CONTEST)
        return known and not following.has_number

    def _is_open(self, item: Field) -> bool:
        """Say whether a field is left as our examples have it. A TSAH only of a contest that is: beside
        figures it stands in an example because it was given, and could not be read."""
        if item.key.kind is Kind.STATION or not _OPEN.fullmatch(item.value):
            return False
        return item.key.kind is not Kind.INVALID or (bool(self.last) and self.last not in self.contests)

    def _leave_open(self, item: Field) -> None:
        """Pass over a contest that is left open, ``W:..,.. SAH:..``: it is still to come. A SAH left open is
        nobody else's."""
        if item.key.kind is Kind.CONTEST:
            self.last = item.key.name
            self.fields += 1
            return
        entries = self.valid if item.key.kind is Kind.VALID else self.invalid
        has_one = len(self.contests) == 1 and any(each.values and each.owner == self.last for each in entries)
        if not has_one:  # else it is a second one, as behind "WK:..,.."
            entries.append(Ballots((), self.fields, self.last))

    def _add_loose(self, item: Loose, following: Item | None) -> None:
        lead, self._lead = self._lead, ""
        self._word = "" if item.has_number else item.word
        if item.start == self._skipped:
            return
        if self._is_glued(item):
            self._bad_letter(item)
        elif item.has_number and item.word not in OUR_OWN:
            self._at_station = None
            self.unknown.append(item)
        elif item.word and refuses(item, following):
            self._skipped = following.start if following else None
            self.unknown.append(item)
            self.faulty.add(INVALID)
            self.invalid.append(Ballots((), self.fields, self.last))
        elif HIDDEN in item.rest and distance(item.word[:8], PIN) <= 1:
            self.unknown.append(item)  # it was refused before its PIN was hidden, too
        elif self._at_station is not None and item.word:
            self._add_to_station(self._at_station, item)
        else:
            self.notes.append((item.start, item.end))
            if self._village or item.word not in LEADING_UP:
                said = self.folded.name(item.start, item.end)
                self._lead = f"{lead} {said}".strip()
                if self._village or item.word in VILLAGE:
                    self._village = f"{self._village} {said}".strip()

    def _add_to_station(self, number: int, item: Item) -> None:
        said = self.folded.name(item.start, item.end)
        self.stations[number] = f"{self.stations[number]} {said}".strip()

    def _is_glued(self, item: Loose) -> bool:
        """Say whether a lone letter follows a field's number without a blank: ``29S`` may be 295."""
        before = self._before
        if before is None or before.end != item.start or len(item.word) != 1 or item.has_number:
            return False
        return self.folded.text[item.start - 1].isdigit()

    def _bad_letter(self, item: Loose) -> None:
        before = self._before
        assert before is not None
        at = max(before.value.rfind(mark) for mark in " ,./;:-+*#=") + 1 + before.value_at
        name = before.key.name
        self.faulty.add(name)
        self.fault(name, Why.NOT_A_NUMBER, self.folded.typed(at, item.start + 1))
        entries = {Kind.VALID: self.valid, Kind.INVALID: self.invalid}.get(before.key.kind)
        if entries:
            entries[-1] = entries[-1]._replace(values=())

    def _bad(self, item: Field, bad: Bad, following: Item | None) -> None:
        """Keep a field's fault; a word where the number should be is shown."""
        why, text = bad.why, bad.shown
        if why is Why.NO_NUMBER and not has_digit(item.value):
            text = text or item.spelled
            if (
                isinstance(following, Loose)
                and following.word
                and following.rest.strip()[:1] not in (":", "=")
            ):
                why, text = Why.NOT_A_NUMBER, self.folded.words(following.start, following.end)
                self._skipped = following.start
        elif why is Why.NOT_A_NUMBER:
            text = self.folded.words(item.value_at, item.end)  # what was folded away must be shown
        self.fault(item.key.name, why, text)

    def add_station(self, item: Field, following: Item | None) -> None:
        """Read ``TPS012``; the words behind it may be its village."""
        number = read_station(item.value)
        if isinstance(number, Bad):
            self._bad(item, number, following)
            return
        if self.stations and number not in self.stations:
            self.fault(STATION, Why.TWICE, f"{next(iter(self.stations))} {number}")
        self.stations.setdefault(number, self._village)
        self.before.setdefault(number, self._lead if not self._village and len(self._lead) < _LONG else "")
        self._village = self._lead = ""
        self._at_station = number

    def add_contest(self, item: Field, following: Item | None) -> None:
        """Read ``G:120,98,77`` or ``G2:98``."""
        code = item.key.name
        self.last = code
        if has_digit(item.value):
            self.marked = self.marked or bool(_MARKED.match(item.value) or _LIST.search(item.value))
        known = self.contests.setdefault(code, [])
        values = read_contest(item.value, len(self.election.contest(code).candidates))
        if isinstance(values, Bad):
            self.fields += 1
            self.faulty.add(code)
            self._bad(item, values, following)
            return
        if values not in known:  # the same once more, as of a text pasted twice, moves no SAH
            self.fields += 1
            known.append(values)
        if len(values.valid) > 1:
            self.fault(VALID, Why.TOO_MANY_VALID, ",".join(map(str, values.valid)))
        elif values.valid:
            self.valid.append(Ballots(values.valid, self.fields, code, fixed=True))

    def add_ballots(self, item: Field, following: Item | None) -> None:
        """Read ``SAH:295`` or ``TSAH:5``."""
        if item.spelled == "TS" and not (self.fields or self.stations or self.valid or self.invalid):
            code = _STATION_CODE.fullmatch(item.value)
            self.slip = code[1] if code else ""
        values = read_list(item.value, max(len(self.contests), 1))
        if isinstance(values, Bad):
            self.faulty.add(item.key.name)
            self._bad(item, values, following)
            values = ()
        named = isinstance(following, Field) and following.start < item.end  # "SAH G 295"
        owner = following.key.name if isinstance(following, Field) and named else self.last
        if values and not named and owner and owner not in self.contests:  # "W:..,.. SAH:293"
            self.fault(owner, Why.NO_NUMBER)
        entries = self.valid if item.key.kind is Kind.VALID else self.invalid
        entries.append(Ballots(values, self.fields, owner, fixed=named))


_READERS: dict[Kind, Callable[[Draft, Field, Item | None], None]] = {
    Kind.STATION: Draft.add_station,
    Kind.CONTEST: Draft.add_contest,
    Kind.VALID: Draft.add_ballots,
    Kind.INVALID: Draft.add_ballots,
}


def draft(folded: Folded, items: list[Item], election: Election) -> Draft:
    """Read all items of a text."""
    given = frozenset(each.key for each in items if isinstance(each, Field) and has_digit(each.value))
    found = Draft(folded, election, given=given)
    for place, item in enumerate(items):
        found.add(item, items[place + 1] if place + 1 < len(items) else None)
    return found
