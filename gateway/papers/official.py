"""The official count as a file: ``station,contest,candidate_1…``, other columns passed over.

SPEC section 6. A line that cannot be read stops the comparison and is named: figures that were
half understood would be worse than none.
"""

from dataclasses import dataclass
from pathlib import Path

from config.election import Contest, Election
from config.errors import OperatorError
from models.roster_files import is_code
from models.spreadsheet import Row, Sheet, open_sheet

NEEDED = ("station", "contest", "candidate_1")
LONGEST_FIGURE = 9  # digits

Key = tuple[int, str]  # a station's number and a contest's code


@dataclass(frozen=True, slots=True)
class Official:
    """What the file says: votes by station and contest, and the lines of contests that the
    election does not have."""

    votes: dict[Key, tuple[int, ...]]
    other_contests: dict[str, int]


def read_official(path: Path, election: Election) -> Official:
    """Give what a file says. Raises OperatorError, which names the line."""
    sheet = open_sheet(path, NEEDED)
    reader = _Reader(path.name, sheet, election)
    for row in sheet.rows:
        reader.take(row)
    return Official(reader.votes, reader.other_contests)


class _Reader:
    """Takes the lines one by one."""

    def __init__(self, file: str, sheet: Sheet, election: Election) -> None:
        self._file = file
        self._columns = len(sheet.columns)
        words = {word: each for each in election.contests for word in (each.code, *each.aliases)}
        self._contests = {word.upper(): each for word, each in words.items()}
        self._candidates = [each for each in sheet.columns if each.startswith("candidate_")]
        self.votes: dict[Key, tuple[int, ...]] = {}
        self.other_contests: dict[str, int] = {}

    def take(self, row: Row) -> None:
        """Read a line; one without any figure says nothing."""
        self._need(row, not row.fault, row.fault)
        self._need(row, row.count <= self._columns, "more cells than columns; is a comma unquoted?")
        number = self._station(row)
        self._need(row, bool(row["contest"]), "the contest is empty")
        contest = self._contests.get("".join(row["contest"].upper().split()))
        if contest is None:
            code = row["contest"]
            self.other_contests[code] = self.other_contests.get(code, 0) + 1
            return
        votes = self._votes(row, contest)
        if votes:
            known = self.votes.setdefault((number, contest.code), votes)
            self._need(
                row,
                known == votes,
                f"station {row['station']}, {contest.code} is there twice, with other votes",
            )

    def _station(self, row: Row) -> int:
        digits = row["station"].upper().removeprefix("TPS").strip(" .-")
        self._need(row, is_code(digits), f"station '{row['station'][:20]}' is not a number")
        return int(digits)

    def _votes(self, row: Row, contest: Contest) -> tuple[int, ...]:
        """Give the votes of each candidate, none where every cell is empty."""
        known = [f"candidate_{each.number}" for each in contest.candidates]
        given = [column for column in self._candidates if row[column]]
        for column in given:
            self._need(
                row, column in known, f"{contest.code} has {len(known)} candidates, and {column} is given"
            )
        if not given:
            return ()
        return tuple(self._figure(row, column) for column in known)

    def _figure(self, row: Row, column: str) -> int:
        cell = row[column]
        holds = cell.isascii() and cell.isdigit() and len(cell) <= LONGEST_FIGURE
        self._need(row, holds, f"{column} '{cell[:20]}' is not a number of votes")
        return int(cell)

    def _need(self, row: Row, holds: bool, reason: str) -> None:
        if not holds:
            raise OperatorError(f"{self._file}, line {row.line}: {reason}")
