"""``pantau export FILE.csv``: a row for each station and contest."""

import csv
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from config.election import Election
from gateway.papers.rows import Cell, Notes, columns, harmless, plain, result_row
from gateway.papers.steps import Step
from models.listing import listed

# A number in these is a number, and a phone begins with its plus.
NOT_WORDS = {"station", "contest", "status", "source", "by", "at"}


def write_csv(path: Path, db: Connection, election: Election, step: Step) -> int:
    """Write the rows, and give how many there were.

    UTF-8 without a mark: what reads the file by its columns would take the mark for a part of one.
    """
    names, notes = columns(election), Notes(election)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(names)
        count = 0
        for each in listed(db, election):
            cells = zip(names, result_row(each, election, notes.of(each)), strict=True)
            writer.writerow([_text(name, cell) for name, cell in cells])
            count += 1
            step()
    return count


def _text(column: str, cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, str):
        return plain(cell) if column in NOT_WORDS else harmless(plain(cell))
    return cell
