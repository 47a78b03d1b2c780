"""Texts with what they mean, one a line, in ``corpus.txt``: read its head for the columns."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from parser import parse
from parser.commands import (
    Absent,
    Belum,
    Check,
    Correction,
    Decision,
    Figures,
    Incident,
    Missing,
    MissingPresent,
    Present,
    Replace,
    Report,
    SetLanguage,
    StationRef,
    Tell,
    Total,
    Void,
    Yes,
)
from parser.errors import FieldFault, Parsed, Unclear
from tests.parser.elections import ELECTIONS

CORPUS = Path(__file__).with_name("corpus.txt")
ESCAPE = re.compile(r"\\n|\\r|\\t|\\u[0-9a-f]{4}")
PLAIN = {r"\n": "\n", r"\r": "\r", r"\t": "\t"}


def typed(column: str) -> str:
    """Give the text that a column of the corpus stands for."""
    return ESCAPE.sub(lambda found: PLAIN.get(found[0]) or chr(int(found[0][2:], 16)), column)


def rows() -> Iterator[tuple[str, str, str]]:
    """Give election, text and meaning of every row."""
    election = "two"
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line.startswith("[election: "):
            election = line.removeprefix("[election: ").removesuffix("]")
        elif "=>" in line and not line.startswith("# "):
            text, meaning = line.rsplit("=>", 1)
            yield election, text.removesuffix(" "), meaning.strip()


def joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def station(ref: StationRef | None) -> str:
    return "own" if ref is None else joined(str(ref.number), ref.words)


def contest(figures: Figures) -> str:
    singles = " ".join(f"{figures.contest}{number}={votes}" for number, votes in figures.singles)
    votes = f"{figures.contest}={','.join(map(str, figures.votes))}" if figures.votes else ""
    valid = "" if figures.valid is None else f"sah {figures.valid}"
    invalid = "" if figures.invalid is None else f"tsah {figures.invalid}"
    return joined(votes or singles or figures.contest, valid, invalid)


def extra(pin: str | None, note: str) -> str:
    return joined(f"pin {pin}" if pin else "", f"note ({note})" if note else "")


def fault(one: FieldFault) -> str:
    return joined(one.field or "-", one.why.value, f"near {one.near}" if one.near else "")


def unclear(parsed: Unclear) -> str:
    return joined(
        "error",
        ", ".join(map(fault, parsed.faults)),
        f"pin {parsed.pin}" if parsed.pin else "",
        "" if parsed.has_field else "(no field)",
        f"propose {parsed.proposal}" if parsed.proposal else "",
    )


def meaning(parsed: Parsed) -> str:
    """Give a parsed text in the corpus's words."""
    match parsed:
        case Unclear():
            return unclear(parsed)
        case Report() | Correction():
            word = (
                "correction" if isinstance(parsed, Correction) else "revised" if parsed.revises else "report"
            )
            figures = " ".join(map(contest, parsed.figures))
            return joined(word, station(parsed.station), figures, extra(parsed.pin, parsed.note))
        case Void():
            return joined(
                "void", station(parsed.station), parsed.contest or "all", extra(parsed.pin, parsed.note)
            )
        case Decision():
            word = "accept" if parsed.accept else "reject"
            return joined(word, f"K{parsed.case}", extra(parsed.pin, parsed.note))
        case Replace():
            return joined(
                "replace",
                station(parsed.station),
                parsed.phone,
                f"name ({parsed.name})",
                extra(parsed.pin, ""),
            )
        case Present():
            return joined("present", station(parsed.station))
        case Incident():
            return joined(
                "incident", f"at {station(parsed.station)}" if parsed.station else "", f"({parsed.text})"
            )
        case Tell() | Absent():
            return f"{type(parsed).__name__.lower()} ({parsed.text})"
        case Check():
            return joined("check", station(parsed.station))
        case Belum() | Missing() | MissingPresent():
            return joined(f"{type(parsed).__name__.lower()} {parsed.page}", parsed.district)
        case Total():
            return joined("total", parsed.contest or "all", parsed.district)
        case SetLanguage():
            return f"language {parsed.lang}"
        case Yes(casual=True):
            return "ok"
        case _:
            return type(parsed).__name__.lower()


@pytest.mark.parametrize(
    ("election", "text", "means"),
    [pytest.param(*row, id=f"{number}: {row[1][:60]}") for number, row in enumerate(rows(), 1)],
)
def test_a_text_means_what_the_corpus_says(election: str, text: str, means: str) -> None:
    parsed = parse(typed(text), ELECTIONS[election])

    assert meaning(parsed) == means


def test_the_corpus_holds_at_least_300_texts() -> None:
    assert len(list(rows())) >= 300


def test_no_text_stands_in_the_corpus_twice() -> None:
    texts = [(election, text) for election, text, _ in rows()]

    assert len(texts) == len(set(texts))
