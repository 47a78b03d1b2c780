"""The election file: what it gives, and each thing that can be wrong with it, with its line."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.election import Candidate, Contest, ReminderPlan, Rules, Sending, SummaryPlan
from config.election_file import parse_election, read_election
from config.errors import ConfigError
from config.language import Lang
from config.reserved import RESERVED

JAKARTA = ZoneInfo("Asia/Jakarta")

FULL = """\
name = "Pilkada"
timezone = "Asia/Jakarta"
country = "ID"
language = "id"
opens = 2024-11-27T13:00:00
closes = 2024-11-28T12:00:00

[[contest]]
code = "G"
name = "Gubernur"
aliases = [
  "GUB",
  "GUBERNUR",
]
  [[contest.candidate]]
  number = 1
  name = "Harun - Sekar"
  short = "Harun"
  [[contest.candidate]]
  number = 2
  name = "Bima - Laila"
  short = "Bima"

[[contest]]
code = "W"
name = "Wali Kota"
  [[contest.candidate]]
  number = 1
  name = "Surya - Nirmala"
  short = "Surya"

[rules]
spare_ballots_percent = 2.5
station_cap = 600
unknown_senders = "refuse"
correction_window = "15m"
suspicious_difference = 0.1
messages_per_minute = 20
pin = false

[[summary]]
to = "official"
every = "30m"
from = 2024-11-27T13:00:00
until = 2024-11-27T23:00:00
unchanged = "skip"

[[reminder]]
at = 2024-11-27T17:00:00
about = "results"

[sending]
messages_per_second = 1
only = []

[operator]
phones = []
"""

SMALL = """\
name = "Pilkada"
timezone = "Asia/Jakarta"
country = "ID"
language = "id"
[[contest]]
code = "G"
name = "Gubernur"
  [[contest.candidate]]
  number = 1
  name = "Harun"
  short = "Harun"
"""


def changed(old: str, new: str) -> str:
    """Give the full file with one place changed."""
    assert FULL.count(old) >= 1, old
    return FULL.replace(old, new, 1)


def trouble(text: str) -> str:
    """Give the error that a file's text makes."""
    with pytest.raises(ConfigError) as caught:
        parse_election(text, "election.toml")
    return str(caught.value)


def test_a_full_file_is_read_as_written() -> None:
    election = parse_election(FULL, "election.toml")

    assert (election.name, election.timezone, election.country) == ("Pilkada", JAKARTA, "ID")
    assert election.language is Lang.ID
    assert election.contests == (
        Contest(
            "G",
            "Gubernur",
            (Candidate(1, "Harun - Sekar", "Harun"), Candidate(2, "Bima - Laila", "Bima")),
            ("GUB", "GUBERNUR"),
        ),
        Contest("W", "Wali Kota", (Candidate(1, "Surya - Nirmala", "Surya"),)),
    )
    assert election.opens == datetime(2024, 11, 27, 6, tzinfo=UTC)
    assert election.closes == datetime(2024, 11, 28, 5, tzinfo=UTC)
    assert election.rules == Rules()
    assert election.summaries == (
        SummaryPlan(
            "official",
            timedelta(minutes=30),
            datetime(2024, 11, 27, 13, tzinfo=JAKARTA),
            datetime(2024, 11, 27, 23, tzinfo=JAKARTA),
        ),
    )
    assert election.reminders == (ReminderPlan(datetime(2024, 11, 27, 17, tzinfo=JAKARTA), "results"),)
    assert election.sending == Sending()
    assert election.operator_phones == ()
    assert election.source == FULL


def test_what_may_be_left_out_has_the_defaults_of_the_specification() -> None:
    election = parse_election(SMALL, "election.toml")

    assert (election.opens, election.closes) == (None, None)
    assert election.rules == Rules(
        Decimal("2.5"), 600, "refuse", timedelta(minutes=15), Decimal("0.1"), 20, False
    )
    assert (election.summaries, election.reminders, election.operator_phones) == ((), (), ())
    assert election.sending == Sending(1.0, ())


def test_figures_are_read_exactly() -> None:
    rules = SMALL + "[rules]\nspare_ballots_percent = 0.1\nstation_cap = 800\nsuspicious_difference = 1\n"
    more = 'unknown_senders = "hold"\ncorrection_window = "2h"\nmessages_per_minute = 5\npin = true\n'

    election = parse_election(rules + more, "election.toml")

    assert election.rules == Rules(Decimal("0.1"), 800, "hold", timedelta(hours=2), Decimal(1), 5, True)


