"""Figures in words: tallies and what is wrong with them, as parts of other texts."""

from collections.abc import Sequence

from config.language import Lang
from notify.segments import shortened
from notify.texts.catalogue import counted
from parser.errors import FieldFault, Why
from parser.verdict import (
    CandidateCount,
    MissingValid,
    NoSuchCandidate,
    RuleFault,
    SumMismatch,
    Tally,
    TooManyVotes,
)

Fault = FieldFault | RuleFault
Changed = tuple[Tally | None, Tally]  # what stood for a contest, and what does then
_VALID = {Lang.ID: "sah", Lang.EN: "valid"}
_INVALID = {Lang.ID: "tsah", Lang.EN: "invalid"}
_WITH = {Lang.ID: "dengan", Lang.EN: "with"}


def tally(lang: Lang, each: Tally) -> str:
    """Give ``G 120,98,77 sah 295 tsah 5``: every number as it was understood."""
    return f"{each.contest} {numbers(each)} {_VALID[lang]} {_valid(each)}{_invalid(lang, each)}"


def tallies(lang: Lang, several: tuple[Tally, ...]) -> str:
    """Give several tallies, each a sentence."""
    return " ".join(f"{tally(lang, each)}." for each in several)


def change(lang: Lang, old: Tally | None, new: Tally) -> str:
    """Give ``G 120,98,77=295 > 120,98,78=296``: old and new of what changed."""
    if old is None or old == new:
        return tally(lang, new)
    return f"{new.contest} {_brief(lang, old)} > {_brief(lang, new)}"


def changes(lang: Lang, several: Sequence[Changed]) -> tuple[str, str, str]:
    """Give old and new of several contests, each a sentence, from the longest to the shortest: in full,
    only what differs, and only what is new."""
    return (
        " ".join(f"{change(lang, old, new)}." for old, new in several),
        " ".join(f"{_difference(lang, old, new)}." for old, new in several),
        " ".join(f"{new.contest} {_brief(lang, new)}." for _, new in several),
    )


def _difference(lang: Lang, old: Tally | None, new: Tally) -> str:
    """Give ``G3 77>78 sah 295>296``: of each number that differs, old and new."""
    if old is None or old == new or len(old.votes) != len(new.votes):
        return tally(lang, new)
    pairs = enumerate(zip(old.votes, new.votes, strict=True), 1)
    found = [
        f"{new.contest}{number} {before}>{after}" for number, (before, after) in pairs if before != after
    ]
    if _valid(old) != _valid(new):
        found.append(f"{_VALID[lang]} {_valid(old)}>{_valid(new)}")
    if old.invalid != new.invalid:
        found.append(f"{_INVALID[lang]} {'-' if old.invalid is None else old.invalid}>{new.invalid}")
    said = " ".join(found)
    return said if said.startswith(new.contest) else f"{new.contest} {said}"


def numbers(each: Tally) -> str:
    """Give the candidates' votes as they are typed."""
    return ",".join(map(str, each.votes))


def fault(lang: Lang, found: Fault) -> str:
    """Say what is wrong with one field, as a sentence."""
    match found:
        case CandidateCount(contest, expected, received):
            return {
                Lang.ID: f"{contest} harus {expected} angka, terbaca {received}.",
                Lang.EN: f"{contest} needs {counted(expected, 'number')}, got {received}.",
            }[lang]
        case NoSuchCandidate(contest, number, most):
            return {
                Lang.ID: f"{contest} hanya nomor 1-{most}, tidak ada nomor {number}.",
                Lang.EN: f"{contest} has numbers 1-{most} only, there is no {number}.",
            }[lang]
        case MissingValid(contest):
            return {Lang.ID: f"{contest} belum ada SAH.", Lang.EN: f"{contest} has no SAH (valid)."}[lang]
        case SumMismatch(contest, total, stated):
            return {
                Lang.ID: f"{contest} jumlah {total}, SAH {stated}, beda {abs(total - stated)}.",
                Lang.EN: f"{contest} adds up to {total}, SAH {stated}, difference {abs(total - stated)}.",
            }[lang]
        case TooManyVotes(contest, limit, ballots, invalid):
            of_them = f" {_WITH[lang]} {_INVALID[lang]} {invalid}" if invalid else ""
            return {
                Lang.ID: f"{contest} {ballots} suara{of_them}, batas TPS ini {limit}.",
                Lang.EN: f"{contest} has {counted(ballots, 'vote')}{of_them}, the limit here is {limit}.",
            }[lang]
        case FieldFault():
            return _unreadable(lang, found)


