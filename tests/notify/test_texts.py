"""Every text in every language: in GSM-7, and within its segments at its longest.

The longest values are those that an election file and a roster allow: SPEC section 7.
"""

import importlib
import inspect
import pkgutil
import re
from datetime import timedelta

import pytest

from config.language import Lang
from models.tally import ContestTotal, Counts, Totals
from notify import texts
from notify.segments import is_gsm7, room, segments, septets, to_gsm7
from notify.texts import cases, field, people, reminder, reports, stations
from notify.texts.catalogue import TEXTS
from parser import writing
from parser.errors import FieldFault, Why
from parser.verdict import CandidateCount, MissingValid, SumMismatch, Tally, TooManyVotes
from tests.counting import calls
from tests.elections import LARGEST, NOON, REFERENCE

for found in pkgutil.iter_modules(texts.__path__):
    importlib.import_module(f"notify.texts.{found.name}")  # so that TEXTS holds the texts of all

CODE = "823220"
NAME = "Raden Muhammad Abdurrahman Wirahadikusumah"
WORDS = "listrik padam sejak pagi, kotak suara terlambat " * 12


def tallies(election, most=None):
    return tuple(
        Tally(each.code, (600,) * len(each.candidates), most or 600 * len(each.candidates), 600)
        for each in election.contests
    )


def faults(election):
    return [
        fault
        for each in election.contests
        for fault in (
            CandidateCount(each.code, len(each.candidates), 20),
            MissingValid(each.code),
            SumMismatch(each.code, 12000, 11999),
            TooManyVotes(each.code, 615, 12000),
            FieldFault(each.code, Why.THOUSANDS, "1.200.300,98,77,66,55"),
        )
    ]


# One longest value for each argument's name; a text with another argument makes this fail.
LONGEST = {
    "station": CODE,
    "stations": [CODE] * 9,
    "by_form": CODE,
    "village": "Lubuk Tanjung Karang Ketuan Jaya",
    "tallies": tallies(REFERENCE),
    "standing": tallies(REFERENCE),
    "sent": [(each, f"+62812345678901{number}", NOON) for number, each in enumerate(tallies(REFERENCE))],
    "changes": [(each, each) for each in tallies(REFERENCE)],
    "receipt": "12345678",
    "practice": True,
    "told": True,
    "stopped": True,
    "reports": True,
    "late": True,
    "doubted": True,
    "kept": True,
    "waits": "K123456",
    "incidents": True,
    "partly": True,
    "look": "CEK TPS823220",
    "done": [CODE] * 9,
    "pin": writing.PIN,
    "at": NOON.replace(hour=23, minute=59),
    "closed": NOON.replace(hour=23, minute=59),
    "instead": stations.reports_for(Lang.ID, [CODE] * 9),
    "case": "K123456",
    "cases": {f"K12345{number}": tallies(REFERENCE) for number in range(5)},
    "codes": ["conflict", "suspicious"],
    "faults": faults(REFERENCE)[:4],
    "example": writing.example(CODE, REFERENCE),
    "ask": True,
    "word": "GUBERNURRRRRRRRR",
    "pairs": [("GUBERNURRRRRRRRR", "GUBERNURRRRRRRRR")] * 6,
    "whole": writing.example(CODE, REFERENCE),
    "command": "KOREKSI " + writing.example(CODE, REFERENCE),
    "accepted": True,
    "monitor": "+628123456789012",
    "number": 10**30,
    "contests": [each.code for each in REFERENCE.contests],
    "contest": "WABC",
    "missing": [each.code for each in LARGEST.contests],
    "mine": ["Lubuklinggau Barat I"] * 8,
    "asked": "Lubuklinggau Barat Satu Dua Tiga Empat Lima",
    "name": NAME,
    "phone": "+628123456789012",
    "sender": (NAME, "+628123456789012"),
    "body": WORDS,
    "words": WORDS,
    "count": 823220,
    "total": 823220,
    "page": 98,
    "pages": 99,
    "most": 148,
    "others": field.help_coordinator(Lang.EN, station=CODE, contest="WABC"),
    "pausing": True,
    "decides": True,
    "correction": True,
    "lacking": [(CODE, [each.code for each in LARGEST.contests])] * 9,
    "minutes": 15,
    "cause": "silence",
    "carrier": "smsgate",
    "region": "Lubuk Tanjung Karang Ketuan Jaya",
    "totals": Totals(
        Counts(823220, 823219, 823219, 0),
        tuple(
            ContestTotal(each, 823219, (123456789, 999999999, 123456789, 1)[: len(each.candidates)], None)
            for each in LARGEST.contests
        ),
    ),
}
FIRST = {
    **LONGEST,
    "cause": "outbox",
    "practice": False,
    "told": False,
    "stopped": False,
    "reports": False,
    "stations": [],
    "late": False,
    "doubted": False,
    "kept": False,
    "waits": "",
    "accepted": False,
    "monitor": "",
    "ask": False,
    "done": [],
    "decides": False,
    "correction": False,
    "closed": None,
    "instead": "",
    "pin": None,  # who decides nothing is told how that can be mended
}