def test_a_summary_without_bounds_goes_from_opens_to_closes() -> None:
    text = changed("from = 2024-11-27T13:00:00\nuntil = 2024-11-27T23:00:00\n", "")

    election = parse_election(text, "election.toml")

    assert election.summaries[0].start == election.opens
    assert election.summaries[0].until == election.closes


def test_a_summary_of_an_election_without_bounds_has_none() -> None:
    election = parse_election(SMALL + '[[summary]]\nto = "coordinator"\nevery = "1s"\n', "election.toml")

    assert election.summaries == (SummaryPlan("coordinator", timedelta(seconds=1)),)


def test_a_time_with_an_offset_is_that_instant() -> None:
    text = changed("opens = 2024-11-27T13:00:00", "opens = 2024-11-27T08:30:00Z")

    opens = parse_election(text, "election.toml").opens

    assert opens == datetime(2024, 11, 27, 15, 30, tzinfo=JAKARTA)
    assert opens.tzinfo is JAKARTA


def test_codes_and_aliases_are_upper_case_and_may_repeat_their_own_contest() -> None:
    text = changed('code = "G"', 'code = "g"').replace('"GUB",', '"gub", "G", "GUB",')

    contest = parse_election(text, "election.toml").contests[0]

    assert (contest.code, contest.aliases) == ("G", ("GUB", "GUBERNUR"))


def test_candidates_are_in_the_order_of_their_numbers() -> None:
    text = (
        changed("number = 1", "number = 9")
        .replace("number = 2", "number = 1")
        .replace("number = 9", "number = 2")
    )

    candidates = parse_election(text, "election.toml").contests[0].candidates

    assert [(each.number, each.short) for each in candidates] == [(1, "Bima"), (2, "Harun")]