def brief(found: Fault, *, placed: bool = False) -> str:
    """Name a field and its fault in the fewest characters, for messages full of faults. ``placed``: in
    the fewest that also say in which field something is that cannot be read."""
    match found:
        case CandidateCount(contest, expected, received):
            return f"{contest} {received}/{expected}."
        case NoSuchCandidate(contest, number, _):
            return f"{contest}{number}?"
        case MissingValid(contest):
            return f"{contest} SAH?"
        case SumMismatch(contest, total, stated):
            return f"{contest} {total}/SAH {stated} ({abs(total - stated)})."
        case TooManyVotes(contest, limit, ballots, _):
            return f"{contest} {ballots}>{limit}."
        case FieldFault(field, _, snippet) if placed and snippet and field and field not in snippet:
            return f"{shortened(field, 12)} {shortened(snippet, 12)}?"
        case FieldFault(field, _, snippet):
            return f"{shortened(snippet or field, 12)}?"


def _brief(lang: Lang, each: Tally) -> str:
    return f"{numbers(each)}={_valid(each)}{_invalid(lang, each)}"


def _valid(each: Tally) -> int:
    return each.valid if each.stated is None else each.stated


def _invalid(lang: Lang, each: Tally) -> str:
    return "" if each.invalid is None else f" {_INVALID[lang]} {each.invalid}"


_REASONS: dict[Why, tuple[str, str]] = {
    Why.MINUS: ("ada tanda minus", "has a minus sign"),
    Why.DECIMAL: ("ada angka pecahan", "has a decimal"),
    Why.THOUSANDS: ("jangan pakai titik ribuan", "do not use a thousands mark"),
    Why.PERCENT: ("tulis jumlah suara, bukan persen", "give votes, not percent"),
    Why.NOT_A_NUMBER: ("bukan angka", "is not a number"),
    Why.NO_NUMBER: ("angkanya kurang", "a number is missing"),
    Why.TWICE: ("ditulis dua kali, berbeda", "is given twice, with different values"),
    Why.UNKNOWN: ("tidak dikenal", "is not known"),
    Why.TOO_MANY_VALID: ("jumlahnya tidak sama dengan pemilihan", "count differs from the contests"),
    Why.AMBIGUOUS: ("bisa dibaca dua arti", "can be read in two ways"),
    Why.NO_CONTEST: ("suara calon belum ada", "no candidates' votes"),
    Why.TOO_BIG: ("angkanya terlalu besar", "the number is too big"),
    Why.ARGUMENT: ("belum lengkap", "is not complete"),  # where nothing follows
    Why.TOO_LONG: ("terlalu panjang", "is too long"),
}


_NOT_FOLLOWED = ("tidak dipahami", "is not understood")  # what follows a command's word


def _unreadable(lang: Lang, found: FieldFault) -> str:
    reasons = _NOT_FOLLOWED if found.why is Why.ARGUMENT and found.text else _REASONS[found.why]
    reason = reasons[0 if lang is Lang.ID else 1]
    where = found.field
    if found.text and found.text.upper() != found.field.upper():
        named = "" if found.field.isdigit() else f"{found.field} "  # a number is shown as it was typed
        where = f"{named}'{shortened(found.text, 20)}'".strip()
    if found.near:
        meant = "maksudnya" if lang is Lang.ID else "do you mean"
        return f"{shortened(found.field, 20)}? {meant} {found.near}?"
    return f"{where} {reason}." if where else f"{reason[0].upper()}{reason[1:]}."
