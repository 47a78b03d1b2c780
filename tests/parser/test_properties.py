"""What must hold for every text, not only for those that somebody thought of."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.election import Election
from parser import LONGEST_TEXT, parse, redact
from parser.commands import Figures, Report, StationRef
from parser.errors import Unclear, Why
from tests.counting import calls
from tests.parser.elections import ELECTIONS, SIX, TWO

EXAMPLE = "TPS012 G:120,98,77 SAH:295 W:140,153 SAH:293 TSAH:5 PIN:4821 @ hujan"

# Pieces that a text made to hurt is made of, and pieces of real ones.
WORDS = "TPS G W SAH TSAH TIDAK SUARA PIN KOREKSI TERIMA GANTI K7 LAPOR BATAL REKAP BELUM HADIR CEK dan nomor"
MARKS = ",.-=:/;#*|+@?%²½ \n\x00\u200b\ud800😀éГ"
PIECES = st.sampled_from([*WORDS.split(" "), *MARKS, "O", "I", "l", "1", "120", "0812"])
# What stands behind a command, word by word; marks may stand alone.
SAID = "LAPOR BATAL BELUM TIDAK terima kasih ok Siti pak jangan dulu nanti kalau karena 12 :) : ! ( - ? ,"
BEHIND = st.sampled_from(SAID.split(" "))
COMMANDS = (
    "GANTI TPS012 081234567890",
    "TERIMA K7",
    "BATAL TPS012",
    "KOREKSI TPS012 G2:98 SAH:295",
    "HALANGAN",
)
SURROGATES = st.text(st.characters(exclude_categories=()), max_size=60)


@given(text=SURROGATES, election=st.sampled_from(list(ELECTIONS.values())))
@settings(max_examples=300, deadline=None)
def test_no_string_raises(text: str, election: Election) -> None:
    parse(text, election)
    redact(text)


@given(text=st.lists(PIECES, max_size=40).map("".join), election=st.sampled_from(list(ELECTIONS.values())))
@settings(max_examples=600, deadline=None)
def test_no_string_made_of_our_own_words_raises(text: str, election: Election) -> None:
    parse(text, election)
    redact(text)


@given(command=st.sampled_from(COMMANDS), behind=st.lists(BEHIND, max_size=8).map(" ".join))
@settings(max_examples=600, deadline=None)
def test_no_words_behind_a_command_raise_and_a_proposal_is_understood(command: str, behind: str) -> None:
    parsed = parse(f"{command} {behind}", TWO)
    if isinstance(parsed, Unclear) and parsed.proposal:
        assert not isinstance(parse(parsed.proposal, TWO), Unclear)


@given(
    at=st.integers(0, len(EXAMPLE)),
    cut=st.integers(0, 3),
    put=st.one_of(PIECES, st.characters(exclude_categories=())),
)
@settings(max_examples=400, deadline=None)
def test_a_slip_gives_figures_or_a_fault_and_never_raises(at: int, cut: int, put: str) -> None:
    parsed = parse(EXAMPLE[:at] + put + EXAMPLE[at + cut :], TWO)

    assert isinstance(parsed, Report | Unclear)
    assert not isinstance(parsed, Unclear) or parsed.faults


@given(text=st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=200, deadline=None)
def test_the_same_text_always_gives_the_same(text: str) -> None:
    assert parse(text, TWO) == parse(text, TWO)


@given(text=st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_a_proposal_is_understood_when_it_comes_back(text: str) -> None:
    parsed = parse(text, TWO)

    if isinstance(parsed, Unclear) and parsed.proposal:
        assert not isinstance(parse(parsed.proposal, TWO), Unclear)


# --- every spelling of one report --------------------------------------------------------------

BLANKS = st.sampled_from(["", " ", "  ", "\u00a0", "\n", "\t"])
DIGITS = {"0": st.sampled_from("0oO\uff10\u0660"), "1": st.sampled_from("1lI\uff11\u0661")}
ZEROS, UNSEEN = st.sampled_from(["", "0", "00"]), st.sampled_from(["", "\u200b", "\u2060", "\x00"])


def padded(mark: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Give a mark with blanks round it, or a blank alone where the mark is one."""
    return st.tuples(BLANKS, mark, BLANKS).map("".join)