def test_phones_are_read_by_the_country_each_once() -> None:
    text = changed("only = []", 'only = ["0841 000 0012", "+628410000012"]')
    text = text.replace("phones = []", 'phones = ["0844-000-0001"]')

    election = parse_election(text, "election.toml")

    assert election.sending.only == ("+628410000012",)
    assert election.operator_phones == ("+628440000001",)


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        # the root
        pytest.param('name = "Pilkada"\n', "", 1, "name is missing", id="no name"),
        pytest.param('timezone = "Asia/Jakarta"\n', "", 1, "timezone is missing", id="no time zone"),
        pytest.param('country = "ID"\n', "", 1, "country is missing", id="no country"),
        pytest.param('language = "id"\n', "", 1, "language is missing", id="no language"),
        pytest.param('"Pilkada"', "5", 1, "name must be a text", id="name is a number"),
        pytest.param('"Pilkada"', '" "', 1, "name is empty", id="name of blanks"),
        pytest.param('"Pilkada"', '"a\\tb"', 1, "cannot be printed", id="name with a tab"),
        pytest.param('"Pilkada"', f'"{"x" * 81}"', 1, "81 characters", id="name too long"),
        pytest.param("Asia/Jakarta", "Asia/Jakata", 2, 'no time zone "Asia/Jakata"', id="unknown time zone"),
        pytest.param("Asia/Jakarta", "Asia", 2, 'no time zone "Asia"', id="a folder of time zones"),
        pytest.param("Asia/Jakarta", "../passwd", 2, "no time zone", id="a path as time zone"),
        pytest.param('"Asia/Jakarta"', "7", 2, "timezone must be a text", id="an offset as time zone"),
        pytest.param('country = "ID"', 'country = "XX"', 3, 'no country "XX"', id="unknown country"),
        pytest.param('country = "ID"', 'country = "Indonesia"', 3, "two letters", id="country in words"),
        pytest.param('"id"', '"fr"', 4, 'language is "fr"; it must be "id" or "en"', id="unknown language"),
        pytest.param('"id"', "[]", 4, "it must be", id="language is a list"),
        pytest.param("2024-11-27T13:00:00", '"13:00"', 5, "must be a date and time", id="opens in quotes"),
        pytest.param("2024-11-27T13:00:00", "2024-11-27", 5, "must be a date and time", id="a date alone"),
        pytest.param("2024-11-27T13:00:00", "0224-11-27T13:00:00", 5, "year 224", id="a year mistyped"),
        pytest.param("2024-11-28T12", "2024-11-27T12", 6, "closes is not after opens", id="closes first"),
        pytest.param("2024-11-28T12", "2024-11-27T13", 6, "closes is not after opens", id="closes at once"),
        pytest.param("closes =", "close =", 6, 'unknown key "close"; did you mean closes?', id="unknown key"),
        # contests
        pytest.param('"G"', '"TPS"', 9, 'code "TPS" is a word of the message language', id="code TPS"),
        pytest.param('"G"', '"sah"', 9, 'code "SAH" is a word', id="code SAH in small letters"),
        pytest.param('"G"', '"OK"', 9, "cannot be used", id="code begins with O"),
        pytest.param('"G"', '"I"', 9, "cannot be used", id="code I"),
        pytest.param('"G"', '"LG"', 9, "cannot be used", id="code begins with L"),
        pytest.param('"G"', '"GUBER"', 9, "1 to 4 letters", id="code of five letters"),
        pytest.param('"G"', '"G1"', 9, "1 to 4 letters", id="code with a digit"),
        pytest.param('"G"', '"É"', 9, "1 to 4 letters", id="code with an accent"),
        pytest.param('"G"', '"ß"', 9, "1 to 4 letters", id="code that is longer in upper case"),
        pytest.param('"G"', '""', 9, "code is empty", id="code empty"),
        pytest.param('"G"', "1", 9, "code must be a text", id="code is a number"),
        pytest.param('"W"', '"G"', 25, 'code "G" already stands for contest G', id="code twice"),
        pytest.param('"W"', '"gub"', 25, 'code "GUB" already stands for contest G', id="code is an alias"),
        pytest.param('"GUB"', '"CEK"', 12, 'alias "CEK" is a word', id="alias is a command"),
        pytest.param(
            '"GUBERNUR"', '"check"', 13, 'alias "CHECK" is a word', id="alias is an English command"
        ),
        pytest.param('"GUBERNUR"', '"GUB 1"', 13, "1 to 16 letters", id="alias with a blank"),
        pytest.param('"GUBERNUR"', '""', 13, "1 to 16 letters", id="alias empty"),
        pytest.param('"GUBERNUR"', f'"{"A" * 17}"', 13, "1 to 16 letters", id="alias too long"),
        pytest.param('"GUBERNUR"', "3", 13, "only texts", id="alias is a number"),
        pytest.param(
            'name = "Wali Kota"', 'name="x"\naliases=["GUB"]', 27, 'alias "GUB" already', id="alias twice"
        ),
        pytest.param(
            'name = "Wali Kota"', 'name="x"\naliases="GUB"', 27, "must be a list", id="alias no list"
        ),
        pytest.param(
            'name = "Gubernur"\n', "", 8, "name is missing in [contest]", id="contest without a name"
        ),
        pytest.param(
            'name = "Gubernur"', 'nama = "x"', 10, 'unknown key "nama"', id="unknown key of a contest"
        ),
        # candidates
        pytest.param("number = 2", "number = 3", 20, "candidate 3 leaves a gap", id="gap"),
        pytest.param("number = 1", "number = 3", 20, "there is no candidate 1", id="no first candidate"),
        pytest.param("number = 2", "number = 1", 20, "two candidates 1", id="number twice"),
        pytest.param("number = 2", "number = 0", 20, "from 1 to 20", id="number zero"),
        pytest.param("number = 2", 'number = "2"', 20, "must be a whole number", id="number in quotes"),
        pytest.param("number = 2", "number = true", 20, "must be a whole number", id="number true"),
        pytest.param("  number = 2\n", "", 19, "number is missing in [contest.candidate]", id="no number"),
        pytest.param('  short = "Bima"\n', "", 19, "short is missing", id="no short"),
        pytest.param('"Bima"', '"Bima Adig"', 22, "9 characters; at most 8", id="short too long"),
        pytest.param('"Bima"', '"Bïma"', 22, "plain text message cannot hold: ï", id="short not GSM-7"),
        pytest.param('"Bima"', '"…"', 22, "cannot hold: …", id="short is an ellipsis"),
        pytest.param('"Bima - Laila"', '"a\\u0007b"', 21, "cannot be printed", id="name with a bell"),
        # rules
        pytest.param("percent = 2.5", "percent = -1", 33, "from 0 to 100", id="spare below"),
        pytest.param("percent = 2.5", "percent = 100.01", 33, "is 100.01", id="spare above"),
        pytest.param("percent = 2.5", "percent = nan", 33, "from 0 to 100", id="spare no number"),
        pytest.param("percent = 2.5", "percent = inf", 33, "from 0 to 100", id="spare endless"),
        pytest.param("percent = 2.5", 'percent = "2.5"', 33, "must be a number", id="spare in quotes"),
        pytest.param("cap = 600", "cap = 0", 34, "from 1 to 99999", id="cap zero"),
        pytest.param("cap = 600", "cap = 100000", 34, "from 1 to 99999", id="cap too big"),
        pytest.param("cap = 600", "cap = 600.0", 34, "must be a whole number", id="cap with a point"),
        pytest.param('"refuse"', '"drop"', 35, 'must be "refuse" or "hold"', id="unknown senders"),
        pytest.param('"15m"', '"0m"', 36, 'from "1s" to "168h"', id="window of nothing"),
        pytest.param('"15m"', '"15"', 36, "must be a duration", id="window without a unit"),
        pytest.param('"15m"', "15", 36, "must be a duration", id="window is a number"),
        pytest.param('"15m"', '"999999h"', 36, 'from "1s" to "168h"', id="window too long"),
        pytest.param("difference = 0.1", "difference = 1.1", 37, "from 0 to 1", id="difference"),
        pytest.param("minute = 20", "minute = 0", 38, "from 1 to", id="no message a minute"),
        pytest.param("pin = false", 'pin = "no"', 39, "true or false", id="pin in quotes"),
        pytest.param("pin = false", "pins = false", 39, "did you mean pin?", id="unknown rule"),
        # summary, reminder, sending, operator
        pytest.param('to = "official"', 'to = "monitor"', 42, 'must be "official" or "coordinator"', id="to"),
        pytest.param('to = "official"\n', "", 41, "to is missing in [summary]", id="summary to nobody"),
        pytest.param('"30m"', '"0s"', 43, 'from "1s"', id="every nothing"),
        pytest.param('"30m"', '"30 minutes"', 43, "must be a duration", id="every in words"),
        pytest.param(
            "until = 2024-11-27T23", "until = 2024-11-27T12", 45, "ends before it begins", id="until"
        ),
        pytest.param(
            "from = 2024-11-27T13:00:00\nuntil = 2024-11-27T23:00:00",
            "from = 2024-11-29T13:00:00",
            44,
            "ends before it begins",
            id="from after closes",
        ),
        pytest.param('"skip"', '"none"', 46, 'must be "skip" or "short"', id="unchanged"),
        pytest.param("[[summary]]", "[summary]", 41, "write [[summary]]", id="summary as one table"),
        pytest.param("at = 2024", "atx = 2024", 49, 'unknown key "atx"', id="unknown key of a reminder"),
        pytest.param("at = 2024-11-27T17:00:00\n", "", 48, "at is missing", id="reminder without a time"),
        pytest.param('"results"', '"nothing"', 50, "about is", id="about"),
        pytest.param("second = 1", "second = 0", 53, "from 0.01 to 1000", id="pace zero"),
        pytest.param("second = 1", "second = 1001", 53, "from 0.01 to 1000", id="pace too high"),
        pytest.param("only = []", 'only = [\n"0812345678",\n"12345"]', 56, '"12345" cannot be', id="only"),
        pytest.param("phones = []", 'phones = ["abc"]', 57, '"abc" cannot be a phone number', id="operator"),
        pytest.param(
            "phones = []", "phones = [62812345678]", 57, "only texts in quotes", id="phone as number"
        ),
        pytest.param("[operator]", "[[operator]]", 56, "operator must be a table", id="operator as a list"),
        pytest.param("phones = []", "mail = []", 57, 'unknown key "mail"', id="unknown key of operator"),
        # TOML itself
        pytest.param("cap = 600", "cap = ", 34, "not TOML: Invalid value", id="no value"),
        pytest.param(
            "cap = 600", "cap = 1\nstation_cap = 2", 35, "not TOML: Cannot overwrite", id="key twice"
        ),
        pytest.param("[rules]", "[rules", 32, "not TOML", id="bracket open"),
        pytest.param("phones = []", 'phones = ["1"', 57, "not TOML: Unclosed array", id="open at the end"),
        pytest.param("2024-11-27T13:00:00", "2024-02-30T13:00:00", 5, "not TOML", id="no such day"),
        pytest.param("2024-11-27T13:00:00", "2024-11-27T13:00", 5, "a time has seconds", id="no seconds"),
        pytest.param(
            'country = "ID"', "country = \u201cID\u201d", 3, "quotes are straight", id="curly quotes"
        ),
        pytest.param("percent = 2.5", "percent = 2,5", 33, "a decimal has a point", id="decimal comma"),
        pytest.param("pin = false", "pin = True", 39, "in small letters", id="true with a capital"),
        pytest.param(
            '[[contest]]\ncode = "G"',
            '[contest]\ncode = "G"',
            24,
            "double brackets",
            id="one [contest] of two",
        ),
    ],
)
def test_what_is_wrong_is_one_line_that_names_the_line(old: str, new: str, line: int, part: str) -> None:
    message = trouble(changed(old, new))

    assert message.startswith(f"election.toml, line {line}: ")
    assert part in message
    assert "\n" not in message


