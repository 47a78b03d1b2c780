"""From the fields of a text to a report or a correction, or to all that is wrong with them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from config.election import Election
from config.reserved import COMMAND_WORDS, UNITS, Word
from parser.ballots import check_invalid, deal
from parser.commands import Correction, Figures, Report, StationRef
from parser.courtesy import LEADING_UP
from parser.draft import Draft, draft
from parser.errors import MOST_SHOWN, FieldFault, Unclear, Why
from parser.grammar import Field, Item, Loose, grammar_of
from parser.keywords import INVALID, PIN, STATION, VALID, Keywords, Kind
from parser.near import nearest
from parser.normalise import LETTERS, Folded, has_digit
from parser.spelled import COMMANDS
from parser.writing import write_report

Votes = tuple[tuple[int, ...], tuple[tuple[int, int], ...]]  # as a list, or candidate by candidate
NO_VOTES: Votes = ((), ())
Message = Report | Correction
Faults = tuple[FieldFault, ...]
NO_FAULTS: Faults = ()

# 012, or more, as stations are numbered and ballots are not; 188 invalid ones nobody begins with either.
_CODE_DIGITS = 3
# "3 orang dapat 2 surat suara" is an incident.
_LEADING_UP = LEADING_UP.union(COMMAND_WORDS[Word.INCIDENT]) - {*UNITS, "SURAT", "ADA", "DAPAT"}
_NUMBERS = re.compile("[0-9]+")
# One of them that no day, hour or minute is makes them votes.
_RUN = re.compile(
    r"(?<![0-9+])(?<!\+[0-9]{2} )(?<![0-9]{4}.)[0-9]{1,3}"
    rf"(?:[^{LETTERS}0-9]{{1,3}}[0-9]{{1,3}}){{2}}(?![0-9])"
)
_NO_DATE = 60
_LONGEST_KEY = 12  # letters; a longer word is near to none
_MOST_LOOKED_UP = 12  # a text with more unknown words is no report with a slip: 0.1 ms each are saved


def read_fields(folded: Folded, election: Election) -> Draft:
    """Read the fields of a text, without asking what kind of message it is."""
    return draft(folded, list(grammar_of(election).items(folded.text)), election)


def names_some(found: Draft) -> bool:
    """Say whether some candidates of a contest are named, and not all: in a correction that will do."""
    return any(
        not any(each.votes for each in values)
        and sum(len(each.singles) or 1 for each in values) < len(found.election.contest(code).candidates)
        for code, values in found.contests.items()
    )


def has_figures(found: Draft) -> bool:
    """Say whether a text that begins with a command's word is a report all the same. "LAPOR wali 2 orang" is
    none: a single number without a mark, and no SAH; nor "LAPOR suara sah gubernur beda": none has one.
    """
    if not found.contests:
        return False
    ballots = any(each.values for each in (*found.valid, *found.invalid))
    return found.marked or ballots or any(each.kind in (Kind.VALID, Kind.INVALID) for each in found.given)


def has_any(found: Draft) -> bool:
    """Say whether any figures could be read."""
    return any(found.contests.values()) or any(each.values for each in (*found.valid, *found.invalid))


def lacks_contest(found: Draft) -> bool:
    """Say whether there are figures and nothing else, but of no contest: "LAPOR TPS012 120,98,77 SAH:295",
    or of one that is mistyped, "LAPOR TPS012 WK:140,153 SAH:293". A station, a lone number, or both, are
    none."""
    if found.contests:
        return False
    text = found.folded.text
    items = list(grammar_of(found.election).items(text))
    said = [each for each in items if isinstance(each, Loose) and each.word and each.word not in _LEADING_UP]
    if said:
        return has_any(found) and all(_has_votes(each, found.election) for each in said)
    others = 1 + any(isinstance(each, Field) and each.key.kind is Kind.STATION for each in items)
    return has_any(found) or len(_NUMBERS.findall(text)) > others


def tells_figures(found: Draft) -> bool:
    """Say whether a text of HADIR tells votes all the same: of a contest, valid or invalid ones, or three
    numbers in a row."""
    return has_any(found) or has_votes_in_a_row(found.folded.text)


def has_votes_in_a_row(text: str) -> bool:
    """Say whether three numbers stand in a row that are no date, no time and no phone."""
    return any(max(map(int, _NUMBERS.findall(each[0]))) >= _NO_DATE for each in _RUN.finditer(text))


def _has_votes(said: Loose, election: Election) -> bool:
    """Whether a word has as many numbers behind it as some contest has candidates."""
    return len(_NUMBERS.findall(said.rest)) in {len(each.candidates) for each in election.contests} - {1}


def corrects(found: Draft) -> bool:
    """Say whether KOREKSI stands behind the station, before some candidates alone, which are no report."""
    words = next(iter(found.stations.values()), "")
    return bool(words) and Word.CORRECT in map(COMMANDS.get, words.split()) and names_some(found)


def finish(found: Draft, command: str, pin: str | None, note: str) -> Report | Correction | Unclear:
    """Give the message that the fields make. ``command`` is ``KOREKSI``, ``RALAT`` or nothing.

    All faults of the text are named at once; where only keys were mistyped, each near to one
    known key, the corrected text is proposed.
    """
    known = grammar_of(found.election).keywords if len(found.unknown) <= _MOST_LOOKED_UP else None
    unknown = tuple(_unknown(found, item, known) for item in found.unknown)
    likely = _with_near_keys(found, unknown)
    message, faults = _compose(likely, command, pin, note)
    proposed, slip = message, NO_FAULTS
    if likely.slip and not likely.stations:
        message, proposed, faults, slip = _with_station(likely, message, faults)
    if not faults and not unknown and not slip:
        return message
    faults = tuple(dict.fromkeys(fault for fault in faults if not _follows(unknown, fault)))
    has_field = bool(found.has_key or command or pin or any(fault.near for fault in unknown))
    is_near = all(item.has_number for item in found.unknown) and not likely.unknown
    may_propose = not faults or proposed is not message
    return Unclear(
        (*faults, *slip, *unknown),
        proposal=write_report(proposed, found.election) if is_near and may_propose else "",
        attempt=message if likely.has_key or command else None,
        has_field=has_field,
        pin=pin or _mistyped_pin(found, unknown),
    )


def _with_near_keys(found: Draft, unknown: Sequence[FieldFault]) -> Draft:
    """Read the fields once more as they are meant, if every key near to a known one is that: what else is
    wrong is no second mistake then, and what is right can be shown."""
    near = {item.start: fault.near for item, fault in zip(found.unknown, unknown, strict=True) if fault.near}
    if not near:
        return found
    grammar = grammar_of(found.election)
    items: list[Item] = []
    for item in grammar.items(found.folded.text):
        if isinstance(item, Loose) and item.has_number and item.start in near:
            key = grammar.keywords.named(near[item.start])
            if key.kind is Kind.PIN:
                continue
            item = item.as_field(key)
        items.append(item)
    return draft(found.folded, items, found.election)


def _with_station(found: Draft, message: Message, faults: Faults) -> tuple[Message, Message, Faults, Faults]:
    """Read ``TS012`` at the beginning as ``TPS012``, a fault: by the letter it would be 12 invalid votes of
    the sender's own station, which nobody writes so, nor first. Give the message, what is to be proposed for
    it, and the faults of both.

    ``TS 12`` may be either: it is proposed as a station where nothing but its invalid votes is wrong, else
    the report keeps the number. Who knows the sender's station decides.
    """
    number = int(found.slip)
    command = "KOREKSI" if isinstance(message, Correction) else "RALAT" if message.revises else ""
    meant, left = _compose(replace(found, invalid=found.invalid[1:]), command, message.pin, "")
    meant = replace(meant, station=StationRef(number), note=message.note)
    slip = (FieldFault("TS", Why.UNKNOWN, near=STATION),)
    if len(found.slip) >= _CODE_DIGITS:
        return meant, meant, left, slip
    if faults and not left:
        return message, meant, faults, slip
    kept = replace(message, slip=number) if isinstance(message, Report) else message
    return kept, kept, faults, NO_FAULTS


def _follows(unknown: Sequence[FieldFault], fault: FieldFault) -> bool:
    """Say whether a fault follows from an unknown key, and is no second mistake of the sender."""
    if fault.why is Why.NO_CONTEST:
        return bool(unknown)
    if not any(each.why is Why.AMBIGUOUS or (each.has_list and not each.near) for each in unknown):
        return False
    twice = fault.why is Why.TWICE and fault.field in (VALID, INVALID)  # each of another contest
    return twice or fault.why is Why.TOO_MANY_VALID


def _mistyped_pin(found: Draft, unknown: Sequence[FieldFault]) -> str | None:
    rests = [item.rest for item, fault in zip(found.unknown, unknown, strict=True) if fault.near == PIN]
    return "".join(filter(str.isdigit, rests[0])) if rests else None


def _compose(
    found: Draft, command: str, pin: str | None, note: str
) -> tuple[Report | Correction, tuple[FieldFault, ...]]:
    figures, faults = _figures(found, correcting=command == "KOREKSI")
    note = " ".join(filter(None, (found.note, note)))
    if command == "KOREKSI":
        return Correction(found.station, figures, pin, note), faults
    return Report(found.station, figures, pin, note, revises=command == "RALAT"), faults


def _figures(found: Draft, *, correcting: bool) -> tuple[tuple[Figures, ...], tuple[FieldFault, ...]]:
    contests = tuple(found.contests)
    if not contests and correcting and (found.valid or found.invalid) and len(found.election.contests) == 1:
        contests = (found.election.contests[0].code,)
    valid = deal(VALID, found.valid, contests, found.fields)
    invalid = deal(INVALID, found.invalid, contests, found.fields)
    if not found.faulty & {VALID, INVALID}:
        check_invalid(invalid, valid, contests)
    faults = [*found.faults, *valid.faults, *invalid.faults] if contests else list(found.faults)
    if not contests and not faults:
        faults.append(FieldFault("", Why.NO_CONTEST))
    figures = []
    for code in contests:
        votes, fault = _contest(found, code, valid.of(code), correcting=correcting)
        faults += fault
        if code not in found.faulty and not fault:
            figures.append(Figures(code, *votes, valid.of(code), invalid.of(code)))
        elif (kept := invalid.of(code)) is not None:  # the example is not to lose it
            figures.append(Figures(code, invalid=kept))
    return tuple(figures), tuple(faults)


def _contest(
    found: Draft, code: str, valid: int | None, *, correcting: bool
) -> tuple[Votes, list[FieldFault]]:
    """Give a contest's votes from all its fields, and whether they contradict each other."""
    fields = found.contests.get(code, [])
    if len(fields) == 1 and fields[0].votes:
        return (fields[0].votes, ()), []
    lists = dict.fromkeys(values.votes for values in fields if values.votes)
    singles = dict.fromkeys(pair for values in fields for pair in values.singles)
    pairs = dict.fromkeys(values.pair for values in fields if values.pair)
    candidates = len(found.election.contest(code).candidates)
    for pair in pairs:
        alone = len(pairs) == 1 and not singles
        if alone and _is_list(pair, lists, candidates, valid if correcting else sum(pair)):
            lists[pair] = None
        else:
            singles[pair] = None
    named = {number for number, _ in singles}
    for votes in lists if named else ():  # "G1:120 G2:98 G3:nihil"
        if len(votes) == 1 < candidates and votes[0] in set(range(1, candidates + 1)) - named:
            return NO_VOTES, [FieldFault(f"{code}{votes[0]}", Why.NO_NUMBER)]
    return _agreed(code, list(lists), list(singles))


