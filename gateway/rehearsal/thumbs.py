"""How people type: in many ways that are right, and with the mistakes that practice shows."""

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from config.election import Election
from gateway.rehearsal.forms import Form
from parser import parse
from parser.commands import Report
from parser.verdict import Tally

# ---- ways that are right ----------------------------------------------------------------------

Style = Callable[[str, Random], str]


def _letter_for_digit(body: str, _random: Random) -> str:
    head, _, tail = body.partition(" ")
    return f"{head} {re.sub(r'(?<=[1-9])0', 'O', tail)}"


STYLES: dict[str, Style] = {
    "as taught": lambda body, _: body,
    "small letters": lambda body, _: body.lower(),
    "blanks alone": lambda body, _: re.sub("[:,]", " ", body),
    "hash marks": lambda body, _: re.sub("[:, ]", "#", body),
    "equals signs": lambda body, _: body.replace(":", "="),
    "line breaks": lambda body, _: body.replace(" ", "\n"),
    "a letter for a digit": _letter_for_digit,
    "a greeting": lambda body, _: f"Selamat siang pak, {body}",
    "a signature": lambda body, _: f"{body}\nterkirim dari Nokia saya",
    "a note": lambda body, _: f"{body} @ hujan, kotak terlambat",
    "zeros before": lambda body, _: re.sub(r"(?<=[:,])(\d)", r"0\1", body),
    "blanks after marks": lambda body, _: re.sub("([:,])", r"\1 ", body),
}


def styled(body: str, election: Election, random: Random) -> str:
    """Type a text in one of the ways that are understood as it is meant; plainly where not."""
    name = random.choices(list(STYLES), weights=[6, *[1] * (len(STYLES) - 1)])[0]
    typed = STYLES[name](body, random)
    meant, read = parse(body, election), parse(typed, election)
    same = isinstance(meant, Report) and isinstance(read, Report) and meant.figures == read.figures
    return typed if same else body


# ---- mistakes ---------------------------------------------------------------------------------

Slip = Callable[[Form, Election, Random], str]


def _changed(change: Callable[[Tally, Random], Tally]) -> Slip:
    """Give a slip of figures: one contest's tally is another one."""

    def slip(form: Form, election: Election, random: Random) -> str:
        return form.with_tally(change(random.choice(form.tallies), random)).written(election)

    return slip


def _typed(pattern: str, replacement: str) -> Slip:
    """Give a slip of the thumb: the first such place is typed otherwise."""

    def slip(form: Form, election: Election, _random: Random) -> str:
        return re.sub(pattern, replacement, form.written(election), count=1)

    return slip


def _one_vote_off(tally: Tally, random: Random) -> Tally:
    votes = list(tally.votes)
    votes[random.randrange(len(votes))] += random.randint(1, 9)
    return replace(tally, votes=tuple(votes))


def _wrong_total(tally: Tally, random: Random) -> Tally:
    return replace(tally, stated=tally.valid + random.choice((9, 10, 90)))


def _too_many(tally: Tally, _random: Random) -> Tally:
    votes = (tally.votes[0] + 5000, *tally.votes[1:])
    return replace(tally, votes=votes, stated=sum(votes))


def _other_station(form: Form, election: Election, random: Random) -> str:
    code = str(form.station.number + random.randint(1, 3)).zfill(len(form.station.code))
    return form.written(election).replace(form.station.code, code, 1)


SLIPS: dict[str, Slip] = {
    "a digit of a candidate": _changed(_one_vote_off),
    "a digit of SAH": _changed(_wrong_total),
    "a number too long": _changed(_too_many),
    "no SAH": _typed(r" SAH:\d+", ""),
    "a candidate left out": _typed(r",\d+ ", " "),
    "a candidate too many": _typed(r"(,\d+) ", r"\1,7 "),
    "two commas": _typed(",", ",,"),
    "a misspelt word": _typed("SAH", "SHA"),
    "another station": _other_station,
    "no figures": lambda _form, _election, _random: "sudah selesai pak",
}


def slip(form: Form, election: Election, random: Random) -> tuple[str, str]:
    """Give a mistake and the text with it."""
    name = random.choice(list(SLIPS))
    return name, SLIPS[name](form, election, random)


def exchanged(form: Form, random: Random) -> Form | None:
    """Give the form with two candidates of a contest exchanged: a slip that no sum catches. None
    where all have as many votes."""
    apart = [each for each in form.tallies if len(set(each.votes[:2])) == 2]
    if not apart:
        return None
    tally = random.choice(apart)
    first, second, *rest = tally.votes
    return form.with_tally(replace(tally, votes=(second, first, *rest)))
