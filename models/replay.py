"""Parsing and judging every stored text again, as ``pantau audit`` does (SPEC section 3).

Each text is judged against the election file and the roster of its time and the revisions that
its station had then: the log keeps all three. PINs are not kept, so their rules are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from config.election import Election
from models import cases, forget, questions, results
from models.audit import AT_ONCE, UNREADABLE, Check
from models.columns import word
from models.passed_over import passed_over
from models.people import Person
from models.reading import parse_at
from models.roster_then import names_another, person_then, station_then
from models.standing import as_tally
from models.tables import MessageRow, ResultRow
from parser import meant
from parser.commands import Correction, Decision, Report, Void, Yes
from parser.doubt import part_named
from parser.errors import Parsed, Unclear
from parser.figures import tallies_of
from parser.in_full import behind_yes
from parser.judge import Circumstances, Record, differing, is_for_correction, judge, judge_correction
from parser.station import Station
from parser.verdict import (
    Accepted,
    AlreadyRecorded,
    Held,
    Practised,
    Refused,
    ReportingClosed,
    Tally,
    Verdict,
    codes_of,
)

# Decided before a text is judged, or by what is not kept.
_BEFORE_JUDGING = {"automated_sender", "unknown_sender", "rate_limited", "bad_pin", "repeated"}
_TEXTS = (
    select(
        MessageRow.id,
        MessageRow.body,
        MessageRow.sender,
        MessageRow.at,
        MessageRow.sent_at,
        MessageRow.outcome,
        MessageRow.codes,
        MessageRow.station_id,
        MessageRow.person_id,
        MessageRow.election_id,
        MessageRow.roster,
        MessageRow.sequence,
    )
    .where(MessageRow.direction == word("in"))
    .order_by(MessageRow.id)
)
_HOW_MANY = select(func.count()).where(MessageRow.direction == word("in"))
_MADE = (
    select(ResultRow.contest, ResultRow.votes, ResultRow.stated, ResultRow.invalid)
    .where(ResultRow.message_id == bindparam("message_id"))
    .order_by(ResultRow.sequence)
)
_DONE = ("accepted", "corrected", "held")
Meant = tuple[Parsed, questions.Question | None]  # and what it answers
Made = tuple[Tally | str, ...]  # a text's revisions; the contest's code alone where void


@dataclass(frozen=True, slots=True)
class Text:
    """A stored text with its sender and station of then, and what matters of the revisions before
    it, and its own."""

    row: Row[Any]
    election: Election
    person: Person | None
    station: Station
    history: Sequence[results.Revision]
    made: Made
    asked: questions.Question | None

    @property
    def outcome(self) -> tuple[str, tuple[str, ...]]:
        """What the log says became of it."""
        return self.row.outcome, self.row.codes or ()

    @property
    def is_coordinators(self) -> bool:
        """Whether its sender looked after the station."""
        return self.person is not None and self.person.looks_after(self.station)

    @property
    def is_monitors(self) -> bool:
        """Whether its sender reported for the station."""
        return self.person is not None and self.station.id in {each.id for each in self.person.stations}

    def record(self, rejections: Sequence[tuple[str, int]] = ()) -> Record:
        """Give what stood when it came."""
        before = [each for each in rejections if each[1] < self.row.id]
        return results.record(self.history, before if self.history else ())

    def circumstances(self, *, by_coordinator: bool) -> Circumstances:
        """Give what it was judged by."""
        codes = self.row.codes or ()
        said = self.asked is not None and self.asked.kind == "sum"
        return Circumstances(
            phones=self.person.phones if self.person else (self.row.sender,),
            received=self.row.sent_at or self.row.at,
            sent=self.row.sent_at,
            texted=None if self.asked is None else self.asked.texted,
            by_coordinator=by_coordinator,
            hold_for=tuple(code for code in ("unknown_sender", "bad_pin") if code in codes),
            # One held, or sent on to KOREKSI, without a question has figures of an open case of its sender's.
            sum_confirmed=said or self.row.outcome == "held" or "use_correction" in codes,
        )


def check_replay(
    db: Connection, elections: Mapping[int, Election], progress: Callable[[int, int], None] | None = None
) -> Check:
    """Judge every text again whose body is still stored, by the election file of its time."""
    forgotten = forget.forgotten(db)
    judged, total, kept = 0, int(db.execute(_HOW_MANY).scalar_one()), False
    with db.execute(_TEXTS, execution_options={"yield_per": AT_ONCE}) as rows:
        for number, row in enumerate(rows, start=1):
            if progress is not None and number % AT_ONCE == 0:
                progress(number, total)
            if row.body is None and (forgotten is None or row.at > forgotten):
                return Check(
                    "replay", judged, f"messages row {row.id}: its body is gone, and was not forgotten"
                )
            if kept and row.sequence is None:
                return Check("replay", judged, f"messages row {row.id}: what its station had then is gone")
            kept = kept or row.sequence is not None
            if row.body is None or row.sequence is None:  # forgotten, or of before the log kept it
                continue
            judged += 1
            if (fault := _judged_again(db, row, elections)) is not None:
                return Check("replay", judged, f"messages row {row.id}: {fault}")
    return Check("replay", judged)


def count_forgotten(db: Connection) -> int:
    """Count the texts in whose bodies are not stored any more: they cannot be judged again."""
    return int(db.execute(_HOW_MANY.where(MessageRow.body.is_(None))).scalar_one())


def _judged_again(db: Connection, row: Row[Any], elections: Mapping[int, Election]) -> str | None:
    """Say what does not agree; that what belongs to it cannot be read does not either."""
    try:
        return _disagreement(db, row, elections[row.election_id])
    except UNREADABLE as error:
        return f"it cannot be judged again ({type(error).__name__}: {error})"


def _disagreement(db: Connection, row: Row[Any], election: Election) -> str | None:
    """Say what does not agree, None where everything does."""
    made: Made = tuple(_made(each) for each in db.execute(_MADE, {"message_id": row.id}))
    if made and row.outcome not in ("accepted", "corrected"):
        return f"it was {row.outcome}, and has revisions"
    if _BEFORE_JUDGING.intersection(row.codes or ()) and row.outcome in ("ignored", "refused"):
        return None
    person = person_then(db, row.sender, row.roster)
    station = None if row.station_id is None else station_then(db, row.station_id, row.roster)
    parsed, asked = _meant(db, row, election, station)
    parsed = meant(parsed, election, tells=person is not None and person.is_coordinator)
    if not isinstance(parsed, Report | Correction | Void | Decision) or row.station_id is None:
        said_nothing = made or row.outcome in ("accepted", "held")
        return f"it says nothing that was {row.outcome}" if said_nothing else passed_over(row, person, parsed)
    if station is None:
        return "its station was not on the roster"
    if row.outcome != "refused" and names_another(station, parsed):
        return f"it was taken for TPS{station.code}, and names another"
    tallies = tallies_of(parsed.figures, election) if isinstance(parsed, Report) else ()
    history = results.latest(db, station, tallies, row.sequence)
    text = Text(row, election, person, station, history, made, asked)
    match parsed:
        case Report():
            return _report(db, text, parsed)
        case Correction():
            return _correction(db, text, parsed)
        case Void():
            return _void(text, parsed)
        case Decision():
            return _decision(db, text, parsed)


def _meant(db: Connection, row: Row[Any], election: Election, station: Station | None) -> Meant:
    """Read a text; one that answers a question is what was asked."""
    parsed = parse_at(row.body, election, station)
    if isinstance(parsed, Unclear) and row.outcome in _DONE:  # its last line was the sender's name
        parsed = parse_at(row.body.strip().rpartition("\n")[0], election, station)
    says_yes = isinstance(parsed, Yes)
    asked = questions.answered_by(db, row.id) if says_yes or behind_yes(row.body) else None
    if asked is None or not (says_yes or asked.is_repeated_by(row.body, row.at, row.sent_at, election)):
        return parsed, None
    return parse_at(asked.body, election, station), asked


def _report(db: Connection, text: Text, report: Report) -> str | None:
    if "unknown_sender" not in text.outcome[1] and not (text.is_monitors or text.is_coordinators):
        return _same(text, ("refused", ("not_allowed",)), ())
    now = text.circumstances(by_coordinator=text.is_coordinators)
    record = text.record(cases.rejections(db, text.station, text.row.id))
    verdict = judge(report, text.station, record, now, text.election)
    if text.person is not None and not text.is_monitors and is_for_correction(verdict, record):
        return _same(text, ("refused", ("use_correction",)), ())
    return _compare(db, text, verdict)


def _correction(db: Connection, text: Text, correction: Correction) -> str | None:
    if not text.is_coordinators:
        return (
            None if text.outcome == ("refused", ("not_allowed",)) else "its sender was no coordinator of it"
        )
    now = text.circumstances(by_coordinator=True)
    verdict = judge_correction(correction, text.station, text.record(), now, text.election)
    if isinstance(verdict, Accepted):
        verdict = replace(verdict, corrected=True)  # whatever stood: it is a coordinator's
    return _compare(db, text, verdict)


def _void(text: Text, void: Void) -> str | None:
    standing = [each.tally.contest for each in text.record().standing]
    contests: Made = tuple(code for code in standing if void.contest in (None, code))
    if not text.is_coordinators:
        return "its sender was no coordinator of it"
    expected = ("corrected", ()) if contests else ("duplicate", ("already_recorded",))
    return _same(text, expected, contests)


def _decision(db: Connection, text: Text, decision: Decision) -> str | None:
    case = cases.case(db, decision.case)
    if text.outcome[0] == "refused" and {"unknown_case", "conflict"}.intersection(text.outcome[1]):
        return None
    asked_which = decision.station is not None or part_named(decision, text.election)
    if asked_which and text.outcome == ("refused", ("not_understood",)):
        return None
    if case is None or case.decision != text.row.id or not text.is_coordinators:
        return f"it did not decide K{decision.case}"
    if case.status != (cases.ACCEPTED if decision.accept else cases.REJECTED):
        return f"it did not make K{decision.case} {case.status}"
    if not decision.accept:
        return _same(text, ("answered", ()), ())
    record = text.record()
    return _same(text, ("corrected", ()), differing(case.tallies, record))


def _compare(db: Connection, text: Text, verdict: Verdict) -> str | None:
    match verdict:
        case Accepted(tallies, corrected):
            if text.outcome[0] == "held":  # newer figures for the sender's own open case
                return _in_case(db, text, tallies)
            return _same(text, ("corrected" if corrected else "accepted", ()), tallies)
        case AlreadyRecorded():
            return _same(text, ("duplicate", ("already_recorded",)), ())
        case Held(tallies, codes):
            return _in_case(db, text, tallies, codes)
        case Refused(faults):
            return _same(text, ("refused", codes_of(faults)), ())
        case ReportingClosed():
            return _same(text, ("refused", ("closed",)), ())
        case Practised(faults):
            return _same(text, ("practice", (*codes_of(faults), "practice")), ())


def _in_case(db: Connection, text: Text, tallies: Sequence[Tally], codes: tuple[str, ...] = ()) -> str | None:
    """Look for a held text's figures in a case of its sender at the station."""
    outcome, why = text.outcome
    if outcome != "held" or not set(codes) <= set(why):
        return _same(text, ("held", codes), ())
    row = text.row
    mine = [each for each in cases.all_at(db, text.station) if each.is_of(row.sender, row.person_id)]
    given = {figures for each in mine for figures in cases.all_figures(db, each.number)}
    return None if set(tallies) <= given else "its figures are in no case"


def _same(text: Text, outcome: tuple[str, tuple[str, ...]], made: Made) -> str | None:
    if text.outcome != outcome:
        was, judged = (" ".join((each[0], *each[1])) for each in (text.outcome, outcome))
        return f"it was {was}, judged again it is {judged}"
    # Their order says nothing: a database may give the figures of a case in any.
    if len(text.made) != len(made) or set(text.made) != set(made):
        return f"its revisions are {_shown(text.made)}, judged again {_shown(made)}"
    return None


def _shown(made: Made) -> str:
    return " ".join(f"{one.contest} {one.votes}" if isinstance(one, Tally) else one for one in made) or "none"


def _made(row: Row[Any]) -> Tally | str:
    return as_tally(row) or str(row.contest)