def _is_list(
    pair: tuple[int, int], lists: Iterable[tuple[int, ...]], candidates: int, valid: int | None
) -> bool:
    """Say whether ``W1 4`` is both candidates' votes: no ``W2`` stands beside it and the count fits.

    A correction may name one candidate alone, so there the sum decides: ``valid`` must be it.
    """
    known = list(lists)
    return candidates == len(pair) and (
        pair in known if known else valid == sum(pair) or pair[0] > candidates
    )


def _agreed(
    code: str, lists: list[tuple[int, ...]], singles: list[tuple[int, int]]
) -> tuple[Votes, list[FieldFault]]:
    if len(lists) > 1:
        shown = " ".join(",".join(map(str, each)) for each in lists)
        return NO_VOTES, [FieldFault(code, Why.TWICE, shown[:MOST_SHOWN])]
    votes = lists[0] if lists else ()
    known = dict(enumerate(votes, 1))
    for number, value in singles:
        if known.setdefault(number, value) != value:
            return NO_VOTES, [FieldFault(f"{code}{number}", Why.TWICE, f"{known[number]} {value}")]
    if votes and len(known) > len(votes):
        return NO_VOTES, [FieldFault(code, Why.AMBIGUOUS, ",".join(map(str, votes))[:MOST_SHOWN])]
    return (votes, () if votes else tuple(singles)), []


