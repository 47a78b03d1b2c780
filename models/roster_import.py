"""The roster from files: all or nothing, and only what changed (SPEC section 7)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from config.election import Election
from config.errors import RosterError
from models import roster, tally
from models.people_import import import_people
from models.people_match import Wanted, put_together
from models.roster_files import read_people, read_stations
from models.spreadsheet import line_count
from models.station_import import Places, misplaced, plan_stations, write_stations

Progress = Callable[[int, int], None]  # done, of how many
_EVERY = 1_000  # lines between two calls of it


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import changed, and what it left for a reason."""

    stations_added: int = 0
    stations_changed: int = 0
    stations_removed: int = 0
    people_added: int = 0
    people_changed: int = 0
    people_removed: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything did."""
        return replace(self, warnings=()) != ImportSummary()


class _Steps:
    """Counts lines, each once read and once written, for a progress bar."""

    def __init__(self, progress: Progress | None, *paths: Path | None) -> None:
        self._progress = progress
        self._total = 2 * sum(line_count(path) for path in paths if path) if progress else 0
        self._done = 0

    def __call__(self) -> None:
        self._done += 1
        if self._progress is not None and self._done % _EVERY == 0:
            self._progress(self._done, max(self._total, self._done))

    def finish(self) -> None:
        """Show the bar full: lines that change nothing are not written."""
        if self._progress is not None:
            self._progress(max(self._total, self._done), max(self._total, self._done))


def import_roster(
    db: Connection,
    election: Election,
    stations: Path | None,
    people: Path | None,
    *,
    prune: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Bring the roster to what the files say, in the caller's transaction, and say what changed.

    With ``prune`` people whom a given file does not name go, and stations without results.
    ``progress`` is called with lines done and in all. Raises RosterError with every bad line of
    both files, one a line, before anything is written.
    """
    step = _Steps(progress, stations, people)
    roster.hold(db)  # a substitution by text waits until we are through
    lines, problems = read_stations(stations, election, step) if stations else ([], [])
    plan = plan_stations(db, lines, prune=prune and stations is not None)
    wanted: list[Wanted] = []
    if people is not None:
        places = plan.places if not (stations and problems) else plan.places.and_those_in(stations)
        wanted, more = _people(people, election, places, step)
        problems += more
    if problems:
        raise RosterError("\n".join(problems))
    version = cache(lambda: roster.next_version(db))
    write_stations(db, plan, version, step)
    counts = import_people(db, wanted, prune=prune and people is not None, version=version, step=step)
    if plan.changes_anything:
        tally.recount(db, election)
    step.finish()
    return ImportSummary(
        stations_added=len(plan.added) + len(plan.restored),
        stations_changed=len(plan.changed),
        stations_removed=len(plan.removed),
        people_added=counts.added,
        people_changed=counts.changed,
        people_removed=counts.removed,
        warnings=tuple(f"station {code} has results: it stays" for code in plan.staying),
    )


def _people(
    path: Path, election: Election, places: Places, step: Callable[[], None]
) -> tuple[list[Wanted], list[str]]:
    if not places.stations:
        raise RosterError(f"{path.name}: there are no stations yet; import them first, or with it")
    lines, problems = read_people(path, election, step)
    wanted, clashes = put_together(lines)
    found = clashes + [(each.line, what) for each in lines for what in misplaced(each, places)]
    return wanted, problems + [f"{path.name}, line {line}: {what}" for line, what in sorted(found)]