@st.composite
def spelled_number(draw: st.DrawFn, number: int) -> str:
    """Spell a number with leading zeros, digits of any script, letters for digits, and invisible marks."""
    digits = draw(ZEROS) + str(number)
    spelled = [draw(DIGITS[digit]) if digit in DIGITS else digit for digit in digits]
    if all(char.isalpha() for char in spelled):
        spelled[-1] = digits[-1]  # letters alone are no number
    return draw(UNSEEN).join(spelled)


def spelled_key(*words: str) -> st.SearchStrategy[str]:
    """Spell a key in one of its words, in any case, and full width."""
    cases: list[Callable[[str], str]] = [str.upper, str.lower, str.title, wide]
    return st.tuples(st.sampled_from(words), st.sampled_from(cases)).map(lambda pair: pair[1](pair[0]))


def wide(word: str) -> str:
    """Give a word in full-width letters."""
    return "".join(chr(ord(char) + 0xFEE0) if char.isalpha() else char for char in word.upper())


LEADS = padded(st.sampled_from([":", "=", "-", ".", "#", "*", " ", "\uff1a", "\u2013"]))


@st.composite
def spelled_votes(draw: st.DrawFn, votes: tuple[int, ...], words: tuple[str, ...]) -> str:
    """Spell a contest as a list: one mark between all values."""
    mark = draw(st.sampled_from([",", ".", "/", ";", "-", "+", "*", "#", " ", "\u2014", "\uff0c"]))
    gap = draw(padded(st.just(mark)))
    values = gap.join([draw(spelled_number(vote)) for vote in votes])
    return draw(spelled_key(*words)) + draw(LEADS) + values


@st.composite
def spelled_singles(draw: st.DrawFn, votes: tuple[int, ...], words: tuple[str, ...]) -> str:
    """Spell a contest candidate by candidate, in any order."""
    key, mark = draw(spelled_key(*words)), draw(padded(st.sampled_from([":", "=", "-", ".", "#", "*", " "])))
    pairs = draw(st.permutations(list(enumerate(votes, 1))))
    return draw(FIELD_GAPS).join(f"{key}{number}{mark}{draw(spelled_number(vote))}" for number, vote in pairs)


FIELD_GAPS = padded(st.sampled_from([" ", ",", ";", ".", "/", "|", "#", "*", "\r\n"]))
GOVERNOR_WORDS, MAYOR_WORDS = ("G", "GUB", "GUBERNUR"), ("W", "WALI", "WALIKOTA")
VOTES = st.integers(0, 600)


@st.composite
def reports(draw: st.DrawFn) -> tuple[str, int, dict[str, tuple[int, ...]], int, int | None]:
    """Give a report in some spelling, and what it says: station, votes, SAH and TSAH for all contests."""
    station, valid = draw(st.integers(1, 999)), draw(VOTES)
    invalid = draw(st.none() | VOTES)
    votes = {"G": (draw(VOTES), draw(VOTES), draw(VOTES)), "W": (draw(VOTES), draw(VOTES))}
    spell = draw(st.sampled_from([spelled_votes, spelled_singles]))
    contests = [spell(votes["G"], GOVERNOR_WORDS), spell(votes["W"], MAYOR_WORDS)]
    fields = [draw(field) for field in draw(st.permutations(contests))]
    totals = [draw(spelled_key("SAH", "SUARASAH", "SUARA SAH")) + draw(LEADS) + draw(spelled_number(valid))]
    if invalid is not None:
        key = draw(spelled_key("TSAH", "TIDAKSAH", "TIDAK SAH", "SS", "TS"))
        totals.append(key + draw(LEADS) + draw(spelled_number(invalid)))
    place = draw(spelled_key("TPS")) + draw(LEADS) + draw(spelled_number(station))
    before = draw(st.booleans())
    ordered = [place, *totals, *fields] if before else [place, *fields, *totals]
    return draw(FIELD_GAPS).join(ordered), station, votes, valid, invalid


