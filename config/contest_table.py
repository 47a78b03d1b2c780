"""The contests of an election file: words that the message language must be able to tell apart."""

import re

from config.election import Candidate, Contest
from config.gsm7 import outside
from config.reserved import RESERVED
from config.toml_table import Table, shown

MOST_CONTESTS = 6
MOST_CANDIDATES = 20  # in all contests together
LONGEST_NAME = 80  # characters, of a contest or a pair of candidates
LONGEST_SHORT = 8

# A key may follow a digit without a blank (``12G120``): I, L and O would be read as 1, 1 and 0.
_CODE = re.compile(r"(?![ILO])[A-Z]{1,4}", re.ASCII)
_ALIAS = re.compile(r"[A-Z]{1,16}", re.ASCII)


def read_contests(root: Table) -> tuple[Contest, ...]:
    """Give the contests of the file's root; ConfigError where one breaks a rule (SPEC section 7)."""
    tables = list(root.tables("contest"))
    if not tables:
        raise root.error("contest", "there is no contest; write a [[contest]]")
    if len(tables) > MOST_CONTESTS:
        raise tables[MOST_CONTESTS].error(None, f"at most {MOST_CONTESTS} contests are possible")
    _limit_candidates(tables)
    taken: dict[str, str] = {}  # word → code of its contest
    return tuple(_contest(table, taken) for table in tables)


def _limit_candidates(contests: list[Table]) -> None:
    candidates = [table for contest in contests for table in contest.tables("candidate")]
    if len(candidates) > MOST_CANDIDATES:
        raise candidates[MOST_CANDIDATES].error(
            None, f"at most {MOST_CANDIDATES} candidates are possible, in all contests together"
        )


def _contest(table: Table, taken: dict[str, str]) -> Contest:
    table.only("code", "name", "aliases", "candidate")
    written = table.text("code", 40)
    code = written.upper()
    if not _CODE.fullmatch(code) or not written.isascii():
        rule = "write 1 to 4 letters, the first not I, L or O"
        raise table.error("code", f'contest code "{shown(written)}" cannot be used; {rule}')
    if trouble := _collision(code, None, taken):
        raise table.error("code", f'contest code "{code}" {trouble}')
    taken[code] = code
    return Contest(code, table.text("name", LONGEST_NAME), _candidates(table), _aliases(table, code, taken))


def _collision(word: str, mine: str | None, taken: dict[str, str]) -> str:
    """Say why a contest cannot have the word, or nothing; what is its own (``mine``) it may repeat."""
    if word in RESERVED:
        return "is a word of the message language; choose another"
    owner = taken.get(word)
    return "" if owner in (None, mine) else f"already stands for contest {owner}; choose another"


def _aliases(table: Table, code: str, taken: dict[str, str]) -> tuple[str, ...]:
    for index, written in enumerate(table.texts("aliases")):
        alias = written.upper()
        if not _ALIAS.fullmatch(alias) or not written.isascii():
            raise table.element_error(
                "aliases", index, f'alias "{shown(written)}" cannot be used; write 1 to 16 letters'
            )
        if trouble := _collision(alias, code, taken):
            raise table.element_error("aliases", index, f'alias "{alias}" {trouble}')
        taken[alias] = code
    # The code repeated among its own aliases is harmless.
    return tuple(alias for alias, owner in taken.items() if owner == code and alias != code)


def _candidates(contest: Table) -> tuple[Candidate, ...]:
    numbered: dict[int, tuple[Table, Candidate]] = {}
    for table in contest.tables("candidate"):
        candidate = _candidate(table)
        if candidate.number in numbered:
            raise table.error("number", f"there are two candidates {candidate.number} in this contest")
        numbered[candidate.number] = table, candidate
    if not numbered:
        raise contest.error(None, "the contest has no candidate; write a [[contest.candidate]]")
    for expected, number in enumerate(sorted(numbered), start=1):
        if number != expected:
            raise numbered[number][0].error(
                "number", f"candidate {number} leaves a gap: there is no candidate {expected}"
            )
    return tuple(numbered[number][1] for number in sorted(numbered))


def _candidate(table: Table) -> Candidate:
    table.only("number", "name", "short")
    number = table.whole("number", 1, MOST_CANDIDATES)
    short = table.text("short", LONGEST_SHORT)
    if strange := outside(short):
        raise table.error("short", f'short "{short}" has what a plain text message cannot hold: {strange}')
    return Candidate(number, table.text("name", LONGEST_NAME), short)