def test_an_alias_of_a_later_contest_may_not_be_a_code() -> None:
    text = changed('name = "Wali Kota"', 'name = "Wali Kota"\naliases = ["G"]')

    assert trouble(text) == ('election.toml, line 27: alias "G" already stands for contest G; choose another')


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_word_of_the_message_language_is_an_alias(word: str) -> None:
    assert "line 12" in trouble(changed('"GUB"', f'"{word}"'))


@pytest.mark.parametrize("word", ["CALON", "PASLON", "NOMOR", "SUARA", "ORANG", "DAN", "MERAIH"])
def test_no_alias_is_a_word_that_is_passed_over_between_numbers(word: str) -> None:
    refused = trouble(changed('"GUB"', f'"{word}"'))

    assert refused == (
        f'election.toml, line 12: alias "{word}" is a word of the message language; choose another'
    )


def contest(code: str, candidates: int) -> str:
    rows = [
        f'[[contest.candidate]]\nnumber = {n}\nname = "A"\nshort = "A"\n' for n in range(1, candidates + 1)
    ]
    return "".join([f'[[contest]]\ncode = "{code}"\nname = "A"\n', *rows])


ROOT = "".join(FULL.splitlines(keepends=True)[:4])


@pytest.mark.parametrize(
    ("contests", "message"),
    [
        pytest.param("", "line 1: there is no contest", id="no contest"),
        pytest.param(contest("A", 0), "line 5: the contest has no candidate", id="no candidate"),
        pytest.param(
            "".join(contest(code, 1) for code in "ABCDEFG"),
            "line 47: at most 6 contests",
            id="seven contests",
        ),
        pytest.param(
            contest("A", 20) + contest("B", 1), "line 91: at most 20 candidates", id="twenty-one candidates"
        ),
        pytest.param("contest = [1]", "line 5: contest must be a list of tables", id="contests are numbers"),
        pytest.param("contest = 3", "line 5: contest must be a list of tables", id="contest is a number"),
    ],
)
def test_there_are_one_to_six_contests_and_one_to_twenty_candidates(contests: str, message: str) -> None:
    assert message in trouble(ROOT + contests)


def test_six_contests_and_twenty_candidates_fit() -> None:
    text = ROOT + contest("A", 15) + "".join(contest(code, 1) for code in "BCDEF")

    assert len(parse_election(text, "x").contests) == 6


def test_a_file_of_notepad_is_read(tmp_path: Path) -> None:
    path = tmp_path / "e.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())

    assert read_election(path).contests[0].code == "G"


def test_a_missing_file_is_one_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read \(No such file or directory\)"):
        read_election(tmp_path / "none.toml")


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "e.toml"
    path.write_bytes(b'name = "x"\ntimezone = "\xff"\n')

    with pytest.raises(ConfigError, match=r"^e\.toml, line 2: not UTF-8"):
        read_election(path)


def test_brackets_without_end_are_an_error_too() -> None:
    assert "nested too deep" in trouble("a = " + "[" * 100_000)