@given(report=reports())
@settings(max_examples=200, deadline=None)
def test_a_report_means_the_same_in_every_spelling(
    report: tuple[str, int, dict[str, tuple[int, ...]], int, int | None],
) -> None:
    text, station, votes, valid, invalid = report

    parsed = parse(text, TWO)

    assert isinstance(parsed, Report)
    assert parsed.station == StationRef(station)
    assert {each.contest: listed(each) for each in parsed.figures} == votes
    assert {(each.valid, each.invalid) for each in parsed.figures} == {(valid, invalid)}


def listed(figures: Figures) -> tuple[int, ...]:
    """Give votes in the candidates' order, however they were written."""
    return figures.votes or tuple(votes for _, votes in sorted(figures.singles))


@given(
    votes=st.lists(st.lists(VOTES, min_size=7, max_size=7), min_size=6, max_size=6),
    order=st.permutations(range(6)),
)
@settings(max_examples=60, deadline=None)
def test_six_contests_with_codes_that_begin_alike_are_kept_apart(
    votes: list[list[int]], order: list[int]
) -> None:
    named = [
        (contest.code, tuple(votes[at][: len(contest.candidates)])) for at, contest in enumerate(SIX.contests)
    ]
    text = "".join(f"{named[at][0]}{','.join(map(str, named[at][1]))}={sum(named[at][1])}" for at in order)

    parsed = parse(text, SIX)

    assert isinstance(parsed, Report)
    assert [(each.contest, each.votes) for each in parsed.figures] == [named[at] for at in order]


# --- PINs --------------------------------------------------------------------------------------


@given(
    pin=st.text("23456789", min_size=4, max_size=8),
    key=spelled_key("PIN"),
    lead=LEADS,
    before=st.sampled_from(
        ["TPS011 G:1,1,1 ", "KOREKSI TPS011 G1:1 SAH:1 ", "GANTI TPS011 011 Ani ", "LAPOR ", ""]
    ),
    after=st.sampled_from([" SAH:1", "", " @ 1", " ok"]),
)
@settings(max_examples=200, deadline=None)
def test_a_pin_is_read_and_never_kept(pin: str, key: str, lead: str, before: str, after: str) -> None:
    text = f"{before}{key}{lead}{pin}{after}"

    parsed = parse(text, TWO)

    assert pin not in redact(text)
    assert pin not in repr(parsed).replace(f"pin='{pin}'", "")


@given(text=st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=200, deadline=None)
def test_what_is_redacted_once_stays_as_it_is(text: str) -> None:
    assert redact(redact(text)) == redact(text)


# --- time --------------------------------------------------------------------------------------


HARD = [
    "G:1 ",
    "A1 ",
    "1",
    "O",
    "I1",
    "G",
    "GG1 ",
    "SAH:1,",
    "TIDAK ",
    "DAN 1 ",
    "NOMOR ",
    ",",
    "PIN 1 ",
    "WALI ",
    "²",
]
HARD += [
    "\u0301",
    "SENT FROM ",
    "TDK.",
    "1.200,",
    "G1:1 ",
    "TPS1 ",
    "ABCDEFG1",
    "\ud800",
    "K",
    "0812 ",
    "@",
    "=1",
    "%",
]
STARTS = ["", "KOREKSI ", "LAPOR ", "BATAL ", "REKAP ", "TERIMA ", "GANTI TPS1 ", "G:", "PIN "]


@pytest.mark.parametrize("piece", [pytest.param(piece, id=ascii(piece)) for piece in HARD])
def test_work_grows_no_faster_than_the_text(piece: str) -> None:
    for start in STARTS:
        short, long = ((start + piece * LONGEST_TEXT)[:size] for size in (LONGEST_TEXT // 4, LONGEST_TEXT))
        parse(long, TWO)  # what is remembered of words and characters is remembered for both

        few, many = calls(partial(parse, short, TWO)), calls(partial(parse, long, TWO))

        assert many <= 4.5 * few + 200, start


def test_a_text_over_1600_characters_is_a_fault_and_1600_are_not() -> None:
    report = "TPS012 G:120,98,77 SAH:295 @"

    longest = parse(report.ljust(LONGEST_TEXT, "x"), TWO)
    longer = parse(report.ljust(LONGEST_TEXT + 1, "x"), TWO)

    assert isinstance(longest, Report)
    assert isinstance(longer, Unclear)
    assert [fault.why for fault in longer.faults] == [Why.TOO_LONG]