def _unknown(found: Draft, item: Loose, known: Keywords | None) -> FieldFault:
    """Say what is wrong with a word or number that belongs to nothing, and to which key it is near."""
    shown = " ".join(found.folded.typed(item.start, item.end).split())[:MOST_SHOWN].strip()
    name = (
        found.folded.words(item.start, item.rest_at).upper()
        or "".join(filter(str.isdigit, item.rest))
        or shown
    )
    name = name[:_LONGEST_KEY]
    lacks_station = found.contests and not found.stations
    if known and lacks_station and item.is_code and not has_digit(found.folded.text[: item.start]):
        return FieldFault(name, Why.UNKNOWN, shown, STATION)  # "012 G:120,98,77 SAH:295"
    if not known or not item.word or len(item.word) > _LONGEST_KEY:
        return FieldFault(name, Why.UNKNOWN, shown)
    if not item.has_number:
        return FieldFault(name, Why.UNKNOWN, name, PIN if "*" in item.rest else INVALID)  # "tidka sah"
    keys = {known.named(spelled).name for spelled in nearest(item.word, known.names())}
    if len(keys) > 1:
        return FieldFault(name, Why.AMBIGUOUS, shown)
    near = next(iter(keys), "")
    return FieldFault(name, Why.UNKNOWN, name if near == PIN else shown, near)  # a PIN is never shown


def as_revision(meant: Correction) -> Report:
    """Give the revision that a monitor may send for a correction, which is a coordinator's."""
    return Report(meant.station, meant.figures, meant.pin, meant.note, revises=True)