def arguments(function, values):
    return {name: values[name] for name in inspect.signature(function).parameters if name in values}


def longest(name, function, values):
    found = arguments(function, values)
    if name in ("missing", "missing_present"):
        found["codes"] = ["123456"] * (13 if values is FIRST else 6)
        found["region"] = "" if values is FIRST else "Lubuklinggau Barat Satu."
    if name == "message_from":
        found["words"] = "x" * 147
    return found


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("values", [LONGEST, FIRST], ids=["longest", "other wording"])
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_text_fits_without_being_cut(name, values, lang):
    function, most = TEXTS[name]

    body = to_gsm7(function(lang, **longest(name, function, values))).strip()

    assert septets(body) <= room(most), body
    assert is_gsm7(body)


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("name", sorted(TEXTS))
def test_one_is_not_told_in_the_plural(name, count):
    function, _ = TEXTS[name]
    of_one = {"total": 1, "minutes": 1, "faults": [CandidateCount("G", 1, 3), TooManyVotes("G", 0, 1)]}

    body = function(Lang.EN, **arguments(function, {**FIRST, **of_one, "count": count}))

    assert re.findall(r"\b1 [a-z]+s\b", body) == []


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_argument_of_a_text_is_tried_at_its_longest(name):
    function, _ = TEXTS[name]

    unknown = set(inspect.signature(function).parameters) - {"lang"} - LONGEST.keys()

    assert unknown == set()


@pytest.mark.parametrize("lang", Lang)
def test_replies_to_the_largest_election_stay_within_two_segments(lang):
    many = {
        **LONGEST,
        "tallies": tallies(LARGEST),
        "standing": tallies(LARGEST),
        "sent": [(each, f"+62812345678901{number}", NOON) for number, each in enumerate(tallies(LARGEST))],
        "cases": {f"K12345{number}": tallies(LARGEST) for number in range(5)},
        "changes": [(each, each) for each in tallies(LARGEST)],
        "faults": faults(LARGEST),
        "example": writing.example(CODE, LARGEST),
        "whole": writing.example(CODE, LARGEST),
        "command": writing.example(CODE, LARGEST),
    }

    for module in (reports, cases, people, field, reminder, stations):
        for name, (function, _) in TEXTS.items():
            if function.__module__ == module.__name__:
                given = longest(name, function, many)
                body = getattr(module, name)(lang, **given)
                assert segments(body) <= 2, (name, body)
                for kept in ("receipt", "case"):  # whatever else has to go
                    assert kept not in given or given[kept] in body, (name, body)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize(
    "name",
    [
        "received",
        "corrected",
        "already",
        "held",
        "closed",
        "not_your_station",
        "accepted",
        "rejected",
        "voided",
        "case_accepted",
        "case_rejected",
    ],
)
def test_replies_of_the_reference_election_are_one_segment(name, lang):
    usual = {
        **FIRST,
        "station": "326",
        "tallies": tallies(REFERENCE, 490),
        "standing": (Tally("G", (120, 98, 77), 295), Tally("W", (140, 155), 295)),
        "changes": [(Tally("G", (120, 98, 77), 295, 12), Tally("G", (120, 98, 78), 296, 12))],
        "stations": ["326"],
        "case": "K326",
        "receipt": "12345",
    }
    function, _ = TEXTS[name]

    body = function(lang, **arguments(function, usual))

    assert segments(body) == 1, (septets(body), body)


@pytest.mark.parametrize("lang", Lang)
def test_every_field_at_fault_is_named_in_a_message_full_of_faults(lang):
    found = faults(REFERENCE)

    body = reports.refused(lang, faults=found, example=writing.example("012", REFERENCE), station="012")

    assert segments(body) <= 2
    for contest in ("G", "W"):
        for part in ("20", "11999", "615"):
            assert f"{contest} " in body
            assert part in body


def test_a_reply_to_hundreds_of_faults_is_no_more_work_a_fault_than_one_to_a_few():
    def work(count):
        found = [FieldFault(f"A{number}", Why.UNKNOWN, f"A{number}") for number in range(count)]
        return calls(lambda: reports.refused(Lang.ID, faults=found, example="", station="012"))

    work(1)  # what is remembered is remembered for both

    assert work(600) <= 4.5 * work(150)


def test_the_times_of_texts_are_hours_and_minutes():
    body = reports.already(Lang.ID, station="012", receipt="0001", at=NOON + timedelta(minutes=5))

    assert "12:05" in body
